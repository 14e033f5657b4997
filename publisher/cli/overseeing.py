"""What goes on beside the daemon: alerts about deliveries, the daily note, the heartbeat, health, and the preflight."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from publisher.settings import ChannelSettings

if TYPE_CHECKING:
    from publisher.alerts import Notifier
    from publisher.app import App
    from publisher.daemon import Daemon
    from publisher.importing.addresses import AddressPolicy
    from publisher.importing.fetching import Network
    from publisher.ledger.ledger import Ledger
    from publisher.model import Channel
    from publisher.model.findings import Finding
    from publisher.oversight.configured import Asked
    from publisher.oversight.preflight import Preflight
    from publisher.oversight.turns import Turns


def what_is_asked(app: App) -> Asked:
    """What the environment asks for. Raises `SettingsError`."""
    from publisher.oversight.configured import asked_for

    return asked_for(app.options.values)


class Overseer:
    """Watches over one daemon. ``is_allowed`` says which addresses links may lead to."""

    def __init__(self, app: App, ledger: Ledger, notifier: Notifier, *, is_allowed: AddressPolicy) -> None:
        self._app = app
        self._ledger = ledger
        self.notifier = notifier
        self._is_allowed = is_allowed

    @contextmanager
    def over(self, daemon: Daemon, turns: Turns, asked: Asked) -> Iterator[None]:
        """All that is asked for goes on meanwhile. Raises `SettingsError` when the address for health is taken."""
        from publisher.oversight.configured import Watched, watching

        preflight = cache(lambda: self._preflight(daemon))
        watched = Watched(
            ledger=self._ledger,
            notifier=self.notifier,
            clock=self._app.clock,
            turns=turns,
            rest_of=daemon.rest_of,
            zone=lambda: _zone(daemon),
            preflight=lambda: preflight().round(),
        )
        with watching(watched, asked):
            yield

    def _preflight(self, daemon: Daemon) -> Preflight:
        """Made with the first look: what it needs takes a while to load."""
        from publisher.linkcards.kept import KeptCards
        from publisher.oversight.preflight import Means, Preflight

        means = Means(
            composer=lambda: daemon.composer,
            examine=lambda channel: self._examined(daemon, channel),
            network=self._network(),
            cards=KeptCards(self._app.beside_ledger(".cards")),
        )
        return Preflight(self._ledger, clock=self._app.clock, means=means)

    def tell_now(self, daemon: Daemon) -> None:
        """What there is to know after a single round, at once. Raises `LedgerError`."""
        from publisher.oversight.lookout import Lookout

        Lookout(
            self._ledger,
            notifier=self.notifier,
            clock=self._app.clock,
            rest_of=daemon.rest_of,
            window=timedelta(0),
        ).round()

    def _examined(self, daemon: Daemon, channel: Channel) -> Iterator[Finding]:
        """What the platform says of an account, and name servers of a mail domain."""
        from publisher.abilities import Examination

        contact = daemon.schedule.project.contact
        return self._app.examine(
            channel,
            lambda settings: Examination(channel=channel, settings=settings, clock=self._app.clock, contact=contact),
        )

    def _network(self) -> Network | None:
        """How links are asked for, unless ``PUBLISHER_PREFLIGHT_LINKS`` is no."""
        from publisher.importing.fetching import Limits, Network

        answer = ChannelSettings("preflight", self._app.options.values).get("LINKS") or "yes"
        if answer.strip().casefold() in ("no", "off", "false"):
            return None
        return Network(is_allowed=self._is_allowed, limits=Limits(total=10.0))


def _zone(daemon: Daemon) -> str:
    """That of the first channel."""
    return next((channel.calendar.timezone for channel in daemon.schedule.channels.values()), "UTC")
