"""Who a mail is from, and who takes the answers."""

from __future__ import annotations

from publisher.channels.addresses import Mailbox, ascii_address, one_line, read_mailbox
from publisher.channels.email_head import Senders
from publisher.errors import RenderError
from publisher.model import Envelope
from publisher.sentences import sentence


def senders(envelope: Envelope) -> Senders:
    """As list, channel and project have them, in this order. Raises `RenderError`."""
    asked = envelope.settings.get("UNSUBSCRIBE_TO", "")
    return Senders(
        sender=_sender(envelope),
        reply_to=_read(envelope.list.reply_to, "reply_to", envelope) if envelope.list.reply_to else None,
        unsubscribe_to=_read(asked, "UNSUBSCRIBE_TO", envelope) if asked else None,
    )


def _sender(envelope: Envelope) -> Mailbox:
    contact = envelope.project.contact
    setting = envelope.list.sender or envelope.settings.get("FROM", "")
    try:
        if setting:
            return read_mailbox(setting)
        if contact is not None:
            return Mailbox(one_line(contact.name), ascii_address(contact.email))
    except ValueError as error:
        raise RenderError(
            sentence(
                "The sender of {channel} can't be used: {reason}.", channel=envelope.channel.id, reason=str(error)
            ),
            subject=envelope.channel.id,
            remedy=sentence("Write FROM like: Project Office <office@example.org>"),
        ) from None
    raise RenderError(
        sentence("Nobody is named as the sender of {channel}.", channel=envelope.channel.id),
        subject=envelope.channel.id,
        remedy=sentence("Give the project a contact in the schedule file, or set FROM for this channel."),
    )


def _read(text: str, name: str, envelope: Envelope) -> Mailbox:
    try:
        return read_mailbox(text)
    except ValueError as error:
        raise RenderError(
            sentence(
                "{name} of {channel} can't be used: {reason}.",
                name=name,
                channel=envelope.channel.id,
                reason=str(error),
            ),
            subject=envelope.channel.id,
            remedy=sentence("Write it like: Project Office <office@example.org>"),
        ) from None
