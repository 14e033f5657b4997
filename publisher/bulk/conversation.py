"""One connection to a mail server: mail after mail, with an exact account of which reply belongs to which.

How much is said before a reply is waited for:

* *Lockstep*, with a server that announces nothing: one line, one reply.
* *PIPELINING* (RFC 2920): MAIL, RCPT and DATA in one packet. The next mail's three lines travel behind the dot that
  ends this one (section 3.1 allows just that), so each mail takes one round trip. DATA's 354 is awaited before a byte
  of the content goes, so between its last dot and the reply there is one mail at most: only that one is uncertain when
  the line breaks.
* *CHUNKING* besides (RFC 3030): BDAT needs no 354, so several mails are on their way at once, and each of them is
  uncertain when the line breaks. Without 354 a reply too many would be taken for the next mail's: so the first mail
  goes by DATA, the others by BDAT only where its replies had the enhanced codes that belong there (RFC 3463).
"""

from __future__ import annotations

import asyncio
from collections import deque

from publisher.bulk.awaited import Replies, all_well
from publisher.bulk.chunking import Chunking
from publisher.bulk.envelope import KINDS, STAGES, Said, asked_by, content_of, impossible, is_of_envelope, lines_of
from publisher.bulk.errands import Came, Errand, Outgoing, Source, without_reply
from publisher.bulk.manners import Limits, Patience, Powers
from publisher.bulk.replies import NoReply, ReplyReader, reply_of
from publisher.channels.email_answers import SERVICE_CLOSING, Reply, Stage

_MOST_REFUSALS = 9  #: on one connection: Postfix slows down at ten errors, and hangs up at twenty
_OK, _GO_ON = 2, 3  #: first digits, RFC 5321 section 4.2.1
_ALL_WELL, _BAD_SEQUENCE = 250, 503
_CONTENT, _DATA, _TAKEN = Said.CONTENT, Said.DATA, Came.TAKEN  # looked up for each mail: from an enumeration it is slow


class Conversation(asyncio.Protocol):
    """Speaks SMTP over a transport that is greeted, encrypted and logged in."""

    def __init__(self, source: Source, powers: Powers, *, patience: Patience, limits: Limits) -> None:
        self._source = source
        self._powers, self._pipelines = powers, powers.pipelining
        self._patience, self._limits = patience, limits
        self.chunking = Chunking(powers)
        self._transport: asyncio.Transport | None = None
        self._clock = asyncio.get_running_loop().time
        self._replies = ReplyReader()
        self._awaited: Replies = deque()
        self._held: deque[tuple[Said, bytes]] = deque()  # lockstep: what is said after the next reply
        self._under_way: dict[Errand, Outgoing] = {}  # of each of them account is given, whatever happens
        self._refused, self._needs_reset = 0, False
        self._last_words: Reply | None = None  # 421, or what was no reply
        self.has_left = self.is_over = False  #: whether it said goodbye, and whether it has ended
        self.begun = self.left_uncertain = 0  #: mails; the latter by its end
        self.deadline = 0.0  #: by the loop's clock; 0: nothing is awaited

    # --- what the pool asks ---------------------------------------------------------------------------------

    @property
    def is_idle(self) -> bool:
        """Whether it could take a mail, and has none."""
        return not self._awaited and not self.is_leaving

    @property
    def is_leaving(self) -> bool:
        """Whether it takes no more mails."""
        is_worn = self.begun >= self._limits.mails or self._refused > _MOST_REFUSALS
        return self.is_over or is_worn or self.has_left or self._last_words is not None

    def speak(self, transport: asyncio.Transport) -> None:
        """Take over a transport, and begin."""
        self._transport = transport
        transport.set_protocol(self)
        if transport.is_closing():  # it broke while it changed hands
            self.give_up("the mail server closed the connection")
        else:
            self.go_on()

    def go_on(self) -> None:
        """Begin as many mails as may be under way."""
        most = self.chunking.depth(self._limits)
        while len(self._under_way) < most and (pieces := self._next_pieces()):
            self._write(pieces)
        if not self._awaited and self.is_leaving:
            self.leave()

    def leave(self) -> None:
        """Say goodbye, once nothing is awaited."""
        if self._awaited or self.is_over or self.has_left:
            return
        self.has_left = True
        self._write([b"QUIT\r\n"])
        self.deadline = self._clock() + self._patience.farewell

    def give_up(self, why: str) -> None:
        """Hang up at once: whatever has no reply by now gets none."""
        self._end(self._last_words or Reply(-1, why))
        if self._transport is not None:
            self._transport.abort()

    # --- what the loop calls --------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        """Replies have come, or pieces of them."""
        try:
            if not self._hear_all_well(data):
                for code, words in self._replies.feed(data):
                    self._hear(code, words)
            if self._replies.is_stuck:
                self._replies.feed(b"")
        except NoReply as error:
            self.give_up(f"the mail server said what is no reply: {error}")
            return
        if self._last_words is not None:
            self._wind_up()
        elif not self.is_over:
            self._set_deadline()
            self.go_on()

    def connection_lost(self, error: Exception | None) -> None:
        """The line is gone."""
        self._end(self._last_words or Reply(-1, str(error or "the mail server closed the connection")))

    def _next_pieces(self) -> list[bytes]:
        """What begins the next mail; empty when there is none, or it can't be begun now."""
        if self.is_leaving or self._transport is None or self._transport.is_closing():
            return []
        while (found := self._source.take()) is not None:
            errand, outgoing = found
            errand.begin(outgoing.recipient, outgoing.message_id)
            if (refusal := impossible(outgoing, self._powers)) is None:
                self.begun += 1
                self._under_way[errand] = outgoing
                return self._pieces(errand, outgoing)
            errand.refuse(*refusal)
            self._source.report(errand.fate(Came.REFUSED, errand.refusal))
        return []

    def _pieces(self, errand: Errand, outgoing: Outgoing) -> list[bytes]:
        by_chunks = self.chunking.is_on
        reset = self._needs_reset or by_chunks or self.chunking.tries_out
        lines = lines_of(outgoing, self._powers, reset=reset, by_chunks=by_chunks)
        asked = asked_by(reset=reset, by_chunks=by_chunks)
        self._needs_reset = False
        if not self._pipelines:
            self._held.extend(zip(asked, lines.splitlines(keepends=True), strict=True))
            return self._next_held(errand)
        self._awaited.extend([(said, errand) for said in asked])
        if not by_chunks:
            return [lines]
        errand.is_handed_over = True
        return [lines, outgoing.content]

    def _next_held(self, errand: Errand) -> list[bytes]:
        said, line = self._held.popleft()
        self._awaited.append((said, errand))
        return [line]

    def _write(self, pieces: list[bytes]) -> None:
        if self._transport is not None:
            self._transport.writelines(pieces)
        if not self.deadline:
            self._set_deadline()

    def _set_deadline(self) -> None:
        patience = self._patience
        if self._awaited:
            seconds = patience.content if self._awaited[0][0] is _CONTENT else patience.command
            self.deadline = self._clock() + seconds
        elif not self.has_left:
            self.deadline = 0.0

    # --- hearing --------------------------------------------------------------------------------------------

    def _hear_all_well(self, data: bytes) -> bool:
        """Hear what nearly always comes; False when it is something else."""
        if not self._pipelines or self._last_words is not None or not self._replies.is_between:
            return False
        taken, following = all_well(self._awaited, data)
        for errand, words in taken:
            self._conclude(errand, _ALL_WELL, words)
        if following is not None:
            self._hand_over(following)
        return bool(taken)

    def _hear(self, code: int, words: bytes) -> None:
        """One reply; it belongs to what has waited longest."""
        if self.is_over:
            return
        if code == SERVICE_CLOSING:  # may come at any time, unasked, too (RFC 5321 section 3.8)
            self._last_words = reply_of(code, words)
        if not self._awaited:  # after our goodbye it makes no difference
            self._last_words = self._last_words or Reply(-1, f"the mail server said {code} without being asked")
            return
        said, errand = self._awaited.popleft()
        if code // 100 == _OK:
            if not words.startswith(KINDS[said]):
                self._doubt(said, words)
            if said < _DATA and self._pipelines and self._last_words is None:
                return  # what follows is on its way already
        self._answered(said, errand, code=code, words=words)

    def _answered(self, said: Said, errand: Errand, *, code: int, words: bytes) -> None:
        if said is _CONTENT:
            self._conclude(errand, code, words)
        elif self._last_words is not None:
            errand.refuse(self._last_words, STAGES.get(said, Stage.SENDER))  # it is closing
        elif said is _DATA:
            self._after_data(errand, code, words)
        else:
            self._after_line(said, errand, None if code // 100 == _OK else reply_of(code, words))

    def _doubt(self, said: Said, words: bytes) -> None:
        """A success of another kind than was due."""
        if self.chunking.is_on or (said is Said.CONTENT and is_of_envelope(words)):
            raise NoReply(words)
        self.chunking.tries_out = False

    def _after_line(self, said: Said, errand: Errand, other: Reply | None) -> None:
        """The reply to RSET, MAIL or RCPT; ``other`` when it is no success."""
        if other is not None and (said is Said.RESET or (said is Said.SENDER and other.code == _BAD_SEQUENCE)):
            raise NoReply(f"{other.code} {other.words}".encode())  # who knows its state; no mail is the reason
        if other is not None:
            errand.refuse(other, STAGES[said])
        if not self._pipelines:
            self._step(errand)

    def _step(self, errand: Errand) -> None:
        """Lockstep: the next line; or the end of a mail that was refused."""
        if errand.refusal is None:
            self._write(self._next_held(errand))
        else:
            self._held.clear()
            self._needs_reset = True
            self._refuse(errand)

    def _after_data(self, errand: Errand, code: int, words: bytes) -> None:
        if code // 100 == _OK:
            raise NoReply(b"%d to DATA" % code)
        if code // 100 == _GO_ON:
            self._hand_over(errand)
        else:
            errand.refuse(reply_of(code, words), Stage.CONTENT)
            self._step(errand)

    def _hand_over(self, errand: Errand) -> None:
        """Say the whole mail, and the first lines of the next one behind it."""
        if errand.refusal is not None:  # RFC 2920 section 3.1 wants a dot; who knows who would get that empty mail
            self._refuse(errand)
            self._last_words = Reply(-1, "the mail server wants a mail after it refused its reader")
            return
        self._awaited.append((_CONTENT, errand))
        errand.is_handed_over = True  # once the transport has it: what the kernel did with it nobody can tell
        ahead = self._next_pieces() if self._pipelines and not self.chunking.tries_out else []
        self._write([content_of(self._under_way[errand]), b".\r\n", *ahead])

    def _conclude(self, errand: Errand, code: int, words: bytes) -> None:
        """The reply to a whole mail."""
        first, reply = code // 100, reply_of(code, words)
        if first == _OK and errand.refusal is None:
            self.chunking.was_taken()
            self._report(errand, _TAKEN, reply)
        elif first == _OK and errand.stage is Stage.SENDER:  # MAIL was refused, and the mail was not
            self._report(errand, Came.UNCERTAIN, reply)
        elif errand.refusal is None and self.chunking.does_not_know(reply):
            errand.is_handed_over = False
            self.give_up("the mail server announces CHUNKING, and does not know BDAT")
        elif first == _OK or reply.says_no:
            errand.refuse(reply, Stage.CONTENT)
            self._refuse(errand)
        else:
            self._report(errand, Came.UNCERTAIN, reply)
            raise NoReply(b"%d to a whole mail" % code)

    def _refuse(self, errand: Errand) -> None:
        self._refused += 1
        self._report(errand, Came.REFUSED, errand.refusal)

    def _report(self, errand: Errand, came: Came, reply: Reply | None) -> None:
        del self._under_way[errand]
        self._source.report(errand.fate(came, reply))

    def _wind_up(self) -> None:
        """The server is closing: what was handed over may still get its reply, for a moment."""
        if any(errand.is_handed_over for errand in self._under_way):
            self.deadline = self._clock() + self._patience.farewell
        else:
            self.give_up("")

    def _end(self, why: Reply) -> None:
        """Give account of every mail that has no reply."""
        if self.is_over:
            return
        self.is_over, self.deadline = True, 0.0
        unheard = {errand for said, errand in self._awaited if said is Said.RESET}
        left, self._under_way = list(self._under_way), {}
        self._awaited.clear()
        self._held.clear()
        unsent, fates = without_reply(left, why, unheard=unheard)
        self.left_uncertain = sum(fate.came is Came.UNCERTAIN for fate in fates)
        for fate in fates:
            self._source.report(fate)
        self._source.over(self, unsent=unsent, why=why)
