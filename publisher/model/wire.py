"""Words, and what goes on the wire."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from publisher.model.sources import Source
from publisher.model.targets import NO_LIST, Channel, ListFacts, Project, Reader

LINES = "application/jsonl"
"""The content type of a thread as a whole: a JSON text on each line (jsonlines.org)."""


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
    list: ListFacts = NO_LIST


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """The words of a picture that is drawn for an event without one; all but the title may be empty."""

    title: str
    label: str = ""  #: what the announcement is: “Invitation”
    when: str = ""
    place: str = ""
    speaker: str = ""  #: the project or office
    statement: str = ""  #: who pays
    emblem: bytes = field(default=b"", repr=False)  #: a picture file: the emblem that belongs to the statement
    logo: bytes = field(default=b"", repr=False)  #: a picture file, shown instead of the speaker's name


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A picture with its description.

    In a draft: what is in the file, or a ``card`` that is still to be drawn. In a payload: what goes out. Then
    ``content`` are its bytes; empty when they are those of the file, which is read when it is sent.
    Width and height are in pixels, 0 when nobody has looked.
    """

    path: Path
    alt: str
    sha256: str
    size: int  #: bytes
    content_type: str
    width: int = 0
    height: int = 0
    content: bytes = field(default=b"", repr=False)
    card: Card | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trim:
    """What was left out so that a text fits; ``left`` is what remains of a part that was shortened."""

    words: str
    left: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Words for one channel in one language, platform-neutral. ``html``, ``subject``, ``preheader`` only for mail.

    ``parts`` are the posts of a thread, two at least, where the template makes one; ``text`` is all of them.
    ``flexible`` is the text with the marks of its template (`publisher.render.marks`), empty without any; ``trims`` is
    what was done to it.
    """

    language: str
    text: str
    link: str = ""
    media: tuple[Media, ...] = ()
    logos: Mapping[str, Media] = field(
        default_factory=dict, hash=False
    )  #: mail: emblem and logo, as ``cid:`` names them
    calendar: bytes = b""  #: mail: the event as iCalendar, to be attached
    subject: str = ""
    preheader: str = ""
    html: str = ""
    parts: tuple[str, ...] = ()
    flexible: str = ""
    trims: tuple[Trim, ...] = ()


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
    list: ListFacts = NO_LIST
    settings: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """Exactly what goes on the wire.

    ``body`` is the body of the call that publishes (for mail: the message). Media are uploaded before it, in order;
    where the platform names them by an id, the body holds ``{media:1}``, ``{media:2}`` … in that place.

    A thread has ``parts``, each the payload of one call; pictures go with the first. Where a part names the one that it
    answers, its body holds ``{part:1}``, ``{part:2}`` …. The ``body`` of the whole is the bodies of the parts, one a
    line, and its ``weight`` that of the heaviest.
    """

    body: bytes
    content_type: str
    media: tuple[Media, ...] = ()
    recipient: str = ""  #: mail: the envelope recipient
    sender: str = ""  #: mail: the envelope sender
    weight: int = 0  #: length as the platform counts it
    limit: int = 0  #: the platform's limit on ``weight``; 0: none
    fold: int = 0  #: after how many characters the platform hides the rest behind "see more"; 0: never
    parts: tuple[Payload, ...] = ()

    @classmethod
    def thread(cls, parts: Sequence[Payload]) -> Payload:
        """The parts of a thread as one payload. No body of a part may hold a line end."""
        return cls(
            body=b"\n".join(part.body for part in parts),
            content_type=LINES,
            media=parts[0].media,
            weight=max(part.weight for part in parts),
            limit=parts[0].limit,
            parts=tuple(parts),
        )

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
