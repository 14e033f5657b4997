"""``publisher lists import`` and ``export``."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from publisher.cli.common import Globals, Language, print_json, say, speaker
from publisher.cli.disclosing import Shown, note_disclosure
from publisher.cli.maillists import Format, ListFormat, Name, the_list
from publisher.cli.statuses import opened
from publisher.errors import AudienceError, SettingsError

if TYPE_CHECKING:
    from publisher.ledger.listrecords import Agreement, MailList, Wording
    from publisher.newsletter.imports import ImportReport
    from publisher.sentences import Speaker


_TABLES = ("csv", "ods", "xls", "xlsb", "xlsm", "xlsx")
"""Endings by which programs take a file for a table of this kind."""


class SheetFormat(StrEnum):
    """How a list is written to a file."""

    CSV = "csv"
    XLSX = "xlsx"


def register(group: typer.Typer) -> None:
    """Add the commands to the group ``lists``."""
    group.command("import")(import_)
    group.command("export")(export)


def import_(  # noqa: PLR0913  what an import is, and by what right
    context: typer.Context,
    name: Name,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV in UTF-8, XLSX, XLS or ODS.")],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would become of each row.")] = False,
    basis: Annotated[str, typer.Option(help="By what right, for the record; that of the list when left out.")] = "",
    consent: Annotated[str, typer.Option(metavar="WORDS", help="The very words that these people said yes to.")] = "",
    consent_lang: Annotated[str, typer.Option(metavar="LANG", help="The language of those words.")] = "",
    consent_version: Annotated[str, typer.Option(metavar="NAME", help="What you call this version of the words.")] = "",
    show_addresses: Shown = False,
    format_: Format = ListFormat.TEXT,
    lang: Annotated[Language | None, typer.Option(help="The language of the report.")] = None,
) -> None:
    """Put the people in a file on a list, all at once; a report says what became of each row."""
    from publisher.newsletter.imports import Import, import_file, rehearse_import

    options: Globals = context.obj
    _check_order(name, file)
    with opened(context) as (app, ledger):
        one, now = the_list(ledger, name), app.clock.now()
        wording = _wording(consent, consent_lang, consent_version)
        what = Import(file=file, list_name=name, agreement=_agreement(one, basis, wording, now=now), now=now)
        with _told_in(speaker(lang)):
            report = (rehearse_import if dry_run else import_file)(what, ledger, app.list_key)
    if show_addresses:
        note_disclosure(options, f"{file.name}, for {name}")
    if format_ is ListFormat.JSON:
        print_json({"list": name, "file": str(file), "kept": not dry_run, **_record(report, show=show_addresses)})
    else:
        _tell(report, lang, show=show_addresses, is_kept=not dry_run)
    if _is_anything_wrong(report):
        raise typer.Exit(1)


def _check_order(name: str, file: Path) -> None:
    """Raises `SettingsError` when the file stands where the list belongs."""
    if Path(name).is_file() and not file.exists():
        raise SettingsError(
            "this is a file, and the list comes first",
            subject=name,
            remedy=f"write it like: publisher lists import {file} {name}",
        )


@contextmanager
def _told_in(speak: Speaker) -> Iterator[None]:
    """What is wrong with the file as a whole, in the language of the report."""
    try:
        yield
    except AudienceError as error:
        message, remedy = speak.say(error.message), speak.say(error.remedy)
        raise AudienceError(message, subject=error.subject, remedy=remedy) from error.__cause__


def export(
    context: typer.Context,
    name: Name,
    *,
    format_: Annotated[
        SheetFormat | None, typer.Option("--format", help="The kind of file; by the ending of FILE when left out.")
    ] = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Where to; standard output when left out.")] = None,
) -> None:
    """Write a list to a file that spreadsheet programs open, and that can be imported again."""
    from publisher.newsletter.exports import rows_of, write_csv, write_xlsx

    options: Globals = context.obj
    kind = _kind(format_, out)
    if out is None and kind is SheetFormat.XLSX and sys.stdout.isatty():
        raise SettingsError("a spreadsheet is nothing for the screen", subject="--out", remedy="write: --out FILE.xlsx")
    with opened(context) as (_, ledger):
        one = the_list(ledger, name)
        with _opened_file(out) as to:
            note_disclosure(options, f"the list {name}")
            (write_csv if kind is SheetFormat.CSV else write_xlsx)(rows_of(ledger, one), to)
    if out is not None:
        say(f"{out}: written, for nobody's eyes but yours")


def _kind(asked: SheetFormat | None, out: Path | None) -> SheetFormat:
    """The kind of file; its ending must not say another one: nothing would open it. Raises `SettingsError`."""
    ending = out.suffix.lower().removeprefix(".") if out is not None else ""
    kind = asked or next((kind for kind in SheetFormat if kind == ending), SheetFormat.CSV)
    if ending in _TABLES and ending != kind:
        raise SettingsError(
            f"by its ending this is no {kind.upper()} file",
            subject=str(out),
            remedy=f"call it: {Path(str(out)).with_suffix(f'.{kind}')}",
        )
    return kind


def _opened_file(out: Path | None) -> BinaryIO:
    """A file that only its owner may read, or standard output."""
    if out is None:
        return os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    try:
        return os.fdopen(os.open(out, os.O_CREAT | os.O_TRUNC | os.O_WRONLY | os.O_CLOEXEC, 0o600), "wb")
    except OSError as error:
        raise SettingsError(
            "the file can't be written", subject=str(out), remedy="check its folder, and the right to write there"
        ) from error


def _wording(words: str, language: str, version: str) -> Wording | None:
    from publisher.ledger.listrecords import Wording
    from publisher.newsletter.validity import known_language

    if not words:
        if version or language:
            raise SettingsError(
                "the words of this version are missing", subject="--consent", remedy='write them: --consent "I want …"'
            )
        return None
    code = known_language(language) if language else None
    if code is None:
        wrong = f"“{language}” is no language code" if language else "the language of the words is missing"
        raise SettingsError(wrong, subject="--consent-lang", remedy="write it like: --consent-lang pl")
    return Wording(language=code, words=words, version=version)


def _agreement(one: MailList, basis: str, wording: Wording | None, *, now: datetime) -> Agreement:
    from publisher.ledger.listrecords import Agreement, How
    from publisher.newsletter.imports import proof_of

    proof = proof_of(basis.strip() or one.basis, by=getpass.getuser())
    return Agreement(how=How.IMPORT, at=now, proof=proof, wording=wording)


def _record(report: ImportReport, *, show: bool) -> dict[str, object]:
    rows = sorted(report.rows, key=lambda row: row.line)
    return {
        "counts": {str(fate): count for fate, count in report.counts.items()},
        "unknown_languages": report.unknown_languages,
        "sheet": report.sheet,
        "unread_sheets": list(report.unread),
        "rows": [
            {
                "line": row.line,
                "address": row.address if show else row.masked,
                "fate": str(row.fate),
                "unknown_language": row.has_unknown_language,
                "words": str(row.words),
            }
            for row in rows
        ],
    }


def _tell(report: ImportReport, lang: Language | None, *, show: bool, is_kept: bool) -> None:
    from publisher.newsletter.imports import NOBODY, NOTHING_KEPT, lines, summary

    speak = speaker(lang)
    if not report.rows:
        say(speak.say(NOBODY))
    for line in lines(report, shown=show):
        say(speak.say(line))
    for count, words in summary(report):
        say(f"{count:,} {speak.say(words)}", style="bold")
    if not is_kept:
        say(speak.say(NOTHING_KEPT))


def _is_anything_wrong(report: ImportReport) -> bool:
    from publisher.newsletter.imports import RowFate

    return bool(report.counts[RowFate.BAD_ADDRESS] or report.counts[RowFate.BAD_ROW])
