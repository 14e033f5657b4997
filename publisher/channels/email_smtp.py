"""Handing mails to a server over one connection, every moment of which has a known meaning.

smtplib, not aiosmtplib: a `Connection` is synchronous and used by one thread, so an event loop would only add switches,
and smtplib shows the one line that matters: between the last byte of a mail and the reply to it.
"""

from __future__ import annotations

import re
import smtplib
from contextlib import suppress

from publisher.channels.email_answers import Stage, classify, not_handed_over, too_large, unknown
from publisher.channels.email_dial import MailRoute, dial
from publisher.channels.email_dialogue import COMPLETED, GO_ON, Lost, ask, line_to_server, read_reply, socket_of
from publisher.errors import TransportError

CONFIRMATION_TIMEOUT = 120.0
"""Seconds to wait for the reply to a whole mail. RFC 5321 section 4.5.3.2.6 wants ten minutes, because who gives up
sooner does not know what became of it; virus scanners seldom take more than one."""

_LINE_START_DOT = re.compile(rb"^\.", re.MULTILINE)


class SmtpSession:
    """Hands mails to one server, one after the other."""

    def __init__(self, route: MailRoute) -> None:
        self._route = route
        self._smtp: smtplib.SMTP | None = None

    def deliver(self, content: bytes, *, sender: str, recipient: str) -> None:
        """Hand one mail over; back when the server has taken responsibility for it.

        Raises a `TransportError`. A connection that the server closed while it was idle is opened anew, once: nothing
        had been handed over by then.
        """
        if self._smtp is not None:
            with suppress(Lost):
                return self._transact(content, sender=sender, recipient=recipient)
            self.close()
        try:
            return self._transact(content, sender=sender, recipient=recipient)
        except Lost as lost:
            self.close()
            raise not_handed_over(lost.reply.without(recipient)) from None

    def close(self) -> None:
        """Say goodbye, if anybody listens. May be called twice."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            with suppress(OSError):
                smtp.quit()
            smtp.close()

    def _transact(self, content: bytes, *, sender: str, recipient: str) -> None:
        if self._smtp is None:
            self._smtp = dial(self._route)
        smtp = self._smtp
        try:
            _announce(smtp, content, sender=sender, recipient=recipient)
            ask(smtp, "DATA", stage=Stage.CONTENT, digit=GO_ON, recipient=recipient)
            with line_to_server():
                smtp.send(_LINE_START_DOT.sub(b"..", content) + b".\r\n")  # RFC 5321 section 4.5.2
            self._confirm(smtp, recipient)
        except TransportError:
            self._make_fit()
            raise

    def _confirm(self, smtp: smtplib.SMTP, recipient: str) -> None:
        """Read the reply to a whole mail. Whatever goes wrong from here on leaves it unknown what became of it."""
        try:
            socket_of(smtp).settimeout(self._route.confirmation)
            reply = read_reply(*smtp.getreply()).without(recipient)
            socket_of(smtp).settimeout(self._route.timeouts.read)
        except OSError as error:
            self._give_up(smtp)
            raise unknown(None) from error
        if reply.code // 100 == COMPLETED:
            return
        if reply.says_no:
            raise classify(reply, stage=Stage.CONTENT)
        self._give_up(smtp)
        raise unknown(reply)

    def _give_up(self, smtp: smtplib.SMTP) -> None:
        """Hang up without a word: nobody knows what the server would take it for."""
        self._smtp = None
        smtp.close()

    def _make_fit(self) -> None:
        """Prepare the connection for the next mail after a refused one, or give it up."""
        if self._smtp is not None:
            try:
                ask(self._smtp, "RSET", stage=Stage.SENDER)
            except (Lost, TransportError):
                self.close()


def _announce(smtp: smtplib.SMTP, content: bytes, *, sender: str, recipient: str) -> None:
    size = len(content)
    limit = smtp.esmtp_features.get("size", "").strip()
    if limit.isdigit() and 0 < int(limit) < size:
        raise too_large(size, int(limit))
    options = f" SIZE={size}" if smtp.has_extn("size") else ""  # RFC 1870
    if smtp.has_extn("8bitmime") and not content.isascii():  # RFC 6152; our own mails are of 7 bits
        options += " BODY=8BITMIME"
    ask(smtp, f"MAIL FROM:<{sender}>{options}", stage=Stage.SENDER)
    ask(smtp, f"RCPT TO:<{recipient}>", stage=Stage.RECIPIENT, recipient=recipient)
