"""What a funding programme asks of those who speak of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import MappingProxyType

from publisher.model.sources import Texts
from publisher.model.states import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The wording, the emblem and the rules of one programme and its period. Without any of it: no funding.

    ``statement`` is spelled out per language; for ``unofficial`` languages no law has a wording. ``fund`` has all names
    of the fund that count, per language. ``first`` and ``last`` are the days of the period, both included.
    ``rules`` are the rules that follow from it, each with how bad a breach is.
    """

    id: str = "none"
    file: Path | None = None  #: where it is written down
    statement: Texts = field(default_factory=dict)
    unofficial: tuple[str, ...] = ()
    fund: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    in_posts: bool = False  #: whether the statement ends each post, too
    emblem: Path | None = None
    emblem_alt: Texts = field(default_factory=dict)
    links: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None
    mentions: tuple[str, ...] = ()  #: accounts or hashtags, without @ and #, of which a post names one
    other_marks: tuple[str, ...] = ()  #: marks that may not stand beside the emblem, as descriptions of pictures say it
    fonts: tuple[str, ...] = ()  #: the statement is set in one of these; empty: in any
    colours: tuple[str, ...] = ()  #: and in one of these, ``#003399``; empty: in any
    rules: Mapping[str, Severity] = field(default_factory=lambda: MappingProxyType({}))


NO_FUNDING = Profile()
"""Nothing has to be named."""
