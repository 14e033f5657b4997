"""``publisher fix`` and ``publisher explain``."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.common import Globals, Language, language_for, say, speaker
from publisher.sentences import NOTHING, Sentence, Speaker, counted, sentence

if TYPE_CHECKING:
    from publisher.app import App
    from publisher.model import Problem
    from publisher.schedulefile.fix import Fixed
    from publisher.schedulefile.reading.read import Reading

_STYLES = {"+": "green", "-": "red", "@": "cyan"}


def register(cli: typer.Typer) -> None:
    """Add the commands."""
    cli.command()(fix)
    cli.command()(explain)


def fix(
    context: typer.Context,
    file: Annotated[Path | None, typer.Argument(help="Instead of --schedules.")] = None,
    *,
    diff: Annotated[bool, typer.Option("--diff", help="Only show what would change; write nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Don't ask, even on a terminal.")] = False,
    lang: Annotated[Language | None, typer.Option("--lang", help="Language of the messages.")] = None,
) -> None:
    """Mend what can be mended by small edits: quotes, tabs, odd spaces, dates, encoding. Shows them first."""
    from publisher.importing.saving import read, save
    from publisher.schedulefile.fix import fix as mend
    from publisher.schedulefile.reading.read import read_bytes

    given: Globals = context.obj
    path, speak, app = file or given.schedules, speaker(lang), given.app()
    made = mend(read(path), file=str(path), problems=partial(_problems, app))
    _show(made, path, speak)
    if made.has_changed and not diff:
        if not yes and sys.stdin.isatty() and not typer.confirm(speak.say(_QUESTION)):
            raise typer.Exit(1)
        save(path, made.after, before=made.before)
    errors = sum(problem.severity == "error" for problem in _problems(app, read_bytes(made.after, file=str(path))))
    say(speak.say(_outcome(made, path, is_written=not diff, errors=errors)))
    raise typer.Exit(1 if errors or (diff and made.has_changed) else 0)


def _problems(app: App, reading: Reading) -> tuple[Problem, ...]:
    from publisher.schedulefile.load import load

    return load(reading, channel_types=app.forms).problems


def _show(made: Fixed, path: Path, speak: Speaker) -> None:
    """What was mended, one line each, and the difference. Nobody's password is shown on the way."""
    from publisher.schedulefile.secrets import secrets_in

    for problem in made.mended:
        say(f"{path}:{problem.place.line}:{problem.place.column}  {speak.say(problem.message)}  [{problem.code}]")
    secrets = secrets_in(f"{made.text_before}\n{made.text_after}")
    for line in _difference(made, path):
        say(secrets.masked(line), style=_STYLES.get(line[:1], ""))


def _difference(made: Fixed, path: Path) -> Iterator[str]:
    before, after = (text.splitlines() for text in (made.text_before, made.text_after))
    for line in difflib.unified_diff(before, after, str(path), str(path), lineterm="", n=1):
        yield "".join(
            sign if sign.isprintable() else "\N{OPEN BOX}" if sign.isspace() else "\N{REPLACEMENT CHARACTER}"
            for sign in line
        )


_QUESTION = sentence("Write these changes into the file?")


def _outcome(made: Fixed, path: Path, *, is_written: bool, errors: int) -> Sentence:
    left = NOTHING
    if errors:
        left = counted(
            " {n} error is left for you: publisher check", " {n} errors are left for you: publisher check", n=errors
        )
    if not made.has_changed:
        return sentence("{file}: nothing that I can mend.{left}", file=path, left=left)
    if not is_written:
        return sentence("{file}: not written. Without --diff it is.{left}", file=path, left=left)
    done = counted("{n} problem mended.", "{n} problems mended.", n=len(made.mended))
    return sentence("{file}: {done}{left}", file=path, done=done, left=left)


def explain(
    code: Annotated[str, typer.Argument(help="The code in brackets, like lost-hashtag.")] = "",
    *,
    lang: Annotated[Language | None, typer.Option("--lang", help="Language of the explanation.")] = None,
) -> None:
    """Explain one kind of problem, with examples and the source of the rule. Without a code: list all of them."""
    from publisher.explanations import codes, explanation

    language = language_for(lang)
    if not code:
        width = max(map(len, codes()))
        for known in codes():
            say(f"{known:{width}}  {explanation(known).title[language]}")
        return
    say(explanation(code).page(language))
