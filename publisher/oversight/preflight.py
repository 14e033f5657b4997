"""The preflight: two days and one hour before each post, a look whether it will go out and be of use.

Can it be composed, does the platform take its length and its picture, does it accept the credentials and permit to
post, does the link answer? What is wrong is told once and shown by `publisher status`; it delays nothing and holds
nothing back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from publisher.alerts import AlertKind
from publisher.bulletin import short
from publisher.composing import Composed, Composer, sample_reader
from publisher.delivery.providers import HOLDS
from publisher.errors import PublisherError, RateLimited, SettingsError, TemporaryError
from publisher.importing.errors import SourceTooLarge
from publisher.importing.fetching import Network, fetch
from publisher.interfaces import Clock
from publisher.ledger.ledger import Ledger
from publisher.ledger.records import Delivery, Trouble
from publisher.linkcards.card import read_card
from publisher.linkcards.kept import KeptCards
from publisher.model import Channel, Form
from publisher.model.findings import Finding, Grade
from publisher.newsletter.audience import readership
from publisher.oversight.providerrules import ProviderRules
from publisher.render.campaigns import untagged

#: How long before a post it is looked at; the last time counts.
STAGES = (timedelta(hours=48), timedelta(hours=1))
#: What was wrong is looked at again this often, until it is mended.
AGAIN = timedelta(minutes=15)
#: An account that was fine is asked about again after this: X answers 25 such questions a day (GET /2/users/me).
ACCOUNT_AGAIN = timedelta(hours=3)
#: So many posts are looked at in one round, the next ones first: sending needs the computer, too.
_MOST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """What one look at a post found."""

    stage: timedelta
    at: datetime
    troubles: tuple[Trouble, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Account:
    """What an account's platform said of it."""

    at: datetime
    fault: PublisherError | None
    broken: tuple[Finding, ...] = ()  #: rules of mailbox providers that don't hold

    @property
    def is_faulty(self) -> bool:
        """Whether it is to be asked about again soon."""
        return self.fault is not None or any(one.grade is not Grade.OK for one in self.broken)


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What looking needs. ``network`` is None where links are not to be asked for."""

    composer: Callable[[], Composer]
    examine: Callable[[Channel], Iterable[Finding]]  #: asks the platform about an account; may raise a `PublisherError`
    network: Network | None
    cards: KeptCards  #: what the pages say of themselves, for the preview


class Preflight:
    """Looks ahead. `round` is called again and again, from one thread."""

    def __init__(self, ledger: Ledger, *, clock: Clock, means: Means) -> None:
        self._ledger = ledger
        self._clock = clock
        self._means = means
        self._looks: dict[str, _Look] = {}
        self._accounts: dict[str, _Account] = {}
        self._rules = ProviderRules(ledger, composer=means.composer)

    def round(self) -> None:
        """Look at what is due soon, and write down what is wrong. Raises `LedgerError`."""
        now = self._clock.now()
        held = {key for key, rule in map(_parted, self._ledger.troubles.of([AlertKind.PREFLIGHT])) if rule in HOLDS}
        ahead = self._ledger.deliveries.open_until(now + max(STAGES))
        rows = [row for row in ahead if row.due_at > now or row.key in held]
        for row in [row for row in rows if self._is_wanted(row, now)][:_MOST]:
            self._looks[row.key] = _Look(stage=_stage(row, now), at=now, troubles=tuple(self._troubles(row, now)))
        upcoming = {row.key for row in rows}
        self._looks = {key: look for key, look in self._looks.items() if key in upcoming}
        found = [trouble for look in self._looks.values() for trouble in look.troubles]
        self._ledger.troubles.settle([AlertKind.PREFLIGHT], [*found, *self._from_before(upcoming)])

    def _is_wanted(self, row: Delivery, now: datetime) -> bool:
        look = self._looks.get(row.key)
        return look is None or look.stage != _stage(row, now) or (bool(look.troubles) and look.at + AGAIN <= now)

    def _from_before(self, upcoming: set[str]) -> list[Trouble]:
        """What was found before a restart, of posts that were not looked at since."""
        unseen = upcoming - self._looks.keys()
        known = self._ledger.troubles.of([AlertKind.PREFLIGHT])
        return [trouble for trouble in known if _parted(trouble)[0] in unseen]

    def _troubles(self, row: Delivery, now: datetime) -> Iterator[Trouble]:
        try:
            composed = self._composed(row)
        except PublisherError as error:
            yield _trouble(row, "words", error, now=now)
        else:
            if composed.draft.link:
                yield from self._of_link(row, composed.draft.link, now)
        yield from self._of_account(row, now)

    def _composed(self, row: Delivery) -> Composed:
        """As it will go out. Raises a `PublisherError` when it can't be made."""
        composer = self._means.composer()
        entry, channel = composer.schedule.entry(row.entry_name), composer.schedule.channels.get(row.channel)
        if entry is None or channel is None:
            raise SettingsError("the file has an error there", remedy="see: publisher check")
        language, reader = row.languages[0], None
        if composer.form(channel) is Form.MAIL:
            found = readership(composer.schedule.audiences[channel.audience], ledger=self._ledger)
            reader = sample_reader(language, found.columns)
        return composer.sound(row, entry, channel=channel, language=language, now=row.due_at, reader=reader)

    def _of_link(self, row: Delivery, link: str, now: datetime) -> Iterator[Trouble]:
        if self._means.network is None:
            return
        page = untagged(link)  # a look of ours is no visitor
        try:
            found = fetch(page, self._means.network)
        except SourceTooLarge:
            return  # it is there
        except PublisherError as error:
            reason = SettingsError(
                f"the link {page} does not answer: {error.message}", remedy="publish the page, or mend the link"
            )
            yield _trouble(row, "link", reason, now=now)
        else:
            card = read_card(found.content, url=found.url, content_type=found.content_type)
            self._means.cards.keep(page, card, at=now)

    def _of_account(self, row: Delivery, now: datetime) -> Iterator[Trouble]:
        channel = self._means.composer().schedule.channels.get(row.channel)
        if channel is None:
            return
        known = self._accounts.get(channel.id)
        if known is None or known.at + (AGAIN if known.is_faulty else ACCOUNT_AGAIN) <= now:
            known = self._accounts[channel.id] = self._account(channel, now)
        if known.fault is not None:
            yield _trouble(row, "credentials", known.fault, now=now)
        if channel.audience:
            for rule, error in self._rules.broken(row, channel, known.broken, now=now):
                yield _trouble(row, rule, error, now=now)

    def _account(self, channel: Channel, now: datetime) -> _Account:
        """What will keep this account from publishing: no credentials, refused ones, a missing permission."""
        found: list[Finding] = []
        try:
            found.extend(self._means.examine(channel))
        except (TemporaryError, RateLimited):
            pass  # the platform can't be asked now, which says nothing about the post
        except PublisherError as error:
            return _Account(at=now, fault=error, broken=_rules_in(found))
        wrong = [one for one in found if one.grade is Grade.ERROR and one.subject == channel.id and not one.rule]
        fault = SettingsError(f"{channel.id}: {wrong[0].words}", remedy=wrong[0].mend) if wrong else None
        return _Account(at=now, fault=fault, broken=_rules_in(found))


def _rules_in(found: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(one for one in found if one.rule)


def _parted(trouble: Trouble) -> tuple[str, str]:
    """The key of the delivery, and what is wrong with it in a word."""
    key, _, what = trouble.subject.removesuffix(")").rpartition(" (")
    return key, what


def _stage(row: Delivery, now: datetime) -> timedelta:
    """The shortest of the stages that has begun."""
    return min((stage for stage in STAGES if row.due_at - stage <= now), default=max(STAGES))


def _trouble(row: Delivery, what: str, error: PublisherError, *, now: datetime) -> Trouble:
    return Trouble(
        kind=AlertKind.PREFLIGHT,
        subject=f"{row.key} ({what})",
        since=now,
        words=f"{short(row)} will have a problem: {error.message}",
        mend=str(error.remedy),
    )
