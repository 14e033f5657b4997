"""Steps: the recipes of cadences, an event's changes to them, and the channels that they name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from publisher.schedulefile.grammar import ChangePart, DigestPart, EventPart, PostPart, StepPart
from publisher.schedulefile.names import suggestion
from publisher.schedulefile.problems import Findings
from publisher.schedulefile.schedule import Step
from publisher.schedulefile.tree import Mapping, Node, Scalar, Sequence
from publisher.timing.phrases import is_relative


@dataclass(frozen=True, slots=True)
class _Recipe:
    """Something with ``send``, ``template`` and ``to``, together with where it stands."""

    part: StepPart | PostPart | DigestPart
    node: Mapping


class StepLoader:
    """Knows the cadences and gives the steps of an event, a post or a digest."""

    def __init__(self, findings: Findings, tree: Mapping, *, channels: set[str]) -> None:
        self._findings = findings
        self._channels = channels
        self._cadences: dict[str, list[_Recipe]] = {}
        section = tree.get("cadences")
        if isinstance(section, Mapping):
            for key, value in section.entries:
                self._cadences[key.text] = self._load_cadence(key, value)

    def of_event(self, part: EventPart, node: Mapping, *, about: str) -> tuple[Step, ...]:
        """The steps of the event's cadence, with its own changes applied."""
        recipes = self._cadence(part, node, about=about)
        changes = node.get("changes")
        nodes = changes.nodes if isinstance(changes, Sequence) else []
        for change, place in zip(part.changes, nodes, strict=False):
            if isinstance(place, Mapping):
                recipes = self._changed(recipes, change, node=place, about=about)
        return tuple(self._step(recipe) for recipe in recipes)

    def own(self, part: PostPart | DigestPart, node: Mapping, *, about: str) -> tuple[Step, ...]:
        """The one step that a post or digest is itself."""
        self._check_targets(node.get("to"), about)
        if is_relative(part.send):
            self._findings.add(
                "not-allowed-here",
                "This time counts from an event, and here is none.",
                hint="Write a date and time (2027-05-07 12:00) or a rule (every Monday at 09:00).",
                span=(node.get("send") or node).span,
                about=about,
            )
        return (self._step(_Recipe(part, node)),)

    # --- cadences ---------------------------------------------------------------------------------------

    def _load_cadence(self, key: Scalar, value: Node) -> list[_Recipe]:
        about = f"cadences/{key.text}"
        if not isinstance(value, Sequence):
            self._findings.add(
                "list-dash",
                f"The cadence “{key.text}” is a list of steps.",
                hint="Begin each step with “- { send: …, template: …, to: […] }”.",
                span=key.span,
                about=about,
            )
            return []
        return [recipe for node in value.nodes if (recipe := self._recipe(node, about))]

    def _recipe(self, node: Node, about: str) -> _Recipe | None:
        part = self._findings.parse(node, StepPart, about=about, noun="A step")
        if part is None or not isinstance(node, Mapping):
            return None
        self._check_targets(node.get("to"), about)
        return _Recipe(part, node)

    def _cadence(self, part: EventPart, node: Mapping, *, about: str) -> list[_Recipe]:
        place = node.get("cadence")
        if place is not None and part.cadence not in self._cadences:
            self._findings.add(
                "unknown-name",
                f"There is no cadence called “{part.cadence}”.",
                hint=suggestion(part.cadence, self._cadences),
                span=place.span,
                about=about,
            )
        return self._cadences.get(part.cadence, [])

    # --- changes ----------------------------------------------------------------------------------------

    def _changed(self, recipes: list[_Recipe], change: ChangePart, *, node: Mapping, about: str) -> list[_Recipe]:
        if change.drop is not None:
            return self._dropped(recipes, change, node=node, about=about)
        if change.add is None or not change.template or not change.to:
            self._findings.add(
                "missing-key",
                "A change either drops a step or adds one.",
                hint="Write  { drop: first day at 08:30 }  or  { add: 1 week before at 17:00, template: …, to: […] }.",
                span=node.span,
                about=about,
            )
            return recipes
        self._check_targets(node.get("to"), about)
        given = {name: getattr(change, name) for name in change.model_fields_set - {"add", "drop"}}
        return [*recipes, _Recipe(StepPart.model_construct(send=change.add, **given), node)]

    def _dropped(self, recipes: list[_Recipe], change: ChangePart, *, node: Mapping, about: str) -> list[_Recipe]:
        kept = [recipe for recipe in recipes if recipe.part.send != change.drop]
        if len(kept) == len(recipes):
            self._findings.add(
                "unknown-name",
                "The cadence has no step at this moment, so there is nothing to drop.",
                hint="Copy the words after “send:” of the step that you want to drop.",
                span=(node.get("drop") or node).span,
                about=about,
            )
        return kept

    # --- pieces -----------------------------------------------------------------------------------------

    def _check_targets(self, node: Node | None, about: str) -> None:
        for target in _targets(node):
            if target.text not in self._channels:
                self._findings.add(
                    "unknown-name",
                    f"There is no channel called “{target.text}”.",
                    hint=suggestion(target.text, sorted(self._channels)),
                    span=target.span,
                    about=about,
                )

    def _step(self, recipe: _Recipe) -> Step:
        part, node = recipe.part, recipe.node
        words = node.get("send") or node.get("add")
        has_if_late = "if_late" in part.model_fields_set
        return Step(
            phrase=part.send,
            words=" ".join(words.text.split()) if isinstance(words, Scalar) else "",
            template=part.template,
            to=tuple(dict.fromkeys(part.to)),
            place=(words or node).span.place(self._findings.file),
            outside_hours=part.outside_hours,
            if_late=part.if_late,
            has_if_late=has_if_late,
        )


def _targets(node: Node | None) -> Iterator[Scalar]:
    nodes = node.nodes if isinstance(node, Sequence) else [node] if node else []
    for target in nodes:
        if isinstance(target, Scalar):
            yield target
