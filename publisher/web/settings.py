"""The reader's own page: lists, language, name and a pause; leaving everything; their data, and its end."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from http import HTTPStatus

import structlog

from publisher.channels.addresses import masked, one_line
from publisher.ledger.listrecords import EVERY_LIST, Agreement, How, MailList, Newcomer, Subscriber
from publisher.newsletter.dossier import known_about
from publisher.newsletter.keys import Grant, Purpose
from publisher.timing.instants import to_instant, to_local
from publisher.web.reception import Reception
from publisher.web.signup import LONGEST_NAME, consent_of
from publisher.web.visit import Elsewhere, Fields, Raw, Visit, VisitReply, WebPage, bad_link, problem
from publisher.web.words import LANGUAGES

_LONGEST_PAUSE = timedelta(days=366)
_FIELDS = ("list", "name", "language", "pause")

_log = structlog.get_logger("publisher.web")


def show(reception: Reception, visit: Visit) -> VisitReply:
    """The settings as they are."""
    return _for_known(reception, visit, lambda one: _page(reception, visit, one, errors={}))


def save(reception: Reception, visit: Visit) -> VisitReply:
    """The settings as they are to be."""
    return _for_known(reception, visit, lambda one: _saved(reception, visit, one))


def leave_all(reception: Reception, visit: Visit) -> VisitReply:
    """No more mails at all; also for readers from a file, whom we don't know."""
    grant = reception.granted(visit.path["token"], Purpose.PREFERENCES)
    if grant is None:
        return bad_link(visit)
    agreement = Agreement(how=How.PAGE, at=visit.now)
    reception.ledger.memberships.leave(grant.person, [EVERY_LIST], agreement=agreement, now=visit.now)
    _log.info("somebody left", list="all lists", how="page")
    token = reception.key.token(Purpose.UNSUBSCRIBE, list_name=EVERY_LIST, person=grant.person)
    return Elsewhere(f"/u/{token}?lang={visit.words.language}")


def download(reception: Reception, visit: Visit) -> VisitReply:
    """Everything we keep about somebody, for them to keep."""

    def written(one: Subscriber) -> VisitReply:
        content = json.dumps(known_about(one.hash, reception.ledger), ensure_ascii=False, indent=2).encode()
        headers = {"Content-Disposition": 'attachment; filename="my-data.json"'}
        return Raw(content=content + b"\n", content_type="application/json; charset=utf-8", headers=headers)

    return _for_known(reception, visit, written)


def ask_erasing(reception: Reception, visit: Visit) -> VisitReply:
    """What erasing means, with a button."""
    return _for_known(reception, visit, lambda _one: WebPage(template="erase", values={"at": _at(visit)}))


def erase(reception: Reception, visit: Visit) -> VisitReply:
    """Forget somebody; a keyed hash of the address stays among the suppressions."""

    def gone(one: Subscriber) -> VisitReply:
        reception.ledger.memberships.erase(one.hash, address=one.address, now=visit.now)
        _log.info("somebody had their data erased")
        return WebPage(template="erased")

    return _for_known(reception, visit, gone)


def _for_known(reception: Reception, visit: Visit, answer: Callable[[Subscriber], VisitReply]) -> VisitReply:
    grant = reception.granted(visit.path["token"], Purpose.PREFERENCES)
    if grant is None:
        return bad_link(visit)
    one = reception.ledger.subscribers.by_hash(grant.person)
    return _unknown(reception, visit, grant) if one is None else answer(one)


def _unknown(reception: Reception, visit: Visit, grant: Grant) -> WebPage:
    """Somebody who is in no table: erased, or a reader from a file. They can still end it all."""
    stopped = reception.left(grant.person, EVERY_LIST) is not None
    return WebPage(template="unknown", values={"stopped": stopped, "at": _at(visit)})


def _at(visit: Visit) -> str:
    return f"/p/{visit.path['token']}"


def _page(reception: Reception, visit: Visit, one: Subscriber, *, errors: Mapping[str, str]) -> WebPage:
    current = reception.current(one)
    return WebPage(
        template="settings",
        values={
            "at": _at(visit),
            "address": masked(one.address),
            "lists": _shown(reception, current),
            "errors": errors,
            "values": visit.form if errors else _values(reception, visit, one),
            "consent": consent_of(reception, visit).words,
            "saved": visit.query.one("saved") == "yes",
            "first": (_today(reception, visit) + timedelta(days=1)).isoformat(),
            "last": (_today(reception, visit) + _LONGEST_PAUSE).isoformat(),
        },
        status=HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK,
    )


def _values(reception: Reception, visit: Visit, one: Subscriber) -> Fields:
    pause = ""
    if one.paused_until is not None and one.is_paused(visit.now):
        pause = to_local(one.paused_until, reception.office.timezone).date().isoformat()
    lists = [("list", name) for name in sorted(reception.current(one))]
    return Fields([*lists, ("name", one.name), ("language", one.language), ("pause", pause)])


def _shown(reception: Reception, current: Iterable[str]) -> list[MailList]:
    """Lists that are for everybody, and those that this reader is on."""
    return [one for one in reception.ledger.lists.all() if one.is_public or one.name in current]


def _saved(reception: Reception, visit: Visit, one: Subscriber) -> VisitReply:
    """What is not in the form stays as it is; but whoever ticks no list sends none of that name."""
    if not any(visit.form.has(name) for name in _FIELDS):
        return problem("form", status=HTTPStatus.BAD_REQUEST)
    errors = _errors(reception, visit, one)
    if errors:
        return _page(reception, visit, one, errors=errors)
    form, subscribers, now = visit.form, reception.ledger.subscribers, visit.now
    if form.has("name"):
        subscribers.rename(one.id, one_line(form.one("name")), now=now)
    if form.one("language") in LANGUAGES:
        subscribers.speak(one.id, form.one("language"), now=now)
    if form.has("pause"):
        subscribers.pause(one.id, until=_until(reception, form.one("pause")), now=now)
    _change_lists(reception, visit, one)
    return Elsewhere(f"{_at(visit)}?saved=yes&lang={visit.words.language}")


def _change_lists(reception: Reception, visit: Visit, one: Subscriber) -> None:
    left, joined = _changes(reception, visit, one)
    memberships, now = reception.ledger.memberships, visit.now
    if left:
        memberships.leave(one.hash, left, agreement=Agreement(how=How.PAGE, at=now), now=now)
    if joined:
        reception.keep_other_no(one.hash, besides=joined)
        newcomer = Newcomer(hash=one.hash, address=one.address)
        agreement = Agreement(how=How.PAGE, at=now, wording=consent_of(reception, visit))
        memberships.join(newcomer, joined, agreement=agreement, now=now)


def _changes(reception: Reception, visit: Visit, one: Subscriber) -> tuple[list[str], list[str]]:
    """The lists that somebody leaves, and those that they join."""
    current, wanted = reception.current(one), {*visit.form.all("list")}
    shown = {each.name for each in _shown(reception, current)}
    return sorted(current - wanted), sorted((shown & wanted) - current)


def _errors(reception: Reception, visit: Visit, one: Subscriber) -> dict[str, str]:
    form, today = visit.form, _today(reception, visit)
    _, joined = _changes(reception, visit, one)
    found = {
        "list": "settings.held" if joined and reception.held_by_office(one.hash, joined) else "",
        "name": "subscribe.long_name" if len(form.one("name")) > LONGEST_NAME else "",
        "pause": "" if _is_possible(form.one("pause"), today=today) else "settings.bad_day",
    }
    return {field: visit.words(key) for field, key in found.items() if key}


def _is_possible(text: str, *, today: date) -> bool:
    if not text:
        return True
    day = _day(text)
    return day is not None and today < day <= today + _LONGEST_PAUSE


def _until(reception: Reception, text: str) -> datetime | None:
    day = _day(text)
    return None if day is None else to_instant(datetime.combine(day, time.min), reception.office.timezone)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _today(reception: Reception, visit: Visit) -> date:
    return to_local(visit.now, reception.office.timezone).date()
