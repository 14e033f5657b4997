"""What the page shows, made of previews: rows of the timeline, groups of tiles, and what stands beside each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from pathlib import Path
from urllib.parse import quote

from publisher.model import Planned, Problem, Project
from publisher.preview import Preview
from publisher.previewpage.aloud import aloud
from publisher.previewpage.chips import Chip, chips_of, city, elsewhere, far_away
from publisher.previewpage.linkcard import ShownLinkCard
from publisher.previewpage.mailview import ShownMail, mail_view
from publisher.previewpage.meters import MeteredPost, parts_of
from publisher.previewpage.pictures import Album, Thumbnail
from publisher.previewpage.sidebyside import Wording, wordings
from publisher.previewpage.worddiff import SinceApproved
from publisher.render.campaigns import untagged

CARDS = Path(__file__).parents[1] / "pages" / "cards"


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing:
    """What there is to show. Mappings are by the key of the delivery unless they say otherwise."""

    project: Project
    file: Path
    planned: Sequence[Planned]
    previews: Sequence[Preview]
    now: datetime  #: aware UTC
    notes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    pauses: Mapping[str, str] = field(default_factory=dict)  #: by channel
    since: Mapping[tuple[str, str], SinceApproved] = field(default_factory=dict)  #: by key and language
    link_cards: Mapping[str, ShownLinkCard] = field(default_factory=dict)  #: by address
    fingerprints: Mapping[str, str] = field(default_factory=dict)  #: SHA-256 by what it is of
    broken: Sequence[Problem] = ()  #: what keeps the file from being shown as it is now


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineRow:
    """One line of the timeline."""

    planned: Planned
    anchor: str  #: of its first tile; empty: it has none
    zone: str
    elsewhere: tuple[str, ...]
    far: str
    chips: tuple[Chip, ...]
    marks: str  #: classes for the filters


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A problem beside its tile."""

    problem: Problem
    address: str  #: opens the file at the line, in an editor that knows the scheme


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One delivery in one language, as its readers see it."""

    anchor: str
    template: str  #: which file of ``pages/cards`` draws it
    preview: Preview
    parts: tuple[MeteredPost, ...]
    chips: tuple[Chip, ...]
    pictures: tuple[tuple[Thumbnail, str], ...]
    said: tuple[str, ...]
    notes: tuple[Note, ...]
    words: tuple[str, ...]
    since: SinceApproved | None
    mail: ShownMail | None
    link: ShownLinkCard | None
    marks: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The tiles of one announcement on one day."""

    anchor: str
    first: Planned
    tiles: tuple[Tile, ...]
    wordings: tuple[tuple[str, tuple[Wording, ...]], ...]  #: by the form of the words


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Boxes to tick: a word for each, and the class of what it shows."""

    name: str
    choices: tuple[tuple[str, str], ...]


class Board:
    """Everything on the page."""

    def __init__(self, showing: Showing) -> None:
        self.showing = showing
        self.album = Album()
        self._marks: dict[str, dict[str, str]] = {"channel": {}, "language": {}, "state": {}}
        self._by_key: dict[str, list[Preview]] = {}
        for one in showing.previews:
            self._by_key.setdefault(one.planned.key, []).append(one)
        self._anchors = {(one.planned.key, one.language): f"card-{at}" for at, one in enumerate(showing.previews)}
        self.days = [(day, list(rows)) for day, rows in groupby(self._rows(), key=lambda row: row.planned.local.date())]
        self.groups = list(self._groups())
        self.broken = [_note(problem, showing.file) for problem in showing.broken]

    @property
    def filters(self) -> list[Filter]:
        """Only those with something to choose."""
        return [
            Filter(name=name, choices=tuple(marks.items())) for name, marks in self._marks.items() if len(marks) > 1
        ]

    @property
    def codes(self) -> list[str]:
        """The kinds of problems that are shown, each to be explained once."""
        notes = [note for group in self.groups for tile in group.tiles for note in tile.notes]
        return sorted({note.problem.code for note in [*self.broken, *notes]} - {""})

    # --- the timeline -----------------------------------------------------------------------------------

    def _rows(self) -> Iterator[TimelineRow]:
        showing = self.showing
        zones = [one.channel.calendar.timezone for one in showing.planned]
        for one in sorted(showing.planned, key=lambda one: (one.local, one.key)):
            previews = self._by_key.get(one.key, [])
            chips = self._chips(one, previews)
            yield TimelineRow(
                planned=one,
                anchor=self._anchors[one.key, previews[0].language] if previews else "",
                zone=city(one.channel.calendar.timezone),
                elsewhere=tuple(elsewhere(one, zones)),
                far=far_away(one, now=showing.now),
                chips=tuple(chips),
                marks=self._marked(one, one.languages, chips),
            )

    def _chips(self, planned: Planned, previews: Sequence[Preview]) -> list[Chip]:
        pause = self.showing.pauses.get(planned.channel.id, "")
        return chips_of(planned, previews, now=self.showing.now, pause=pause)

    def _marked(self, planned: Planned, languages: Sequence[str], chips: Sequence[Chip]) -> str:
        """Classes for the filters: its channel, its language when it has just one, and its state."""
        state = str(chips[0].kind) if chips else "planned"
        wanted = {"channel": planned.channel.id, "state": state}
        if len(languages) == 1:
            wanted["language"] = languages[0]
        return " ".join(self._mark(name, value) for name, value in wanted.items())

    def _mark(self, name: str, value: str) -> str:
        known = self._marks[name]
        return known.setdefault(value, f"{name[0]}-{len(known)}")

    # --- tiles ------------------------------------------------------------------------------------------

    def _groups(self) -> Iterator[Group]:
        by_group: dict[tuple[object, ...], list[Preview]] = {}
        for one in sorted(self.showing.previews, key=lambda one: one.planned.local.date()):
            planned = one.planned
            name = (planned.local.date(), planned.kind, planned.source_id, planned.template, planned.step)
            by_group.setdefault(name, []).append(one)
        for at, previews in enumerate(by_group.values()):
            tiles = tuple(self._tile(one) for one in sorted(previews, key=_is_mail))  # mails are wide
            first = previews[0].planned
            yield Group(anchor=f"group-{at}", first=first, tiles=tiles, wordings=tuple(_side_by_side(tiles)))

    def _tile(self, preview: Preview) -> Tile:
        planned, draft, parts = preview.planned, preview.draft, parts_of(preview)
        name = (planned.key, preview.language)
        chips = self._chips(planned, [preview])
        pictures = [(self.album.thumbnail(media), media.alt) for media in preview.media]
        said = aloud(draft, "\n".join(part.text for part in parts)) if draft else []
        return Tile(
            anchor=self._anchors[name],
            template=_drawn_by(planned.channel.type),
            preview=preview,
            parts=parts,
            chips=tuple(chips),
            pictures=tuple((small, alt) for small, alt in pictures if small is not None),
            said=tuple(said),
            notes=tuple(_note(problem, self.showing.file) for problem in preview.problems),
            words=tuple(self.showing.notes.get(planned.key, ())),
            since=self.showing.since.get(name),
            mail=mail_view(preview, self.album, self.showing.project) if draft and draft.subject else None,
            link=self._link(preview),
            marks=self._marked(planned, [preview.language], chips),
        )

    def _link(self, preview: Preview) -> ShownLinkCard | None:
        """The card that platforms draw for a link where there is no picture."""
        draft = preview.draft
        if draft is None or not draft.link or draft.media or draft.subject:
            return None
        return self.showing.link_cards.get(untagged(draft.link)) or ShownLinkCard.unknown(draft.link)


def _is_mail(preview: Preview) -> bool:
    return preview.draft is not None and bool(preview.draft.subject)


def _drawn_by(channel_type: str) -> str:
    """The file that draws the tiles of a platform; one for all whose looks nobody has drawn yet."""
    return channel_type if (CARDS / f"{channel_type}.html.j2").is_file() else "plain"


def _note(problem: Problem, file: Path) -> Note:
    place = problem.place
    path = Path(place.file) if place.file else file
    return Note(problem=problem, address=f"vscode://file{quote(str(path.resolve()))}:{place.line}:{place.column}")


def _side_by_side(tiles: Iterable[Tile]) -> Iterator[tuple[str, tuple[Wording, ...]]]:
    """Posts beside posts and mails beside mails, where there are several languages."""
    by_type: dict[str, list[Tile]] = {}
    for tile in tiles:
        if tile.parts:
            by_type.setdefault(tile.preview.planned.channel.type, []).append(tile)
    for kind, same in by_type.items():
        if len({tile.preview.language for tile in same}) > 1:
            texts = {at: "\n".join(part.text for part in tile.parts) for at, tile in enumerate(same)}
            yield kind, wordings([tile.preview for tile in same], texts)
