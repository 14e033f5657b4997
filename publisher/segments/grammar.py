"""The words of a condition, understood.

    condition  = all { "or" all }
    all        = part { "and" part }
    part       = "not" part | "(" condition ")" | field test
    test       = "is" ["not"] ("set" | value) | "has" ["not" | "no"] value | ("after" | "before") day

A field or a value of several words may stand in quotes, of whatever shape; a value need not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import NoReturn

from publisher.segments.conditions import BETWEEN, After, All, Any, Before, Condition, Has, Is, IsSet, Not, folded
from publisher.sentences import Sentence, sentence

EXAMPLE = "language is fi and tags has press"
SINCE, LANGUAGE = "since", "language"
_DEEPEST = 40

_TOKEN = re.compile(
    r"""\s*(?:(?P<open>\()|(?P<close>\))|(?P<quoted>["„“”«»][^"„“”«»]*["„“”«»]|'[^']*'(?=[\s)]|$))"""
    r"""|(?P<word>[^\s()"„“”«»]+)|(?P<odd>\S))"""
)
_GLUED = re.compile(r"(?P<field>[^=:!<>]+)(?:!=|<>|==?|:)(?P<value>.*)")
_OPERATORS = ("is", "has", "after", "before")
_SIGNS = {"=": "is", "==": "is", ":": "is", "!=": "is not", "<>": "is not", "≠": "is not", ">": "after", "<": "before"}
_WORDS = {"equals": "is", "contains": "has", "includes": "has", "in": "is", "jest": "is", "ma": "has", "&&": "and"}
_RESERVED = frozenset({*_OPERATORS, "and", "or", "not", "set"})
_JOINING = frozenset({"and", "or"})


class SegmentError(ValueError):
    """Words that are no condition. ``offset`` and ``length`` say which of them, counted in characters from 0."""

    def __init__(self, message: Sentence, *, hint: Sentence, offset: int, length: int) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.offset = offset
        self.length = length


@dataclass(frozen=True, slots=True)
class _Token:
    """A word, a text in quotes, or a parenthesis, and where it stands."""

    text: str
    kind: str
    offset: int

    @property
    def keyword(self) -> str:
        """The word as the grammar knows it; a text in quotes is none."""
        return self.text.casefold() if self.kind == "word" else ""


def parse_condition(text: str) -> Condition:
    """The condition that is meant. Raises `SegmentError`."""
    reading = _Reading(text)
    found = reading.condition(depth=0)
    if (left := reading.next) is not None:
        reading.refuse_rest(left)
    return found


class _Reading:
    """The tokens of a condition, one after the other."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = tuple(_tokens(text))
        self._at = 0
        self._before = ""  # the field that was asked for last, and how

    @property
    def next(self) -> _Token | None:
        """The token that is to be read."""
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def condition(self, *, depth: int) -> Condition:
        """Parts with ``or`` between them."""
        parts = [self._all(depth)]
        while self._takes("or"):
            parts.append(self._all(depth))
        return parts[0] if len(parts) == 1 else Any(tuple(parts))

    def _all(self, depth: int) -> Condition:
        parts = [self._part(depth)]
        while self._takes("and"):
            parts.append(self._part(depth))
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _part(self, depth: int) -> Condition:
        token = self._due(sentence("A condition is missing here."))
        if depth > _DEEPEST:
            self._refuse(token, sentence("This is nested too deeply."), hint=sentence("Use fewer parentheses."))
        if self._takes("not"):
            return Not(self._part(depth + 1))
        if token.kind != "open":
            return self._test()
        self._at += 1
        inner = self.condition(depth=depth + 1)
        if self.next is None or self.next.kind != "close":
            hint = sentence("Write “)” where it ends.")
            self._refuse(token, sentence("This parenthesis is not closed."), hint=hint)
        self._at += 1
        return inner

    def _test(self) -> Condition:
        field = self._field()
        operator = self.next
        if operator is None or operator.kind == "close" or operator.keyword in _JOINING:
            self._refuse_lone(field)
        test = _TESTS.get(operator.keyword)
        if test is None:
            self._refuse_operator(field, operator)
        self._at += 1
        self._before = f"{field.text} {operator.keyword}"
        return test(self, folded(field.text))

    def _field(self) -> _Token:
        token = self._due(sentence("A condition is missing here."))
        if token.kind == "close" or token.keyword in _RESERVED:
            message = sentence("The name of a field is missing before “{word}”.", word=token.text)
            self._refuse(token, message, hint=_example())
        if token.kind == "word" and (glued := _GLUED.fullmatch(token.text)):
            rest = glued["value"] or "…"
            hint = sentence("Write it like “{example}”.", example=f"{glued['field']} is {rest}")
            self._refuse(token, sentence("“{word}” is no condition.", word=token.text), hint=hint)
        self._at += 1
        return token

    def test_is(self, field: str) -> Condition:
        """After ``is``."""
        negated = self._takes("not")
        found: Condition
        if self._takes("set"):
            found = IsSet(field)
        else:
            begin = self.next
            value = self._value()
            if field == LANGUAGE and begin is not None:
                self._check_language(begin, value)
            found = Is(field, folded(value))
        return Not(found) if negated else found

    def test_has(self, field: str) -> Condition:
        """After ``has``."""
        negated = self._takes("not") or self._takes("no")
        begin, value = self.next, self._value()
        if begin is not None and len(words := [word.strip() for word in BETWEEN.split(value) if word.strip()]) != 1:
            self._refuse_several(begin, value, words=[f"{field} has {word}" for word in words])
        found = Has(field, folded(words[0]))
        return Not(found) if negated else found

    def test_after(self, field: str) -> Condition:
        """After ``after``."""
        return After(field, self._day())

    def test_before(self, field: str) -> Condition:
        """After ``before``."""
        return Before(field, self._day())

    def _value(self) -> str:
        """One text in quotes, or the words up to ``and``, ``or``, a parenthesis or the end."""
        first = self._due(sentence("The value is missing here."))
        if first.kind == "quoted":
            self._at += 1
            return first.text
        words = []
        while (token := self.next) is not None and token.kind == "word" and token.keyword not in _JOINING:
            words.append(token.text)
            self._at += 1
        if not words or words[0].casefold() in _RESERVED:
            hint = sentence("If this word is the value, put it in quotes.")
            self._refuse(first, sentence("The value is missing here."), hint=hint)
        if any(word.casefold() in _OPERATORS for word in words):
            message = sentence("Here are two conditions without “and” or “or” between them.")
            hint = sentence("Join them with “and” or “or”; if it is one value, put it in quotes.")
            self._refuse(first, message, hint=hint, length=len(" ".join(words)))
        return " ".join(words)

    def _refuse_several(self, begin: _Token, value: str, *, words: Sequence[str]) -> NoReturn:
        """Among the words of a field there is none with a comma: it would hold for nobody."""
        message = sentence("“{value}” can't be one word of a field.", value=value)
        example = " or ".join(words) or EXAMPLE
        self._refuse(begin, message, hint=sentence("Write it out: “{example}”.", example=example), length=len(value))

    def _check_language(self, begin: _Token, value: str) -> None:
        if not re.fullmatch(r"[A-Za-z]{2,3}", value.strip()) or not _is_language(value.strip().lower()):
            message = sentence("“{code}” is no language code.", code=value)
            self._refuse(begin, message, hint=sentence("Write two letters, like “language is fi”."), length=len(value))

    def _day(self) -> date:
        token = self._due(sentence("The day is missing here."))
        try:
            found = date.fromisoformat(token.text) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", token.text) else None
        except ValueError:
            found = None
        if found is None:
            message = sentence("“{value}” is no day.", value=token.text)
            self._refuse(token, message, hint=sentence("Write it as year-month-day, like 2027-01-31."))
        self._at += 1
        return found

    def _takes(self, word: str) -> bool:
        """Whether this keyword comes next; then it is read."""
        if self.next is None or self.next.keyword != word:
            return False
        self._at += 1
        return True

    def _due(self, missing: Sentence) -> _Token:
        """The next token, without reading it; there has to be one."""
        if self.next is None:
            end = len(self._text.rstrip())
            raise SegmentError(missing, hint=_example(), offset=end, length=1)
        if self.next.kind == "odd":
            message = sentence("A quote is opened here and not closed.")
            self._refuse(self.next, message, hint=sentence("Close it, or leave the quotes away."))
        return self.next

    def refuse_rest(self, token: _Token) -> NoReturn:
        """Something stands behind the end."""
        if token.kind == "close":
            message = sentence("No parenthesis was opened that this one could close.")
            self._refuse(token, message, hint=sentence("Delete it."))
        message = sentence("“{word}” stands here without “and” or “or”.", word=token.text)
        hint = sentence("Join two conditions like this: {example}", example=EXAMPLE)
        self._refuse(token, message, hint=hint)

    def _refuse_lone(self, field: _Token) -> NoReturn:
        """A word of which nothing is asked: the value of ``language is pl or fi``, or a field that was forgotten."""
        hint = _example()
        if self._before:
            hint = sentence("Write it out: “{example}”.", example=f"{self._before} {field.text}")
        self._refuse(field, sentence("“{field}” is not asked for anything.", field=field.text), hint=hint)

    def _refuse_operator(self, field: _Token, token: _Token) -> NoReturn:
        word = token.text.casefold()
        near = get_close_matches(word, _OPERATORS, n=1)
        meant = _SIGNS.get(word) or _WORDS.get(word) or (near[0] if near else "")
        hint = sentence("After a field there is one of: is, is not, is set, has, after, before.")
        if meant:
            hint = sentence("Did you mean “{example}”?", example=f"{field.text} {meant} …")
        self._refuse(token, sentence("“{word}” says nothing that I understand.", word=token.text), hint=hint)

    def _refuse(self, token: _Token, message: Sentence, *, hint: Sentence, length: int = 0) -> NoReturn:
        raise SegmentError(message, hint=hint, offset=token.offset, length=length or max(1, len(token.text)))


_TESTS: Mapping[str, Callable[[_Reading, str], Condition]] = {
    "is": _Reading.test_is,
    "has": _Reading.test_has,
    "after": _Reading.test_after,
    "before": _Reading.test_before,
}


def _tokens(text: str) -> Iterator[_Token]:
    for match in _TOKEN.finditer(text):
        kind = str(match.lastgroup)
        found = match[kind]
        quoted = kind == "quoted"
        yield _Token(found[1:-1] if quoted else found, kind, match.start(kind) + quoted)


def _is_language(code: str) -> bool:
    from babel import Locale

    return code in Locale("en").languages


def _example() -> Sentence:
    return sentence("Write it like “{example}”.", example=EXAMPLE)
