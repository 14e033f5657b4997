"""What each field may look like, in JSON Schema (draft-07), for editors.

Every scalar is text to publisher, but an editor's YAML parser makes numbers, booleans and nulls of some of them: a
title ``2027`` is a number to it. So the shapes allow more than text, and never less than the reader does. The words
for people (``description``, ``enumDescriptions``, ``defaultSnippets``, ``patternErrorMessage``) are read by
yaml-language-server and by VS Code; a validator passes over them (draft-07, section 6.4). An ``anyOf`` has two
alternatives at most: of more yaml-language-server shows the seams when somebody hovers over the field.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from publisher.schedulefile.names import ALIASES

Shape: TypeAlias = dict[str, Any]


def _nothing_but(*types: str) -> Shape:
    """Said so because editors offer “true” and “null” where a ``type`` allows them, and nobody wants those here."""
    return {"not": {"type": [name for name in _TYPES if name not in types]}}


_TYPES = ("string", "number", "boolean", "null", "array", "object")
_BOOLEAN = _nothing_but("boolean")
_UNQUOTED = _nothing_but("boolean", "number")
NOTHING = _nothing_but("null")


def _letters(*words: str) -> str:
    """A pattern for any of these words, in capitals or not; JSON Schema knows no flag for that."""
    return "|".join("".join(f"[{a.lower()}{a.upper()}]" if a.isalpha() else a for a in word) for word in words)


def _written(pattern: str, sentence: str) -> Shape:
    """A text that fits; space around it, as quotes may hold, does not count."""
    return {"type": "string", "pattern": rf"^\s*(?:{pattern})\s*$", "patternErrorMessage": sentence}


def _choice(words: Mapping[str, str]) -> Shape:
    """One of these words, each with its meaning."""
    return {"type": "string", "enum": list(words), "enumDescriptions": list(words.values())}


def _explained(words: Mapping[str, str]) -> Shape:
    """What an editor offers, each with its meaning."""
    return {
        "defaultSnippets": [{"label": label, "description": meaning, "body": label} for label, meaning in words.items()]
    }


def _offered(*values: str | list[str]) -> Shape:
    """What an editor offers. Not ``examples``: an editor repeats those below each description."""
    labels = [value if isinstance(value, str) else f"[{', '.join(value)}]" for value in values]
    return {"defaultSnippets": [{"label": label, "body": value} for label, value in zip(labels, values, strict=True)]}


def _one_or_list(one: Shape) -> Shape:
    """A single value is a list of one."""
    return {"anyOf": [{"anyOf": [{"type": "array", "items": one}, NOTHING]}, one]}


TEXT: Shape = {"anyOf": [{"type": "string", "minLength": 1}, _UNQUOTED]}

NAME: Shape = {
    "anyOf": [_written(r"\S+", "A name has no spaces: letters, digits, hyphens and dots."), _UNQUOTED],
}

YES_NO: Shape = {
    "anyOf": [
        _written(_letters("yes", "true", "on", "tak", "no", "false", "off", "nie"), "Write yes or no."),
        _BOOLEAN,
    ],
    **_offered("yes", "no"),
}

_DAY = r"\d{4}-\d{1,2}-\d{1,2}"
DAY: Shape = _written(_DAY, "Write the day as year-month-day, like 2027-05-11.")
UNTIL: Shape = _written(rf"{_DAY}(?:[T\s]+\d{{1,2}}[:.]\d{{2}})?", "Write it like 2027-04-30, or 2027-04-30 18:00.")
WHEN: Shape = {
    **_written(rf".*{_DAY}.*", "Write it like 2027-05-11, 2027-05-11 to 2027-05-13, or 2027-06-02 13:00-14:30."),
    **_explained(
        {
            "2027-05-11 to 2027-05-13": "Several days; the hours of each day stand in “hours”.",
            "2027-06-02 13:00-14:30": "One day, with its hours.",
            "2027-05-09": "The whole day.",
        }
    ),
}

_HOURS = r"\d{1,2}[:.]\d{2}\s*(?:-|–|—|to|do)\s*\d{1,2}[:.]\d{2}"  # noqa: RUF001  people type all
HOURS: Shape = {**_written(_HOURS, "Write two times, like 09:00-16:30."), **_offered("09:00-16:30")}
_NONE = ("none", "no", "false", "off", "nie", "brak")
QUIET: Shape = {
    "anyOf": [_written(f"{_HOURS}|{_letters(*_NONE)}", "Write two times, like 20:00-07:30, or none."), _BOOLEAN],
    **_offered("20:00-07:30", "none"),
}

#: What can be told when; `docs/times.md` has the whole list.
MOMENT: Shape = {
    "type": "string",
    "minLength": 1,
    **_explained(
        {
            "8 weeks before at 10:00": "Counted back from the first day of the event; days and months are fine, too.",
            "3 days before registration closes at 09:30": "Counted back from the day in “register: until”.",
            "1 day before at 12:00": "The day before the event.",
            "1 hour before": "Counted back from the hour at which the event begins.",
            "first day at 08:30": "In the morning of the first day of the event; or: last day, day 2.",
            "2 days after the end at 11:00": "Counted from the last day of the event.",
            "2027-05-07 12:00": "Once, on this day.",
            "every Monday at 09:00": "Every week; or: every working day, every Monday and Thursday.",
            "first working day of the month at 09:00": "Every month; or: last Friday of the month.",
            "15th of the month at 10:00": "Every month on this day.",
        }
    ),
}

_CODE = "[a-z]{2,3}(?:-[A-Z]{2})?"
LANGUAGE: Shape = {"anyOf": [_written(_CODE, "Write a language as two small letters, like pl or en."), _BOOLEAN]}
LANGUAGES: Shape = {**_one_or_list(LANGUAGE), **_offered(["en"], ["pl", "en"])}

SOURCES: Shape = _one_or_list(TEXT)
SEGMENT: Shape = {
    "type": "string",
    "minLength": 1,
    **_explained(
        {
            "language is fi": "Readers who chose Finnish; or: is not, is set, is not set.",
            "tags has press": "One of the words in a column, between commas.",
            "since after 2027-01-01": "Who came after this day; or: before.",
            'city is "Nowy Sącz" and not tags has press': "Join conditions with and, or, not and parentheses.",
        }
    ),
}
CHAINS: Shape = {
    "type": "object",
    "additionalProperties": LANGUAGES,
    "defaultSnippets": [{"label": "{ ca: [es, en] }", "body": {"ca": ["es", "en"]}}],
}
#: A file needs a reason to write to those in it, beside it; a list that publisher keeps has its own.
NEEDS_BASIS: Shape = {
    "anyOf": [
        {"required": ["basis"]},
        {"required": ["list"], "properties": {"list": {"not": {"type": "string", "pattern": r"[./\\]"}}}},
    ]
}

ZONE: Shape = {
    "type": "string",
    "minLength": 1,
    **_offered("Europe/Warsaw", "Europe/Brussels", "Europe/Helsinki", "Europe/Dublin"),
}

#: The languages that the templates which come along speak: offered first, others may be written.
_SPOKEN = {
    "pl": "Polish",
    "en": "English",
    "de": "German",
    "es": "Spanish",
    "fr": "French",
    "fi": "Finnish",
    "ca": "Catalan",
}
WORDS: Shape = {
    "anyOf": [
        {
            "type": "object",
            "properties": {code: {**TEXT, "description": f"The words in {name}."} for code, name in _SPOKEN.items()},
            "patternProperties": {f"^(?:{_CODE}|false)$": TEXT},  # to an editor set to YAML 1.1, “no:” is “false:”
            "additionalProperties": False,
            "minProperties": 1,
        },
        TEXT,
    ]
}

HASHTAG: Shape = {
    "anyOf": [_written(r"#?[^\s,#-]+", "Letters and digits only: no spaces, no hyphens."), _UNQUOTED],
}
HASHTAGS: Shape = _one_or_list(HASHTAG)
HANDLES: Shape = _one_or_list(TEXT)
TARGETS: Shape = {"anyOf": [{"type": "array", "items": TEXT, "minItems": 1}, TEXT]}

LINK: Shape = _written(rf"(?:{_letters('http')}[sS]?)://\S+", "A web address begins with https://")
EMAIL: Shape = _written(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+", "Write an address like office@example.org.")

_COUNTRY = "[A-Za-z]{2,3}(?:-.+)?"
COUNTRY: Shape = {"anyOf": [_written(_COUNTRY, "Write a country as two letters, like PL or ES-CT."), _BOOLEAN]}
HOLIDAYS: Shape = {
    "anyOf": [
        {"anyOf": [{"type": "array", "items": COUNTRY}, NOTHING]},
        {"anyOf": [_written(f"{_COUNTRY}|{_letters(*_NONE)}", "Write countries, like [PL], or none."), _BOOLEAN]},
    ],
    **_offered(["PL"]),
}

LATENESS: Shape = {
    **_written(
        rf"{_letters('send')}(?: {_letters('anyway')})?"
        rf"|{_letters('skip')}(?: {_letters('after')} \d{{1,4}} (?:{_letters('minute', 'hour', 'day')})[sS]?)?",
        "Write skip after 6 hours, skip, or send.",
    ),
    **_explained(
        {
            "skip after 6 hours": "Up to 6 hours late it still goes out, then no more; also minutes and days.",
            "skip": "What is late does not go out at all.",
            "send": "It goes out however late, as long as its words are true.",
        }
    ),
}

_SPAN = rf"(?:(?:{_letters('the')} )?{_letters('next')} )?\d{{1,3}} (?:{_letters('day', 'week', 'month')})[sS]?"
COVERS: Shape = {
    **_written(_SPAN, "Write a span of time, like next 45 days."),
    **_offered("next 45 days", "next 14 days", "next 2 months"),
}

FALLBACK: Shape = {
    **_written(rf"{_letters('error')}|{_letters('use')} [a-zA-Z]{{2,3}}", "Write error, or a language to use: use en."),
    **_explained(
        {
            "error": "The announcement waits, and publisher check says which language is missing.",
            "use en": "The whole announcement is made in English instead.",
        }
    ),
}

AMOUNT: Shape = {
    "anyOf": [_written(r"\d{1,9}(?:[.,]\d{1,6})?", "Write a number, like 0.20."), _nothing_but("number")],
}
CURRENCY: Shape = {
    "anyOf": [_written("[A-Za-z]{3}", "Write three letters, like USD or PLN."), _UNQUOTED],
    **_offered("USD", "EUR", "PLN"),
}

_PERCENT = r"\d{1,2}(?:[.,]\d{1,2})?\s?%"
_FIRST = rf"(?:{_PERCENT}|\d{{1,6}}\s+{_letters('reader')}[sS]?)"
_THEN = rf",?\s+{_letters('then')}\s+\d{{1,4}}\s+(?:{_letters('minute', 'hour')})[sS]?"
_HOLD = rf"(?:,\s?{_letters('hold')}\w*\s+(?:{_letters('at', 'above', 'from')})\s+{_PERCENT})?"
CANARY: Shape = {
    "anyOf": [
        _written(f"{_FIRST}{_THEN}{_HOLD}|{_letters(*_NONE)}", "Write it like 1% then 30 minutes, or none."),
        _BOOLEAN,
    ],
    **_explained(
        {
            "1% then 30 minutes": "Each hundredth reader gets it first; half an hour later the others, if all is well.",
            "50 readers then 1 hour, hold at 5%": "Fifty come first; more than 5 % trouble among them holds the rest.",
        }
    ),
}
_FROM_TO = r"\d{1,7}\s?(?:-|–|—|to|do)\s?\d{1,7}"  # noqa: RUF001  people type all
USUAL_SIZE: Shape = {
    "anyOf": [
        _written(
            f"{_FROM_TO}|{_letters(*_NONE, 'any', 'dowolna', 'learned', 'learnt')}", "Write it like 50-2000, or any."
        ),
        _BOOLEAN,
    ],
    **_explained(
        {
            "50-2000": "A mailing to fewer or more readers is held until somebody approves the number.",
            "any": "Nothing is held for the number of its readers.",
        }
    ),
}

OUTSIDE_HOURS: Shape = _choice(
    {
        "move later": "It goes out when the quiet hours end, or at the same hour of the next free day.",
        "move earlier": "It goes out before the quiet hours begin, or at the same hour of the last free day before.",
        "skip": "It does not go out; the plan says so.",
        "send anyway": "It goes out all the same.",
    }
)
APPROVAL: Shape = _choice(
    {
        "none": "It goes out by itself.",
        "anyone": "It waits until somebody approves it.",
        "anyone-but-author": "It waits until somebody approves it who did not write it.",
        "two": "It waits until two people approve it.",
    }
)
ON_UNKNOWN: Shape = _choice(
    {
        "ask": "A person looks, and says so with: publisher resolve.",
        "assume_sent": "It is taken as sent; status lists whom that concerns.",
        "resend": "It is sent again, once; somebody may get it twice.",
    }
)
STATUS: Shape = _choice(
    {
        "confirmed": "It is announced as planned.",
        "draft": "It is shown in the preview and never sent.",
        "postponed": "Its steps stop, except those with the template “postponed”.",
        "cancelled": "Its steps stop, except those with the template “cancelled”.",
    }
)
IF_EMPTY: Shape = {
    **_written(_letters("skip", "send"), "Write skip or send."),
    **_explained({"skip": "Nothing ahead, nothing sent.", "send": "It goes out even when there is nothing to tell."}),
}


def suggested(words: Iterable[str]) -> Shape:
    """Any text; these are offered."""
    return {**TEXT, **_offered(*words)}


def rules(names: Iterable[str]) -> Shape:
    """One or several of these, which are offered."""
    return {**_one_or_list(TEXT), **_offered(*([name] for name in names))}


def channel_type(types: Iterable[str]) -> Shape:
    """One of these types, or another word for one of them."""
    known = list(types)
    words = [*known, *(word for word, meant in ALIASES.items() if meant in known)]
    sentence = f"There are these types: {', '.join(known)}."
    return {"anyOf": [{"type": "string", "enum": known}, _written(_letters(*words), sentence)]}
