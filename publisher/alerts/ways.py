"""The ways that an alert may take: a webhook, and mail."""

from __future__ import annotations

import hashlib
import smtplib
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Protocol
from urllib.parse import urlsplit

from publisher.alerts.alert import Alert
from publisher.channels.addresses import Mailbox
from publisher.channels.email_dial import MailRoute
from publisher.channels.email_smtp import SmtpSession
from publisher.channels.wire import CONNECT_TIMEOUT, proxy_for, silence_libraries, trust
from publisher.errors import PublisherError

#: Seconds of silence that are borne from a webhook or mail server.
READ_TIMEOUT = 10.0


class NotTaken(Exception):
    """An alert did not get through. The words hold neither the webhook's address nor a password."""


class Way(Protocol):
    """One way to the team."""

    @property
    def name(self) -> str:
        """For the log, without what is secret."""
        ...

    def send(self, alert: Alert, *, now: datetime) -> None:
        """Hand it over; back when it was taken. Raises `NotTaken`."""
        ...


@dataclass(frozen=True, slots=True)
class Webhook:
    """Posts ``{"text": …}``, which the incoming webhooks of Slack, Mattermost and Teams take, and the alert's parts."""

    url: str = field(repr=False)  #: whoever knows it can post there

    @property
    def name(self) -> str:
        """``webhook at hooks.example.org``: a webhook's secret is in its path."""
        return f"webhook at {urlsplit(self.url).hostname}"

    def send(self, alert: Alert, *, now: datetime) -> None:
        """Hand it over. Raises `NotTaken`."""
        import httpx

        silence_libraries()
        body = {
            "text": alert.text,
            "kind": str(alert.kind),
            "subject": alert.subject,
            "words": alert.words,
            "mend": alert.mend,
            "at": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        patience = httpx.Timeout(READ_TIMEOUT, connect=CONNECT_TIMEOUT)
        tls, proxy = trust(None, subject="alerts"), proxy_for(self.url)
        try:
            with httpx.Client(timeout=patience, verify=tls, proxy=proxy, trust_env=False) as client:
                answer = client.post(self.url, json=body)
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise NotTaken(type(error).__name__) from None  # its words may hold the address
        if not answer.is_success:
            raise NotTaken(f"HTTP {answer.status_code}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """Sends one mail to each recipient."""

    route: MailRoute
    sender: Mailbox
    recipients: tuple[Mailbox, ...]

    @property
    def name(self) -> str:
        """``mail by smtp.example.org``."""
        return f"mail by {self.route.server.host}"

    def send(self, alert: Alert, *, now: datetime) -> None:
        """Hand it over for everybody. Raises `NotTaken` when that fails for anybody; the others have it."""
        session = SmtpSession(self.route)
        refused = []
        try:
            for recipient in self.recipients:
                content = _letter(alert, sender=self.sender, recipient=recipient, now=now)
                try:
                    session.deliver(content, sender=self.sender.address, recipient=recipient.address)
                except (PublisherError, OSError, smtplib.SMTPException) as error:
                    refused.append(error)
        finally:
            session.close()
        if refused:
            raise NotTaken(f"{len(refused)} of {len(self.recipients)} not handed over: {refused[0]}")


def _letter(alert: Alert, *, sender: Mailbox, recipient: Mailbox, now: datetime) -> bytes:
    letter = EmailMessage(SMTP)
    letter["From"] = sender.header("From").removeprefix("From: ").replace("\r\n", "")
    letter["To"] = recipient.address
    letter["Subject"] = alert.title
    letter["Date"] = format_datetime(now)
    stamp = hashlib.sha256(f"{now.isoformat()}\0{alert.text}\0{recipient.address}".encode()).hexdigest()[:24]
    letter["Message-ID"] = f"<{stamp}@{sender.domain}>"  # the same at a second try, so that it is shown once
    letter["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's "out of office" answers
    letter.set_content(f"{alert.text}\n", cte="quoted-printable")
    return letter.as_bytes()
