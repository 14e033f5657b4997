"""Opening a connection to a mail server with aiosmtplib: reach it, greet, encrypt, log in; then the line is ours."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import cast

from aiosmtplib import SMTP, SMTPException, SMTPHeloError, SMTPResponseException

from publisher.bulk.manners import Powers
from publisher.bulk.servers import Server
from publisher.channels.email_answers import SERVICE_CLOSING, Reply, Stage, classify, not_handed_over
from publisher.channels.email_hosts import ascii_host, own_name
from publisher.channels.email_url import Encryption
from publisher.errors import CredentialsBroken, TemporaryError, TransportError


@dataclass(frozen=True, slots=True)
class Line:
    """An open line on which mails may begin, and what the server announced."""

    transport: asyncio.Transport
    powers: Powers


async def open_line(server: Server) -> Line:
    """A line that is ready for a mail. Raises a `TransportError`; nothing was sent then."""
    client = SMTP(
        hostname=ascii_host(server.address),
        port=server.address.port,
        timeout=server.patience.opening,
        use_tls=server.address.encryption is Encryption.FROM_THE_START,
        start_tls=False,
        tls_context=server.tls,
        local_hostname="localhost",  # until the line is open, and its own address known
    )
    with ExitStack() as unless_ready:
        unless_ready.callback(client.close)
        await _reach(client, server)
        await _say_hello(client)
        await _encrypt(client, server)
        await _log_in(client, server)
        line = _line(client)
        unless_ready.pop_all()
    return line


async def _reach(client: SMTP, server: Server) -> None:
    try:
        await client.connect()
    except SMTPResponseException as error:
        raise _judged(Reply(error.code, error.message), Stage.GREETING) from None
    except (SMTPException, OSError, UnicodeError) as error:
        raise TemporaryError(
            f"the mail server {server.address.name} can't be reached",
            remedy="check SMTP_URL, and CA_FILE if a certificate is the reason; it is tried again",
        ) from error
    client.local_hostname = own_name(client.get_transport_info("socket"))


async def _say_hello(client: SMTP) -> None:
    """EHLO, else HELO. RFC 5321 section 3.2."""
    with _dialogue(Stage.GREETING):
        try:
            await client.ehlo()
        except SMTPHeloError as error:
            if error.code == SERVICE_CLOSING:
                raise
            await client.helo()


async def _encrypt(client: SMTP, server: Server) -> None:
    is_offered = client.supports_extension("starttls")
    if not server.address.starts_tls(offered=is_offered):
        return
    if not is_offered:
        raise classify(Reply(502, "it does not offer STARTTLS"), stage=Stage.ENCRYPTION)
    with _dialogue(Stage.ENCRYPTION):
        try:
            await client.starttls()
        except OSError as error:
            raise TemporaryError(
                "the connection to the mail server can't be encrypted; nothing was sent",
                remedy="if an authority of your own signed the certificate, name it in CA_FILE; it is tried again",
            ) from error
    await _say_hello(client)  # what was said in clear text is worth nothing any more (RFC 3207 section 4.2)


async def _log_in(client: SMTP, server: Server) -> None:
    """RFC 4954, RFC 4616 for PLAIN. Never in clear text to another machine."""
    user, password = server.address.user, server.address.password
    if not user:
        return
    if client.get_transport_info("sslcontext") is None and not server.address.is_here:
        raise CredentialsBroken(
            "the mail server offers no encryption, so the password was not sent",
            remedy="use smtp+starttls:// or smtps:// in SMTP_URL, or a server that can do it",
        )
    offered = [method.lower() for method in client.server_auth_methods]
    with _dialogue(Stage.LOGIN, password, *_as_they_are_said(user, password)):
        if "plain" in offered:
            await client.auth_plain(user, password)
        elif "login" in offered:
            await client.auth_login(user, password)
        else:
            raise CredentialsBroken(
                f"the mail server offers no login that we can do ({' '.join(offered).upper() or 'none at all'})",
                remedy="ask its provider for AUTH PLAIN or LOGIN, or leave user and password out of SMTP_URL",
            )


def _line(client: SMTP) -> Line:
    transport = cast("asyncio.Transport | None", client.transport)
    if transport is None or transport.is_closing():
        raise not_handed_over(Reply(-1, "the mail server closed the connection"))
    size = client.esmtp_extensions.get("size", "").strip()
    powers = Powers(
        pipelining=client.supports_extension("pipelining"),
        chunking=client.supports_extension("chunking"),
        announces_size=client.supports_extension("size"),
        largest=int(size) if size.isdecimal() else 0,
    )
    return Line(transport, powers)


@contextmanager
def _dialogue(stage: Stage, *secrets: str) -> Iterator[None]:
    """Turn what aiosmtplib raises into our errors. Some servers repeat a line that they don't understand."""
    try:
        yield
    except SMTPResponseException as error:
        raise _judged(Reply(error.code, error.message).hiding(*secrets), stage) from None
    except (SMTPException, OSError) as error:
        raise not_handed_over(Reply(-1, str(error)).hiding(*secrets)) from None


def _judged(reply: Reply, stage: Stage) -> TransportError:
    if reply.code < 0 or reply.code == SERVICE_CLOSING:
        return not_handed_over(reply)
    return classify(reply, stage=stage)


def _as_they_are_said(user: str, password: str) -> list[str]:
    """The forms in which user and password go over the line."""
    spoken = (f"\0{user}\0{password}", user, password)
    return [base64.b64encode(words.encode()).decode("ascii") for words in spoken]
