"""Words, and what goes on the wire."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from publisher.model.sources import Source
from publisher.model.targets import Channel, Project, Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """Something to tell: one source, by one template, on one channel, in one language, at one time.

    ``due_local`` is the wall time, in the channel's zone, at which the words will be read: relative words
    ("tomorrow") and "days left" are counted from it. ``fallback`` is the language to use as a whole when
    ``language`` is missing somewhere; empty: that is an error.
    """

    template: str
    source: Source
    project: Project
    channel: Channel
    language: str
    due_local: datetime
    fallback: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A picture ready to go: its bytes are read when it is sent, its hash when it is composed."""

    path: Path
    alt: str
    sha256: str
    size: int  #: bytes
    content_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Words for one channel in one language, platform-neutral. ``html``, ``subject``, ``preheader`` only for mail."""

    language: str
    text: str
    link: str = ""
    media: tuple[Media, ...] = ()
    subject: str = ""
    preheader: str = ""
    html: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What composing needs beside the words.

    ``settings`` are the channel's settings that are no secrets (``FROM``), as far as they are set.
    """

    key: str
    due_at: datetime
    channel: Channel
    project: Project
    reader: Reader | None = None
    settings: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """Exactly what goes on the wire.

    ``body`` is the body of the call that publishes (for mail: the message). Media are uploaded before it, in order;
    where the platform names them by an id, the body holds ``{media:1}``, ``{media:2}`` … in that place.
    """

    body: bytes
    content_type: str
    media: tuple[Media, ...] = ()
    recipient: str = ""  #: mail: the envelope recipient
    sender: str = ""  #: mail: the envelope sender
    weight: int = 0  #: length as the platform counts it
    limit: int = 0  #: the platform's limit on ``weight``; 0: none

    @property
    def sha256(self) -> str:
        """Over the body, the pictures and their descriptions: what an approval is bound to."""
        digest = hashlib.sha256(self.body)
        for media in self.media:
            digest.update(f"\0{media.sha256}\0{media.alt}".encode())
        return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the platform gave back for a published payload."""

    remote_id: str
    remote_url: str = ""
