"""The head of a mail to a list, with holes for what differs from reader to reader.

Sources: RFC 5322 (headers), RFC 2369 (List-Unsubscribe, List-Archive), RFC 2919 (List-Id), RFC 8058 (one click).
"""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import format_datetime
from urllib.parse import quote

from publisher.channels.addresses import Mailbox, one_line, unstructured
from publisher.channels.formletter import STAMP, SUBJECT, TO, TOKEN
from publisher.channels.quoted import HOLE
from publisher.model import Draft, Envelope
from publisher.personal import SAMPLE_TOKEN, UNSUBSCRIBE, is_marked

LONGEST_LINE = 78
"""Characters, without the line end, that a line should not exceed. RFC 5322 section 2.1.1."""

_HOLE = HOLE.decode("latin-1")
_TOKEN = f"{_HOLE}{TOKEN}:{UNSUBSCRIBE}{_HOLE}"
_STAMP = f"{_HOLE}{STAMP}{_HOLE}"
_LENGTHS = {_TOKEN: SAMPLE_TOKEN, _STAMP: "0" * 24}


@dataclass(frozen=True, slots=True, kw_only=True)
class Senders:
    """Who a mail is from, where answers go, and where somebody asks by mail to get no more of them."""

    sender: Mailbox
    reply_to: Mailbox | None = None
    unsubscribe_to: Mailbox | None = None


def head_lines(draft: Draft, envelope: Envelope, senders: Senders) -> list[str]:
    """All headers but those of MIME; none has a line end of its own at its end. Holes stand between `HOLE`."""
    sender = senders.sender
    answers = [senders.reply_to.header("Reply-To")] if senders.reply_to else []
    subject = f"{_HOLE}{SUBJECT}{_HOLE}" if is_marked(draft.subject) else unstructured("Subject", draft.subject)
    return [
        sender.header("From"),
        f"{_HOLE}{TO}{_HOLE}",
        *answers,
        subject,
        f"Date: {format_datetime(envelope.due_at)}",
        folded("Message-ID", f"<{_STAMP}@{sender.domain}>"),
        f"Content-Language: {draft.language}",
        *_of_list(envelope, senders),
        "Precedence: bulk",  # no standard, but what keeps Exchange from answering with "out of office"
    ]


def folded(label: str, word: str) -> str:
    """A header of one long word: on a line of its own if it must. RFC 5322 section 2.2.3."""
    return f"{label}: {word}" if _length(f"{label}: {word}") <= LONGEST_LINE else f"{label}:\r\n {word}"


def _of_list(envelope: Envelope, senders: Senders) -> list[str]:
    facts = envelope.list
    list_id = one_line(facts.list_id) or f"{envelope.channel.id}.{senders.sender.domain}"
    lines = [folded("List-Id", f"<{list_id}>")]
    by_mail = f"<mailto:{quote(_asked(senders), safe='@+')}?subject=unsubscribe%20{_about(envelope, senders)}>"
    if facts.unsubscribe:
        page = folded("List-Unsubscribe", f"<{facts.unsubscribe}{_TOKEN}>")
        lines += [f"{page},\r\n {by_mail}", "List-Unsubscribe-Post: List-Unsubscribe=One-Click"]
    else:
        lines.append(folded("List-Unsubscribe", by_mail))
    if facts.archive:
        lines.append(folded("List-Archive", f"<{facts.archive}>"))
    return lines


def _asked(senders: Senders) -> str:
    return (senders.unsubscribe_to or senders.sender).address


def _about(envelope: Envelope, senders: Senders) -> str:
    """Who wants to leave what: for a program that reads these mails, or else for the people who do."""
    is_read = envelope.list.unsubscribe or senders.unsubscribe_to
    return _TOKEN if is_read else quote(envelope.channel.id, safe="")


def _length(line: str) -> int:
    for hole, value in _LENGTHS.items():
        line = line.replace(hole, value)
    return len(line)
