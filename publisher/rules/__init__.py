"""What a good announcement must satisfy: accessible, funded visibly, honest about time, the same in every language.

Each rule is a function with a name (`publisher.rules.registry`); `judge` runs them all on one announcement,
`judge_entry` those that look at what stands in the file.
"""

from publisher.rules import accessible, agreement, complete, describing, funding, hashtags, letters, mail, relative
from publisher.rules.copy import Copy
from publisher.rules.judging import judge, judge_entry, suspicious_languages
from publisher.rules.registry import rules
from publisher.rules.relative import Spoken, are_true, days_spoken_of

_FAMILIES = (accessible, agreement, complete, describing, funding, hashtags, letters, mail, relative)

__all__ = [
    "Copy",
    "Spoken",
    "are_true",
    "days_spoken_of",
    "judge",
    "judge_entry",
    "rules",
    "suspicious_languages",
]
