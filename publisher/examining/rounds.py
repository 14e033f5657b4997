"""Many checks at once, none of which can stop the others or keep everybody waiting."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from publisher.errors import MissingCredential, PublisherError, RateLimited, TemporaryError, TransportError
from publisher.model.findings import Finding, broken

PATIENCE = 45.0
"""Seconds for all checks together: one silent server costs no more than a read timeout and the questions before it."""


@dataclass(frozen=True, slots=True)
class Check:
    """Something to look at."""

    subject: str
    look: Callable[[], Iterable[Finding]]


@dataclass(slots=True)
class _Round:
    """A check under way. It has a thread of its own, which ends with the program if it hangs."""

    check: Check
    found: list[Finding] = field(default_factory=list)
    thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin."""
        self.thread = threading.Thread(target=self._run, name=f"doctor {self.check.subject}", daemon=True)
        self.thread.start()

    def findings(self, *, until: float) -> list[Finding]:
        """What was found by then, on the monotonic clock."""
        if self.thread is not None:
            self.thread.join(max(0.0, until - time.monotonic()))
            if self.thread.is_alive():
                return [*self.found, _endless(self.check)]
        return list(self.found)

    def _run(self) -> None:
        try:
            for finding in self.check.look():
                self.found.append(finding)
        except PublisherError as error:
            self.found.append(_stopped(self.check, error))
        except Exception as error:  # noqa: BLE001  the other checks tell something all the same
            self.found.append(_failed(self.check, error))


def at_once(checks: Sequence[Check], *, patience: float = PATIENCE) -> Iterator[Finding]:
    """The findings of all, in the order of the checks."""
    until = time.monotonic() + patience
    rounds = [_Round(check) for check in checks]
    for one in rounds:
        one.start()
    for one in rounds:
        yield from one.findings(until=until)


def _stopped(check: Check, error: PublisherError) -> Finding:
    parts = [error.message]
    if isinstance(error, TransportError):
        parts += [part for part in (error.code, error.detail) if part and part not in error.message]
    if error.__cause__ is not None and str(error.__cause__):
        parts.append(str(error.__cause__).partition("\n")[0][:120])
    mend = error.remedy
    if isinstance(error, TemporaryError | RateLimited) and "it is tried again" in mend:
        mend = "try again in a while; if it stays so, check the network, the proxy and ENDPOINT"
    if isinstance(error, MissingCredential):
        mend = f"run: publisher login {check.subject}, or set {error.variable} (docs/credentials.md)"
    return broken(check.subject, "; ".join(parts), mend=mend)


def _failed(check: Check, error: Exception) -> Finding:
    return broken(
        check.subject,
        f"this could not be looked at: {type(error).__name__}",
        mend="this is a fault of publisher: report it",
    )


def _endless(check: Check) -> Finding:
    return broken(check.subject, "no end of this check came in time", mend="check the network and the name servers")
