"""Passwords and tokens in the file: found wherever they stand, also in remarks, and never shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from publisher.model import Problem, Severity
from publisher.schedulefile.reading.tree import Span
from publisher.schedulefile.reading.working import lines_of
from publisher.sentences import Sentence, sentence

HIDDEN = "•••"

#: A field whose name holds one of these is a credential.
_NAMES = ("token", "secret", "passw", "hasło", "haslo", "api_key", "apikey", "api-key", "consumer_key", "smtp_url")
_SHORTEST = 4
#: What credentials look like, each behind a piece of text without which there is none of its kind: Facebook, X
#: (app-only, OAuth 1.0a), GitHub, Slack, JSON web tokens, keys, passwords in addresses.
_LOOKS = {
    "EA": re.compile(r"\bEA[A-Z][A-Za-z0-9]{10,}"),
    "A" * 18: re.compile(r"\bA{18,}[A-Za-z0-9%]{20,}"),
    "-": re.compile(r"(?<!\d)\d{6,20}-[A-Za-z0-9]{30,}\b"),
    "gh": re.compile(r"\bgh[pousr]_[A-Za-z0-9]{30,}|\bgithub_pat_\w{40,}"),
    "xox": re.compile(r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}"),
    "eyJ": re.compile(r"\beyJ[A-Za-z0-9_-]{10,600}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]*"),
    "PRIVATE KEY": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "@": re.compile(r"(?<=://)[^\s/:@\"']+:[^\s/@\"']+(?=@)"),
}
#: Lengths are bounded, so that no line takes longer than it is long.
_NAMED = re.compile(
    rf"(?:{'|'.join(_NAMES)})[\w-]{{0,40}}[\"']?\s{{0,9}}[:=]\s{{0,9}}(?P<value>[^\s,}}\]]+)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Secrets:
    """What was found in one file. ``values`` may be more than is told of: what is hidden too much harms nobody."""

    found: tuple[Span, ...]
    values: tuple[str, ...]

    def problems(self, file: str) -> list[Problem]:
        """What looks like a credential, by its place: the first in each line."""
        first = {span.line: span for span in reversed(self.found)}
        return [
            Problem(
                code="secret-in-file",
                severity=Severity.ERROR,
                message=secret_message(),
                hint=secret_hint(),
                place=span.place(file),
            )
            for _, span in sorted(first.items())
        ]

    def hidden_in(self, problems: Iterable[Problem]) -> list[Problem]:
        """The problems, without the values in what they say."""
        if not self.values:
            return list(problems)
        return [
            replace(problem, message=self._without(problem.message), hint=self._without(problem.hint))
            for problem in problems
        ]

    def masked(self, line: str) -> str:
        """A line of the file that can be shown."""
        for value in self.values:
            line = line.replace(value, HIDDEN)
        return line

    def _without(self, text: str) -> Sentence:
        if not isinstance(text, Sentence):
            return sentence("{text}", text=self.masked(text))
        if self.masked(text) == text:
            return text
        parts = {
            name: self._without(part)
            if isinstance(part, Sentence)
            else self.masked(part)
            if isinstance(part, str)
            else part
            for name, part in text.parts.items()
        }
        return Sentence(text.pattern, parts, plural=text.plural)


def is_secret(name: str) -> bool:
    """Whether a field of this name would hold a password or token."""
    return any(word in name.casefold() for word in _NAMES)


def secrets_in(text: str) -> Secrets:
    """Everything in a text that is a credential or may be one."""
    found: list[Span] = []
    values: set[str] = set()
    for number, line in enumerate(lines_of(text)):
        for match in _looking_like_it(line):
            found.append(Span(number, match.start(), number, match.end()))
            values.add(match[0])
        values.update(value for value in _named(line) if len(value) >= _SHORTEST)
    return Secrets(tuple(found), tuple(sorted(values, key=len, reverse=True)))


def _looking_like_it(line: str) -> Iterator[re.Match[str]]:
    for piece, look in _LOOKS.items():
        if piece in line:
            yield from look.finditer(line)


def _named(line: str) -> Iterator[str]:
    small = line.casefold()
    if any(name in small for name in _NAMES):
        yield from (match["value"].strip("\"'") for match in _NAMED.finditer(line))


def secret_message() -> Sentence:
    """What is wrong with a credential in the file."""
    return sentence(
        "A password or token must never be in this file (it is shared and versioned). I do not show its value."
    )


def secret_hint(channel: str = "") -> Sentence:
    """What to do about it; for a channel there is a command that takes the new one."""
    if channel:
        return sentence(
            "Run `publisher login {channel}`, delete this, and revoke the token: it must be considered leaked.",
            channel=channel,
        )
    return sentence(
        "Delete this and revoke it: it must be considered leaked. A new one belongs in the environment or in .env."
    )
