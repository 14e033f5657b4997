"""Who runs the pages: what the schedule file says of it, read anew when the file changes."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog

from publisher.app import App
from publisher.channels.addresses import Mailbox, ascii_address, one_line, read_mailbox
from publisher.errors import PublisherError, SettingsError
from publisher.lastgood import LastGood
from publisher.ledger.ledger import Ledger
from publisher.model import Channel, Contact, Form
from publisher.schedulefile.schedule import Schedule

_log = structlog.get_logger("publisher.web")


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """The organisation. ``audiences`` are the lists of each audience, none for readers in a file.

    ``channels`` are those that send mails; ``served`` says for a list in the ledger which of them writes to it first.
    """

    name: str
    link: str
    contact: Contact | None
    audiences: Mapping[str, tuple[str, ...]]
    channels: tuple[Channel, ...]
    served: Mapping[str, Channel]

    @property
    def language(self) -> str:
        """That of its mails first; empty when nobody says."""
        return self.channels[0].languages[0] if self.channels else ""

    @property
    def timezone(self) -> str:
        """Where its days begin."""
        return self.channels[0].calendar.timezone if self.channels else "UTC"


class Offices:
    """The office as the file describes it now; the last good one while the file is broken."""

    def __init__(self, app: App, ledger: Ledger) -> None:
        self._app = app
        self._lock = threading.Lock()
        self._seen = self._trace()
        self._office = self._begin(ledger)

    def now(self) -> Office:
        """The office."""
        with self._lock:
            trace = self._trace()
            if trace != self._seen:
                self._seen = trace
                self._read()
            return self._office

    def _begin(self, ledger: Ledger) -> Office:
        """Raises `ScheduleUnreadable` when there never was a good file."""
        try:
            return _of(self._app.schedule()[0], self._app)
        except PublisherError:
            recalled = LastGood(self._app, ledger).recall()
            if recalled is None:
                raise
            return _of(recalled[1], self._app)

    def _read(self) -> None:
        try:
            self._office = _of(self._app.schedule()[0], self._app)
        except PublisherError as error:
            _log.warning("the schedule file is broken; the pages go on with what it said", reason=str(error))

    def _trace(self) -> tuple[int, int] | None:
        try:
            found = self._app.options.schedules.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size


def sender_of(office: Office, settings_from: str | None, *, own: str = "") -> Mailbox:
    """Who a mail comes from: as a list says itself, else the setting FROM, else the contact. Raises `SettingsError`."""
    written: Sequence[str] = [text for text in (own, settings_from or "") if text]
    try:
        if written:
            return read_mailbox(written[0])
        if office.contact is not None:
            return Mailbox(one_line(office.contact.name), ascii_address(office.contact.email))
    except ValueError as error:
        raise _no_sender(str(error)) from None
    raise _no_sender("nobody is named")


def _no_sender(reason: str) -> SettingsError:
    return SettingsError(
        f"the sender of the subscriber pages' mails can't be used: {reason}",
        subject="FROM",
        remedy="write FROM like: Project Office <office@example.org>, or give the project a contact",
    )


def _of(schedule: Schedule, app: App) -> Office:
    project = schedule.project
    channels = tuple(one for one in schedule.channels.values() if app.forms.get(one.type) is Form.MAIL)
    served: dict[str, Channel] = {}
    for channel in channels:
        audience = schedule.audiences.get(channel.audience)
        for name in audience.lists if audience else ():
            served.setdefault(name, channel)
    return Office(
        name=project.name or (project.contact.name if project.contact else ""),
        link=project.link,
        contact=project.contact,
        audiences={name: one.lists for name, one in schedule.audiences.items()},
        channels=channels,
        served=served,
    )
