"""``publisher lists create``, ``edit`` and ``show``."""

from __future__ import annotations

from contextlib import closing, suppress
from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.common import Globals, print_json, say, zulu
from publisher.cli.statuses import opened
from publisher.errors import ScheduleUnreadable, SettingsError

if TYPE_CHECKING:
    from publisher.app import App
    from publisher.ledger.ledger import Ledger
    from publisher.ledger.listrecords import MailList


class ListFormat(StrEnum):
    """How lists and people are printed."""

    TEXT = "text"
    JSON = "json"


Format = Annotated[ListFormat, typer.Option("--format", help="How to print it.")]
Name = Annotated[str, typer.Argument(metavar="LIST", help="The name of the list.")]
Title = Annotated[list[str] | None, typer.Option(metavar="LANG=WORDS", help="What people call it, per language.")]
About = Annotated[list[str] | None, typer.Option(metavar="LANG=WORDS", help="What it brings, per language.")]
Footer = Annotated[list[str] | None, typer.Option(metavar="LANG=WORDS", help="Words below its mails, per language.")]
Sender = Annotated[str | None, typer.Option(metavar="MAILBOX", help="Whom its mails come from: Name <address>.")]
ReplyTo = Annotated[str | None, typer.Option(metavar="MAILBOX", help="Where answers go.")]
Public = Annotated[bool | None, typer.Option("--public/--private", help="Whether people may sign up by themselves.")]


def register(group: typer.Typer) -> None:
    """Add the commands to the group ``lists``."""
    group.command("create")(create)
    group.command("edit")(edit)
    group.command("show")(show)


def create(  # noqa: PLR0913  what a list has
    context: typer.Context,
    name: Name,
    *,
    title: Title = None,
    basis: Annotated[str, typer.Option(help="Why you may write to its readers: consent, project-partners …")],
    about: About = None,
    footer: Footer = None,
    sender: Sender = None,
    reply_to: ReplyTo = None,
    list_id: Annotated[str, typer.Option(help="What mails name it by for ever: news.example.org (RFC 2919).")] = "",
    public: Public = False,
) -> None:
    """Make a mailing list."""
    from publisher.ledger.listrecords import MailList
    from publisher.newsletter.maillists import check_list_id, check_name, mailbox, texts

    options: Globals = context.obj
    app = options.app()
    check_name(name)
    new = MailList(
        name=name,
        title=texts({}, title or [], option="--title"),
        about=texts({}, about or [], option="--about"),
        footer=texts({}, footer or [], option="--footer"),
        list_id=check_list_id(list_id or _list_id(app, name, sender or "")),
        basis=_basis(basis),
        sender=mailbox(sender or "", option="--sender"),
        reply_to=mailbox(reply_to or "", option="--reply-to"),
        is_public=bool(public),
        created_at=app.clock.now(),
    )
    if not new.title:
        raise SettingsError("a list needs a name that people understand", subject="--title", remedy=_TITLE)
    with closing(app.open_ledger()) as ledger:
        if not ledger.lists.add(new):
            raise SettingsError(
                "there is a list of this name", subject=name, remedy=f"change it: publisher lists edit {name}"
            )
    say(f"{name}: made. Put people on it: publisher lists import {name} FILE; write to it: audiences, list: {name}")


def edit(  # noqa: PLR0913  what a list has
    context: typer.Context,
    name: Name,
    *,
    title: Title = None,
    basis: Annotated[str | None, typer.Option(help="Why you may write to its readers.")] = None,
    about: About = None,
    footer: Footer = None,
    sender: Sender = None,
    reply_to: ReplyTo = None,
    public: Public = None,
) -> None:
    """Change a mailing list; what is not named stays. Words of a language go away with LANG= and nothing behind it."""
    from publisher.newsletter.maillists import mailbox, texts

    with opened(context) as (_, ledger):
        one = the_list(ledger, name)
        changed = replace(
            one,
            title=texts(one.title, title or [], option="--title"),
            about=texts(one.about, about or [], option="--about"),
            footer=texts(one.footer, footer or [], option="--footer"),
            basis=one.basis if basis is None else _basis(basis),
            sender=one.sender if sender is None else mailbox(sender, option="--sender"),
            reply_to=one.reply_to if reply_to is None else mailbox(reply_to, option="--reply-to"),
            is_public=one.is_public if public is None else public,
        )
        if not changed.title:
            raise SettingsError("a list needs a name that people understand", subject="--title", remedy=_TITLE)
        ledger.lists.change(changed)
        _tell(ledger, changed)


def show(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="[LIST]", help="Every list when left out.")] = "",
    *,
    format_: Format = ListFormat.TEXT,
) -> None:
    """Show the mailing lists, and how many read them in which language."""
    with opened(context) as (_, ledger):
        lists = [the_list(ledger, name)] if name else ledger.lists.all()
        if format_ is ListFormat.JSON:
            print_json([_record(ledger, one) for one in lists])
            return
        for one in lists:
            _tell(ledger, one)
        if not lists:
            say(f"there is no list yet; {_MAKE_ONE}")


def the_list(ledger: Ledger, name: str) -> MailList:
    """The list of this name. Raises `SettingsError`, with the one that was probably meant."""
    from publisher.schedulefile.names import meant

    found = ledger.lists.get(name)
    if found is not None:
        return found
    names = [one.name for one in ledger.lists.all()]
    near = meant(name, names)
    remedy = f"did you mean “{near}”?" if near else f"there are: {', '.join(names)}" if names else _MAKE_ONE
    raise SettingsError("there is no such list", subject=name, remedy=remedy)


_MAKE_ONE = 'make it: publisher lists create news --title "en=News" --basis consent'
_TITLE = 'write it like: --title "pl=Nowości z biblioteki" --title "en=Library news"'


def _basis(words: str) -> str:
    if not words.strip():
        raise SettingsError(
            "a list needs a reason to write to people", subject="--basis", remedy="write it like: --basis consent"
        )
    return words.strip()


def _list_id(app: App, name: str, sender: str) -> str:
    """``news.example.org``, with the domain of the sender, else of the contact in the schedule file."""
    address = sender.rpartition("<")[2].rstrip("> ")
    if not address:
        with suppress(ScheduleUnreadable):
            contact = app.schedule()[0].project.contact
            address = contact.email if contact is not None else ""
    domain = address.rpartition("@")[2]
    if not domain:
        raise SettingsError(
            "its List-Id needs your domain",
            subject="--list-id",
            remedy=f"write it like: --list-id {name}.example.org, or name a --sender",
        )
    return f"{name}.{domain}"


def _tell(ledger: Ledger, one: MailList) -> None:
    sizes = ledger.members.languages([one.name])
    title = ", ".join(f"“{words}” ({language})" for language, words in one.title.items())
    say(f"{one.name}: {title}", style="bold")
    spoken = ", ".join(f"{count:,} {language or 'no language'}" for language, count in sizes.items())
    say(f"  {sum(sizes.values()):,} readers{f': {spoken}' if spoken else ''}")
    openness = "open to everybody" if one.is_public else "not open to sign-ups"
    say(f"  basis: {one.basis}; {openness}; List-Id {one.list_id}")
    for label, words in (("sender", one.sender), ("answers to", one.reply_to)):
        if words:
            say(f"  {label}: {words}")
    for label, per_language in (("about", one.about), ("footer", one.footer)):
        for language, words in per_language.items():
            say(f"  {label} ({language}): {words}")
    if one.columns:
        say(f"  further fields: {', '.join(one.columns)}")


def _record(ledger: Ledger, one: MailList) -> dict[str, object]:
    sizes = ledger.members.languages([one.name])
    return {
        "name": one.name,
        "title": dict(one.title),
        "about": dict(one.about),
        "footer": dict(one.footer),
        "list_id": one.list_id,
        "basis": one.basis,
        "sender": one.sender,
        "reply_to": one.reply_to,
        "public": one.is_public,
        "fields": list(one.columns),
        "created_utc": zulu(one.created_at),
        "readers": sum(sizes.values()),
        "languages": sizes,
    }
