"""What is looked for when an account is read back: a post as a whole, or one part of a thread."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from publisher.delivery import thread_words as words
from publisher.delivery import verdict as v
from publisher.delivery.desk import Desk
from publisher.interfaces import Connection, Continues
from publisher.ledger.records import Delivery, Part, Verdict
from publisher.model import DeliveryState, Payload, Receipt

_S = DeliveryState


class Sought(Protocol):
    """One uncertain thing."""

    @property
    def first_attempt(self) -> int:
        """The number of the first try that was about it."""
        ...

    def certain(self) -> Verdict | None:
        """What follows without any look at the account; None when it takes one."""
        ...

    def payloads(self, connection: Connection, kept: Collection[Payload]) -> list[Payload]:
        """What to look for; ``kept`` is what the uncertain tries were about to publish."""
        ...

    def found(self, receipt: Receipt) -> Verdict:
        """What follows when it is on the account."""
        ...

    def ruled(self, ruling: Verdict) -> Verdict:
        """What follows from a verdict about it for the delivery as a whole."""
        ...


class Whole:
    """A post that is one call."""

    first_attempt = 0

    def certain(self) -> Verdict | None:
        """Nothing is."""
        return None

    def payloads(self, connection: Connection, kept: Collection[Payload]) -> list[Payload]:
        """Each once: an edit may have come between two tries."""
        del connection
        return _first_calls(kept)

    def found(self, receipt: Receipt) -> Verdict:
        """It is out."""
        return v.found(receipt)

    def ruled(self, ruling: Verdict) -> Verdict:
        """As it is."""
        return ruling


@dataclass(frozen=True, slots=True, kw_only=True)
class OfThread:
    """The first part of a thread that is not known to be out."""

    desk: Desk
    delivery: Delivery
    parts: Sequence[Part]

    @property
    def first_attempt(self) -> int:
        """Of the first part every try was: its words may have been others then."""
        part = words.next_part(self.parts)
        return part.first_attempt if part is not None and part.number > 1 else 0

    def certain(self) -> Verdict | None:
        """Between two parts nothing is uncertain."""
        part, far = words.next_part(self.parts), words.how_far(self.parts)
        if part is None:
            return Verdict(state=_S.SENT, reason="", receipt=_receipt(self.parts[0]))
        if part.is_uncertain:
            return None
        if part.state is _S.FAILED and far:
            reason = words.refused(self.parts, part, self.delivery.key, because=part.detail or part.code)
            return Verdict(state=_S.NEEDS_HUMAN, reason=reason)
        reason = f"{far}; goes on with part {part.number} after a stop" if far else "nothing was sent; begins anew"
        return Verdict(state=_S.PENDING, reason=reason)

    def payloads(self, connection: Connection, kept: Collection[Payload]) -> list[Payload]:
        """The part as an answer to the one before it."""
        part = words.next_part(self.parts)
        if part is None or part.number == 1 or not isinstance(connection, Continues):
            return _first_calls(kept)
        payload = Payload(body=part.body, content_type="application/json")
        return [connection.following(payload, previous=self.parts[part.number - 2].remote_id)]

    def found(self, receipt: Receipt) -> Verdict:
        """It is out, and the next part may follow. Raises `ClaimLost`."""
        part = words.next_part(self.parts)
        if part is None:
            return v.found(receipt)
        self.desk.ledger.parts.found(self.delivery, part.number, receipt, now=self.desk.clock.now())
        out = replace(part, state=_S.SENT, remote_id=receipt.remote_id, remote_url=receipt.remote_url)
        parts = [out if one is part else one for one in self.parts]
        first, far = _receipt(parts[0]), words.how_far(parts)
        if following := words.next_part(parts):
            reason = f"{far}; part {part.number} was found on the account, goes on with part {following.number}"
            return Verdict(state=_S.PENDING, reason=reason, receipt=first)
        return Verdict(state=_S.SENT, reason=f"part {part.number} was found on the account", receipt=first)

    def ruled(self, ruling: Verdict) -> Verdict:
        """About the part; without the id of one no other can be hung on it."""
        part, far = words.next_part(self.parts), words.how_far(self.parts)
        if part is None:
            return ruling
        about = f"{far}; part {part.number}: {ruling.reason}" if far else ruling.reason
        if ruling.state is _S.SENT and part.number < len(self.parts):
            lost = f"{about}; without its id the next part can't follow → {_DECIDE.format(key=self.delivery.key)}"
            return replace(ruling, state=_S.NEEDS_HUMAN, reason=lost)
        return replace(ruling, reason=about)


def sought(desk: Desk, delivery: Delivery) -> Sought:
    """What is uncertain about a delivery of a post."""
    parts = desk.ledger.parts.of(delivery.key)
    return OfThread(desk=desk, delivery=delivery, parts=parts) if parts else Whole()


_DECIDE = "to leave it as it is: publisher resolve {key} --sent"


def _first_calls(kept: Collection[Payload]) -> list[Payload]:
    """Of a thread the first part: no other goes out before it is known to be out."""
    bodies = dict.fromkeys(payload.body.partition(b"\n")[0] for payload in kept)
    return [Payload(body=body, content_type="") for body in bodies]


def _receipt(part: Part) -> Receipt:
    return Receipt(part.remote_id, part.remote_url)
