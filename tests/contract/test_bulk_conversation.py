"""The account of every mail over real sockets: whatever a server does, each has one fate, and the right one."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Coroutine
from typing import TypeVar

import pytest
import uvloop
from mail_server import CLOSE, SILENCE, TAKE_AND_CLOSE, TAKE_AND_SILENCE, Answer, MailServer, Session

from publisher.bulk.errands import Came, Fate, Outgoing, Writer
from publisher.bulk.manners import Limits, Patience
from publisher.bulk.pool import Pool
from publisher.bulk.servers import Server
from publisher.channels.email_answers import Stage
from publisher.channels.email_url import Encryption
from publisher.channels.email_url import MailServer as Address
from publisher.errors import RenderError
from publisher.ledger.records import Recipient
from publisher.model import DeliveryState, Reader

LOCKSTEP: tuple[str, ...] = ()
PIPELINED = ("PIPELINING", "SIZE 1000000")
CHUNKED = ("PIPELINING", "CHUNKING", "SIZE 1000000")
OFFERS = pytest.mark.parametrize("offers", [LOCKSTEP, PIPELINED, CHUNKED], ids=["lockstep", "pipelined", "chunked"])

QUICK = Patience(opening=5.0, command=0.4, content=0.4, farewell=0.4, stopping=2.0)
PATIENT = Patience(opening=30.0, command=30.0, content=30.0, farewell=30.0, stopping=30.0)

_T = TypeVar("_T")


def run(main: Coroutine[object, object, _T]) -> _T:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main)


def readers(count: int) -> list[Recipient]:
    return [
        Recipient(id=number, key="k", reader=Reader(address=f"r{number}@example.org"), state=DeliveryState.SENDING)
        for number in range(1, count + 1)
    ]


def mail_for(recipient: Recipient) -> Outgoing:
    address = recipient.reader.address
    content = f"To: {address}\r\n\r\n.\r\n..two\r\nYours\r\n".encode()
    return Outgoing(f"bounces+{recipient.id}@example.org", address, content, f"<{recipient.id}@example.org>")


class Gathered:
    """Fates as they come."""

    def __init__(self) -> None:
        self.fates: list[Fate] = []
        self.changed = asyncio.Event()

    def news(self, fate: Fate | None) -> None:
        if fate is not None:
            self.fates.append(fate)
        self.changed.set()

    def came(self, number: int) -> Came:
        (found,) = [fate.came for fate in self.fates if fate.recipient.id == number]
        return found

    def all(self) -> list[str]:
        return [fate.came.name for fate in sorted(self.fates, key=lambda one: one.recipient.id)]


async def send(  # what a test may want
    server: MailServer,
    count: int = 6,
    *,
    patience: Patience = PATIENT,
    connections: int = 1,
    mails: int = 1000,
    write: Writer = mail_for,
) -> Gathered:
    gathered = Gathered()
    async with server.running():
        address = Address(host="127.0.0.1", port=server.port, encryption=Encryption.WHEN_OFFERED)
        limits = Limits(connections=connections, mails=mails)
        pool = Pool(Server(address=address, patience=patience, limits=limits), write=write, news=gathered.news)
        pool.give(readers(count))
        async with asyncio.timeout(60):
            while len(gathered.fates) < count:
                await gathered.changed.wait()
                gathered.changed.clear()
            await pool.close()
    return gathered


def nth(verb: str, number: int, reply: str) -> Answer:
    """This reply to the verb when it comes for that time, counted over all connections from 1."""
    seen = Counter[str]()

    def answer(_session: Session, said: str, _argument: str) -> str | None:
        seen[said] += 1
        return reply if said == verb and seen[said] == number else None

    return answer


@OFFERS
def test_everybody_gets_their_own_mail_byte_for_byte(offers: tuple[str, ...]) -> None:
    server = MailServer(offers=offers)
    gathered = run(send(server, 40, connections=3))
    assert gathered.all() == ["TAKEN"] * 40
    expected = {(one.sender, one.recipient, one.content) for one in map(mail_for, readers(40))}
    assert set(server.mails) == expected
    assert len(server.mails) == 40
    assert 1 <= len(server.sessions) <= 3
    assert gathered.fates[0].message_id == f"<{gathered.fates[0].recipient.id}@example.org>"


@OFFERS
@pytest.mark.parametrize("piece", [1, 7])
def test_replies_may_come_in_pieces(offers: tuple[str, ...], piece: int) -> None:
    server = MailServer(offers=offers, piece=piece)
    assert run(send(server, 5)).all() == ["TAKEN"] * 5
    assert len(server.mails) == 5


@OFFERS
@pytest.mark.parametrize(("verb", "stage"), [("MAIL", Stage.SENDER), ("RCPT", Stage.RECIPIENT)])
@pytest.mark.parametrize("code", ["450 4.2.0", "550 5.1.1"])
def test_a_refusal_meets_the_mail_it_was_said_of(offers: tuple[str, ...], verb: str, stage: Stage, code: str) -> None:
    server = MailServer(offers=offers, answer=nth(verb, 3, f"{code} not r3@example.org"))
    gathered = run(send(server))
    assert gathered.all() == ["TAKEN", "TAKEN", "REFUSED", "TAKEN", "TAKEN", "TAKEN"]
    (fate,) = [one for one in gathered.fates if one.came is Came.REFUSED]
    assert (fate.recipient.id, fate.stage) == (3, stage)
    assert fate.reply is not None
    assert (fate.reply.full_code, fate.reply.words) == (code, f"{code[4:]} not r…@example.org")
    assert server.reached == [f"r{number}@example.org" for number in (1, 2, 4, 5, 6)]
    assert [sender for sender, _, _ in server.mails] == [f"bounces+{number}@example.org" for number in (1, 2, 4, 5, 6)]
    assert len(server.sessions) == 1


@pytest.mark.parametrize("offers", [LOCKSTEP, PIPELINED])
def test_data_may_be_refused_after_the_recipient_was_taken(offers: tuple[str, ...]) -> None:
    server = MailServer(offers=offers, answer=nth("DATA", 2, "451 4.3.0 not now"))
    gathered = run(send(server))
    assert gathered.all() == ["TAKEN", "REFUSED", *["TAKEN"] * 4]
    assert len(server.mails) == 5


@OFFERS
@pytest.mark.parametrize("reply", ["554 5.7.1 spam", "452 4.3.1 full"])
def test_a_mail_refused_at_its_end_costs_no_other(offers: tuple[str, ...], reply: str) -> None:
    server = MailServer(offers=offers, answer=nth(".", 2, reply))
    gathered = run(send(server))
    assert gathered.all() == ["TAKEN", "REFUSED", *["TAKEN"] * 4]
    assert len(server.sessions) == 1


def test_a_server_that_wants_a_mail_for_a_reader_whom_it_refused_gets_none() -> None:
    seen = Counter[str]()

    def answer(session: Session, verb: str, _argument: str) -> str | None:
        seen[verb] += 1
        if verb == "RCPT" and seen[verb] == 2:
            session.recipients.append("nobody@example.org")  # so that DATA is taken
            return "550 5.1.1 unknown"
        return None

    server = MailServer(answer=answer)
    gathered = run(send(server))
    assert gathered.all() == ["TAKEN", "REFUSED", *["TAKEN"] * 4]
    assert (len(server.mails), len(server.sessions)) == (5, 2)


@pytest.mark.parametrize("offers", [LOCKSTEP, PIPELINED])
def test_a_server_that_keeps_a_refused_mail_gives_it_to_nobody_else(offers: tuple[str, ...]) -> None:
    server = MailServer(offers=offers, answer=nth(".", 2, "450 4.2.0 later"), keeps_refused=True)
    gathered = run(send(server))
    assert gathered.all() == ["TAKEN", "REFUSED", *["TAKEN"] * 4]
    assert_the_account_is_right(server, gathered, 6)


@OFFERS
def test_a_connection_that_breaks_before_a_mail_was_handed_over_costs_nothing(offers: tuple[str, ...]) -> None:
    server = MailServer(offers=offers, answer=nth("RCPT" if "CHUNKING" in offers else "DATA", 3, CLOSE))
    gathered = run(send(server))
    assert_the_account_is_right(server, gathered, 6)
    if "CHUNKING" not in offers:  # else several had been handed over
        assert (gathered.all(), len(server.sessions)) == (["TAKEN"] * 6, 2)


@OFFERS
@pytest.mark.parametrize("told", [CLOSE, TAKE_AND_CLOSE])
def test_a_connection_that_breaks_after_the_last_byte_leaves_a_mail_uncertain(
    offers: tuple[str, ...], told: str
) -> None:
    server = MailServer(offers=offers, answer=nth(".", 2, told))
    gathered = run(send(server))
    assert gathered.came(1) is Came.TAKEN
    assert gathered.came(2) is Came.UNCERTAIN
    if "CHUNKING" not in offers:  # else several were on their way
        assert gathered.all() == ["TAKEN", "UNCERTAIN", *["TAKEN"] * 4]
    assert_the_account_is_right(server, gathered, 6)


@OFFERS
@pytest.mark.parametrize("told", [SILENCE, TAKE_AND_SILENCE])
def test_a_server_that_never_answers_is_given_up_in_time(offers: tuple[str, ...], told: str) -> None:
    server = MailServer(offers=offers, answer=nth(".", 2, told))
    gathered = run(send(server, patience=QUICK))
    assert gathered.came(2) is Came.UNCERTAIN
    assert_the_account_is_right(server, gathered, 6)


@OFFERS
@pytest.mark.parametrize("verb", ["MAIL", "RCPT"])
def test_silence_before_the_content_is_no_doubt(offers: tuple[str, ...], verb: str) -> None:
    server = MailServer(offers=offers, answer=nth(verb, 2, SILENCE))
    gathered = run(send(server, patience=QUICK))
    if "CHUNKING" not in offers:
        assert gathered.all() == ["TAKEN"] * 6
    assert_the_account_is_right(server, gathered, 6)


@OFFERS
@pytest.mark.parametrize("verb", ["RSET", "MAIL", "RCPT", "DATA", "."])
def test_421_ends_the_connection_at_any_point_and_loses_nobody(offers: tuple[str, ...], verb: str) -> None:
    server = MailServer(offers=offers, answer=nth(verb, 3, "421 4.3.2 closing"))
    gathered = run(send(server))
    at_the_end = [*["TAKEN"] * 2, "REFUSED", *["TAKEN"] * 3]  # for now; and nothing behind a 421 is uncertain
    assert gathered.all() == (at_the_end if verb == "." else ["TAKEN"] * 6)
    assert_the_account_is_right(server, gathered, 6)


@OFFERS
def test_a_server_that_takes_few_mails_on_a_connection_is_dialled_again(offers: tuple[str, ...]) -> None:
    def answer(session: Session, verb: str, _argument: str) -> str | None:
        return "421 4.7.0 enough" if verb == "MAIL" and session.taken == 2 else None

    server = MailServer(offers=offers, answer=answer)
    gathered = run(send(server, 10))
    assert gathered.all() == ["TAKEN"] * 10
    assert len(server.sessions) == 5


@OFFERS
@pytest.mark.parametrize("reply", ["what", "250 ok\r\n250 and more\r\n250 and more", "99 no"])
def test_what_is_no_reply_or_too_many_makes_the_rest_uncertain_at_worst(offers: tuple[str, ...], reply: str) -> None:
    server = MailServer(offers=offers, answer=nth(".", 2, reply))
    gathered = run(send(server, 8))
    assert gathered.came(1) is Came.TAKEN
    assert len(gathered.fates) == 8
    assert all(server.reached.count(f"r{number}@example.org") <= 1 for number in range(1, 9))


@pytest.mark.parametrize("reply", ["250 fine", "220 hello"])
def test_success_where_354_was_due_is_no_reply_to_go_on_with(reply: str) -> None:
    server = MailServer(answer=nth("DATA", 2, reply))
    gathered = run(send(server))
    assert gathered.all() == ["TAKEN"] * 6
    assert len(server.sessions) == 2


def test_another_354_at_the_end_of_a_mail_leaves_it_uncertain() -> None:
    server = MailServer(answer=nth(".", 2, "354 go on"))
    assert run(send(server)).all() == ["TAKEN", "UNCERTAIN", *["TAKEN"] * 4]


@OFFERS
def test_a_mail_at_which_the_server_always_breaks_off_stops_nobody_else(offers: tuple[str, ...]) -> None:
    verb = "DATA" if "CHUNKING" not in offers else "RCPT"

    def answer(session: Session, said: str, argument: str) -> str | None:
        poison = "<r3@" in argument if verb == "RCPT" else "r3@example.org" in session.recipients
        return "421 4.3.0 bye" if said == verb and poison and session.number < 2 else None

    server = MailServer(offers=offers, answer=answer)
    gathered = run(send(server))
    assert gathered.came(3) is Came.STUMBLED
    assert_the_account_is_right(server, gathered, 6)


def test_a_server_that_takes_nothing_is_given_up_and_everybody_is_unsent() -> None:
    server = MailServer(answer=lambda _session, verb, _argument: CLOSE if verb == "MAIL" else None)
    gathered = run(send(server))
    assert gathered.all() == ["UNSENT"] * 6
    assert len(server.sessions) == 1


def test_connections_are_opened_as_there_is_work_and_never_too_many() -> None:
    server = MailServer(delay=0.005)
    gathered = run(send(server, 60, connections=5))
    assert gathered.all() == ["TAKEN"] * 60
    assert server.most_at_once == 5


def test_who_turns_connections_away_gets_fewer() -> None:
    def answer(session: Session, verb: str, _argument: str) -> str | None:
        return "421 4.7.0 too many connections" if verb == "EHLO" and session.number >= 2 else None

    server = MailServer(answer=answer, delay=0.002)
    gathered = run(send(server, 40, connections=8))
    assert gathered.all() == ["TAKEN"] * 40
    assert sum(session.taken > 0 for session in server.sessions) == 2


def test_a_connection_carries_so_many_mails_and_says_goodbye() -> None:
    server = MailServer()
    gathered = run(send(server, 10, mails=4))
    assert gathered.all() == ["TAKEN"] * 10
    assert [session.taken for session in server.sessions] == [4, 4, 2]
    assert server.heard.count("QUIT") == 3


def test_after_many_refusals_a_fresh_connection_is_taken() -> None:
    server = MailServer(answer=lambda _session, verb, _argument: "550 5.1.1 unknown" if verb == "RCPT" else None)
    gathered = run(send(server, 25))
    assert gathered.all() == ["REFUSED"] * 25
    assert len(server.sessions) == 3


def test_a_mail_above_the_announced_size_is_not_begun() -> None:
    server = MailServer(offers=("PIPELINING", "SIZE 10"))
    gathered = run(send(server, 2))
    assert gathered.all() == ["REFUSED"] * 2
    assert gathered.fates[0].reply is not None
    assert "the server takes 10" in gathered.fates[0].reply.words
    assert not [line for line in server.heard if line.startswith("MAIL")]


@pytest.mark.parametrize("address", ["a@b\r\nRSET", "a@b>\r\n", "żółw@example.org", "a b@example.org"])
def test_an_address_can_not_bring_commands_along(address: str) -> None:
    def write(recipient: Recipient) -> Outgoing:
        return mail_for(recipient)._replace(recipient=address)

    server = MailServer()
    assert run(send(server, 1, write=write)).all() == ["REFUSED"]
    assert not [line for line in server.heard if line.startswith(("MAIL", "RCPT", "RSET"))]


def test_a_reader_about_whom_nothing_can_be_written_stops_nobody() -> None:
    def write(recipient: Recipient) -> Outgoing:
        if recipient.id == 2:
            raise RenderError("no words")
        if recipient.id == 3:
            raise ZeroDivisionError
        return mail_for(recipient)

    gathered = run(send(MailServer(), write=write))
    assert gathered.all() == ["TAKEN", "UNWRITTEN", "UNWRITTEN", "TAKEN", "TAKEN", "TAKEN"]
    faults = {fate.recipient.id: str(fate.fault) for fate in gathered.fates if fate.fault is not None}
    assert faults == {2: "no words", 3: "publisher itself failed: ZeroDivisionError"}


#: RSET is never refused (RFC 5321 section 4.1.1.5), and who answers it with success has forgotten what was begun.
AT_RESET = [CLOSE, SILENCE, "421 4.3.2 closing"]
FAULTS = [*AT_RESET, "450 4.2.0 later", "550 5.1.1 no", "what was that", "250 ok\r\n250 ok"]
AT_THE_END = [*FAULTS, TAKE_AND_CLOSE, TAKE_AND_SILENCE, "354 more"]


@OFFERS
@pytest.mark.parametrize("seed", range(25))
def test_whatever_a_server_does_the_account_is_right(offers: tuple[str, ...], seed: int) -> None:
    chance = random.Random(f"{seed}{offers}")  # noqa: S311  the same each time

    def answer(_session: Session, verb: str, _argument: str) -> str | None:
        if verb in {"EHLO", "HELO", "QUIT"} or chance.random() > 0.04:
            return None
        return chance.choice({".": AT_THE_END, "RSET": AT_RESET}.get(verb, FAULTS))

    server = MailServer(offers=offers, answer=answer, piece=chance.choice([0, 0, 3]), keeps_refused=seed % 2 == 0)
    gathered = run(send(server, 60, connections=4, patience=QUICK))
    assert_the_account_is_right(server, gathered, 60)


def assert_the_account_is_right(server: MailServer, gathered: Gathered, count: int) -> None:
    """One fate for each; nobody has two mails; and what is said to be certain is so."""
    assert sorted(fate.recipient.id for fate in gathered.fates) == list(range(1, count + 1))
    arrived = Counter(server.reached)
    possible = {Came.TAKEN: {1}, Came.UNCERTAIN: {0, 1}}
    for fate in gathered.fates:
        assert arrived[fate.recipient.reader.address] in possible.get(fate.came, {0}), fate
    for sender, recipient, content in server.mails:
        assert f"To: {recipient}\r\n".encode() in content
        assert sender == f"bounces+{recipient[1:].partition('@')[0]}@example.org"


@pytest.mark.parametrize("told", ["502 5.5.1 not implemented", "500 what", "554 5.5.1 BDAT is not done here"])
@pytest.mark.parametrize("reads", [True, False], ids=["reads the mail", "takes it for commands"])
def test_a_server_that_does_not_do_the_chunks_it_announces_gets_mails_by_data(told: str, reads: bool) -> None:  # noqa: FBT001
    server = MailServer(offers=CHUNKED, answer=nth(".", 2, told), reads_refused_chunks=reads)
    gathered = run(send(server, 8))
    assert gathered.all() == ["TAKEN"] * 8
    assert sum(line.startswith("BDAT") for line in server.heard) == 1
    assert_the_account_is_right(server, gathered, 8)


def test_the_first_chunk_is_alone_on_its_way() -> None:
    server = MailServer(offers=CHUNKED, answer=nth(".", 2, TAKE_AND_CLOSE))
    assert run(send(server, 8)).all() == ["TAKEN", "UNCERTAIN", *["TAKEN"] * 6]
