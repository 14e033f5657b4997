"""The composition root: from options to the parts, wired once."""

from __future__ import annotations

import os
import random
import socket
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache, cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from publisher import channels
from publisher.abilities import Examinable, Examination
from publisher.composing import Composer
from publisher.errors import MissingCredential, ScheduleUnreadable, SettingsError
from publisher.interfaces import Clock, Connection, Settings, Transport
from publisher.model import Channel, Form, Planned
from publisher.model.findings import Finding, fine
from publisher.plan import Rules, Window, plan
from publisher.render import Renderer
from publisher.render.about import truth_of
from publisher.render.sources import DISK, Sources
from publisher.schedulefile.load import Loaded, load_file
from publisher.schedulefile.schedule import Schedule
from publisher.settings import ChannelSettings
from publisher.shipped import shipped

if TYPE_CHECKING:  # `check` and `preview` need no database, and SQLAlchemy is slow to import
    from publisher.delivery.desk import Desk
    from publisher.ledger.ledger import Ledger
    from publisher.ledger.listrecords import MailList
    from publisher.newsletter.keys import ListKey

Accounts: TypeAlias = Callable[[Channel], Sequence[Settings]]
"""Where a channel's credentials may come from, in the order in which they are tried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the flags and the environment say."""

    schedules: Path
    database: str
    templates: Path | None = None
    values: Mapping[str, str] = field(default_factory=dict, repr=False)


class App:
    """The parts of one run. Nothing is opened before it is used."""

    def __init__(self, options: Options, *, clock: Clock, accounts: Accounts | None = None) -> None:
        self.options = options
        self.clock = clock
        self.sources: Sources = DISK
        self._accounts = accounts or (lambda channel: [self.settings_of(channel.id)])

    # --- the file ---------------------------------------------------------------------------------------

    def load(self) -> Loaded:
        """Read the schedule file. Raises `ScheduleUnreadable` when it can't be opened."""
        return load_file(self.options.schedules, channel_types=self.forms)

    def schedule(self) -> tuple[Schedule, Loaded]:
        """The sound part of the file. Raises `ScheduleUnreadable` when there is none."""
        loaded = self.load()
        if loaded.schedule is None:
            raise unusable(self.options.schedules, loaded)
        return loaded.schedule, loaded

    def plan(self, schedule: Schedule, window: Window, *, ledger: Ledger | None = None) -> list[Planned]:
        """What is due in a window, with the approvals in the ledger."""
        return plan(schedule, window=window, rules=self.rules(ledger))

    def rules(self, ledger: Ledger | None) -> Rules:
        """What the plan needs beside the file."""
        approvals = ledger.approvals.counts() if ledger is not None else {}
        truth = cache(partial(truth_of, folders=self.template_folders, sources=self.sources))
        return Rules(forms=self.forms, truth_of=truth, approvals=approvals)

    # --- words ------------------------------------------------------------------------------------------

    @cached_property
    def template_folders(self) -> tuple[Path, ...]:
        """The user's own templates first, then those that come with publisher."""
        return self.find_template_folders()

    def find_template_folders(self) -> tuple[Path, ...]:
        """Which they are now. Raises `SettingsError` when the folder that was named is gone."""
        own = self.options.templates
        if own is not None and not own.is_dir():
            raise SettingsError("there is no such folder of templates", subject=str(own), remedy="check --templates")
        beside = self.options.schedules.parent / "templates"
        folders = [own] if own is not None else [beside] if beside.is_dir() else []
        known = {folder.resolve() for folder in folders}
        return tuple(folders) + tuple(folder for folder in [shipped("templates")] if folder.resolve() not in known)

    @cached_property
    def renderer(self) -> Renderer:
        """Makes the words."""
        return Renderer(self.template_folders, sources=self.sources)

    @cached_property
    def transports(self) -> dict[str, Transport]:
        """All channel types of this installation."""
        return {name: channels.transport(name) for name in channels.known_types()}

    @cached_property
    def forms(self) -> dict[str, Form]:
        """Which words each channel type takes."""
        return {name: transport.form for name, transport in self.transports.items()}

    def composer(self, schedule: Schedule) -> Composer:
        """Makes payloads for this schedule."""
        return self._composer(schedule, self.renderer)

    def composer_of_the_moment(self, schedule: Schedule) -> Composer:
        """The same for one look: templates are read once, and what changes meanwhile is not seen."""
        from publisher.render.templates import SettledFolders

        return self._composer(schedule, Renderer(self.template_folders, kind=SettledFolders, sources=self.sources))

    def _composer(self, schedule: Schedule, renderer: Renderer) -> Composer:
        return Composer(
            schedule,
            renderer=renderer,
            transports=self.transports,
            settings_of=self.settings_of,
            list_named=self._list_named,
        )

    def _list_named(self, name: str) -> MailList | None:
        """What the ledger knows of a mailing list; nothing where there is no ledger."""
        return self._ledger_of_lists.lists.get(name) if self._ledger_of_lists is not None else None

    @cached_property
    def _ledger_of_lists(self) -> Ledger | None:
        return self.existing_ledger()

    # --- sending ----------------------------------------------------------------------------------------

    def settings_of(self, channel_id: str) -> Settings:
        """A channel's settings from the environment."""
        return ChannelSettings(channel_id, self.options.values)

    def connect(self, channel: Channel) -> Connection:
        """Open the account of a channel with the first set of credentials that is complete.

        Raises `MissingCredential` or `SettingsError`.
        """
        return self._opened(channel)[1]

    def examine(self, channel: Channel, examination: Callable[[Settings], Examination]) -> Iterator[Finding]:
        """Look at the account of a channel with the credentials that sending would take; publishes nothing.

        Channel types that can't tell more only have their credentials looked at. Raises `MissingCredential`,
        `SettingsError` or a `TransportError` when it can go no further.
        """
        settings, connection = self._opened(channel)
        connection.close()
        transport = self.transports[channel.type]
        if isinstance(transport, Examinable):
            yield from transport.examine(examination(settings))
        else:
            yield fine(channel.id, "credentials are set; this type of channel can't tell whether they are right")

    def _opened(self, channel: Channel) -> tuple[Settings, Connection]:
        transport = self.transports[channel.type]
        *others, last = self._accounts(channel)
        for settings in others:
            with suppress(MissingCredential):
                return settings, transport.connect(channel, settings, self.clock)
        return last, transport.connect(channel, last, self.clock)

    def open_ledger(self) -> Ledger:
        """The ledger, made when it isn't there. Raises `LedgerError`."""
        from publisher.ledger.ledger import open_ledger

        return open_ledger(self.options.database)

    def existing_ledger(self) -> Ledger | None:
        """The ledger if there is one; looking at a plan must not make one."""
        file = self.database_file
        return self.open_ledger() if file is None or file.is_file() else None

    @property
    def database_file(self) -> Path | None:
        """The file of an SQLite ledger."""
        path, prefix = self.options.database.partition("?")[0], "sqlite:///"
        return Path(path.removeprefix(prefix)) if path.startswith(prefix) else None

    def beside_ledger(self, suffix: str) -> Path:
        """A file beside the ledger itself, whatever links lead to it; in ``var`` when the ledger is on a server."""
        file = self.database_file
        return (
            file.resolve().with_name(f"{file.resolve().name}{suffix}") if file else Path("var") / f"publisher{suffix}"
        )

    @cached_property
    def list_key(self) -> ListKey:
        """By which mailing lists know people: as it is set, else kept beside the ledger. Raises `SettingsError`."""
        from publisher.newsletter.keys import kept_key, key_of

        written = self.settings_of("list").get("KEY")
        return key_of(written, subject="PUBLISHER_LIST_KEY") if written else kept_key(self.beside_ledger(".key"))

    def desk(self, ledger: Ledger, stop: threading.Event) -> Desk:
        """What every delivery needs."""
        from publisher.delivery.connections import Connections
        from publisher.delivery.desk import Desk

        return Desk(
            ledger=ledger,
            connections=Connections(self.connect),
            clock=self.clock,
            owner=f"{socket.gethostname()}:{os.getpid()}:{random.getrandbits(32):08x}",
            is_stopping=stop.is_set,
            list_key=lambda: self.list_key,
        )


def unusable(file: Path, loaded: Loaded) -> ScheduleUnreadable:
    """The error for a file of which nothing can be used."""
    first = loaded.problems[0]
    return ScheduleUnreadable(
        f"line {first.place.line}, column {first.place.column}: {first.message}",
        subject=str(file),
        remedy=f"{first.hint}  (all problems: publisher check)",
    )
