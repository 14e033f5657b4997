"""Confirming a subscription: looking at the link asks, the button in it acts, and only once."""

from __future__ import annotations

from http import HTTPStatus

import structlog

from publisher.channels.addresses import masked
from publisher.ledger.listrecords import EVERY_LIST, Agreement, How, Newcomer, Signup, Why
from publisher.newsletter.keys import EVERYTHING, Purpose
from publisher.web.reception import Reception
from publisher.web.signup import client_tag
from publisher.web.tokens import Invitation, read_invitation
from publisher.web.visit import Visit, VisitReply, WebPage, bad_link

_log = structlog.get_logger("publisher.web")


def ask(reception: Reception, visit: Visit) -> VisitReply:
    """What somebody is about to confirm, with a button. Changes nothing, whoever looks and how often."""
    invitation = read_invitation(reception.key, visit.path["token"])
    if invitation is None:
        return bad_link(visit)
    signup = reception.ledger.signups.get(invitation.digest, now=visit.now)
    lists = _still_wanted(reception, signup) if signup is not None else ()
    if signup is None or not lists:
        return _over(invitation, visit)
    return WebPage(template="confirm", values={"address": masked(signup.address), "lists": lists})


def act(reception: Reception, visit: Visit) -> VisitReply:
    """Subscribe whoever asked for it."""
    invitation = read_invitation(reception.key, visit.path["token"])
    if invitation is None:
        return bad_link(visit)
    signup = reception.ledger.signups.get(invitation.digest, now=visit.now)
    lists = _still_wanted(reception, signup) if signup is not None else ()
    if signup is None or not lists:
        return _over(invitation, visit)
    person = reception.key.hash_of(signup.address)
    reception.keep_other_no(person, besides=lists)
    newcomer = Newcomer(hash=person, address=signup.address, name=signup.name, language=signup.language)
    agreement = Agreement(how=How.FORM, at=visit.now, proof=_proof(reception, visit, signup), wording=signup.wording)
    joined = reception.ledger.memberships.join(
        newcomer, lists, agreement=agreement, now=visit.now, signup=invitation.digest
    )
    if joined is None:  # somebody was quicker with the same link
        return _over(invitation, visit)
    _log.info("somebody subscribed", lists=", ".join(lists))
    token = reception.key.token(Purpose.PREFERENCES, list_name=EVERYTHING, person=person)
    return WebPage(template="confirmed", values={"lists": lists, "settings": f"/p/{token}"})


def _over(invitation: Invitation, visit: Visit) -> WebPage:
    """A link that was good once: somebody used it, or it is too late."""
    if invitation.expires_at > visit.now:
        return WebPage(template="used")
    return WebPage(template="expired", status=HTTPStatus.GONE)


def _still_wanted(reception: Reception, signup: Signup) -> tuple[str, ...]:
    """The lists that there still are, and that nobody has said no to since they were asked for.

    Somebody may ask twice, confirm one mail and leave: the other mail must not bring them back.
    """
    found = reception.ledger.suppressions.of(reception.key.hash_of(signup.address))
    since = {one.list for one in found if one.since > signup.asked_at and one.reason is not Why.HARD_BOUNCE}
    if EVERY_LIST in since:
        return ()
    there = {one.name for one in reception.ledger.lists.all()}
    return tuple(name for name in signup.lists if name in there - since)


def _proof(reception: Reception, visit: Visit, signup: Signup) -> str:
    moment = visit.now.isoformat(timespec="seconds")
    return f"{signup.proof}; confirmed {moment} by client {client_tag(reception, visit.client)}"
