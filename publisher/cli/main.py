"""The command line: global options, commands, and errors as one clear line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from publisher import __version__
from publisher.cli import (
    approving,
    bouncing,
    checks,
    correcting,
    doctor,
    feeds,
    importing,
    lastresort,
    ledgers,
    lists,
    login,
    mending,
    pausing,
    plans,
    previews,
    rehearsals,
    running,
    starting,
    statuses,
    testsending,
    webserver,
)
from publisher.cli.common import Globals
from publisher.errors import AlreadyRunning, PublisherError, SettingsError

EXIT_ERROR, EXIT_USAGE, EXIT_SOFTWARE, EXIT_TEMPFAIL = 1, 2, 70, 75

_GLOBAL_OPTIONS = ("--schedules", "--templates", "--database")
_GLOBAL_FLAGS = ("--verbose",)

cli = typer.Typer(
    name="publisher",
    help="Announces events on Twitter/X, Facebook and e-mail lists, at the times that schedules.yaml says.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@cli.callback()
def options(
    context: typer.Context,
    *,
    schedules: Annotated[
        Path, typer.Option(envvar="PUBLISHER_SCHEDULES", help="The file that says what, where and when.")
    ] = Path("schedules.yaml"),
    templates: Annotated[
        Path | None,
        typer.Option(envvar="PUBLISHER_TEMPLATES", help="Your own templates, before those that come along."),
    ] = None,
    database: Annotated[
        str, typer.Option(envvar="PUBLISHER_DATABASE", help="The ledger of what went out.")
    ] = "sqlite:///var/publisher.db",
    verbose: Annotated[bool, typer.Option("--verbose", help="Say more about what happens.")] = False,
) -> None:
    """Read what holds for every command."""
    context.obj = Globals(schedules=schedules, templates=templates, database=database, verbose=verbose)


starting.register(cli)
checks.register(cli)
mending.register(cli)
plans.register(cli)
previews.register(cli)
testsending.register(cli)
feeds.register(cli)
importing.register(cli)
running.register(cli)
statuses.register(cli)
approving.register(cli)
doctor.register(cli)
login.register(cli)
ledgers.register(cli)
lists.register(cli)
correcting.register(cli)
pausing.register(cli)
rehearsals.register(cli)
webserver.register(cli)
bouncing.register(cli)


@cli.command()
def version() -> None:
    """Print the version."""
    print(f"publisher {__version__}")  # noqa: T201


def run(arguments: Sequence[str]) -> int:
    """Run one command and give its exit code; every error becomes one line on standard error."""
    try:
        cli(_globals_first(arguments), prog_name="publisher")
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 0
    except PublisherError as error:
        lastresort.complain(str(error), arguments)
        return _exit_code(error)
    except Exception as error:  # noqa: BLE001  whatever it is, people get a line that they can pass on
        lastresort.confess(error, arguments)
        return EXIT_SOFTWARE
    return 0


def _exit_code(error: PublisherError) -> int:
    if isinstance(error, AlreadyRunning):
        return EXIT_TEMPFAIL
    return EXIT_USAGE if isinstance(error, SettingsError) else EXIT_ERROR


def _globals_first(arguments: Sequence[str]) -> list[str]:
    """Global options may stand anywhere: ``publisher plan --schedules my.yaml``."""
    first: list[str] = []
    rest: list[str] = []
    left = list(arguments)
    while left:
        argument = left.pop(0)
        if argument == "--":
            return [*first, *rest, "--", *left]
        if argument in _GLOBAL_FLAGS or argument.startswith(tuple(f"{name}=" for name in _GLOBAL_OPTIONS)):
            first.append(argument)
        elif argument in _GLOBAL_OPTIONS and left:
            first += [argument, left.pop(0)]
        else:
            rest.append(argument)
    return [*first, *rest]
