"""When the daemon is killed: while it starts, after something it said, or right after something arrived."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path

from publisher.sandbox import Sandbox

_EARLY = 0.15  #: share of kills while the daemon is still starting
_ARRIVAL = 0.35  #: share of kills right after a platform took something, mostly before that is written down
_STARTING = 0.6  #: seconds
_MOST_LINES = 10  #: what the daemon says before it is killed
_MOST_ARRIVALS = 4
_HARDLY = 0.02  #: seconds
_NOTHING_HAPPENS = 3.0  #: seconds after the start after which it is killed in any case
_NOTHING_STARTS = 60.0  #: seconds within which it must have started
_RUNS = b"publisher runs"
_TAKEN_OVER = b"edit taken over"


class Moments:
    """Waits beside a daemon that writes ``log`` and sends to ``sandbox``."""

    def __init__(self, log: Path, *, sandbox: Sandbox, chance: random.Random) -> None:
        self._log = log
        self._sandbox = sandbox
        self._chance = chance
        self._heard = 0
        log.touch()

    def begin(self) -> None:
        """The next daemon is started now."""
        self._heard = self._log.stat().st_size

    def wait_for_one(self) -> None:
        """Until the moment for a kill."""
        drawn = self._chance.random()
        if drawn < _EARLY:
            time.sleep(self._chance.uniform(0, _STARTING))
        elif drawn < _EARLY + _ARRIVAL:
            wanted = self._arrived() + self._chance.randint(1, _MOST_ARRIVALS)
            self.listen(lambda _: self._arrived() >= wanted, seconds=_NOTHING_HAPPENS)
            time.sleep(self._chance.uniform(0, _HARDLY / 2))
        else:
            lines = self._chance.randint(0, _MOST_LINES)
            self.listen(lambda said: said.count(b"\n") > lines, seconds=_NOTHING_HAPPENS)
            time.sleep(self._chance.uniform(0, _HARDLY))

    def wait_until_it_runs(self) -> None:
        """Until it has started."""
        self.listen(lambda _: True, seconds=0)

    def wait_until_an_edit_is_in_force(self) -> None:
        """Until it took over an edit made since its start, or a while."""
        self.listen(lambda said: _TAKEN_OVER in said, seconds=_NOTHING_HAPPENS)

    def listen(self, is_enough: Callable[[bytes], bool], *, seconds: float) -> None:
        """Wait for what the daemon says after its start, or so long after it."""
        deadline, said = time.monotonic() + _NOTHING_STARTS, b""
        with self._log.open("rb") as log:
            log.seek(self._heard)
            while time.monotonic() < deadline:
                fresh = log.read()
                if _RUNS in said + fresh and _RUNS not in said:
                    deadline = time.monotonic() + seconds
                said += fresh
                if _RUNS in said and is_enough(said.partition(_RUNS)[2]):
                    break
                time.sleep(0.002)

    def _arrived(self) -> int:
        return len(self._sandbox.mails("news"))
