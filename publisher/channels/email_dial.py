"""Opening a connection to a mail server: reach it, greet, encrypt, log in."""

from __future__ import annotations

import base64
import smtplib
import socket
import ssl
from dataclasses import dataclass

from publisher.channels.email_answers import Reply, Stage
from publisher.channels.email_dialogue import COMPLETED, GO_ON, Lost, ask, check, line_to_server, read_reply, socket_of
from publisher.channels.email_hosts import ascii_host, own_name
from publisher.channels.email_url import Encryption, MailServer
from publisher.channels.wire import Timeouts
from publisher.errors import CredentialsBroken, TemporaryError, TransportError


@dataclass(frozen=True, slots=True, kw_only=True)
class MailRoute:
    """A mail server and how to talk to it."""

    server: MailServer
    timeouts: Timeouts
    tls: ssl.SSLContext
    confirmation: float  #: seconds to wait for the reply to a whole mail


def dial(route: MailRoute) -> smtplib.SMTP:
    """A connection that is ready for a mail. Raises a `TransportError` or `Lost`; nothing was sent then."""
    try:
        smtp = _reach(route)
    except (OSError, UnicodeError) as error:
        raise TemporaryError(
            f"the mail server {route.server.host}:{route.server.port} can't be reached",
            remedy="check SMTP_URL, and CA_FILE if a certificate is the reason; it is tried again",
        ) from error
    try:
        check(_greeting(smtp), stage=Stage.GREETING)
        _say_hello(smtp)
        if route.server.starts_tls(offered=smtp.has_extn("starttls")):
            _encrypt(smtp, route)
        if route.server.user:
            _log_in(smtp, route.server)
    except (Lost, TransportError):
        smtp.close()
        raise
    return smtp


def _reach(route: MailRoute) -> smtplib.SMTP:
    host = ascii_host(route.server)
    plain = socket.create_connection((host, route.server.port), route.timeouts.connect)
    plain.settimeout(route.timeouts.read)
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    smtp = smtplib.SMTP(local_hostname=own_name(plain))
    smtp.sock = plain
    if route.server.encryption is Encryption.FROM_THE_START:
        try:
            smtp.sock = route.tls.wrap_socket(plain, server_hostname=host)
        except OSError:
            smtp.close()
            raise
    return smtp


def _greeting(smtp: smtplib.SMTP) -> Reply:
    with line_to_server():
        return read_reply(*smtp.getreply())


def _say_hello(smtp: smtplib.SMTP) -> None:
    with line_to_server():
        smtp.ehlo_or_helo_if_needed()


def _encrypt(smtp: smtplib.SMTP, route: MailRoute) -> None:
    ask(smtp, "STARTTLS", stage=Stage.ENCRYPTION)
    try:
        smtp.sock = route.tls.wrap_socket(socket_of(smtp), server_hostname=ascii_host(route.server))
    except OSError as error:
        raise TemporaryError(
            "the connection to the mail server can't be encrypted; nothing was sent",
            remedy="if an authority of your own signed the certificate, name it in CA_FILE; it is tried again",
        ) from error
    # What was said in clear text is worth nothing any more, what is still in the buffer least (RFC 3207 section 4.2).
    smtp.file = None
    smtp.helo_resp = smtp.ehlo_resp = None
    smtp.esmtp_features = {}
    _say_hello(smtp)


def _log_in(smtp: smtplib.SMTP, server: MailServer) -> None:
    """RFC 4954; RFC 4616 for PLAIN. By hand, since smtplib takes only ASCII passwords and tries CRAM-MD5 first."""
    if not isinstance(smtp.sock, ssl.SSLSocket) and not server.is_here:
        raise CredentialsBroken(
            "the mail server offers no encryption, so the password was not sent",
            remedy="use smtp+starttls:// or smtps:// in SMTP_URL, or a server that can do it",
        )
    offered = smtp.esmtp_features.get("auth", "").upper().split()
    if "PLAIN" in offered:
        secret = _base64(f"\0{server.user}\0{server.password}")
        _ask_secretly(smtp, f"AUTH PLAIN {secret}", server)
    elif "LOGIN" in offered:
        _ask_secretly(smtp, f"AUTH LOGIN {_base64(server.user)}", server, digit=GO_ON)
        _ask_secretly(smtp, _base64(server.password), server)
    else:
        raise CredentialsBroken(
            f"the mail server offers no login that we can do ({' '.join(offered) or 'none at all'})",
            remedy="ask its provider for AUTH PLAIN or LOGIN, or leave user and password out of SMTP_URL",
        )


def _ask_secretly(smtp: smtplib.SMTP, line: str, server: MailServer, *, digit: int = COMPLETED) -> None:
    """A step of the login. Some servers repeat a line that they don't understand; it would end up in the ledger."""
    with line_to_server():
        reply = read_reply(*smtp.docmd(line))
    check(reply.hiding(line.rsplit(maxsplit=1)[-1], server.password), stage=Stage.LOGIN, digit=digit)


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")
