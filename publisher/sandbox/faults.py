"""What can go wrong on purpose, and when.

A fault is planned for one channel and acts on its publishing calls: ``POST /2/tweets``, ``POST /{page}/feed``, a
published photo, or one mail. Plans of a channel act one after the other, in the order in which they were made.
"""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """How a publishing call fails. "Posted" means: it is public all the same."""

    RATE_LIMITED = "rate_limited"  #: 429 with its headers; Graph code 32 with the minutes to wait; not posted
    UNAUTHORIZED = "unauthorized"  #: 401; Graph 190/463; not posted
    OUT_OF_CREDIT = "out_of_credit"  #: 402 CreditsDepleted; Graph 368; not posted
    DUPLICATE = "duplicate"  #: 403 duplicate content; Graph 506; not posted
    FORBIDDEN = "forbidden"  #: 403 not permitted; Graph 200; not posted
    INVALID = "invalid"  #: 400; Graph 100; not posted
    ERROR = "error"  #: 500; Graph code 1; not posted
    ERROR_BUT_POSTED = "error_but_posted"  #: 500; Graph code 2; posted
    UNAVAILABLE = "unavailable"  #: 503; not posted
    TIMEOUT_BEFORE = "timeout_before"  #: never answers; not posted
    TIMEOUT_AFTER = "timeout_after"  #: never answers; posted
    SLOW = "slow"  #: answers after a delay; posted
    RESET_BEFORE = "reset_before"  #: the connection breaks; not posted
    RESET_AFTER = "reset_after"  #: the connection breaks; posted
    NO_ID = "no_id"  #: 2xx without an id; posted
    NOT_JSON = "not_json"  #: 2xx with a web page; posted
    REDIRECT = "redirect"  #: 307 to another path; not posted

    SMTP_GREYLIST = "smtp_greylist"  #: 450 4.7.1 at RCPT
    SMTP_BUSY = "smtp_busy"  #: 421 4.3.2 at MAIL
    SMTP_REFUSE = "smtp_refuse"  #: 550 5.1.1 at RCPT
    SMTP_POLICY = "smtp_policy"  #: 554 5.7.1 after the mail
    SMTP_AUTH = "smtp_auth"  #: 535 5.7.8 at AUTH
    SMTP_DEFER_DATA = "smtp_defer_data"  #: 451 4.3.0 after the mail
    SMTP_DROP_BEFORE_DATA = "smtp_drop_before_data"  #: the connection breaks at DATA
    SMTP_DROP_AFTER_DATA = "smtp_drop_after_data"  #: takes the mail, then the connection breaks
    SMTP_TIMEOUT_AFTER_DATA = "smtp_timeout_after_data"  #: takes the mail, never answers


SMTP_FAULTS = frozenset(fault for fault in Fault if fault.name.startswith("SMTP_"))
HTTP_FAULTS = frozenset(Fault) - SMTP_FAULTS


@dataclass(slots=True)
class _Plan:
    fault: Fault
    times: int
    after: int


class FaultPlans:
    """The planned faults of all channels. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._plans: defaultdict[str, deque[_Plan]] = defaultdict(deque)

    def add(self, channel_id: str, fault: Fault, *, times: int, after: int) -> None:
        """Plan ``fault`` for ``times`` calls, once ``after`` further calls have gone through."""
        if times < 1 or after < 0:
            raise ValueError("a fault acts at least once, after zero or more calls")
        with self._lock:
            self._plans[channel_id].append(_Plan(fault, times, after))

    def take(self, channel_id: str, possible: AbstractSet[Fault]) -> Fault | None:
        """The fault that acts now, if it is one of the ``possible`` ones; that use of it is spent."""
        with self._lock:
            plan = self._next(channel_id)
            if plan is None or plan.after or plan.fault not in possible:
                return None
            plan.times -= 1
            return plan.fault

    def let_through(self, channel_id: str) -> None:
        """Count a publishing call that no fault touched."""
        with self._lock:
            plan = self._next(channel_id)
            if plan is not None and plan.after:
                plan.after -= 1

    def clear(self) -> None:
        """Forget every plan."""
        with self._lock:
            self._plans.clear()

    def _next(self, channel_id: str) -> _Plan | None:
        plans = self._plans[channel_id]
        while plans and not plans[0].times:
            plans.popleft()
        return plans[0] if plans else None
