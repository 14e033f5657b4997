"""Names of mail servers, and our own as we say it to them."""

from __future__ import annotations

import socket

import idna

from publisher.channels.email_url import MailServer


def ascii_host(server: MailServer) -> str:
    """The host as name servers know it."""
    return server.host if server.host.isascii() else idna.encode(server.host, uts46=True).decode("ascii")


def own_name(connected: socket.socket) -> str:
    """What to say in EHLO: the host's full name, or the address as RFC 5321 section 4.1.4 allows. Asks no DNS."""
    name = socket.gethostname()
    if "." in name and name.isascii():
        return name
    address = connected.getsockname()[0]
    return f"[IPv6:{address}]" if ":" in address else f"[{address}]"
