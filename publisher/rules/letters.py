"""Signs that screen readers spell out or skip: fancy letters, emoji, shouting; and what Polish printing minds."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from publisher.model import Severity
from publisher.rules.copy import Complaint, Copy, Sheet
from publisher.rules.registry import rule, sheet_rule
from publisher.sentences import counted, sentence

_FANCY = "[\U0001d400-\U0001d7ff\u24b6-\u24e9\U0001f130-\U0001f169\U0001f170-\U0001f189\uff21-\uff3a\uff41-\uff5a]"
_EMOJI = (
    "[\U0001f1e6-\U0001f1ff\U0001f300-\U0001f5ff\U0001f600-\U0001f64f\U0001f680-\U0001f6ff\U0001f900-\U0001faff"
    "\u2600-\u27bf\u2b50\u2b55\u231a\u231b]"
)
SUSPICIOUS = rf"{_FANCY}|{_EMOJI}|#|@|\d{{11}}"
"""A pattern for texts that these rules and those of hashtags want to see as they go out."""

_FANCY_RUN = re.compile(rf"{_FANCY}(?:[ ]?{_FANCY})*")
_ONE_EMOJI = re.compile(
    rf"[\U0001f1e6-\U0001f1ff]{{2}}|{_EMOJI}[\ufe0f\U0001f3fb-\U0001f3ff]*(?:\u200d{_EMOJI}[\ufe0f\U0001f3fb-\U0001f3ff]*)*"
)
_BULLET = re.compile(rf"^[ \t]*({_EMOJI})\ufe0f?[ \t]*\w", re.MULTILINE)
_MOST_EMOJI = 3
_WORD = re.compile(r"[^\W\d_]+")
_CAPITALS = re.compile(r"[^\W\d_a-z]{5}")
_MOST_CAPITALS = 3
_SHORTEST_SHOUT = 2  #: letters; “A” and “I” are words, too


@rule("fancy-letters", Severity.ERROR)
def letters_are_letters(copy: Copy) -> Iterator[Complaint]:
    """Bold and script letters from elsewhere are mathematical signs: screen readers spell them out or say nothing."""
    for text in (copy.draft.subject, copy.draft.text):
        for found in _FANCY_RUN.finditer(text):
            plain = unicodedata.normalize("NFKC", found[0])
            yield Complaint(
                sentence(
                    "“{words}” is written with mathematical signs that screen readers can't read.", words=found[0]
                ),
                sentence("Write plain letters:  {plain}", plain=plain),
                words=found[0],
            )


@rule("emoji", Severity.WARNING)
def emoji_are_few(copy: Copy) -> Iterator[Complaint]:
    """Each one is read out by its whole name."""
    found = _ONE_EMOJI.findall(copy.draft.text)
    if len(found) > _MOST_EMOJI:
        yield Complaint(
            counted(
                "There is {n} emoji in it; a screen reader says the name of each.",
                "There are {n} emoji in it; a screen reader says the name of each.",
                n=len(found),
            ),
            sentence("Keep three at most, at the end of the text."),
            words=found[0],
        )


@rule("emoji", Severity.WARNING)
def emoji_are_no_bullets(copy: Copy) -> Iterator[Complaint]:
    """A list whose points are emoji is a list only to the eye."""
    bullets = _BULLET.findall(copy.draft.text)
    if len(bullets) > 1:
        yield Complaint(
            sentence("Lines begin with emoji, as if they were the points of a list."),
            sentence("Begin them with “- ”, and put an emoji at the end if it must be."),
            words=bullets[0],
        )


@rule("all-caps", Severity.WARNING)
def nobody_shouts(copy: Copy) -> Iterator[Complaint]:
    """Several words in capitals are hard to read, and some screen readers spell them out."""
    for text in (copy.draft.subject, copy.draft.text):
        if shout := _shout(text):
            yield Complaint(
                sentence("“{words}” is shouted: several words in capital letters.", words=shout),
                sentence("Write it in small letters, with a capital where a sentence or a name begins."),
                words=shout,
            )
            return


def is_loud(text: str) -> bool:
    """Whether a text has so many capitals that it may be one of those."""
    return _CAPITALS.search(text) is not None and bool(_shout(text))


def _shout(text: str) -> str:
    """The first run of more than three words in capitals; abbreviations in lists have commas between them."""
    for line in text.split("\n"):
        run: list[re.Match[str]] = []
        for word in _WORD.finditer(line):
            is_on = not run or not line[run[-1].end() : word.start()].strip(" -!?")
            loud = len(word[0]) >= _SHORTEST_SHOUT and word[0].isupper()
            run = ([*run, word] if is_on else [word]) if loud else []
            if len(run) > _MOST_CAPITALS and any(len(each[0]) > _MOST_CAPITALS + 1 for each in run):
                return line[run[0].start() : run[-1].end()]
    return ""


# --- Polish -------------------------------------------------------------------------------------------------

_QUOTED = re.compile(r",,[^\n]{1,80}?(?:''|”|\")|(?<!„)“[^“”\n]{1,80}”")


@sheet_rule("typo-pl", Severity.INFO)
def polish_quotes_are_polish(sheet: Sheet) -> Iterator[Complaint]:
    """Polish quotation marks are „low and high”."""
    for field, language, words in sheet.texts:
        if language == "pl" and (found := _QUOTED.search(words)):
            inner = found[0].strip(",'\"“”")
            yield Complaint(
                sentence("{quoted} has no Polish quotation marks.", quoted=found[0]),
                sentence("Write  „{inner}”", inner=inner),
                field=field,
            )


# --- people -------------------------------------------------------------------------------------------------

_PESEL = re.compile(r"(?<!\d)\d{11}(?!\d)")
_PRIVATE = re.compile(
    r"[\w.+-]{1,64}@(?:gmail|googlemail|hotmail|outlook|yahoo|icloud|wp|o2|onet|op|interia|gmx|web|orange|free|luukku)\."
    r"(?:com|pl|eu|de|fr|es|fi|net)\b",
    re.IGNORECASE,
)
_WEIGHTS = (1, 3, 7, 9, 1, 3, 7, 9, 1, 3)


@rule("personal-data", Severity.WARNING)
def nobody_is_exposed(copy: Copy) -> Iterator[Complaint]:
    """A personal number, or a private address, that everybody can read from now on."""
    contact = copy.announcement.project.contact
    for found in _PRIVATE.findall(copy.draft.text):
        if contact is None or found.casefold() != contact.email.casefold():
            yield Complaint(
                sentence("“{address}” looks like the private address of a person.", address=found),
                sentence("Give an address of the office, if that person did not agree to it."),
                words=found,
            )
    for number in _PESEL.findall(copy.draft.text):
        if _is_pesel(number):
            yield Complaint(
                sentence("There is a PESEL in it, the personal number of somebody."),
                sentence("Take it out."),
                words=number,
            )


def _is_pesel(number: str) -> bool:
    """Whether the last digit checks the others, and the first ones are a date of birth."""
    check = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
    month, day = int(number[2:4]) % 20, int(number[4:6])
    return (10 - check % 10) % 10 == int(number[10]) and month in range(1, 13) and day in range(1, 32)
