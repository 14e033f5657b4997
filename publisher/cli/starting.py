"""``publisher init``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from publisher.cli.common import Globals, Language, language_for, say, speaker
from publisher.sentences import Speaker, sentence


def register(cli: typer.Typer) -> None:
    """Add the command."""
    cli.command()(init)


def init(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="Where to begin; made when it is not there yet.")] = Path(),
    *,
    lang: Annotated[
        Language | None, typer.Option(help="The language of the remarks; that of your computer when left out.")
    ] = None,
) -> None:
    """Write a commented schedule file to begin with, a sample list, and the schema for editors."""
    from publisher.clock import SystemClock
    from publisher.starting.folder import has_modeline, prepare
    from publisher.starting.starter import next_steps, starter

    given: Globals = context.obj
    language, speak = language_for(lang), speaker(lang)
    schedule = folder / given.schedules
    prepared = prepare(schedule, starter(language, today=SystemClock().now().astimezone().date()))
    for path in prepared.written:
        say(speak.say(sentence("{file}: written", file=path)), style="green")
    for path in prepared.kept:
        say(speak.say(sentence("{file}: was there already and is as before", file=path)), style="yellow")
    if schedule in prepared.kept and not has_modeline(schedule):
        _offer_modeline(speak)
    if schedule in prepared.written:
        say()
        say(next_steps(language, folder=folder).rstrip())
    raise typer.Exit(1 if prepared.kept else 0)


def _offer_modeline(speak: Speaker) -> None:
    from publisher.starting.starter import MODELINE

    say()
    say(speak.say(sentence("For help while you write, paste this as the first line of your file:")))
    say(MODELINE)
