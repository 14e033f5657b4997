"""Events, posts and digests: from their parts to entries with resolved steps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from publisher.model import (
    Digest,
    Event,
    Kind,
    Picture,
    Place,
    Post,
    Registration,
    Source,
    Texts,
    Venue,
    When,
)
from publisher.schedulefile.faults import parse
from publisher.schedulefile.grammar import (
    DefaultsPart,
    DigestPart,
    EventPart,
    PicturePart,
    PostPart,
)
from publisher.schedulefile.ignoring import check_ignored, ignored_in
from publisher.schedulefile.names import is_name, suggestion
from publisher.schedulefile.nouns import DIGEST, EVENT, POST
from publisher.schedulefile.problems import Findings
from publisher.schedulefile.reading.tree import Mapping, Node, Scalar, Sequence
from publisher.schedulefile.schedule import UNREADABLE_ID, Entry, Step
from publisher.schedulefile.sense import Sense
from publisher.schedulefile.steps import StepLoader
from publisher.schedulefile.targets import TargetLoader
from publisher.schedulefile.wordsense import WordSense
from publisher.sentences import sentence


class EntryLoader:
    """Loads the three lists of things to announce."""

    def __init__(
        self, findings: Findings, tree: Mapping, *, targets: TargetLoader, defaults: DefaultsPart, folder: Path
    ) -> None:
        self._findings = findings
        self._tree = tree
        self._targets = targets
        self._steps = StepLoader(findings, tree, channels=targets.names())
        self._defaults = defaults
        self._folder = folder
        self._sense = Sense(findings, timezone=defaults.timezone or "UTC", zones=targets.zones())
        self._wording = WordSense(findings, tree)
        if (project := tree.get("project")) is not None:
            self._wording.check(project, about="project")
        self._used: dict[str, Scalar] = {}
        self._blocked: set[str] = set()

    def load(self) -> tuple[tuple[Entry, ...], frozenset[str]]:
        """The sound entries, and the names of those that have an error or lack a step because of one."""
        sound: list[Entry] = []
        builders: tuple[tuple[Kind, Callable[[Node, str], Entry | None]], ...] = (
            (Kind.EVENT, self._event),
            (Kind.POST, self._post),
            (Kind.DIGEST, self._digest),
        )
        for kind, build in builders:
            for node in self._list(f"{kind}s"):
                if self._findings.is_full:
                    break
                name = f"{kind}s/{_id(node)}"
                self._check_id(node, name)
                self._findings.ignore(ignored_in(node), about=name)
                check_ignored(self._findings, node, about=name)
                entry = build(node, name)
                if entry is None or self._findings.has_error_in(node.span):
                    self._blocked.add(name)
                else:
                    sound.append(entry)
        return tuple(sound), frozenset(self._blocked)

    # --- the three kinds --------------------------------------------------------------------------------

    def _event(self, node: Node, about: str) -> Entry | None:
        part = parse(self._findings, node, EventPart, about=about, noun=EVENT)
        self._steps.check_names(node, about=about)
        self._sense.check(node, about=about)
        self._wording.check(node, about=about)
        if part is None or not isinstance(node, Mapping):
            return None
        self._check_event(part, node, about)
        steps = self._steps.of_event(part, node, about=about)
        if self._steps.is_spoilt(part.cadence):
            self._blocked.add(about)
        return self._entry(Kind.EVENT, self._event_source(part), steps=steps, node=node)

    def _check_event(self, part: EventPart, node: Mapping, about: str) -> None:
        """What the fields are only together."""
        if part.hours is not None and part.when.begin is not None:
            self._findings.add(
                "bad-value",
                sentence("The hours stand twice: in “when” and in “hours”."),
                hint=sentence("Delete one of them."),
                span=(node.key("hours") or node).span,
                about=about,
            )
        mention = node.get("mention")
        for key, _ in mention.entries if isinstance(mention, Mapping) else ():
            if not self._targets.type_of(key.text):
                self._findings.add(
                    "unknown-name",
                    sentence("There is no type of channel called “{name}”.", name=key.text),
                    hint=suggestion(key.text, self._targets.types),
                    span=key.span,
                    about=about,
                )

    def _event_source(self, part: EventPart) -> Event:
        begin, end = part.hours or (part.when.begin, part.when.end)
        registration = part.register_
        return Event(
            id=part.id,
            status=part.status,
            when=When(
                first=part.when.first,
                last=part.when.last,
                timezone=part.timezone or self._defaults.timezone or "UTC",
                begin=begin,
                end=end,
            ),
            title=self._words(part.title),
            summary=self._words(part.summary),
            venue=Venue(
                name=part.where.venue,
                address=part.where.address,
                online=part.where.online,
                step_free=part.where.step_free,
            ),
            organiser=part.organiser,
            spoken=tuple(part.spoken),
            registration=Registration(
                link=registration.link,
                until=registration.until[0] if registration.until else None,
                until_has_time=registration.until[1] if registration.until else False,
                free=registration.free,
            ),
            picture=self._picture(part.image),
            link=part.link,
            tags=tuple(part.tags),
            mentions={self._targets.type_of(name): tuple(handles) for name, handles in part.mention.items()},
        )

    def _post(self, node: Node, about: str) -> Entry | None:
        part = parse(self._findings, node, PostPart, about=about, noun=POST)
        self._steps.check_names(node, about=about)
        self._sense.check(node, about=about)
        self._wording.check(node, about=about)
        if part is None or not isinstance(node, Mapping):
            return None
        special = {"twitter": part.text_twitter, "facebook": part.text_facebook, "email": part.text_email}
        post = Post(
            id=part.id,
            text=self._words(part.text),
            text_for={kind: self._words(words) for kind, words in special.items() if words},
            subject=self._words(part.subject),
            link=part.link,
            picture=self._picture(part.image),
            tags=tuple(part.tags),
        )
        return self._entry(Kind.POST, post, steps=self._steps.own(part, node, about=about), node=node)

    def _digest(self, node: Node, about: str) -> Entry | None:
        part = parse(self._findings, node, DigestPart, about=about, noun=DIGEST)
        self._steps.check_names(node, about=about)
        self._sense.check(node, about=about)
        self._wording.check(node, about=about)
        if part is None or not isinstance(node, Mapping):
            return None
        digest = Digest(id=part.id, covers=part.covers, skip_if_empty=part.if_empty)
        return self._entry(Kind.DIGEST, digest, steps=self._steps.own(part, node, about=about), node=node)

    # --- pieces -----------------------------------------------------------------------------------------

    def _entry(self, kind: Kind, source: Source, *, steps: tuple[Step, ...], node: Mapping) -> Entry:
        file = self._findings.file
        place = (node.get("id") or node).span.place(file)
        places = dict(_places(node, file))
        return Entry(kind=kind, source=source, steps=steps, place=place, places=places, ignored=ignored_in(node))

    def _words(self, words: dict[str, str]) -> Texts:
        """Words without a language are in the main language of the file."""
        main = self._defaults.languages[0] if self._defaults.languages else "en"
        return {code or main: text for code, text in words.items()}

    def _picture(self, part: PicturePart | None) -> Picture | None:
        if part is None:
            return None
        return Picture(
            path=self._folder / part.file,
            alt=self._words(part.alt),
            credit=part.credit,
            shows_emblem=part.contains_emblem,
            has_text=part.has_text,
        )

    def _list(self, section: str) -> Iterator[Node]:
        node = self._tree.get(section)
        if isinstance(node, Sequence):
            yield from node.nodes
        elif node is not None and not (isinstance(node, Scalar) and not node.text):
            self._findings.add(
                "list-dash",
                sentence("The section “{section}” is a list.", section=section),
                hint=sentence("Begin each one with “- id: …”."),
                span=(self._tree.key(section) or node).span,
            )

    def _check_id(self, node: Node, about: str) -> None:
        place = node.get("id") if isinstance(node, Mapping) else None
        if not isinstance(place, Scalar):
            return
        if (name := place.text.casefold()) in self._used:
            self._findings.add(
                "duplicate-id",
                sentence(
                    "The id “{id}” is taken already (line {line}).",
                    id=self._used[name].text,
                    line=self._used[name].span.line + 1,
                ),
                hint=sentence("Give this one another id; capitals make no difference."),
                span=place.span,
                about=about,
            )
        if place.text and not is_name(place.text):
            self._findings.add(
                "bad-value",
                sentence("An id consists of letters, digits, hyphens and dots, without spaces."),
                hint=sentence("Write it like  id: open-day-2027"),
                span=place.span,
                about=about,
            )
        self._used.setdefault(name, place)


def _places(node: Mapping, file: str) -> Iterator[tuple[str, Place]]:
    """Where the keys of an entry stand, and those within them as ``where.venue``."""
    for key, value in node.entries:
        yield key.text, key.span.place(file)
        for inner, _ in value.entries if isinstance(value, Mapping) else ():
            yield f"{key.text}.{inner.text}", inner.span.place(file)


def _id(node: Node) -> str:
    place = node.get("id") if isinstance(node, Mapping) else None
    return place.text if isinstance(place, Scalar) and is_name(place.text) else UNREADABLE_ID
