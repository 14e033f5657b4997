"""What is said when a command ends with an error: a line for people, without secrets."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from publisher import __version__
from publisher.errors import SettingsError

_OURS = Path(__file__).parents[1]


def complain(words: str, arguments: Sequence[str]) -> None:
    """One line on standard error."""
    from publisher.redaction import Redactor

    _write(Redactor(_secrets(arguments))(f"publisher: {words}"))


def confess(error: BaseException, arguments: Sequence[str]) -> None:
    """Say that the program itself is at fault; with ``--verbose`` also where, never with the values of variables."""
    from publisher.redaction import Redactor

    redact = Redactor(_secrets(arguments))
    further = "" if "--verbose" in arguments else ", and with what --verbose shows"
    _write(
        redact(
            f"publisher: it met something that it was not made for: {_name(error)}{_place(error)} → this is a fault of "
            f"publisher {__version__}, not yours: report it with this line{further} (README.md, “Operate it”)"
        )
    )
    if "--verbose" in arguments:
        _write(redact("".join(traceback.format_exception(error))).rstrip())


def _name(error: BaseException) -> str:
    """Its type; of what the operating system refused also the reason. Other words may be anybody's data."""
    reason = error.strerror if isinstance(error, OSError) else None
    return f"{type(error).__name__} ({reason})" if reason else type(error).__name__


def _place(error: BaseException) -> str:
    """The last line of ours that was at work: `` in plan.py, line 12``."""
    frames = [
        frame for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename).is_relative_to(_OURS)
    ]
    if not frames:
        return ""
    last = frames[-1]
    return f" in {Path(last.filename).relative_to(_OURS)}, line {last.lineno}"


def _secrets(arguments: Sequence[str]) -> Iterator[str]:
    """Those of the settings, and of an address that was typed."""
    from publisher.redaction import secrets_of
    from publisher.settings import environment

    values = dict(os.environ)
    with suppress(SettingsError, OSError):  # then this is what is told; the environment itself is known all the same
        values = environment(os.environ, Path.cwd())
    yield from secrets_of(values)
    yield from secrets_of({f"PUBLISHER_ARGUMENT_{number}": typed for number, typed in enumerate(arguments)})


def _write(text: str) -> None:
    sys.stderr.write(f"{text}\n")
