"""What is said to a mail server at once, and what only after a reply."""

from __future__ import annotations

import asyncio
from collections import deque

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.bulk import conversation as conversations
from publisher.bulk.awaited import AllWell
from publisher.bulk.conversation import Conversation
from publisher.bulk.errands import Came, Errand, Fate, Outgoing
from publisher.bulk.manners import Limits, Patience, Powers
from publisher.channels.email_answers import Reply
from publisher.ledger.records import Recipient
from publisher.model import DeliveryState, Reader

PIPELINING = Powers(pipelining=True, announces_size=True)
CHUNKING = Powers(pipelining=True, chunking=True)
KINDS = b"250 2.0.0 ok\r\n250 2.1.0 ok\r\n250 2.1.5 ok\r\n"


class Wire(asyncio.Transport):
    """A transport that keeps what is written to it, packet by packet."""

    def __init__(self) -> None:
        super().__init__()
        self.packets: list[bytes] = []
        self.is_aborted = False

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        """Whoever it is."""

    def is_closing(self) -> bool:
        """Whether it was given up."""
        return self.is_aborted

    def writelines(self, list_of_data: object) -> None:
        """One packet."""
        self.packets.append(b"".join(list_of_data))  # type: ignore[call-overload]

    def abort(self) -> None:
        """Given up."""
        self.is_aborted = True


class Desk:
    """A source of mails that keeps their fates."""

    def __init__(self, count: int, content: bytes = b"x\r\n") -> None:
        self.fates: list[Fate] = []
        self.unsent: list[int] = []
        self._waiting = deque(
            (
                Errand(Recipient(id=number, key="k", reader=Reader(address="a"), state=DeliveryState.SENDING)),
                Outgoing("s@example.org", f"r{number}@example.org", content),
            )
            for number in range(1, count + 1)
        )

    def take(self) -> tuple[Errand, Outgoing] | None:
        """The next one."""
        return self._waiting.popleft() if self._waiting else None

    def report(self, fate: Fate) -> None:
        """Keep it."""
        self.fates.append(fate)

    def over(self, _conversation: Conversation, *, unsent: list[Errand], why: Reply) -> None:
        """Keep who was not written to."""
        del why
        self.unsent += [errand.recipient.id for errand in unsent]

    @property
    def came(self) -> list[tuple[int, Came]]:
        """Who fared how."""
        return [(fate.recipient.id, fate.came) for fate in self.fates]


def talk(desk: Desk, powers: Powers, *replies: bytes) -> Wire:
    """A conversation in which the server says this, one packet after the other."""
    wire = Wire()

    async def main() -> None:
        conversation = Conversation(desk, powers, patience=Patience(), limits=Limits(depth=3))
        conversation.speak(wire)
        for reply in replies:
            conversation.data_received(reply)

    asyncio.run(main())
    return wire


def group(number: int, *, size: bool = False) -> bytes:
    option = " SIZE=3" if size else ""
    return f"MAIL FROM:<s@example.org>{option}\r\nRCPT TO:<r{number}@example.org>\r\n".encode()


def test_in_lockstep_nothing_is_said_before_a_reply() -> None:
    replies = [b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n", b"250 ok\r\n"]
    wire = talk(Desk(2), Powers(), *replies)
    first = [b"MAIL FROM:<s@example.org>\r\n", b"RCPT TO:<r1@example.org>\r\n", b"DATA\r\n", b"x\r\n.\r\n"]
    assert wire.packets == [*first, b"MAIL FROM:<s@example.org>\r\n"]


def test_with_pipelining_the_next_mail_begins_behind_the_dot_and_no_content_before_its_354() -> None:
    wire = talk(Desk(3), PIPELINING, b"250 ok\r\n250 ok\r\n354 go\r\n", b"250 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n")
    assert wire.packets == [
        group(1, size=True) + b"DATA\r\n",
        b"x\r\n.\r\n" + group(2, size=True) + b"DATA\r\n",
        b"x\r\n.\r\n" + group(3, size=True) + b"DATA\r\n",
    ]


def test_after_a_refused_recipient_the_transaction_is_reset_in_the_same_packet() -> None:
    desk = Desk(2)
    wire = talk(desk, PIPELINING, b"250 ok\r\n550 no\r\n554 none\r\n")
    assert wire.packets[1:] == [b"RSET\r\n" + group(2, size=True) + b"DATA\r\n"]
    assert desk.came == [(1, Came.REFUSED)]


def test_dots_at_the_beginning_of_lines_are_doubled() -> None:
    wire = talk(Desk(1, b".a\r\nb.\r\n..\r\n"), Powers(pipelining=True), b"250 ok\r\n250 ok\r\n354 go\r\n")
    assert wire.packets[1] == b"..a\r\nb.\r\n...\r\n.\r\n"


def test_by_chunks_the_first_mail_goes_alone_and_then_several_at_once() -> None:
    desk = Desk(6)
    wire = talk(desk, CHUNKING, KINDS + b"354 go\r\n", b"250 2.0.0 queued\r\n", KINDS + b"250 2.6.0 queued\r\n")
    chunk = b"BDAT 3 LAST\r\nx\r\n"
    assert wire.packets == [
        b"RSET\r\n" + group(1) + b"DATA\r\n",
        b"x\r\n.\r\n",
        *(b"RSET\r\n" + group(number) + chunk for number in (2, 3, 4, 5)),
    ]
    assert desk.came == [(1, Came.TAKEN), (2, Came.TAKEN)]


@pytest.mark.parametrize("kinds", [b"250 ok\r\n" * 3, b"250 2.1.5 flushed\r\n250 2.1.0 ok\r\n250 2.1.5 ok\r\n"])
def test_where_replies_cant_be_told_apart_it_stays_with_data(kinds: bytes) -> None:
    wire = talk(Desk(3), CHUNKING, kinds + b"354 go\r\n", b"250 2.0.0 queued\r\n250 ok\r\n250 ok\r\n354 go\r\n")
    assert not any(b"BDAT" in packet for packet in wire.packets)
    assert wire.packets[1] == b"x\r\n.\r\n" + group(2) + b"DATA\r\n"


@pytest.mark.parametrize(
    "odd",
    [
        b"250 2.0.0 ok\r\n250 2.0.0 ok\r\n",  # one too many for RSET
        b"250 2.0.0 ok\r\n250 2.1.0 ok\r\n250 2.1.0 ok\r\n",
        b"250 2.0.0 ok\r\n250 2.1.0 ok\r\n250 2.1.5 ok\r\n250 2.1.5 ok\r\n",
        b"250 ok\r\n",
    ],
)
def test_by_chunks_a_reply_too_many_makes_everything_on_its_way_uncertain(odd: bytes) -> None:
    desk = Desk(5)
    first_chunk = KINDS + b"250 2.6.0 queued\r\n"
    wire = talk(desk, CHUNKING, KINDS + b"354 go\r\n", b"250 2.0.0 queued\r\n", first_chunk, odd)
    taken, uncertain = (1, 2), (3, 4, 5)
    assert desk.came == [
        *((number, Came.TAKEN) for number in taken),
        *((number, Came.UNCERTAIN) for number in uncertain),
    ]
    assert wire.is_aborted


def test_by_chunks_nothing_behind_a_421_is_uncertain() -> None:
    desk = Desk(5)
    talk(desk, CHUNKING, KINDS + b"354 go\r\n", b"250 2.0.0 queued\r\n", KINDS + b"421 4.3.2 closing\r\n")
    assert desk.came == [(1, Came.TAKEN), (2, Came.REFUSED)]


def test_a_success_that_belongs_to_an_address_is_none_of_a_mail() -> None:
    desk = Desk(1)
    talk(desk, PIPELINING, b"250 ok\r\n250 ok\r\n354 go\r\n", b"250 2.1.5 ok\r\n")
    assert desk.came == [(1, Came.UNCERTAIN)]


def test_who_says_something_unasked_is_not_talked_to_any_more() -> None:
    desk = Desk(1)
    wire = talk(desk, PIPELINING, b"250 ok\r\n250 ok\r\n354 go\r\n", b"250 2.0.0 ok\r\n250 2.0.0 again\r\n")
    assert desk.came == [(1, Came.TAKEN)]
    assert wire.is_aborted


ODD = st.sampled_from(
    (b"250 ok\r\n", b"250 2.1.7 odd\r\n", b"550 5.1.1 nobody\r\n", b"421 4.3.2 closing\r\n", b"250-2.0.0 more\r\n", b"")
)
RIGHT = {
    "R": b"250 2.0.0 ok\r\n",
    "S": b"250 2.1.0 ok\r\n",
    "T": b"250 2.1.5 ok\r\n",
    "D": b"354 go on\r\n",
    "C": b"250 2.0.0 queued \r\n",
}
BEGIN = {PIPELINING: RIGHT["S"] + RIGHT["T"] + RIGHT["D"], CHUNKING: KINDS + RIGHT["D"]}
STEADY = {PIPELINING: "CSTD", CHUNKING: "RSTC"}


@st.composite
def packets(draw: st.DrawFn, steady: str) -> list[bytes]:
    """What a server says in one go, again and again; now and then something is not as it should be."""
    said = []
    for count in draw(st.lists(st.integers(1, 4), max_size=5)):
        lines = [RIGHT[letter] for letter in steady * count]
        if draw(st.booleans()):
            lines[draw(st.integers(0, len(lines) - 1))] = draw(ODD)
        said.append(b"".join(lines))
    return said


@pytest.mark.parametrize("powers", [PIPELINING, CHUNKING], ids=["by data", "by chunks"])
@settings(max_examples=300)
@given(data=st.data())
def test_what_is_heard_at_a_glance_is_what_would_be_heard_reply_by_reply(powers: Powers, data: st.DataObject) -> None:
    said = [BEGIN[powers], *([RIGHT["C"]] if powers.chunking else []), *data.draw(packets(STEADY[powers]))]
    at_a_glance, one_by_one = Desk(9), Desk(9)
    heard = talk(at_a_glance, powers, *said).packets
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(conversations, "all_well", lambda _awaited, _data: AllWell([]))
        assert talk(one_by_one, powers, *said).packets == heard
    assert at_a_glance.unsent == one_by_one.unsent
    assert at_a_glance.fates == one_by_one.fates
