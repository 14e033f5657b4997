"""Which rules of the large mailbox providers a mailing will break, given how many readers it has."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta

from publisher.composing import Composer
from publisher.delivery.providers import BULK, COMPLAINTS_PER_THOUSAND, MATTERS
from publisher.errors import PublisherError, SettingsError
from publisher.ledger.ledger import Ledger
from publisher.ledger.records import Delivery
from publisher.model import Channel
from publisher.model.findings import Finding
from publisher.newsletter.audience import readership

_DAY = timedelta(hours=24)
#: So many mailings before tell how readers take them; one reader who complained may have slipped.
_LOOKED_AT, _SLIP = 5, 1


class ProviderRules:
    """Holds what was found about a channel against the size of a mailing."""

    def __init__(self, ledger: Ledger, *, composer: Callable[[], Composer]) -> None:
        self._ledger = ledger
        self._composer = composer

    def broken(
        self, row: Delivery, channel: Channel, found: Iterable[Finding], *, now: datetime
    ) -> Iterator[tuple[str, PublisherError]]:
        """The rules that matter for this mailing, each once, with what is so and the mend."""
        volume = self._volume(channel, now)
        told: set[str] = set()
        for one in found:
            if one.rule not in told and volume >= MATTERS.get(one.rule, BULK):
                told.add(one.rule)
                yield one.rule, SettingsError(one.words, subject=row.key, remedy=one.mend)
        if error := self._complaints(channel):
            yield "complaints", error

    def _volume(self, channel: Channel, now: datetime) -> int:
        """How many mails there would be within a day; those of the list alone when it can be read."""
        audience = self._composer().schedule.audiences.get(channel.audience)
        try:
            readers = len(readership(audience, ledger=self._ledger)) if audience is not None else 0
        except PublisherError:
            readers = 0  # a list that can't be read is told elsewhere
        return readers + self._ledger.mailings.accepted_since(now - _DAY)

    def _complaints(self, channel: Channel) -> PublisherError | None:
        complained, got = self._ledger.mailings.complaints(channel.id, most=_LOOKED_AT)
        if complained <= _SLIP or complained * 1000 < COMPLAINTS_PER_THOUSAND * got:
            return None
        return SettingsError(
            f"{complained:,} of {got:,} readers of the last mailings reported them as spam; 0.3 % are the limit",
            subject=channel.id,
            remedy="write to fewer people, to those who asked for it: Google and Yahoo take 0.3 % as the limit",
        )
