"""Leaving a list by the link of a mail: RFC 8058 for mail programs, a page with one button for people, and a way back.

Looking never acts: link scanners fetch what stands in mails.
"""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus

import structlog

from publisher.ledger.listrecords import EVERY_LIST, Agreement, How, Newcomer, Suppression, Why
from publisher.newsletter.keys import Grant, Purpose
from publisher.web.reception import Reception
from publisher.web.tokens import UNDO_WITHIN, may_undo, undo_token
from publisher.web.visit import Visit, VisitReply, WebPage, bad_link

_log = structlog.get_logger("publisher.web")


def ask(reception: Reception, visit: Visit) -> VisitReply:
    """Whether somebody wants to leave; or that they have left."""
    grant = reception.granted(visit.path["token"], Purpose.UNSUBSCRIBE)
    if grant is None:
        return bad_link(visit)
    if reception.stops(grant.person, reception.lists_of(grant.list)):
        return _left(reception, visit, grant)
    return _asking(visit, grant, status=HTTPStatus.OK)


def act(reception: Reception, visit: Visit) -> VisitReply:
    """Leave: at once, without further questions, and as often as it is asked for."""
    grant = reception.granted(visit.path["token"], Purpose.UNSUBSCRIBE)
    if grant is None:
        return bad_link(visit)
    if not visit.form.says("list-unsubscribe", "one-click"):  # RFC 8058 section 3.2: so that no other POST does it
        return _asking(visit, grant, status=HTTPStatus.BAD_REQUEST)
    how = How.PAGE if visit.form.one("by") == "page" else How.ONE_CLICK
    ended = reception.ledger.memberships.leave(
        grant.person, reception.lists_of(grant.list), agreement=Agreement(how=how, at=visit.now), now=visit.now
    )
    _log.info("somebody left", list=grant.list or "all lists", how=str(how), ended=", ".join(ended) or None)
    return _left(reception, visit, grant)


def undo(reception: Reception, visit: Visit) -> VisitReply:
    """Take back having left, within an hour, once: afterwards the same link is good for nothing."""
    grant = reception.granted(visit.path["token"], Purpose.UNSUBSCRIBE)
    if grant is None:
        return bad_link(visit)
    left = _own_leaving(reception, grant)
    if left is None or not may_undo(reception.key, visit.form.one("undo"), left=left, now=visit.now):
        return WebPage(template="late", status=HTTPStatus.CONFLICT)
    _rejoin(reception, visit, left)
    for name in reception.lists_of(grant.list):
        reception.ledger.suppressions.lift(grant.person, list_name=name)
    _log.info("somebody took back having left", list=grant.list or "all lists")
    return WebPage(template="undone")


def _asking(visit: Visit, grant: Grant, *, status: HTTPStatus) -> WebPage:
    return WebPage(template="leave", values={"list": grant.list, "at": _at(visit)}, status=status)


def _at(visit: Visit) -> str:
    return f"/u/{visit.path['token']}"


def _left(reception: Reception, visit: Visit, grant: Grant) -> WebPage:
    """Never with a link to the settings: this one travels farther, in the heads of mails, and opens nobody's data."""
    left = _own_leaving(reception, grant)
    is_fresh = left is not None and visit.now - left.since <= UNDO_WITHIN
    return WebPage(
        template="left",
        values={
            "list": grant.list,
            "at": _at(visit),
            "undo": undo_token(reception.key, left) if left is not None and is_fresh else "",
            "has_settings": reception.ledger.subscribers.by_hash(grant.person) is not None,
        },
    )


def _rejoin(reception: Reception, visit: Visit, left: Suppression) -> None:
    """Put somebody whom we know back on the lists that their leaving ended."""
    one = reception.ledger.subscribers.by_hash(left.hash)
    found = reception.ledger.subscribers.subscriptions(one.id) if one else []
    ended = [each.list for each in found if each.ended_at == left.since]
    if one is None or not ended:
        return
    proof = f"took back the leaving of {left.since.isoformat(timespec='seconds')}"
    agreement = Agreement(how=How.PAGE, at=visit.now, proof=proof)
    newcomer = Newcomer(hash=one.hash, address=one.address)
    reception.ledger.memberships.join(newcomer, ended, agreement=agreement, now=visit.now)


def _own_leaving(reception: Reception, grant: Grant) -> Suppression | None:
    """Only what people did themselves can be taken back by them, and only while nothing else stands in the way.

    When the link is about several lists, they have left all of them at once.
    """
    names = reception.lists_of(grant.list)
    found = [one for one in reception.ledger.suppressions.of(grant.person) if one.list in (EVERY_LIST, *names)]
    alike = {(one.reason, one.since) for one in found}
    if {one.list for one in found} != set(names) or len(alike) != 1 or found[0].reason is not Why.UNSUBSCRIBED:
        return None
    return replace(found[0], list=grant.list)
