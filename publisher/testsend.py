"""A mail to one address to look at, by the real server: what readers would get, with a marked subject.

Nothing of it is in the ledger. Its Message-ID is another one than that of the mail to come, so that no mailbox takes
the one for a copy of the other, and the links in it act for nobody.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime

from publisher.app import App
from publisher.composing import Composed, sample_reader
from publisher.errors import SettingsError
from publisher.interfaces import Connection
from publisher.model import Channel, Form, Payload, Planned, PlanState, Problem
from publisher.plan import default_window
from publisher.preview import Previewer
from publisher.schedulefile.schedule import Entry, Schedule

MARK = "[TEST]"

_SUBJECT = re.compile(rb"^Subject:", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is to be sent: an id or key, and of it only this channel and these languages, if any are named."""

    name: str
    channel: str = ""
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One mail that can be sent, and what the rules say against it."""

    planned: Planned
    language: str
    payload: Payload
    problems: tuple[Problem, ...]


class Sampler:
    """Makes and sends mails to look at."""

    def __init__(self, app: App, schedule: Schedule) -> None:
        self._app = app
        self._schedule = schedule
        self._previewer = Previewer(app, schedule)

    def planned(self, wish: Wish) -> list[Planned]:
        """The mailings of this id or key that come next, one for each channel; all of them when a key is named.

        Raises `SettingsError` when there is none.
        """
        found = [one for one in self._mailings() if self._is_meant(one, wish)]
        if not found:
            raise SettingsError(
                "there is no such mailing ahead",
                subject=wish.name,
                remedy="copy an id or a key of a mail from: publisher plan",
            )
        by_name = [one for one in found if f"{one.key}/".startswith(f"{wish.name.rstrip('/')}/") and "/" in wish.name]
        next_ones = {one.channel.id: one for one in reversed(found)}
        return by_name or sorted(next_ones.values(), key=lambda one: (one.due_at, one.key))

    def samples(self, planned: Planned, *, to: str, languages: Sequence[str]) -> Iterator[Sample]:
        """The mails, one for each language that is wanted. Raises `RenderError`, `MediaError` or `SettingsError`."""
        entry = self._schedule.entry(f"{planned.kind}s/{planned.source_id}")
        if entry is None:
            return
        unknown = [language for language in languages if language not in planned.languages]
        if unknown:
            raise SettingsError(
                f"{planned.channel.id} does not speak {', '.join(unknown)}",
                subject="--lang",
                remedy=f"it speaks: {', '.join(planned.languages)}",
            )
        for language in languages or planned.languages:
            composed = self._compose(planned, entry, language=language, to=to)
            problems = self._previewer.composer.problems(
                planned, entry, channel=planned.channel, language=language, composed=composed
            )
            payload = replace(composed.payload, body=marked(composed.payload.body))
            yield Sample(planned=planned, language=language, payload=payload, problems=problems)

    def send(self, samples: Sequence[Sample], *, connect: Callable[[Channel], Connection]) -> None:
        """Hand them over, all by one connection. Raises `SettingsError`, `MissingCredential` or a `TransportError`."""
        if not samples:
            return
        with closing(connect(samples[0].planned.channel)) as connection:
            for one in samples:
                connection.send(one.payload)

    def _compose(self, planned: Planned, entry: Entry, *, language: str, to: str) -> Composed:
        channel = planned.channel
        reader = replace(sample_reader(language, self._previewer.columns(channel)), address=to)
        trial = replace(planned, key=f"{planned.key}/test/{_stamp(self._app.clock.now())}")
        return self._previewer.composer.compose(trial, entry, channel=channel, language=language, reader=reader)

    def _mailings(self) -> list[Planned]:
        window = default_window(self._app.clock.now())
        return [
            one
            for one in self._app.plan(self._schedule, window)
            if self._previewer.composer.form(one.channel) is Form.MAIL
            and (one.goes_out or one.state is PlanState.DRAFT)
        ]

    def _is_meant(self, one: Planned, wish: Wish) -> bool:
        name = wish.name.rstrip("/")
        is_named = name in (one.source_id, f"{one.kind}s/{one.source_id}") or f"{one.key}/".startswith(f"{name}/")
        return is_named and wish.channel in ("", one.channel.id)


def marked(body: bytes) -> bytes:
    """The mail with a mark before its subject; everything else stays."""
    head, blank, rest = body.partition(b"\r\n\r\n")
    return _SUBJECT.sub(b"Subject: " + MARK.encode(), head, count=1) + blank + rest


def _stamp(now: datetime) -> str:
    return f"{now:%Y%m%dT%H%M%S%f}"
