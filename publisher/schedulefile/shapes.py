"""What each field may look like, in JSON Schema (draft-07), for editors.

Every scalar is text to publisher, but an editor's YAML parser makes numbers, booleans and nulls of some of them: a
title ``2027`` is a number to it. So the shapes allow more than text, and never less than the reader does. The words
for people (``description``, ``enumDescriptions``, ``defaultSnippets``, ``patternErrorMessage``) are read by
yaml-language-server and by VS Code; a validator passes over them (draft-07, section 6.4). An ``anyOf`` has two
alternatives at most: of more yaml-language-server shows the seams when somebody hovers over the field.
"""

from __future__ import annotations

from collections.abc import Iterable

from publisher.schedulefile.names import ALIASES
from publisher.schedulefile.shapeparts import (
    BOOLEAN,
    NO_WORDS,
    NOTHING,
    TEXT,
    UNQUOTED,
    Shape,
    choice,
    explained,
    letters,
    nothing_but,
    offered,
    one_or_list,
    written,
)

NAME: Shape = {
    "anyOf": [written(r"\S+", "A name has no spaces: letters, digits, hyphens and dots."), UNQUOTED],
}

YES_NO: Shape = {
    "anyOf": [
        written(letters("yes", "true", "on", "tak", "no", "false", "off", "nie"), "Write yes or no."),
        BOOLEAN,
    ],
    **offered("yes", "no"),
}

_DAY = r"\d{4}-\d{1,2}-\d{1,2}"
DAY: Shape = written(_DAY, "Write the day as year-month-day, like 2027-05-11.")
UNTIL: Shape = written(rf"{_DAY}(?:[T\s]+\d{{1,2}}[:.]\d{{2}})?", "Write it like 2027-04-30, or 2027-04-30 18:00.")
WHEN: Shape = {
    **written(rf".*{_DAY}.*", "Write it like 2027-05-11, 2027-05-11 to 2027-05-13, or 2027-06-02 13:00-14:30."),
    **explained(
        {
            "2027-05-11 to 2027-05-13": "Several days; the hours of each day stand in “hours”.",
            "2027-06-02 13:00-14:30": "One day, with its hours.",
            "2027-05-09": "The whole day.",
        }
    ),
}

_HOURS = r"\d{1,2}[:.]\d{2}\s*(?:-|–|—|to|do)\s*\d{1,2}[:.]\d{2}"  # noqa: RUF001  people type all
HOURS: Shape = {**written(_HOURS, "Write two times, like 09:00-16:30."), **offered("09:00-16:30")}
QUIET: Shape = {
    "anyOf": [written(f"{_HOURS}|{letters(*NO_WORDS)}", "Write two times, like 20:00-07:30, or none."), BOOLEAN],
    **offered("20:00-07:30", "none"),
}

#: What can be told when; `docs/times.md` has the whole list.
MOMENT: Shape = {
    "type": "string",
    "minLength": 1,
    **explained(
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
LANGUAGE: Shape = {"anyOf": [written(_CODE, "Write a language as two small letters, like pl or en."), BOOLEAN]}
LANGUAGES: Shape = {**one_or_list(LANGUAGE), **offered(["en"], ["pl", "en"])}

SOURCES: Shape = one_or_list(TEXT)
ZONE: Shape = {
    "type": "string",
    "minLength": 1,
    **offered("Europe/Warsaw", "Europe/Brussels", "Europe/Helsinki", "Europe/Dublin"),
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
    "anyOf": [written(r"#?[^\s,#-]+", "Letters and digits only: no spaces, no hyphens."), UNQUOTED],
}
HASHTAGS: Shape = one_or_list(HASHTAG)
HANDLES: Shape = one_or_list(TEXT)
TARGETS: Shape = {"anyOf": [{"type": "array", "items": TEXT, "minItems": 1}, TEXT]}

LINK: Shape = written(rf"(?:{letters('http')}[sS]?)://\S+", "A web address begins with https://")
EMAIL: Shape = written(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+", "Write an address like office@example.org.")

_COUNTRY = "[A-Za-z]{2,3}(?:-.+)?"
COUNTRY: Shape = {"anyOf": [written(_COUNTRY, "Write a country as two letters, like PL or ES-CT."), BOOLEAN]}
HOLIDAYS: Shape = {
    "anyOf": [
        {"anyOf": [{"type": "array", "items": COUNTRY}, NOTHING]},
        {"anyOf": [written(f"{_COUNTRY}|{letters(*NO_WORDS)}", "Write countries, like [PL], or none."), BOOLEAN]},
    ],
    **offered(["PL"]),
}

LATENESS: Shape = {
    **written(
        rf"{letters('send')}(?: {letters('anyway')})?"
        rf"|{letters('skip')}(?: {letters('after')} \d{{1,4}} (?:{letters('minute', 'hour', 'day')})[sS]?)?",
        "Write skip after 6 hours, skip, or send.",
    ),
    **explained(
        {
            "skip after 6 hours": "Up to 6 hours late it still goes out, then no more; also minutes and days.",
            "skip": "What is late does not go out at all.",
            "send": "It goes out however late, as long as its words are true.",
        }
    ),
}

_SPAN = rf"(?:(?:{letters('the')} )?{letters('next')} )?\d{{1,3}} (?:{letters('day', 'week', 'month')})[sS]?"
COVERS: Shape = {
    **written(_SPAN, "Write a span of time, like next 45 days."),
    **offered("next 45 days", "next 14 days", "next 2 months"),
}

FALLBACK: Shape = {
    **written(rf"{letters('error')}|{letters('use')} [a-zA-Z]{{2,3}}", "Write error, or a language to use: use en."),
    **explained(
        {
            "error": "The announcement waits, and publisher check says which language is missing.",
            "use en": "The whole announcement is made in English instead.",
        }
    ),
}

AMOUNT: Shape = {
    "anyOf": [written(r"\d{1,9}(?:[.,]\d{1,6})?", "Write a number, like 0.20."), nothing_but("number")],
}
CURRENCY: Shape = {
    "anyOf": [written("[A-Za-z]{3}", "Write three letters, like USD or PLN."), UNQUOTED],
    **offered("USD", "EUR", "PLN"),
}

OUTSIDE_HOURS: Shape = choice(
    {
        "move later": "It goes out when the quiet hours end, or at the same hour of the next free day.",
        "move earlier": "It goes out before the quiet hours begin, or at the same hour of the last free day before.",
        "skip": "It does not go out; the plan says so.",
        "send anyway": "It goes out all the same.",
    }
)
APPROVAL: Shape = choice(
    {
        "none": "It goes out by itself.",
        "anyone": "It waits until somebody approves it.",
        "anyone-but-author": "It waits until somebody approves it who did not write it.",
        "two": "It waits until two people approve it.",
    }
)
ON_UNKNOWN: Shape = choice(
    {
        "ask": "A person looks, and says so with: publisher resolve.",
        "assume_sent": "It is taken as sent; status lists whom that concerns.",
        "resend": "It is sent again, once; somebody may get it twice.",
    }
)
STATUS: Shape = choice(
    {
        "confirmed": "It is announced as planned.",
        "draft": "It is shown in the preview and never sent.",
        "postponed": "Its steps stop, except those with the template “postponed”.",
        "cancelled": "Its steps stop, except those with the template “cancelled”.",
    }
)
IF_EMPTY: Shape = {
    **written(letters("skip", "send"), "Write skip or send."),
    **explained({"skip": "Nothing ahead, nothing sent.", "send": "It goes out even when there is nothing to tell."}),
}


def suggested(words: Iterable[str]) -> Shape:
    """Any text; these are offered."""
    return {**TEXT, **offered(*words)}


def rules(names: Iterable[str]) -> Shape:
    """One or several of these, which are offered."""
    return {**one_or_list(TEXT), **offered(*([name] for name in names))}


def channel_type(types: Iterable[str]) -> Shape:
    """One of these types, or another word for one of them."""
    known = list(types)
    words = [*known, *(word for word, meant in ALIASES.items() if meant in known)]
    sentence = f"There are these types: {', '.join(known)}."
    return {"anyOf": [{"type": "string", "enum": known}, written(letters(*words), sentence)]}
