"""Domains at which everybody can have a mailbox, and whose mails nobody else may send. Pure.

Sources: Google, Email sender guidelines, 2026-03-21 (“don't impersonate Gmail From: headers”); the DMARC records of the
others, which ask to quarantine or reject.
"""

from __future__ import annotations

_PROVIDERS = (  # domains of mailboxes; names below which their servers for sending are
    ("gmail.com googlemail.com", "gmail.com googlemail.com"),
    ("outlook.com hotmail.com hotmail.fr live.com msn.com", "outlook.com office365.com live.com hotmail.com"),
    ("yahoo.com yahoo.de yahoo.es yahoo.fr ymail.com aol.com", "yahoo.com aol.com"),
    ("icloud.com me.com mac.com", "me.com icloud.com"),
    ("gmx.de gmx.net gmx.at gmx.ch", "gmx.net gmx.com"),
    ("web.de", "web.de"),
    ("freenet.de", "freenet.de"),
    ("t-online.de", "t-online.de"),
    ("wp.pl o2.pl tlen.pl", "wp.pl o2.pl tlen.pl"),
    ("onet.pl onet.eu op.pl vp.pl poczta.onet.pl", "onet.pl onet.eu"),
    ("interia.pl interia.eu poczta.fm", "interia.pl"),
    ("orange.fr wanadoo.fr", "orange.fr"),
    ("laposte.net", "laposte.net"),
    ("free.fr", "free.fr"),
    ("proton.me protonmail.com", "proton.me protonmail.ch"),
    ("mail.ru", "mail.ru"),
    ("yandex.ru yandex.com", "yandex.ru yandex.com"),
    ("seznam.cz", "seznam.cz"),
)

_SERVERS = {domain: servers.split() for domains, servers in _PROVIDERS for domain in domains.split()}


def is_a_strangers(domain: str, *, server: str) -> bool:
    """Whether a domain belongs to a mailbox provider, and the server that takes our mails does not."""
    return domain in _SERVERS and not any(f".{server.lower()}".endswith(f".{name}") for name in _SERVERS[domain])
