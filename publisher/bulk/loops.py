"""The event loop that mails are sent in."""

from __future__ import annotations

import asyncio
import ctypes
import gc
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_SELDOM = (20_000, 50, 100)  #: new objects, and rounds, before cycles are looked for among them
_M_TRIM_THRESHOLD, _M_TOP_PAD = -1, -2  #: of glibc's ``malloc.h``
_KEPT, _AHEAD = 16_000_000, 2_000_000  #: bytes


def new_loop() -> asyncio.AbstractEventLoop:
    """Uvloop's where it is installed: it is twice as fast."""
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()


@contextmanager
def undisturbed() -> Iterator[None]:
    """For thousands of mails that are made and thrown away.

    Python would look for cycles again and again, through all that it ever loaded, and there are none. Glibc would give
    the memory of each mail back to the system, and ask for it again: it keeps it from now on.
    """
    with suppress(OSError, AttributeError):  # another C library
        keep = ctypes.CDLL(None).mallopt
        keep(_M_TRIM_THRESHOLD, _KEPT)
        keep(_M_TOP_PAD, _AHEAD)
    usual = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(*_SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()
