"""``publisher lists add``, ``remove``, ``suppress``, ``lift``, ``find``, ``erase`` and ``data``: one person each."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Iterator
from contextlib import suppress as suppress_errors
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.common import Globals, print_json, say, zulu
from publisher.cli.disclosing import Shown, note_disclosure
from publisher.cli.maillists import Format, ListFormat, Name, the_list
from publisher.cli.statuses import opened
from publisher.errors import ScheduleUnreadable, SettingsError

if TYPE_CHECKING:
    from publisher.app import App
    from publisher.ledger.ledger import Ledger
    from publisher.ledger.listrecords import Agreement, Subscriber

Address = Annotated[str, typer.Argument(metavar="ADDRESS", help="Somebody's address.")]
OneList = Annotated[str, typer.Option("--list", metavar="LIST", help="Only this list or audience; all when left out.")]
Why = Annotated[str, typer.Option("--why", metavar="WORDS", help="The reason, for the record; no address in it.")]


def register(group: typer.Typer) -> None:
    """Add the commands to the group ``lists``."""
    for name, command in (
        ("add", add),
        ("remove", remove),
        ("suppress", suppress),
        ("lift", lift),
        ("find", find),
        ("erase", erase),
        ("data", data),
    ):
        group.command(name)(command)


def add(  # noqa: PLR0913  what is known of a person
    context: typer.Context,
    name: Name,
    address: Address,
    *,
    proof: Annotated[str, typer.Option(help="What shows that they want it: “asked on the phone, 3 May”.")],
    called: Annotated[str, typer.Option("--name", help="What they are called.")] = "",
    language: Annotated[str, typer.Option("--language", metavar="LANG", help="What they read.")] = "",
    fields: Annotated[list[str] | None, typer.Option("--set", metavar="FIELD=TEXT", help="A further field.")] = None,
) -> None:
    """Put somebody on a list."""
    from publisher.channels.addresses import masked
    from publisher.ledger.listrecords import Newcomer
    from publisher.newsletter.people import check_language, normal, split_fields

    plain = normal(address)
    with opened(context) as (app, ledger):
        the_list(ledger, name)
        person, now = app.list_key.hash_of(plain), app.clock.now()
        held = ledger.suppressions.holding(person, list_name=name)
        if held is not None:
            raise SettingsError(
                f"this person must not be written to: {held.reason} since {held.since:%Y-%m-%d}",
                subject=masked(plain),
                remedy="let them sign up by themselves; or, if they asked you to: publisher lists lift ADDRESS",
            )
        newcomer = Newcomer(
            hash=person,
            address=plain,
            name=called,
            language=check_language(language),
            attributes=split_fields(fields or []),
        )
        ledger.memberships.join(newcomer, [name], agreement=_by_hand(app.clock.now(), proof), now=now)
    say(f"{name}: {masked(plain)} is on it")


def remove(context: typer.Context, name: Name, address: Address, *, why: Why = "") -> None:
    """Take somebody off a list, as if they had unsubscribed."""
    from publisher.channels.addresses import masked
    from publisher.newsletter.people import normal

    plain = normal(address)
    with opened(context) as (app, ledger):
        the_list(ledger, name)
        now = app.clock.now()
        person = app.list_key.hash_of(plain)
        ended = ledger.memberships.leave(person, [name], agreement=_by_hand(now, why), now=now)
    was = "is off it" if ended else "was not on it; no import puts them there from now on"
    say(f"{name}: {masked(plain)} {was}")


def suppress(context: typer.Context, address: Address, *, one_list: OneList = "", why: Why = "") -> None:
    """Let nothing be written to somebody, whatever list or file they stand on."""
    from publisher.channels.addresses import masked
    from publisher.ledger.listrecords import Suppression
    from publisher.ledger.listrecords import Why as Reason
    from publisher.newsletter.people import normal

    plain = normal(address)
    with opened(context) as (app, ledger):
        _check_list(app, ledger, one_list)
        new = Suppression(
            hash=app.list_key.hash_of(plain),
            list=one_list,
            reason=Reason.STAFF,
            since=app.clock.now(),
            detail=_without_address(why),
        )
        was = "" if ledger.suppressions.add(new) else ", as before"
    say(f"{masked(plain)}: nothing is written to them by {one_list or 'any list'}{was}")


def lift(context: typer.Context, address: Address, *, one_list: OneList = "") -> None:
    """Let somebody be written to again; for when they asked for it."""
    from publisher.channels.addresses import masked
    from publisher.newsletter.people import normal

    plain = normal(address)
    with opened(context) as (app, ledger):
        _check_list(app, ledger, one_list)
        person = app.list_key.hash_of(plain)
        lists = [one_list] if one_list else [one.list for one in ledger.suppressions.of(person)]
        lifted = [name or "all lists" for name in lists if ledger.suppressions.lift(person, list_name=name)]
    if not lifted:
        raise SettingsError(
            "nothing stands in the way of writing to them", subject=masked(plain), remedy="see: publisher lists find"
        )
    say(f"{masked(plain)}: may be written to again by {', '.join(lifted)}")


def find(
    context: typer.Context, address: Address, *, show_addresses: Shown = False, format_: Format = ListFormat.TEXT
) -> None:
    """Show on which lists somebody is, by what consent, and what stands in the way of writing to them."""
    from publisher.channels.addresses import masked
    from publisher.newsletter.dossier import known_about
    from publisher.newsletter.people import normal

    plain = normal(address)
    with opened(context) as (app, ledger):
        person = app.list_key.hash_of(plain)
        shown = plain if show_addresses else masked(plain)
        if show_addresses:
            note_disclosure(context.obj, "one person")
        if format_ is ListFormat.JSON:
            print_json({**known_about(person, ledger, address=plain), "address": shown})
            return
        say(shown, style="bold")
        for line in _story(ledger, person):
            say(f"  {line}")


def erase(
    context: typer.Context,
    address: Address,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
) -> None:
    """Forget somebody for good; what stays is a hash that keeps every list from writing to them again."""
    from publisher.channels.addresses import masked
    from publisher.newsletter.people import normal

    plain = normal(address)
    with opened(context) as (app, ledger):
        if not yes and not _is_sure(masked(plain)):
            raise typer.Exit(1)
        ledger.memberships.erase(app.list_key.hash_of(plain), address=plain, now=app.clock.now())
    say(f"{masked(plain)}: erased. Files of yours, and mails that lie in other systems, are not publisher's to change.")


def data(context: typer.Context, address: Address) -> None:
    """Print everything that is known about somebody, for themselves (GDPR, article 15), as JSON."""
    from publisher.newsletter.dossier import known_about
    from publisher.newsletter.people import normal

    options: Globals = context.obj
    plain = normal(address)
    with opened(context) as (app, ledger):
        note_disclosure(options, "what is known about one person")
        print_json(known_about(app.list_key.hash_of(plain), ledger, address=plain))


def _check_list(app: App, ledger: Ledger, name: str) -> None:
    """A list of the ledger, an audience whose readers stand in a file, or none. Raises `SettingsError`."""
    audiences: tuple[str, ...] = ()
    with suppress_errors(ScheduleUnreadable):
        audiences = tuple(audience.id for audience in app.schedule()[0].audiences.values() if audience.path)
    if name and name not in audiences:
        the_list(ledger, name)


def _by_hand(now: datetime, words: str) -> Agreement:
    from publisher.ledger.listrecords import Agreement, How

    return Agreement(how=How.STAFF, at=now, proof="; ".join(filter(None, [words.strip(), f"by {getpass.getuser()}"])))


def _without_address(words: str) -> str:
    if "@" in words:
        raise SettingsError(
            "an address must not stand in the reason",
            subject="--why",
            remedy="suppressions outlive what is erased; say it without the address",
        )
    return words.strip()


def _is_sure(whom: str) -> bool:
    if not sys.stdin.isatty():
        raise SettingsError("this can't be taken back", subject="erase", remedy="if you are sure, add --yes")
    return typer.confirm(f"Erase {whom} for good?")


def _story(ledger: Ledger, person: str) -> Iterator[str]:
    """What there is to say about somebody, a line each."""
    subscriber = ledger.subscribers.by_hash(person)
    if subscriber is not None:
        yield from _who(ledger, subscriber)
    for held in ledger.suppressions.of(person):
        detail = f" ({held.detail})" if held.detail else ""
        yield f"not written to by {held.list or 'any list'}: {held.reason} since {zulu(held.since)}{detail}"
    if subscriber is None:
        yield "on no list"


def _who(ledger: Ledger, one: Subscriber) -> Iterator[str]:
    yield f"{one.name or 'no name'}, {one.language or 'no language'}, known since {zulu(one.created_at)}"
    for name, words in one.attributes.items():
        if words:
            yield f"{name}: {words}"
    if one.paused_until is not None:
        yield f"paused until {zulu(one.paused_until)}"
    for subscription in ledger.subscribers.subscriptions(one.id):
        ended = f", until {zulu(subscription.ended_at)} ({subscription.ended_by})" if subscription.ended_at else ""
        yield f"on {subscription.list} since {zulu(subscription.since)}{ended}"
    for consent in ledger.subscribers.consents(one.id):
        version = f", text {consent.wording.version or 'without a name'}" if consent.wording else ""
        yield f"consent to {consent.list} {consent.act} {zulu(consent.at)}, {consent.how}{version}: {consent.proof}"
