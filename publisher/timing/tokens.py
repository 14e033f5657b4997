"""The words of a phrase, one by one, each with the place where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import NoReturn

from publisher.sentences import NOTHING, Sentence, sentence
from publisher.timing.phrases import PhraseError
from publisher.timing.words import ORDINALS, SYNONYMS, WEEKDAYS

EXAMPLES = sentence(
    "for example “8 weeks before at 10:00”, “first day at 08:30”, “2027-05-07 12:00” or “every Monday at 09:00”"
)

_TOKEN = re.compile(
    r"(?P<date>\d{4}-\d{1,2}-\d{1,2})(?:T(?=\d))?|(?P<time>\d{1,2}[:.]\d{2})(?![\d.])|(?P<nth>\d+)(?:st|nd|rd|th)\b"
    r"|(?P<number>\d+)|(?P<word>[^\W\d_]+)|(?P<other>\S)"
)
_LONGEST_WORD = 40
_FILLERS = {"the", "on", "w", "we", ",", "."}
_ORDINAL_WORDS = {number: word for word, number in ORDINALS.items()}


@dataclass(frozen=True, slots=True)
class Token:
    """One word, number, date or time. ``offset`` and ``length`` count characters of the phrase as it was written."""

    kind: str
    text: str
    offset: int
    length: int


def tokens(text: str) -> list[Token]:
    """The tokens of a phrase in small letters and in English, without the small words that mean nothing."""
    found = []
    for match in _TOKEN.finditer(text):
        kind = str(match.lastgroup)
        word = match.group(kind).casefold()
        word = SYNONYMS.get(word, word) if kind == "word" else word
        if word not in _FILLERS:
            found.append(Token(kind, word, match.start(), len(match.group())))
    return [
        _ordinal(token, following) if token.kind == "nth" else token
        for token, following in zip(found, [*found[1:], None], strict=False)
    ]


def _ordinal(token: Token, following: Token | None) -> Token:
    """``2nd Monday`` has a position, ``2nd of the month`` a number."""
    word = _ORDINAL_WORDS.get(int(token.text[:6]))
    if word is None or following is None or following.text in ("of", "month"):
        return replace(token, kind="number")
    return replace(token, kind="word", text=word)


class TokenReader:
    """Goes through the tokens of a phrase from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = tokens(text)
        self._next = 0

    def _current(self) -> Token:
        return self._tokens[min(self._next, len(self._tokens) - 1)]

    def _peek(self, kind: str) -> str | None:
        """The text of the next token if it is of this kind."""
        if self._next < len(self._tokens) and self._tokens[self._next].kind == kind:
            return self._tokens[self._next].text
        return None

    def _follows(self, kind: str) -> bool:
        """Whether the token after the next is of this kind."""
        return self._next + 1 < len(self._tokens) and self._tokens[self._next + 1].kind == kind

    def _take(self) -> Token:
        self._next += 1
        return self._tokens[self._next - 1]

    def _word(self, word: str) -> bool:
        """Whether the next word is this one; it is taken then."""
        if self._peek("word") == word:
            self._next += 1
            return True
        return False

    def _expect(self, word: str) -> None:
        if not self._word(word):
            self._fail(sentence("I expected “{word}” here.", word=word))

    def _rest(self) -> str:
        return self._text[self._tokens[self._next].offset :].strip()

    def _meant(self, known: Iterable[str]) -> Sentence:
        """The hint for a word that is nearly one of these; empty when it isn't."""
        near = get_close_matches(
            (self._peek("word") or "")[:_LONGEST_WORD], [word for word in known if word.isascii()], n=1
        )
        if not near:
            return NOTHING
        return sentence("Did you mean “{near}”?", near=near[0].title() if near[0] in WEEKDAYS else near[0])

    def _fail(
        self, message: Sentence, *, at: Token | None = None, hint: Sentence = NOTHING, code: str = "bad-value"
    ) -> NoReturn:
        offset, length = len(self._text), 0
        if at is not None:
            offset, length = at.offset, at.length
        elif self._next < len(self._tokens):
            offset = self._tokens[self._next].offset
        hint = hint or sentence("Say when, {examples}.", examples=EXAMPLES)
        raise PhraseError(message, offset=offset, hint=hint, code=code, length=length)
