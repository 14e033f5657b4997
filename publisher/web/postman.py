"""Hands the mails of the pages to the mail server of a channel, on its settings."""

from __future__ import annotations

import secrets
from contextlib import closing

from publisher.app import App
from publisher.errors import SettingsError
from publisher.ledger.listrecords import MailList
from publisher.model import Channel, Payload
from publisher.web.mails import Notice, write
from publisher.web.office import Office, Offices, sender_of


class Postman:
    """Writes and sends as the channel does that serves the list; the first mail channel where none does."""

    def __init__(self, app: App, offices: Offices) -> None:
        self._app = app
        self._offices = offices

    def write(self, notice: Notice, address: str, about: MailList) -> Payload:
        """The mail. Raises `SettingsError`."""
        office = self._offices.now()
        channel = self.channel(office, about)
        sender = sender_of(office, self._app.settings_of(channel.id).get("FROM"), own=about.sender)
        return write(notice, sender=sender, address=address, now=self._app.clock.now(), chance=secrets.token_hex(12))

    def send(self, payload: Payload, about: MailList) -> None:
        """Hand it over. Raises `MissingCredential`, `SettingsError` or a `TransportError`."""
        with closing(self._app.connect(self.channel(self._offices.now(), about))) as connection:
            connection.send(payload)

    def channel(self, office: Office, about: MailList | None = None) -> Channel:
        """On which channel's settings mails about a list are sent. Raises `SettingsError` when there is none."""
        if not office.channels:
            raise SettingsError(
                "the schedule file has no channel that sends mails, so nobody can confirm a subscription",
                subject="channels",
                remedy="add one of the type email",
            )
        return office.served.get(about.name if about else "", office.channels[0])
