"""From troubles to one alert. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from publisher.alerts import Alert, AlertKind
from publisher.channels.addresses import masked
from publisher.ledger.records import Trouble

#: An alert lists so many troubles, and says how many more there are.
MOST = 10

_ADDRESS = re.compile(r"[^\s<>@]+@[^\s<>@]+\.[^\s<>@.,;:]+")


def alert_of(troubles: Sequence[Trouble]) -> Alert:
    """All of them in one. No reader's address gets into it, whatever a mail server wrote."""
    kinds = Counter(trouble.kind for trouble in troubles)
    kind = AlertKind(troubles[0].kind) if len(kinds) == 1 else AlertKind.SEVERAL
    if len(troubles) == 1:
        (only,) = troubles
        return Alert(kind=kind, subject=only.subject, words=_hidden(only.words), mend=_hidden(only.mend))
    lines = [_lines(trouble, named=len(kinds) > 1) for trouble in troubles[:MOST]]
    if len(troubles) > MOST:
        lines.append(f"and {len(troubles) - MOST} more")
    return Alert(
        kind=kind,
        subject=", ".join(f"{number} {name}" for name, number in sorted(kinds.items())),
        words="\n".join(lines),
        mend="see all: publisher status",
    )


def _lines(trouble: Trouble, *, named: bool) -> str:
    head = f"{trouble.kind}: " if named else ""
    mend = f"\n  → {_hidden(trouble.mend)}" if trouble.mend else ""
    return f"{head}{_hidden(trouble.words)}{mend}"


def _hidden(words: str) -> str:
    return _ADDRESS.sub(lambda found: masked(found[0]), words)
