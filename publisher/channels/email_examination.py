"""What the mail server and the name servers say of us. Nothing is sent.

Sources: RFC 5321 sections 4.1.1.5 and 4.1.1.9 (RSET, NOOP); RFC 5280 section 4.1.2.5 (when a certificate ends).
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from publisher.abilities import Examination
from publisher.channels.addresses import ascii_address, read_mailbox
from publisher.channels.email_alignment import OwnKey, Sending, examine_sending, own_keys
from publisher.channels.email_answers import Stage
from publisher.channels.email_dial import MailRoute, dial
from publisher.channels.email_dialogue import Lost, ask
from publisher.channels.email_dns import MailDomain, Names, Unanswered, examine_domain, examine_server, is_for_examples
from publisher.channels.email_pages import examine_page
from publisher.errors import TemporaryError, TransportError
from publisher.model.findings import Finding, broken, doubtful, fine

_SOON = timedelta(days=21)


def examine(examination: Examination, routes: Sequence[MailRoute]) -> Iterator[Finding]:
    """Login and certificate of each server, and the records of the sender's domain.

    A `TransportError` comes last, as does everything.
    """
    subject = examination.channel.id
    if examination.asks_names:
        yield from _names(examination, routes)
        yield examine_page(examination)
    yield from _servers(subject, routes, now=examination.clock.now())


def _servers(subject: str, routes: Sequence[MailRoute], *, now: datetime) -> Iterator[Finding]:
    """Each of them. Raises the `TransportError` of the last one when none is of use."""
    failed: list[TransportError] = []
    for route in routes:
        try:
            yield from _server(subject, route, now=now)
        except TransportError as error:
            failed.append(error)
            if len(failed) == len(routes):
                raise
            yield broken(subject, f"{route.server.name}: {error.fact}", mend=error.remedy)


def _names(examination: Examination, routes: Sequence[MailRoute]) -> Iterator[Finding]:
    """The records of the sender's domain and of the servers."""
    subject, domain = examination.channel.id, _domain(examination)
    names = Names(examination.resolver)
    if is_for_examples(domain) and not examination.resolver:
        yield fine(subject, f"{domain} is a name for examples and tests, so there are no records to look at")
        return
    if domain:
        yield from _of_domain(names, domain, examination, server=routes[0].server.host)
    else:
        yield broken(
            subject, "nobody is named as the sender", mend="set FROM to one address, or give the project a contact"
        )
    for route in routes:
        if not route.server.is_here:
            yield from examine_server(names, route.server.host, subject=subject)


def _of_domain(names: Names, domain: str, examination: Examination, *, server: str) -> Iterator[Finding]:
    """What receivers find when they look whether a mail is ours. Whose keys can't be read is told by the login."""
    subject, settings = examination.channel.id, examination.settings
    keys: tuple[OwnKey, ...] = ()
    with suppress(ValueError):
        keys = own_keys(settings, origin=domain)
    selector = settings.get("DKIM_SELECTOR")
    returns = (settings.get("BOUNCES_TO") or domain).rpartition("@")[2].strip(" >").lower()
    records = MailDomain(name=domain, returns=returns, selector=selector, signs_itself=bool(keys))
    yield from examine_domain(names, records, subject=subject)
    sending = Sending(subject=subject, origin=domain, returns=returns, server=server, keys=keys)
    with suppress(Unanswered):  # which was told just before
        yield from examine_sending(names, sending)


def _domain(examination: Examination) -> str:
    """Of the address that mails come from, in ASCII; empty when there is none that can be used."""
    setting = examination.settings.get("FROM")
    contact = examination.contact
    try:
        address = read_mailbox(setting).address if setting else ascii_address(contact.email) if contact else ""
    except ValueError:
        return ""
    return address.rpartition("@")[2].lower()


def _server(subject: str, route: MailRoute, *, now: datetime) -> Iterator[Finding]:
    smtp = _dialled(route)
    try:
        yield _login(subject, route)
        yield _encryption(subject, smtp, route, now=now)
        for line in ("NOOP", "RSET"):
            ask(smtp, line, stage=Stage.GREETING)
        with suppress(OSError):  # whether or not the server waits for a goodbye
            smtp.quit()
    except Lost as lost:
        raise TemporaryError("the mail server hung up", detail=lost.reply.words, remedy="try again later") from lost
    finally:
        smtp.close()


def _dialled(route: MailRoute) -> smtplib.SMTP:
    try:
        return dial(route)
    except Lost as lost:
        raise TemporaryError(
            "the mail server hung up before the login", detail=lost.reply.words, remedy="check SMTP_URL; try again"
        ) from lost


def _login(subject: str, route: MailRoute) -> Finding:
    where = f"{route.server.host}:{route.server.port}"
    if route.server.user:
        return fine(subject, f"{where} accepts the login")
    return fine(subject, f"{where} answers; SMTP_URL has no user and password")


def _encryption(subject: str, smtp: smtplib.SMTP, route: MailRoute, *, now: datetime) -> Finding:
    if not isinstance(smtp.sock, ssl.SSLSocket):
        if route.server.is_here:
            return fine(subject, "not encrypted, and does not leave this machine")
        return doubtful(
            subject,
            "mails go to the server unencrypted",
            mend="write smtps:// or smtp+starttls:// in SMTP_URL, if the server can do it",
        )
    certificate = smtp.sock.getpeercert() or {}
    end = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(certificate["notAfter"])), tz=UTC)
    if end <= now + _SOON:
        return doubtful(
            subject,
            f"the mail server's certificate expires on {end:%d %B %Y}",
            mend="ask its provider to renew it; afterwards no mail would go out",
        )
    return fine(subject, f"encrypted ({smtp.sock.version()}), certificate until {end:%d %B %Y}")
