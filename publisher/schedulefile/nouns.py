"""What the groups of the file are called when they are spoken about."""

from __future__ import annotations

from dataclasses import dataclass

from publisher.sentences import Sentence, sentence


@dataclass(frozen=True, slots=True)
class Noun:
    """The words for one kind of group: at the beginning of a sentence, within one, and as “the same …”."""

    capital: Sentence
    small: Sentence
    same: Sentence


PROJECT = Noun(sentence("The project"), sentence("the project"), sentence("the section “project”"))
DEFAULTS = Noun(sentence("The defaults"), sentence("the defaults"), sentence("the section “defaults”"))
BLACKOUT = Noun(sentence("A blackout"), sentence("a blackout"), sentence("the same blackout"))
CHANNEL = Noun(sentence("A channel"), sentence("a channel"), sentence("the same channel"))
AUDIENCE = Noun(sentence("An audience"), sentence("an audience"), sentence("the same audience"))
STEP = Noun(sentence("A step"), sentence("a step"), sentence("the same step"))
EVENT = Noun(sentence("An event"), sentence("an event"), sentence("the same event"))
POST = Noun(sentence("A post"), sentence("a post"), sentence("the same post"))
PROFILE = Noun(sentence("A funding profile"), sentence("a funding profile"), sentence("the same profile"))
DIGEST = Noun(sentence("A digest"), sentence("a digest"), sentence("the same digest"))

_SAME = {
    (): sentence("this file"),
    ("project",): PROJECT.same,
    ("defaults",): DEFAULTS.same,
    ("channels", "*"): CHANNEL.same,
    ("audiences", "*"): AUDIENCE.same,
    ("cadences", "*", "*"): STEP.same,
    ("events", "*"): EVENT.same,
    ("posts", "*"): POST.same,
    ("digests", "*"): DIGEST.same,
    ("blackouts", "*"): BLACKOUT.same,
    ("events", "*", "changes", "*"): sentence("the same change"),
}
_ELSEWHERE = sentence("the same place")
_NAMED = ("channels", "audiences", "cadences")


def same_group(path: tuple[str, ...]) -> Sentence:
    """“the same event”, for a path of names from the top of the file; entries of lists have none."""
    general = tuple("*" if not name or (depth == 1 and path[0] in _NAMED) else name for depth, name in enumerate(path))
    return _SAME.get(general, _ELSEWHERE)
