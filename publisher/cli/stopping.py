"""How programs that run on and on are asked to stop."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def signals(stop: threading.Event, ring: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Ctrl-C, SIGTERM and a closed terminal ask for a clean stop; a second one gets its usual effect."""

    def ask(number: int, _frame: object) -> None:
        stop.set()
        ring()
        signal.signal(number, before[signal.Signals(number)])

    wanted = [signal.SIGTERM, signal.SIGINT]
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup
        wanted.append(signal.SIGHUP)
    before = {number: signal.signal(number, ask) for number in wanted}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
