"""The pictures that templates of mails see. The docstrings are shown to the people who write templates."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from publisher.errors import MediaError
from publisher.model import Announcement, Digest, Event, EventStatus, Project
from publisher.pictures.rules import Original
from publisher.render.logos import emblem_alt, emblem_size, has_emblem, logo_size
from publisher.render.media import facts_of
from publisher.render.texts import in_language, one_line

_NO_TIME_FOR_PICTURES = (EventStatus.CANCELLED, EventStatus.POSTPONED)
_COLUMN = 552  # pixels: what is left of the 600 of a mail


class PictureView:
    """The picture of an event or post, for mails; false when there is none, or the event won't be as planned."""

    __slots__ = ("_announcement", "_picture")

    def __init__(self, announcement: Announcement) -> None:
        source = announcement.source
        self._announcement = announcement
        is_off = isinstance(source, Event) and source.status in _NO_TIME_FOR_PICTURES
        self._picture = None if is_off or isinstance(source, Digest) else source.picture

    def __bool__(self) -> bool:
        return self._picture is not None

    @property
    def source(self) -> str:
        """Where the mail has it: ``<img src="{{ picture.source }}" alt="{{ picture.alt }}">``."""
        return "cid:picture-1" if self._picture else ""

    @property
    def alt(self) -> str:
        """What can be seen in it: ``Uczestnicy warsztatu pochylają się nad mapą.``."""
        if self._picture is None:
            return ""
        return one_line(in_language(self._picture.alt, self._announcement.language))  # one that lacks is told later

    @property
    def width(self) -> int:
        """How wide a mail shows it, in pixels, never wider than it is: ``width="{{ picture.width }}"``."""
        if self._picture is None:
            return 0
        try:
            return min(_COLUMN, facts_of(self._picture.path).width)
        except MediaError:  # told when the draft is made
            return _COLUMN


class EmblemView:
    """The emblem of the funding profile, for mails; false when it has none."""

    __slots__ = ("_announcement",)

    def __init__(self, announcement: Announcement) -> None:
        self._announcement = announcement

    def __bool__(self) -> bool:
        return has_emblem(self._announcement.project)

    @property
    def source(self) -> str:
        """Where the mail has it: ``<img src="{{ emblem.source }}" alt="{{ emblem.alt }}">``."""
        return "cid:emblem"

    @property
    def alt(self) -> str:
        """Its name in the language of the mail: ``Emblemat Unii Europejskiej``."""
        return emblem_alt(self._announcement.project, self._announcement.language)

    @property
    def height(self) -> int:
        """How high it is to be shown, in pixels: ``height="{{ emblem.height }}"``."""
        return self._size[1]

    @property
    def width(self) -> int:
        """How wide it is to be shown, in pixels: ``width="{{ emblem.width }}"``."""
        return self._size[0]

    @property
    def _size(self) -> tuple[int, int]:
        return _size(self._announcement.project.profile.emblem, emblem_size)


class LogoView:
    """The project's logo, for mails; false when the file names none."""

    __slots__ = ("_project",)

    def __init__(self, project: Project) -> None:
        self._project = project

    def __bool__(self) -> bool:
        return self._project.logo is not None

    @property
    def source(self) -> str:
        """Where the mail has it: ``<img src="{{ logo.source }}" alt="{{ project.name }}">``."""
        return "cid:logo"

    @property
    def height(self) -> int:
        """How high it is to be shown, in pixels, never higher than the emblem: ``height="{{ logo.height }}"``."""
        return self._size[1]

    @property
    def width(self) -> int:
        """How wide it is to be shown, in pixels: ``width="{{ logo.width }}"``."""
        return self._size[0]

    @property
    def _size(self) -> tuple[int, int]:
        return _size(self._project.logo, logo_size)


def _size(path: Path | None, shown: Callable[[Original], tuple[int, int]]) -> tuple[int, int]:
    """Width and height of a picture as mails show it."""
    try:
        return shown(facts_of(path)) if path else (0, 0)
    except MediaError:  # told when the draft is made
        return 0, 0
