"""Steps: the recipes of cadences, an event's changes to them, and the channels that they name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from publisher.model import Edit
from publisher.schedulefile.faults import parse
from publisher.schedulefile.grammar import ChangePart, DigestPart, EventPart, PostPart, StepPart
from publisher.schedulefile.ignoring import check_ignored, ignored_in
from publisher.schedulefile.names import named, suggestion
from publisher.schedulefile.nouns import STEP
from publisher.schedulefile.problems import Findings
from publisher.schedulefile.reading.tree import Mapping, Node, Scalar, Sequence, is_empty
from publisher.schedulefile.schedule import Step
from publisher.sentences import sentence
from publisher.timing.phrases import is_relative


@dataclass(frozen=True, slots=True)
class _Recipe:
    """Something with ``send``, ``template`` and ``to``, together with where it stands."""

    part: StepPart | PostPart | DigestPart
    node: Mapping

    @property
    def moment(self) -> Node | None:
        """Where its moment stands."""
        return self.node.get("send") or self.node.get("add")

    @property
    def words(self) -> str:
        """The moment as it stands in the file."""
        return " ".join(self.moment.text.split()) if isinstance(self.moment, Scalar) else ""


class StepLoader:
    """Knows the cadences and gives the steps of an event, a post or a digest."""

    def __init__(self, findings: Findings, tree: Mapping, *, channels: dict[str, int]) -> None:
        self._findings = findings
        self._channels = channels
        self._cadences: dict[str, list[_Recipe]] = {}
        self._lines: dict[str, int] = {}
        self._spoilt: set[str] = set()
        self._are_readable = True
        self._load_cadences(tree)

    def is_spoilt(self, cadence: str) -> bool:
        """Whether steps of this cadence are left out because of an error."""
        return bool(cadence) and (cadence in self._spoilt or cadence not in self._cadences)

    def of_event(self, part: EventPart, node: Mapping, *, about: str) -> tuple[Step, ...]:
        """The steps of the event's cadence, with its own changes applied."""
        recipes = self._cadences.get(part.cadence, [])
        changes = node.get("changes")
        nodes = changes.nodes if isinstance(changes, Sequence) else []
        for change, place in zip(part.changes, nodes, strict=False):
            if isinstance(place, Mapping):
                recipes = self._changed(recipes, change, node=place, about=about, cadence=part.cadence)
        return tuple(self._step(recipe) for recipe in recipes)

    def own(self, part: PostPart | DigestPart, node: Mapping, *, about: str) -> tuple[Step, ...]:
        """The one step that a post or digest is itself."""
        if is_relative(part.send):
            self._findings.add(
                "not-allowed-here",
                sentence("This time counts from an event, and here is none."),
                hint=sentence("Write a date and time (2027-05-07 12:00) or a rule (every Monday at 09:00)."),
                span=(node.get("send") or node).span,
                about=about,
            )
        return (self._step(_Recipe(part, node)),)

    # --- cadences ---------------------------------------------------------------------------------------

    def _load_cadences(self, tree: Mapping) -> None:
        key, section = tree.key("cadences"), tree.get("cadences")
        if key is None or section is None or is_empty(section):
            return
        if not isinstance(section, Mapping):
            self._are_readable = False
            self._findings.add(
                "bad-value",
                sentence("The section “cadences” needs one name per line."),
                hint=sentence("Write  conference:  below it, and the steps below that."),
                span=key.span,
            )
            return
        for name, value in section.entries:
            self._lines.setdefault(name.text, name.span.line + 1)
            self._cadences.setdefault(name.text, self._load_cadence(name, value))
            if self._findings.has_error_in(name.span.to(value.span)):
                self._spoilt.add(name.text)

    def _load_cadence(self, key: Scalar, value: Node) -> list[_Recipe]:
        about = f"cadences/{key.text}"
        if not isinstance(value, Sequence):
            self._findings.add(
                "list-dash",
                sentence("The cadence “{name}” is a list of steps.", name=key.text),
                hint=sentence("Begin each step with “- {{ send: …, template: …, to: […] }}”."),
                span=key.span,
                about=about,
            )
            return []
        return [recipe for node in value.nodes if (recipe := self._recipe(node, about))]

    def _recipe(self, node: Node, about: str) -> _Recipe | None:
        part = parse(self._findings, node, StepPart, about=about, noun=STEP)
        self.check_names(node, about=about)
        check_ignored(self._findings, node, about=about)
        if part is None or not isinstance(node, Mapping):
            return None
        return _Recipe(part, node)

    def check_names(self, node: Node, *, about: str) -> None:
        """Whether the cadence and the channels exist that an entry or a step names, however wrong the rest of it is."""
        if not isinstance(node, Mapping):
            return
        self._check_targets(node.get("to"), about)
        place = node.get("cadence")
        if isinstance(place, Scalar) and place.text and self._are_readable and place.text not in self._cadences:
            self._findings.add(
                "unknown-name",
                sentence("There is no cadence called “{name}”.", name=place.text),
                hint=named(place.text, self._lines),
                span=place.span,
                about=about,
            )

    # --- changes ----------------------------------------------------------------------------------------

    def _changed(
        self, recipes: list[_Recipe], change: ChangePart, *, node: Mapping, about: str, cadence: str
    ) -> list[_Recipe]:
        if change.drop is not None and change.add is None:
            kept = [recipe for recipe in recipes if recipe.part.send != change.drop]
            if len(kept) == len(recipes) and not self.is_spoilt(cadence):
                self._tell_nothing_to_drop(recipes, node, about)
            return kept
        if change.drop is not None or change.add is None or not change.template or not change.to:
            self._findings.add(
                "missing-key",
                sentence("A change either drops a step or adds one."),
                hint=sentence(
                    "Write  {{ drop: first day at 08:30 }}  or"
                    "  {{ add: 1 week before at 17:00, template: …, to: […] }}."
                ),
                span=node.span,
                about=about,
            )
            return recipes
        self._check_targets(node.get("to"), about)
        check_ignored(self._findings, node, about=about)
        given = {name: getattr(change, name) for name in change.model_fields_set - {"add", "drop"}}
        return [*recipes, _Recipe(StepPart.model_construct(send=change.add, **given), node)]

    def _tell_nothing_to_drop(self, recipes: list[_Recipe], node: Mapping, about: str) -> None:
        place = node.get("drop")
        self._findings.add(
            "unknown-name",
            sentence("This event has no step at this moment, so there is nothing to drop."),
            hint=suggestion(place.text if isinstance(place, Scalar) else "", [recipe.words for recipe in recipes]),
            span=(place or node).span,
            about=about,
        )

    # --- pieces -----------------------------------------------------------------------------------------

    def _check_targets(self, node: Node | None, about: str) -> None:
        for target in _targets(node):
            if target.text and target.text not in self._channels and not self._are_several(target, node, about):
                self._findings.add(
                    "unknown-name",
                    sentence("There is no channel called “{name}”.", name=target.text),
                    hint=named(target.text, self._channels),
                    span=target.span,
                    about=about,
                )

    def _are_several(self, target: Scalar, node: Node | None, about: str) -> bool:
        """Tell of ``twitter news`` and ``twitter; news``, which are two channels in one text."""
        names = re.findall(r"[^\s;,]+", target.text)
        if len(names) < 2 or not all(name in self._channels for name in names):  # noqa: PLR2004  more than one
            return False
        is_in_brackets = isinstance(node, Sequence)
        listed = ", ".join(names) if is_in_brackets else f"[{', '.join(names)}]"
        is_entry = isinstance(node, Sequence) and not node.flow
        self._findings.add(
            "bad-value",
            sentence("These are several channels in one text."),
            hint=sentence("Write each on a line of its own.") if is_entry else sentence("Write  {names}", names=listed),
            span=target.span,
            about=about,
            mend=() if is_entry else (Edit(target.span.place(self._findings.file), listed),),
        )
        return True

    def _step(self, recipe: _Recipe) -> Step:
        part, node = recipe.part, recipe.node
        has_if_late = "if_late" in part.model_fields_set
        template = node.get("template")
        return Step(
            phrase=part.send,
            words=recipe.words,
            template=part.template,
            to=tuple(dict.fromkeys(part.to)),
            place=(recipe.moment or node).span.place(self._findings.file),
            outside_hours=part.outside_hours,
            if_late=part.if_late,
            has_if_late=has_if_late,
            template_place=template.span.place(self._findings.file) if template is not None else None,
            ignored=ignored_in(node) if isinstance(part, StepPart) else frozenset(),
            is_correction=isinstance(part, StepPart) and part.correction,
        )


def _targets(node: Node | None) -> Iterator[Scalar]:
    nodes = node.nodes if isinstance(node, Sequence) else [node] if node else []
    for target in nodes:
        if isinstance(target, Scalar):
            yield target
