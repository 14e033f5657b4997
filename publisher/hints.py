"""What is good to know of words that go out: what was left out, what is folded away, what an inbox cuts off.

Nothing here stops anything; `publisher preview` shows it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from publisher.composing import Composed
from publisher.linkcards.card import WIDE_ENOUGH, LinkCard
from publisher.model import Place, Problem, Severity
from publisher.render.texts import last_words
from publisher.sentences import Sentence, sentence

SUBJECT_LENGTH = 60
"""About as much of a subject as inboxes on a computer show; telephones show half of it."""
PREHEADER_LENGTH = 110
"""About as much as inboxes show after a short subject."""
_WIDE, _HIGH = WIDE_ENOUGH


@dataclass(frozen=True, slots=True)
class _Telling:
    """Makes problems that are good to know about one delivery."""

    place: Place
    about: str

    def tell(self, code: str, message: Sentence, hint: Sentence) -> Problem:
        return Problem(
            code=code, severity=Severity.INFO, message=message, hint=hint, place=self.place, about=self.about
        )


def hints(composed: Composed, *, place: Place, about: str) -> tuple[Problem, ...]:
    """What is good to know of a delivery, at the place of its step in the file."""
    telling = _Telling(place, about)
    return tuple(hint for look in _LOOKS for hint in look(composed, telling))


def card_hints(link: str, card: LinkCard, *, place: Place, about: str) -> Iterator[Problem]:
    """What the page behind the link of a post, when it was looked at last, lacked for the card that platforms draw."""
    telling = _Telling(place, about)
    if card.lacks:
        yield telling.tell(
            "og-card",
            sentence("The page {link} does not say its {lacks} for the card.", link=link, lacks=", ".join(card.lacks)),
            sentence("Ask whoever keeps the page to add it, or give the post a picture of its own."),
        )
    elif card.is_small:
        yield telling.tell(
            "og-card",
            sentence("The picture of the page {link} is so small that its card shows it as a stamp.", link=link),
            sentence("It should be {width} pixels wide and {height} high.", width=_WIDE, height=_HIGH),
        )


def _trimmed(composed: Composed, telling: _Telling) -> Iterator[Problem]:
    for trim in composed.draft.trims:
        words = sentence("“{words}” was left out, so that the text fits.", words=trim.words)
        if trim.left:
            words = sentence("This ends earlier, so that the text fits: “{left}”.", left=trim.left)
        yield telling.tell("trimmed", words, sentence("Shorten the text if these words must go out."))


def _folded(composed: Composed, telling: _Telling) -> Iterator[Problem]:
    fold, text = composed.payload.fold, composed.draft.text
    if fold and len(text) > fold:
        yield telling.tell(
            "folded",
            sentence(
                "After about {fold} characters the rest is hidden behind “See more”, from “{cut}”.",
                fold=fold,
                cut=last_words(text[:fold]),
            ),
            sentence("Say before it what matters: what, when, where, the link."),
        )


def _long_subject(composed: Composed, telling: _Telling) -> Iterator[Problem]:
    yield from _cut_off(telling, composed.draft.subject, length=SUBJECT_LENGTH, part=sentence("subject"))


def _long_preheader(composed: Composed, telling: _Telling) -> Iterator[Problem]:
    draft = composed.draft
    yield from _cut_off(telling, draft.preheader, length=PREHEADER_LENGTH, part=sentence("preheader"))
    if draft.subject and not draft.preheader:
        yield telling.tell(
            "inbox-line",
            sentence("The mail has no preheader, so inboxes show its first words instead."),
            sentence("Fill the block “preheader” of the template."),
        )


def _cut_off(telling: _Telling, words: str, *, length: int, part: Sentence) -> Iterator[Problem]:
    if len(words) > length:
        yield telling.tell(
            "inbox-line",
            sentence(
                "Inboxes show about {length} characters ({part}): this has {has}, and is cut from “{cut}”.",
                part=part,
                length=length,
                has=len(words),
                cut=last_words(words[:length]),
            ),
            sentence("Say first what matters."),
        )


_LOOKS: tuple[Callable[[Composed, _Telling], Iterator[Problem]], ...] = (
    _trimmed,
    _folded,
    _long_subject,
    _long_preheader,
)
