"""E-mail: one mail per reader, handed to a mail server."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from math import ceil
from types import MappingProxyType
from typing import TYPE_CHECKING

from publisher.abilities import Examination, Login
from publisher.channels.addresses import message_id_of, one_line
from publisher.channels.email_mime import Letter, write
from publisher.channels.email_senders import senders
from publisher.channels.formletter import FormLetter
from publisher.errors import RenderError, TransportError
from publisher.interfaces import Clock, Settings, at_once
from publisher.model import Channel, Draft, Envelope, Form, Payload, Receipt
from publisher.model.findings import Finding
from publisher.personal import Person
from publisher.sentences import sentence

if TYPE_CHECKING:
    from publisher.channels.dkim import Signer
    from publisher.channels.email_dial import MailRoute
    from publisher.channels.email_smtp import SmtpSession

KILOBYTE = 1000
MOST_HTML = 100 * KILOBYTE
"""Gmail cuts a mail at 102 kB, with the unsubscribe link and the funding statement of its end."""

_NO_ANSWERS: Mapping[str, bool] = MappingProxyType({})


class EmailTransport:
    """Mails with text and HTML, in one language, to one reader."""

    type = "email"
    form = Form.MAIL
    open_settings: tuple[str, ...] = ("FROM", "UNSUBSCRIBE_TO")

    def compose(self, draft: Draft, envelope: Envelope) -> Payload:
        """The whole mail as bytes, without its dots doubled, for the reader of the envelope.

        Pictures travel in the mail only where the HTML shows them as ``cid:picture-1``, ``cid:picture-2`` …,
        ``cid:emblem`` or ``cid:logo``; their files are read for that. Raises `MediaError` or `RenderError`.
        """
        person = _person(envelope)
        letter = self.letter(draft, envelope)
        body = letter.fill(person)
        return Payload(
            body=body,
            content_type="message/rfc822",
            recipient=letter.address(person),
            sender=person.return_path or letter.sender,
            weight=len(body),
        )

    def letter(self, draft: Draft, envelope: Envelope, *, answers: Mapping[str, bool] = _NO_ANSWERS) -> FormLetter:
        """The mail for all readers of whom ``answers`` holds; the draft has marks (`publisher.personal`).

        Raises `MediaError` or `RenderError`.
        """
        _check_words(draft, envelope)
        try:
            return write(Letter(draft, envelope, senders(envelope)), answers=answers)
        except UnicodeEncodeError as error:
            raise RenderError(
                sentence("U+{code:04X} is half a character.", code=ord(error.object[error.start])),
                subject=envelope.key,
                remedy=sentence("Delete it and write the emoji or letter anew."),
            ) from None

    def connect(self, channel: Channel, settings: Settings, clock: Clock) -> EmailConnection:  # noqa: ARG002  replies hold no times
        """A way to the server of SMTP_URL. Raises `MissingCredential` or `SettingsError`."""
        from publisher.channels.dkim_keys import read_signer
        from publisher.channels.email_smtp import SmtpSession

        signer = read_signer(channel.id, settings)
        return EmailConnection(channel, SmtpSession(_routes(channel, settings)[0]), settings=settings, signer=signer)

    def examine(self, examination: Examination) -> Iterator[Finding]:
        """Login, certificate, and the records of the sender's domain (`publisher.abilities.Examinable`)."""
        from publisher.channels.email_examination import examine

        yield from examine(examination, _routes(examination.channel, examination.settings))

    def log_in(self, login: Login) -> Mapping[str, str | None]:
        """Ask for the server and the account (`publisher.abilities.Enrollable`)."""
        from publisher.channels.email_login import log_in

        return log_in(login)


class EmailConnection:
    """One connection to a mail server, opened with the first mail and used for all.

    A mailing goes over connections of its own, with the same ``settings`` (`publisher.interfaces.MailAccount`).
    """

    def __init__(
        self, channel: Channel, session: SmtpSession, *, settings: Settings, signer: Signer | None = None
    ) -> None:
        self.settings = settings
        self._channel = channel
        self._session = session
        self._signer = signer

    def send(self, payload: Payload, *, before: Callable[[], None] = at_once) -> Receipt:
        """Hand over one mail, signed where there is a key. The receipt's id is its Message-ID.

        Raises a `TransportError`.
        """
        content = payload.body if self._signer is None else self._signer.sign(payload.body)
        try:
            before()
            self._session.deliver(content, sender=payload.sender, recipient=payload.recipient)
        except TransportError as error:
            error.subject = self._channel.id
            raise
        return Receipt(message_id_of(payload.body))

    def close(self) -> None:
        """Say goodbye and give back the socket."""
        self._session.close()


def _routes(channel: Channel, settings: Settings) -> list[MailRoute]:
    """The ways to the servers of SMTP_URL, the first one first. Raises `MissingCredential` or `SettingsError`."""
    from publisher.channels.email_dial import MailRoute
    from publisher.channels.email_smtp import CONFIRMATION_TIMEOUT
    from publisher.channels.email_url import read_servers
    from publisher.channels.wire import read_timeouts, tls_context

    timeouts = read_timeouts(channel, settings)
    tls, confirmation = tls_context(channel, settings), timeouts.read
    if settings.get("TIMEOUT") is None:
        confirmation = CONFIRMATION_TIMEOUT
    return [
        MailRoute(server=server, timeouts=timeouts, tls=tls, confirmation=confirmation)
        for server in read_servers(settings.require("SMTP_URL"), channel_id=channel.id)
    ]


def _person(envelope: Envelope) -> Person:
    reader = envelope.reader
    if reader is None:
        raise RenderError(
            sentence("A mail needs a reader."),
            subject=envelope.key,
            remedy=sentence("Name a reader of the mailing list."),
        )
    return Person(address=reader.address, name=reader.name, attributes=reader.attributes)


def _check_words(draft: Draft, envelope: Envelope) -> None:
    for name, words in (("subject", draft.subject), ("text", draft.text)):
        if not one_line(words):
            raise RenderError(
                sentence("The mail has no {part}.", part=name),
                subject=envelope.key,
                remedy=sentence("Add the {part} to the template.", part=name),
            )
    size = len(draft.html.encode("utf-8", "replace"))
    if size >= MOST_HTML:
        raise RenderError(
            sentence(
                "The HTML of the mail has {size} kB; Gmail hides what comes after {most} kB.",
                size=ceil(size / KILOBYTE),
                most=MOST_HTML // KILOBYTE,
            ),
            subject=envelope.key,
            remedy=sentence("Shorten the texts; let a digest cover fewer days, or show less of each event."),
        )
