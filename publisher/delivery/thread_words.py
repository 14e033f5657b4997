"""What to say about a thread that is half out: how far it got, and what stopped it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from publisher.ledger.records import Part, Result
from publisher.model import DeliveryState

_S = DeliveryState


def how_far(parts: Sequence[Part]) -> str:
    """``part 1 of 3 is out: https://…``; empty when nothing is."""
    out = [part for part in parts if part.is_out]
    if not out:
        return ""
    those = "part 1" if len(out) == 1 else f"parts 1 to {len(out)}"
    address = out[0].remote_url or out[0].remote_id
    return f"{those} of {len(parts)} {'is' if len(out) == 1 else 'are'} out{f': {address}' if address else ''}"


def next_part(parts: Sequence[Part]) -> Part | None:
    """The first part that is not known to be out; None when all are."""
    return next((part for part in parts if not part.is_out), None)


def refused(parts: Sequence[Part], part: Part, key: str, *, because: str) -> str:
    """A half of it is out, and the rest was refused for good: a person decides."""
    return (
        f"{how_far(parts)}; part {part.number} was refused because {because} → to go on with part {part.number}: "
        f"publisher retry {key}; to leave it as it is: publisher resolve {key} --sent"
    )


def half_out(parts: Sequence[Part], part: Part, key: str, *, result: Result, because: str) -> Result:
    """The result of a thread of which ``part`` could not be sent now. With nothing out it is that of any post."""
    far = how_far(parts)
    if not far:
        return result
    words = {
        _S.FAILED: refused(parts, part, key, because=because),
        _S.RETRY_WAIT: f"{far}; part {part.number} is tried again: {result.reason}",
        _S.UNKNOWN: f"{far}; part {part.number} may be out or not: {result.reason}",
    }
    # What may not be begun anew is not FAILED: it goes to a person, by way of UNKNOWN.
    state = _S.UNKNOWN if result.state is _S.FAILED else result.state
    detail = f"part {part.number}: {result.detail}"
    return address(replace(result, state=state, reason=words[result.state], detail=detail), parts)


def address(result: Result, parts: Sequence[Part]) -> Result:
    """The id and the address of a thread are those of its first part."""
    return replace(result, remote_id=parts[0].remote_id, remote_url=parts[0].remote_url)
