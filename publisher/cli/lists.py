"""The group ``publisher lists``."""

from __future__ import annotations

import typer

from publisher.cli import listfiles, mailings, maillists, matrices, people, settling


def register(cli: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(help="Mailing lists: who is on them, and what became of the mailings to them.")
    maillists.register(group)
    listfiles.register(group)
    people.register(group)
    matrices.register(group)
    mailings.register(group)
    settling.register(group)
    cli.add_typer(group, name="lists", no_args_is_help=True)
