"""The heart of the daemon: signs of life in the ledger and beside it, and the two reasons to hold everything.

It holds when the ledger is an older one than that of last time, and when the clock can't be right. In both cases what
went out already, or is not due yet, would go out.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog

from publisher.alerts import Alert, AlertKind, Notifier, Silence
from publisher.clockwatch import ClockWatch, Sighting
from publisher.errors import LedgerError
from publisher.ledger.ledger import Ledger
from publisher.ledger.pulse import Sign, read_mark, suspicion, write_mark

#: Signs of life are written down this often.
BEAT = timedelta(minutes=1)
#: No platform asks to wait for longer; a try that is put off further was put off by a wrong clock.
LONGEST_WAIT = timedelta(days=2)

_RELEASE = "put the clock right (NTP), or when it is right: publisher run --clock-is-right"

_log = structlog.get_logger("publisher.daemon")


class Heart:
    """Beats while a daemon lives. ``watch`` is None when the present is a given one, as with ``--now``.

    ``leads`` tells why another daemon may be at work on this ledger; empty: this is the only one.
    """

    def __init__(
        self,
        ledger: Ledger,
        *,
        beside: Path,
        watch: ClockWatch | None,
        notifier: Notifier | None = None,
        leads: Callable[[], str] = lambda: "",
    ) -> None:
        self._ledger = ledger
        self._notifier = notifier or Silence()
        self._beside = beside
        self._watch = watch
        self._held = ""
        self._next: datetime | None = None
        self._could_write = True
        self._leads = leads
        self._is_alone = True

    def begin(self) -> None:
        """Take this ledger for the right one. Tells the team and raises `LedgerError` when it may be an old one."""
        try:
            trust(self._ledger, self._beside)
        except LedgerError as error:
            words = f"Nothing is sent, publisher does not run: {error.message}."
            self._alert(AlertKind.LEDGER, words, mend=error.remedy)
            raise
        self._ledger.pulse.hold("")
        self._write()

    @property
    def held(self) -> str:
        """Why nothing is sent; empty when things go out."""
        return self._held

    def is_sure(self) -> bool:
        """Whether something may be begun. Asks nobody, so that it may be called before each call."""
        return self._is_alone and (self._watch is None or not self._watch.look())

    def beat(self) -> bool:
        """A sign of life, when one is due; gives whether things may go out. Raises `LedgerError`."""
        self._check_alone()
        why = self._watch.look() if self._watch is not None else ""
        if why and not self._held:
            self._hold(why)
        elif self._held and not why:
            self._release()
        if not why:
            self._write_when_due()
        return not why

    def _check_alone(self) -> None:
        unsure = self._leads()
        self._is_alone = not unsure
        if unsure:
            raise LedgerError(f"another daemon may have taken over: {unsure}")

    def _hold(self, why: str) -> None:
        _log.error("nothing is sent: the clock can't be right", reason=why, mend=_RELEASE)
        self._alert(AlertKind.CLOCK_WRONG, f"Nothing is sent: {why}.", mend=_RELEASE)
        self._held = why
        self._ledger.pulse.hold(f"{why} → {_RELEASE}")

    def _release(self) -> None:
        self._ledger.pulse.hold("")
        self._held = ""
        if self._watch is not None and self._watch.last is not None:
            now = self._watch.last.at
            self._ledger.deliveries.hasten(now=now, beyond=now + LONGEST_WAIT)
        self._alert(AlertKind.CLOCK_RIGHT, "The clock is right again, what is due goes out.")
        _log.warning("the clock is right again, what is due goes out")

    def _alert(self, kind: AlertKind, words: str, *, mend: str = "") -> None:
        self._notifier.notify(Alert(kind=kind, subject=socket.gethostname(), words=words, mend=mend))

    def _write_when_due(self) -> None:
        last = self._watch.last if self._watch is not None else None
        if last is None or self._next is None or not self._next - BEAT <= last.at < self._next:
            self._write()

    def _write(self) -> None:
        last = self._watch.last if self._watch is not None else None
        if last is None:
            mark = self._ledger.pulse.beat()
        else:
            mark = self._ledger.pulse.beat(seen_at=last.at, uptime=last.uptime, boot=last.boot)
            self._next = last.at + BEAT
        try:
            write_mark(self._beside, mark)
        except OSError as error:
            if self._could_write:
                _log.warning("the file that tells the ledger's age can't be written", reason=str(error))
            self._could_write = False
        else:
            self._could_write = True


def trust(ledger: Ledger, beside: Path) -> None:
    """Raise `LedgerError` when this ledger may be an older one than that which was in use here last."""
    if why := suspicion(ledger.pulse.read().mark, read_mark(beside)):
        raise LedgerError(
            f"{why}; what went out since then could go out again, so nothing is sent",
            subject=str(beside),
            remedy="see what may be out already: publisher reconcile",
        )


def adopt(ledger: Ledger, beside: Path) -> None:
    """Take a ledger on a server as it is when this computer has never been at work on it: another one was."""
    if not beside.exists():
        write_mark(beside, ledger.pulse.read().mark)


def last_sighting(sign: Sign) -> Sighting | None:
    """The last instant that was believed, if there was one."""
    return Sighting(sign.seen_at.astimezone(UTC), sign.uptime, sign.boot) if sign.seen_at is not None else None
