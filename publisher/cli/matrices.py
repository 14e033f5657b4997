"""``publisher lists matrix``: before a mailing begins, who gets which language, who gets nothing, what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.common import Globals, print_json, say, wall, zulu
from publisher.cli.maillists import Format, ListFormat
from publisher.errors import PublisherError, SettingsError

if TYPE_CHECKING:
    from publisher.app import App
    from publisher.composing import Composer
    from publisher.ledger.ledger import Ledger
    from publisher.model import Planned
    from publisher.newsletter.matrix import Matrix
    from publisher.schedulefile.schedule import Entry, Schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outlook:
    """What a planned mailing would be if it began now.

    ``languages`` are those in which it goes out; ``missing`` those in which it can't be made, each with the reason.
    """

    planned: Planned
    languages: tuple[str, ...]
    matrix: Matrix
    missing: dict[str, str]


def register(group: typer.Typer) -> None:
    """Add the command to the group ``lists``."""
    group.command("matrix")(matrix)


def matrix(
    context: typer.Context,
    key: Annotated[str, typer.Argument(metavar="KEY|ID", help="A mailing, an event, a post or a digest.")],
    *,
    format_: Format = ListFormat.TEXT,
) -> None:
    """Show who would get which language of a mailing, who would get nothing and why, and which words are missing.

    With 1 as exit code when readers have to wait for words.
    """
    options: Globals = context.obj
    app = options.app()
    with closing(app.open_ledger()) as ledger:
        found = list(_outlooks(app, ledger, key))
    if format_ is ListFormat.JSON:
        print_json([_record(one) for one in found])
    else:
        for one in found:
            _tell(one)
    if any(one.missing for one in found):
        raise typer.Exit(1)


def _outlooks(app: App, ledger: Ledger, key: str) -> Iterator[_Outlook]:
    from publisher.model import Form

    schedule, _ = app.schedule()
    mailings = [one for one in _named(app, schedule, ledger, key=key) if app.forms[one.channel.type] is Form.MAIL]
    if not mailings:
        raise SettingsError("no mailing of this name lies ahead", subject=key, remedy="see what does: publisher plan")
    composer = app.composer_of_the_moment(schedule)
    for planned in mailings:
        entry = schedule.entry(f"{planned.kind}s/{planned.source_id}")
        if entry is not None:
            yield _outlook(app, ledger, composer, planned=planned, entry=entry)


def _named(app: App, schedule: Schedule, ledger: Ledger, *, key: str) -> list[Planned]:
    from publisher.plan import default_window

    name = key.rstrip("/")
    planned = app.plan(schedule, default_window(app.clock.now()), ledger=ledger)
    return [
        one
        for one in planned
        if one.goes_out and (f"{one.key}/".startswith(f"{name}/") or f"{one.kind}s/{one.source_id}" == name)
    ]


def _outlook(app: App, ledger: Ledger, composer: Composer, *, planned: Planned, entry: Entry) -> _Outlook:
    from publisher.delivery.spoken import spoken
    from publisher.newsletter.audience import candidates, readership
    from publisher.newsletter.matrix import matrix_of

    channel = planned.channel
    audience = composer.schedule.audiences[channel.audience]
    columns = readership(audience, ledger=ledger).columns
    missing = _missing(composer, planned, entry, columns=columns)
    languages = channel.languages
    if not missing:
        languages = spoken(composer, planned, entry, channel=channel, columns=lambda: columns)
    now = app.clock.now()
    named = candidates(audience, ledger=ledger, key=app.list_key, channel=channel, now=now, spoken=languages)
    return _Outlook(planned=planned, languages=languages, matrix=matrix_of(named.candidates), missing=missing)


def _missing(composer: Composer, planned: Planned, entry: Entry, *, columns: tuple[str, ...]) -> dict[str, str]:
    """The languages in which the mail can't be made, each with the reason."""
    from publisher.composing import sample_reader

    found = {}
    for language in planned.channel.languages:
        reader = sample_reader(language, columns)
        try:
            composer.compose(planned, entry, channel=planned.channel, language=language, reader=reader)
        except PublisherError as error:
            found[language] = str(error)
    return found


def _tell(one: _Outlook) -> None:
    planned, matrix = one.planned, one.matrix
    say(f"{planned.key}  {planned.local:%Y-%m-%d %H:%M}", style="bold")
    say(f"  {matrix.candidates:,} candidates, {matrix.size:,} get it")
    for (own, got), count in matrix.readers.items():
        say(f"  {own or 'no language':<11} gets {got}  {count:>9,}")
    for reason, count in matrix.excluded.items():
        say(f"  {'excluded':<11} {reason}  {count:,}")
    for language in planned.channel.languages:
        if language not in one.languages:
            say(f"  {language}: not everything is there in this language", style="yellow")
    for language, why in one.missing.items():
        waiting = sum(count for (_, got), count in matrix.readers.items() if got == language)
        say(f"  {language}: {waiting:,} wait until it can be made: {why}", style="bold red")


def _record(one: _Outlook) -> dict[str, object]:
    planned, matrix = one.planned, one.matrix
    return {
        "key": planned.key,
        "channel": planned.channel.id,
        "local": wall(planned.local),
        "utc": zulu(planned.due_at),
        "candidates": matrix.candidates,
        "readers": [{"reads": own, "gets": got, "count": count} for (own, got), count in matrix.readers.items()],
        "excluded": dict(matrix.excluded),
        "incomplete": [language for language in planned.channel.languages if language not in one.languages],
        "missing": [{"language": language, "why": why} for language, why in one.missing.items()],
    }
