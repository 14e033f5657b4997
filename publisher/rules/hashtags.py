"""Hashtags as they go out: whole, few, and not in the way of reading."""

from __future__ import annotations

import re
from collections.abc import Iterator

from publisher.model import Form, Severity
from publisher.rules.copy import Complaint, Copy
from publisher.rules.registry import rule
from publisher.sentences import counted, sentence

_TAG = re.compile(r"(?<![\w&/#])#(\w+)([-.](?=\w)\w*)?")
_LINK = re.compile(r"https?://\S+")
_MOST = 4
_WORDS_AFTER = re.compile(r"[^\W\d_]{2,}")


def _tags(text: str) -> list[re.Match[str]]:
    """The hashtags of a text; a # in a link is none."""
    return list(_TAG.finditer(_LINK.sub(lambda link: " " * len(link[0]), text)))


@rule("hashtag-breaks", Severity.ERROR, forms=(Form.POST,))
def hashtags_are_whole(copy: Copy) -> Iterator[Complaint]:
    """The platforms end a hashtag at a hyphen or a dot, and make none of digits alone."""
    for found in _tags(copy.draft.text):
        if found[2] and not found[2][1:].isdigit():
            yield Complaint(
                sentence(
                    "“{tag}” ends at the “{sign}”: it becomes #{left}.", tag=found[0], sign=found[2][0], left=found[1]
                ),
                sentence(
                    "Write it in one word:  #{whole}",
                    whole="".join(part[:1].upper() + part[1:] for part in re.split("[-.]", found[0][1:])),
                ),
                words=found[0],
            )
        elif found[1].isdigit() and len(found[1]) > _MOST - 1:
            yield Complaint(
                sentence("“{tag}” is no hashtag: the platforms want a letter in it.", tag=found[0]),
                sentence("Put a word before the number, or take the # away."),
                words=found[0],
            )


@rule("hashtag-count", Severity.INFO, forms=(Form.POST,))
def hashtags_are_few(copy: Copy) -> Iterator[Complaint]:
    """More than four are read by nobody, and heard by everybody who listens."""
    found = _tags(copy.draft.text)
    if len(found) > _MOST:
        yield Complaint(
            counted("There is {n} hashtag in it.", "There are {n} hashtags in it.", n=len(found)),
            sentence("Keep the four that people look for; some may stand in “project”, some in “tags”."),
            field="tags",
        )


@rule("hashtag-place", Severity.INFO, forms=(Form.POST,))
def hashtags_stand_at_the_end(copy: Copy) -> Iterator[Complaint]:
    """In the middle of a sentence they interrupt it, for eyes and for ears."""
    for paragraph in copy.draft.text.split("\n"):
        for found in _tags(paragraph):
            if _WORDS_AFTER.search(_TAG.sub("", _LINK.sub("", paragraph[found.end() :]))):
                yield Complaint(
                    sentence("“{tag}” stands in the middle of a sentence.", tag=found[0]),
                    sentence("Write the word without #, and the hashtag at the end."),
                    words=found[0],
                )
                return
