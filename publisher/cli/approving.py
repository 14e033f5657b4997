"""``publisher approve``."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Sequence
from contextlib import closing
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.common import Globals, print_json, say, wall, zulu
from publisher.errors import SettingsError
from publisher.model import Severity

if TYPE_CHECKING:
    from publisher.approving import Approver
    from publisher.approvingsize import SizeApprover
    from publisher.preview import Preview


_Keys = Annotated[
    list[str] | None,
    typer.Argument(metavar="KEY", help="Ids or keys; the beginning up to a slash stands for all below it."),
]
_Size = Annotated[
    int | None, typer.Option(min=1, help="Say yes to so many readers of a mailing that is held for their number.")
]


class ListFormat(StrEnum):
    """How what waits is printed."""

    TEXT = "text"
    JSON = "json"


def register(cli: typer.Typer) -> None:
    """Add the command."""
    cli.command()(approve)


def approve(  # noqa: PLR0913  one parameter per option
    context: typer.Context,
    keys: _Keys = None,
    *,
    lang: Annotated[str | None, typer.Option(help="Only this language.")] = None,
    who: Annotated[
        str, typer.Option("--as", help="Your name, for the record; else that of git or of the computer.")
    ] = "",
    size: _Size = None,
    is_sure: Annotated[bool, typer.Option("--yes", help="Do not ask when there are several.")] = False,
    is_list: Annotated[bool, typer.Option("--list", help="Show what waits for approval, and since when.")] = False,
    format_: Annotated[ListFormat, typer.Option("--format", help="How to print the list.")] = ListFormat.TEXT,
) -> None:
    """Say yes to the words and pictures of a delivery, exactly as they are now."""
    from publisher.approving import Approver
    from publisher.approvingsize import SizeApprover
    from publisher.authorship import identity

    if not keys and (not is_list or size is not None):
        raise SettingsError(
            "nothing is named to approve", subject="KEY", remedy="see what waits: publisher approve --list"
        )
    options: Globals = context.obj
    app = options.app()
    schedule, _ = app.schedule()
    name = who or identity(schedule.path.resolve().parent) or getpass.getuser()
    with closing(app.open_ledger()) as ledger:
        if size is not None:
            _approve_sizes(SizeApprover(app, schedule, ledger), keys or [], size=size, who=name)
            return
        approver = Approver(app, schedule, ledger)
        previews = approver.waiting() if not keys else [one for key in keys for one in approver.named(key)]
        wanted = [one for one in previews if lang in (None, one.language)]
        if is_list:
            _show(wanted, approver, format_)
        elif not wanted:
            raise SettingsError("it has no such language", subject=f"--lang {lang}", remedy="see: publisher preview")
        elif is_sure or _agreed(wanted):
            _approve(wanted, approver, who=name)


def _approve_sizes(approver: SizeApprover, keys: Sequence[str], *, size: int, who: str) -> None:
    for key in keys:
        for row in approver.approve(key, size=size, who=who):
            say(f"{size:,} readers approved by {who}: {row.key}")


def _approve(previews: Sequence[Preview], approver: Approver, *, who: str) -> None:
    """Say yes to each, and tell what will hold it all the same; what can't be approved does not keep the others."""
    refused: list[SettingsError] = []
    for one in previews:
        try:
            is_fresh = approver.approve(one, who=who)
        except SettingsError as error:
            refused.append(error)
        else:
            say(f"{'approved' if is_fresh else 'approved before'} by {who}: {_name(one)}")
            for line in _held_by(one):
                say(line, style="bold red")
    for reason in refused[1:]:
        say(str(reason), style="bold red")
    if refused:
        raise refused[0]


def _agreed(previews: Sequence[Preview]) -> bool:
    """Whether a person at a terminal says yes to all of them; where nobody can be asked, naming them was enough.

    One alone was named by its person, who is asked only when it will be held.
    """
    held = [line for one in previews for line in _held_by(one)]
    if not sys.stdin.isatty() or (len(previews) == 1 and not held):
        return True
    for one in previews:
        say(_line(one))
        for line in _held_by(one):
            say(line, style="bold red")
    return typer.confirm(f"Approve these {len(previews)}?" if len(previews) > 1 else "Approve it all the same?")


def _held_by(preview: Preview) -> list[str]:
    """The errors that stop it also when it is approved, each with its mend."""
    if preview.composed is None:  # it can't be approved at all
        return []
    return [
        f"  it will be held: {problem.message} [{problem.code}]  → {problem.hint}"
        for problem in preview.problems
        if problem.severity is Severity.ERROR
    ]


def _show(previews: Sequence[Preview], approver: Approver, format_: ListFormat) -> None:
    since = approver.since(previews)
    if format_ is ListFormat.JSON:
        print_json(
            [
                {
                    "key": one.planned.key,
                    "language": one.language,
                    "local": wall(one.planned.local),
                    "timezone": one.planned.channel.calendar.timezone,
                    "approval": approval_record(one),
                    "since_utc": zulu(since[one.planned.key]) if one.planned.key in since else "",
                }
                for one in previews
            ]
        )
        return
    for one in previews:
        known = since.get(one.planned.key)
        waits = f"waits since {known:%Y-%m-%d %H:%M} UTC" if known else "not in the ledger yet"
        say(f"{_line(one)}  {waits}{_changed(one)}")
    say(f"{len(previews)} to approve" if previews else "nothing waits for approval")


def _line(one: Preview) -> str:
    return f"{one.planned.local:%Y-%m-%d %H:%M}  {_name(one)}"


def _name(one: Preview) -> str:
    return one.planned.key if len(one.planned.languages) == 1 else f"{one.planned.key} ({one.language})"


def _changed(one: Preview) -> str:
    from publisher.consent import called

    standing = one.standing
    if standing.by:
        return f"; approved by {standing.people}, one more is needed"
    if standing.last is not None:
        return f"; changed since {called(standing.last.who)} approved it"
    return ""


def approval_record(one: Preview) -> dict[str, object]:
    """How it stands with the approval, as the public interface prints it."""
    standing = one.standing
    return {
        "policy": str(one.planned.channel.approval),
        "state": str(standing.consent),
        "by": [{"who": given.who, "at_utc": zulu(given.given_at)} for given in standing.by],
    }
