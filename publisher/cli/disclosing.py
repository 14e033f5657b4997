"""Whole addresses on the screen or in a file: only where somebody asks for them, and never without a line about it."""

from __future__ import annotations

import getpass
import logging
from typing import Annotated

import typer

from publisher.cli.common import Globals

Shown = Annotated[
    bool, typer.Option("--show-addresses", help="Whole addresses, for who may read the ledger anyway; it is logged.")
]


def note_disclosure(options: Globals, what: str) -> None:
    """Who shows whole addresses leaves a line in the log, which goes to standard error."""
    import structlog

    from publisher.logs import configure

    configure(level=logging.WARNING, redact=options.redactor())
    structlog.get_logger("publisher.lists").warning("addresses shown", of=what, to=getpass.getuser())
