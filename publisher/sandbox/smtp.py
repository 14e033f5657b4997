"""The stand-in for a mail server that takes submissions (RFC 5321, RFC 4954), on aiosmtpd."""

from __future__ import annotations

import asyncio
import hmac
import logging

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from publisher.sandbox.faults import Fault
from publisher.sandbox.mail_rules import fault_in_mail, parsed_mail
from publisher.sandbox.world import World

LARGEST_MAIL = 25_000_000
NOBODY_THERE = "invalid.example"
"""Recipients at this domain are refused as unknown."""

_HOSTNAME = "sandbox.invalid"
_TAKEN_FIRST = frozenset({Fault.SMTP_DROP_AFTER_DATA, Fault.SMTP_TIMEOUT_AFTER_DATA})
_AT_RCPT = frozenset({Fault.SMTP_GREYLIST, Fault.SMTP_REFUSE})
_AT_END = frozenset({Fault.SMTP_POLICY, Fault.SMTP_DEFER_DATA}) | _TAKEN_FIRST
_WORDS = {
    Fault.SMTP_GREYLIST: "450 4.7.1 Greylisted, please try again later",
    Fault.SMTP_REFUSE: "550 5.1.1 User unknown",
    Fault.SMTP_POLICY: "554 5.7.1 Message refused by policy",
    Fault.SMTP_DEFER_DATA: "451 4.3.0 Temporary failure, please try again later",
}

# aiosmtpd warns about every login and connection of a server without TLS; this one is on loopback on purpose.
logging.getLogger("mail.log").setLevel(logging.ERROR)


class MailServer(SMTP):
    """One connection."""

    line_length_limit = LARGEST_MAIL  # the rules say more about a long line than "500"

    def __init__(self, world: World, loop: asyncio.AbstractEventLoop) -> None:
        acceptance = Acceptance(world)
        super().__init__(
            acceptance,
            data_size_limit=LARGEST_MAIL,
            hostname=_HOSTNAME,
            ident="ESMTP",
            auth_require_tls=False,
            authenticator=acceptance.authenticate,
            loop=loop,
        )
        self._world = world

    async def smtp_DATA(self, arg: str | None) -> None:  # noqa: N802  aiosmtpd finds commands by this name
        """Take a mail, unless the connection is to break before it."""
        user = channel_of(self.session) if self.session else ""
        if user and self._world.faults.take(user, {Fault.SMTP_DROP_BEFORE_DATA}):
            await self.drop()
        await super().smtp_DATA(arg)

    def abort(self) -> None:
        """Break the connection at once."""
        if self.transport is not None:
            self._writer.transport.abort()

    async def drop(self) -> None:
        """Break the connection; the wait ends when aiosmtpd notices that and cancels this."""
        self.abort()
        await asyncio.Event().wait()

    async def hang_up(self, words: str) -> None:
        """Say a last word and close."""
        await self.push(words)
        self._writer.transport.close()
        await asyncio.Event().wait()


def channel_of(session: Session) -> str:
    """The channel whose account is logged in, or an empty string."""
    return str(session.auth_data) if session.authenticated else ""


class Acceptance:
    """aiosmtpd's hooks for one connection: what is taken from whom."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._login_refused = False  #: by a planned fault; holds for the connection, as clients try several ways

    def authenticate(  # noqa: PLR0917  aiosmtpd's signature
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: object
    ) -> AuthResult:
        """Check user and password; the user is the channel's id."""
        del server, session, envelope, mechanism
        refusal = AuthResult(success=False, handled=False, message="535 5.7.8 Authentication credentials invalid")
        if not isinstance(given, LoginPassword):
            return refusal
        user = given.login.decode("utf-8", "replace")
        account = self._world.accounts.mail(user)
        if account is None or not hmac.compare_digest(account.password.encode(), given.password):
            return refusal
        if self._login_refused or self._world.faults.take(user, {Fault.SMTP_AUTH}):
            self._login_refused = True
            return refusal
        return AuthResult(success=True, auth_data=user)

    async def handle_EHLO(  # noqa: N802, PLR0917  aiosmtpd's signature
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Say what is offered."""
        del server, envelope
        session.host_name = hostname
        return [*responses[:-1], "250-ENHANCEDSTATUSCODES", "250-PIPELINING", responses[-1]]

    async def handle_MAIL(  # noqa: N802, PLR0917  aiosmtpd's signature
        self, server: MailServer, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Begin a mail."""
        user = channel_of(session)
        if not user:
            return "530 5.7.0 Authentication required"
        if self._world.faults.take(user, {Fault.SMTP_BUSY}):
            await server.hang_up("421 4.3.2 Service busy, please try again later")
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 Sender OK"

    async def handle_RCPT(  # noqa: N802, PLR0917  aiosmtpd's signature
        self, server: MailServer, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a recipient."""
        del server
        if address.rpartition("@")[2].lower() == NOBODY_THERE:
            return _WORDS[Fault.SMTP_REFUSE]
        fault = self._world.faults.take(channel_of(session), _AT_RCPT)
        if fault is not None:
            return _WORDS[fault]
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 Recipient OK"

    async def handle_DATA(self, server: MailServer, session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's name
        """Take or refuse a whole mail."""
        content = envelope.original_content or b""
        wrong = fault_in_mail(content)
        if wrong:
            return f"550 5.6.0 Message not accepted: {wrong}"
        user = channel_of(session)
        fault = self._world.faults.take(user, _AT_END)
        if fault is not None and fault not in _TAKEN_FIRST:
            return _WORDS[fault]
        number = self._deliver(user, envelope, content)
        if fault is Fault.SMTP_DROP_AFTER_DATA:
            await server.drop()
        if fault is Fault.SMTP_TIMEOUT_AFTER_DATA:
            await asyncio.Event().wait()
        self._world.faults.let_through(user)
        return f"250 2.0.0 Ok: queued as {number}"

    def _deliver(self, user: str, envelope: Envelope, content: bytes) -> int:
        subject = str(parsed_mail(content)["Subject"] or "")
        sender = envelope.mail_from or ""
        mails = [
            self._world.deliver(user, sender=sender, recipient=recipient, content=content, subject=subject)
            for recipient in envelope.rcpt_tos
        ]
        return mails[-1].number
