"""Messages between a mailing and the processes that send for it: lists and words, with their length before them.

They go over a socket pair that nobody else can reach: passwords and keys too, and neither into an environment nor a
command line. Both ends are the same program under the same Python, so its own `marshal` can write them.
"""

from __future__ import annotations

import asyncio
import marshal
from collections.abc import Callable
from typing import Any, TypeAlias, cast

from publisher.bulk.errands import Came, Fate
from publisher.bulk.manners import Limits, Patience
from publisher.bulk.servers import Server
from publisher.channels.email_answers import Reply, Stage
from publisher.channels.email_url import Encryption, MailServer
from publisher.errors import RenderError
from publisher.ledger.records import Recipient
from publisher.model import DeliveryState, Reader

Frame: TypeAlias = dict[str, Any]

_LENGTH = 4
_CAMES, _STAGES = {int(one): one for one in Came}, {one.value: one for one in Stage}  # quicker than to call the types


class Frames(asyncio.Protocol):
    """One end of the socket pair. ``heard`` is called for each message, ``ended`` when the other end is gone."""

    def __init__(self, *, heard: Callable[[Frame], None], ended: Callable[[], None]) -> None:
        self._heard = heard
        self._ended = ended
        self._rest = b""
        self._unsaid: list[bytes] = []  # until the line is open
        self._transport: asyncio.Transport | None = None

    def say(self, frame: Frame) -> None:
        """Send a message, as soon as that is possible."""
        data = marshal.dumps(frame)
        packet = len(data).to_bytes(_LENGTH, "big") + data
        if self._transport is None:
            self._unsaid.append(packet)
        elif not self._transport.is_closing():
            self._transport.write(packet)

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The line is open."""
        self._transport = stream = cast("asyncio.Transport", transport)
        for packet in self._unsaid:
            stream.write(packet)
        self._unsaid.clear()

    def data_received(self, data: bytes) -> None:
        """Pieces of messages."""
        self._rest += data
        while len(self._rest) >= _LENGTH:
            end = _LENGTH + int.from_bytes(self._rest[:_LENGTH], "big")
            if len(self._rest) < end:
                return
            frame, self._rest = self._rest[_LENGTH:end], self._rest[end:]
            self._heard(marshal.loads(frame))  # noqa: S302  nobody else can write into this socket

    def connection_lost(self, error: Exception | None) -> None:
        """The other end is gone."""
        del error
        self._ended()


# --- what is said ---------------------------------------------------------------------------------------------


def from_server(server: Server) -> Frame:
    """A server with its password, as a message."""
    address = server.address
    return {
        "address": [address.host, address.port, address.encryption.value, address.user, address.password],
        "patience": [getattr(server.patience, name) for name in Patience.__slots__],
        "limits": [getattr(server.limits, name) for name in Limits.__slots__],
        "ca_file": server.ca_file,
    }


def to_server(frame: Frame) -> Server:
    """The same, read back."""
    host, port, encryption, user, password = frame["address"]
    address = MailServer(host=host, port=port, encryption=Encryption(encryption), user=user, password=password)
    patience = Patience(**dict(zip(Patience.__slots__, frame["patience"], strict=True)))
    limits = Limits(**dict(zip(Limits.__slots__, frame["limits"], strict=True)))
    return Server(address=address, patience=patience, limits=limits, ca_file=frame["ca_file"])


def from_recipient(recipient: Recipient, language: str) -> list[object]:
    """A reader as a message, with the language in which they get it."""
    reader = recipient.reader
    return [recipient.id, recipient.key, reader.address, reader.name, language, dict(reader.attributes)]


def to_recipient(read: list[Any]) -> Recipient:
    """The same, read back."""
    number, key, address, name, language, attributes = read
    reader = Reader(address=address, name=name, language=language, attributes=attributes)
    return Recipient(id=number, key=key, reader=reader, state=DeliveryState.SENDING)


def from_fate(fate: Fate) -> list[object]:
    """A fate as a message."""
    code, words = (fate.reply.code, fate.reply.words) if fate.reply is not None else (0, "")
    fault = [fate.fault.message, fate.fault.remedy] if fate.fault is not None else None
    return [fate.recipient.id, int(fate.came), code, words, fate.stage.value, fate.message_id, fault]


def to_fate(read: list[Any], recipient: Recipient) -> Fate:
    """The same, read back."""
    _, came, code, words, stage, message_id, fault = read
    reply = Reply(code, words) if code else None
    error = RenderError(fault[0], remedy=fault[1]) if fault is not None else None
    return Fate(recipient, _CAMES[came], reply, _STAGES[stage], message_id, error)
