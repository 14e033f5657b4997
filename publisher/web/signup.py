"""Signing up: the form, and what happens behind it, out of sight of whoever filled it in."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

import structlog

from publisher.channels.addresses import masked, one_line
from publisher.ledger.listrecords import EVERY_LIST, MailList, Signup, Why, Wording
from publisher.model import Payload
from publisher.newsletter.validity import BadAddress, normal_address
from publisher.web.errands import Errand
from publisher.web.languages import chosen
from publisher.web.mails import Notice
from publisher.web.reception import Reception
from publisher.web.tokens import CHANCE_BYTES, CONFIRM_WITHIN, form_age, form_stamp, invitation_token
from publisher.web.visit import Fields, Visit, VisitReply, WebPage, problem
from publisher.web.words import LANGUAGES

LONGEST_NAME = 200
LONGEST_ADDRESS = 254  # RFC 5321 section 4.5.3.1.3, with its angle brackets
TRAP = "message"
"""A field that people don't see. What fills in everything it finds fills this in, too."""

_QUICKEST = timedelta(seconds=2)
_SLOWEST = timedelta(hours=12)
_MOST_PENDING = 5
_BY_THE_OFFICE = frozenset({Why.STAFF, Why.COMPLAINT})

_log = structlog.get_logger("publisher.web")


@dataclass(frozen=True, slots=True, kw_only=True)
class SignupWish:
    """What somebody asked for, with nothing wrong in it."""

    address: str  #: in its normal form
    name: str
    language: str
    lists: tuple[MailList, ...]
    wording: Wording
    asked_at: datetime
    client: bytes


def show_form(reception: Reception, visit: Visit) -> VisitReply:
    """The empty form."""
    asked = Fields([(name, value) for name, value in visit.query if name != "consent"])  # no link ticks that box
    return _form(reception, visit, errors={}, values=asked)


def take_form(reception: Reception, visit: Visit) -> VisitReply:
    """The form as somebody filled it in."""
    if not reception.clients.allows(visit.client, now=visit.now):
        return problem("often", status=HTTPStatus.TOO_MANY_REQUESTS)
    errors = _errors(reception, visit)
    if errors:
        return _form(reception, visit, errors=errors, values=visit.form)
    request = _request(reception, visit)
    if not visit.form.one(TRAP) and _may_write(reception, request):
        if not reception.errands.put(errand(reception, request)):
            return problem("busy", status=HTTPStatus.SERVICE_UNAVAILABLE)
    else:
        _log.info("a sign-up was left alone: the trap was filled in, or this address was asked for too often")
    return WebPage(template="sent", values={"address": request.address}, is_public=True)


def errand(reception: Reception, request: SignupWish) -> Errand:
    """Answers a request by mail. Tried again, it sends the same mail again and keeps nothing twice."""
    prepared: list[Payload | None] = []

    def answer() -> None:
        if not prepared:
            prepared.append(_prepared(reception, request))
        if prepared[0] is not None:
            reception.postman.send(prepared[0], request.lists[0])

    return answer


def consent_of(reception: Reception, visit: Visit) -> Wording:
    """What stands beside the box that people tick."""
    say = visit.words
    words = say("consent.text", organisation=reception.office.name)
    return Wording(language=say.language, words=words, version=say("consent.version"))


def client_tag(reception: Reception, client: bytes) -> str:
    """What stands for a client's address in proofs of consent."""
    return reception.key.tag("web client", client.hex(), size=6).hex()


def _form(reception: Reception, visit: Visit, *, errors: Mapping[str, str], values: Fields) -> WebPage:
    lists = reception.public_lists()
    return WebPage(
        template="subscribe",
        values={
            "lists": lists,
            "errors": errors,
            "values": values,
            "wanted": values.all("list") or [one.name for one in lists if len(lists) == 1],
            "consent": consent_of(reception, visit).words,
            "stamp": form_stamp(reception.key, now=visit.now),
            "archived": {one.name for one in lists if reception.ledger.archive.languages(one.name)},
        },
        status=HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK,
        is_public=True,
    )


def _errors(reception: Reception, visit: Visit) -> dict[str, str]:
    """What is wrong, by the field that it is about, in the order of the page."""
    form, address = visit.form, visit.form.one("address")
    names = {one.name for one in reception.public_lists()}
    found = {
        "list": "" if names.intersection(form.all("list")) else "no_list",
        "address": "no_address" if not address else "" if _normal(address) else "bad_address",
        "name": "long_name" if len(form.one("name")) > LONGEST_NAME else "",
        "consent": "" if form.says("consent", "yes") else "no_consent",
    }
    if not any(found.values()):
        found["button"] = _pace(form_age(reception.key, form.one("stamp"), now=visit.now))
    return {field: visit.words(f"subscribe.{name}") for field, name in found.items() if name}


def _pace(age: timedelta | None) -> str:
    """Whether a person can have been so quick; programs are asked once more, too, and get no further."""
    if age is None or age > _SLOWEST:
        return "too_old"
    return "too_fast" if age < _QUICKEST else ""


def _normal(address: str) -> str:
    """The address in its normal form; empty when it is none."""
    try:
        return normal_address(address) if len(address) <= LONGEST_ADDRESS else ""
    except BadAddress:
        return ""


def _request(reception: Reception, visit: Visit) -> SignupWish:
    form, language = visit.form, visit.form.one("language")
    wanted = form.all("list")
    return SignupWish(
        address=_normal(form.one("address")),
        name=one_line(form.one("name")),
        language=language if language in LANGUAGES else visit.words.language,
        lists=tuple(one for one in reception.public_lists() if one.name in wanted),
        wording=consent_of(reception, visit),
        asked_at=visit.now,
        client=visit.client,
    )


def _may_write(reception: Reception, request: SignupWish) -> bool:
    """No more mails to one mailbox than somebody needs who doesn't find the first."""
    return reception.addresses.allows(_mailbox(request.address).encode(), now=request.asked_at)


def _mailbox(address: str) -> str:
    """Stands for the mailbox behind an address: many providers leave out dots and what follows a ``+``."""
    local, _, domain = address.casefold().rpartition("@")
    return f"{local.partition('+')[0].replace('.', '')}@{domain}"


def _prepared(reception: Reception, request: SignupWish) -> Payload | None:
    """The mail that answers a request, after what has to be kept for it was kept; None when there is none to send."""
    person = reception.key.hash_of(request.address)
    stopped = {one.list for one in reception.ledger.suppressions.of(person) if one.reason in _BY_THE_OFFICE}
    wanted = [one for one in request.lists if not {one.name, EVERY_LIST} & stopped]
    known = reception.ledger.subscribers.by_hash(person)
    current = reception.current(known) if known else set()
    new = [one for one in wanted if one.name not in current]
    if new and len(reception.ledger.signups.of(request.address)) < _MOST_PENDING:
        link = _kept(reception, request, tuple(one.name for one in new))
        return _mail(reception, request, "confirm", lists=new, link=link)
    if wanted and not new:
        return _mail(
            reception,
            request,
            "known",
            lists=wanted,
            link=f"{reception.links.preferences(person)}?lang={request.language}",
        )
    _log.warning(
        "a sign-up was left alone: this reader complained, the office does not write to them, or asked very often",
        address=masked(request.address),
    )
    return None


def _kept(reception: Reception, request: SignupWish, lists: tuple[str, ...]) -> str:
    """Keep a request until it is confirmed; gives the link that does that."""
    client, moment = client_tag(reception, request.client), request.asked_at.isoformat(timespec="seconds")
    token = invitation_token(reception.key, chance=reception.chance(CHANCE_BYTES), now=request.asked_at)
    new = Signup(
        token=hashlib.sha256(token.encode()).hexdigest(),
        address=request.address,
        name=request.name,
        language=request.language,
        lists=lists,
        wording=request.wording,
        asked_at=request.asked_at,
        expires_at=request.asked_at + CONFIRM_WITHIN,
        proof=f"asked {moment} by client {client}",
    )
    reception.ledger.signups.keep(new)
    return f"{reception.links.confirm(token)}?lang={request.language}"


def _mail(reception: Reception, request: SignupWish, kind: str, *, lists: Sequence[MailList], link: str) -> Payload:
    notice = Notice(
        kind=kind,
        words=reception.words[request.language],
        organisation=reception.office.name,
        lists=[chosen(one.title, request.language, otherwise=one.name) for one in lists],
        link=link,
    )
    return reception.postman.write(notice, request.address, request.lists[0])
