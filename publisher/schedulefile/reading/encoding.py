"""From bytes to text: UTF-8, UTF-16 with its mark, and what else a file may have been saved as.

Windows-1250 is recognised by the letters that only it has there. It is named, never taken in silence: bytes that
mean other letters in Windows-1252 (ń and ñ) are left to a person.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice

from publisher.schedulefile.reading.fault import SyntaxFault, Unreadable, at
from publisher.schedulefile.reading.tree import Span
from publisher.schedulefile.reading.working import Replaced, lines_of
from publisher.sentences import Sentence, sentence

#: Control characters, and the line breaks that only Unicode knows; a byte-order mark within the text.
INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")

_LINE_BREAKS = "\x0b\x0c\x85\u2028\u2029"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_UTF8_MARK = b"\xef\xbb\xbf"
#: ą Ą ł Ł ż Ż ś ź Ź ť Ť ž in Windows-1250; signs that stand in no word in Windows-1252.
_ONLY_1250 = re.compile(
    rb"[\xb9\xa5\xb3\xa3\xbf\xaf\x9f\x8f\x9d\x8d\x9c](?=[a-z\x80-\xff])|(?<=[a-z])[\xb9\xb3\xbf\x9f]"
)
_MOST_INVISIBLE, _NO_TEXT = 20, 2000
_HALF = 0.5
_ASCII_END, _ESCAPED = "\x7f", "\udc80"  #: between them: what UTF-8 gave; from there on: bytes that it did not take


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text, the encoding in which it can be saved again, and what is wrong with the bytes."""

    text: str
    encoding: str
    faults: tuple[SyntaxFault, ...] = ()


#: The mend is to save the same text in another encoding.
_SAVED_ANEW = (Replaced(Span(0, 0, 0, 0), ""),)


def decode(content: bytes) -> Decoded:
    """The text of a file. Raises `Unreadable` when its encoding can't be told."""
    if name := _unmarked_utf16(content):
        return _without_mark(content, name)
    encoding = encoding_of(content)
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        return _by_guess(content, error.start, encoding)
    if "\x00" in text:
        return _with_nulls(text, encoding)
    return Decoded(text, encoding, tuple(invisible(text)))


def encoding_of(content: bytes) -> str:
    """UTF-16 when a byte-order mark says so, else UTF-8 with or without one."""
    if content.startswith(_UTF16_MARKS):
        return "utf-16"
    return "utf-8-sig" if content.startswith(_UTF8_MARK) else "utf-8"


def encode(text: str, encoding: str, *, like: bytes) -> bytes:
    """The bytes of a text in an encoding that `decode` gave; UTF-16 with the byte order of ``like``."""
    if encoding == "utf-16":
        order = "utf-16-le" if like.startswith(_UTF16_MARKS[0]) else "utf-16-be"
        return like[:2] + text.encode(order)
    return text.encode(encoding)


def invisible(text: str) -> list[SyntaxFault]:
    """The characters that nobody sees; not more than anybody wants to read of, the last with the mend of the rest.

    Raises `Unreadable` when there are so many of them that this can be no text.
    """
    if INVISIBLE.search(text) is None:
        return []
    places = ((number, found) for number, line in enumerate(lines_of(text)) for found in INVISIBLE.finditer(line))
    faults = [_invisible(found, number) for number, found in islice(places, _MOST_INVISIBLE)]
    rest = tuple(_instead(found, number) for number, found in islice(places, _NO_TEXT))
    if len(rest) == _NO_TEXT:
        raise Unreadable(_no_text(faults[0].span))
    return [*faults[:-1], replace(faults[-1], mend=(*faults[-1].mend, *rest))]


def _invisible(found: re.Match[str], line: int) -> SyntaxFault:
    mend = (_instead(found, line),)
    return SyntaxFault("odd-space", invisible_here(found[0]), INVISIBLE_MEND, at(line, found.start()), mend=mend)


def _instead(found: re.Match[str], line: int) -> Replaced:
    return Replaced(at(line, found.start()), " " if found[0] in _LINE_BREAKS else "")


def invisible_here(character: str) -> Sentence:
    """Names an invisible character."""
    return sentence(
        "There is an invisible character here (U+{number}), often pasted from a web page or Word.",
        number=f"{ord(character):04X}",
    )


INVISIBLE_MEND = sentence("Delete it and type the space or line break again. `publisher fix` does it.")


def _by_guess(content: bytes, start: int, encoding: str) -> Decoded:
    guess = "cp1250" if encoding == "utf-8" and _looks_like_1250(content) else ""
    if not guess:
        raise Unreadable(_unknown(content, start, encoding))
    text = content.decode(guess)
    before = lines_of(content[:start].decode(guess))
    fault = SyntaxFault(
        "encoding",
        sentence("This file is not saved as UTF-8. It looks like Windows-1250 (Central European)."),
        sentence("`publisher fix` converts it. Or save it again as UTF-8 (in Notepad: Save as → Encoding → UTF-8)."),
        at(len(before) - 1, len(before[-1])),
        mend=_SAVED_ANEW,
    )
    return Decoded(text, "utf-8", (fault, *invisible(text)))


def _looks_like_1250(content: bytes) -> bool:
    """Letters of Windows-1250, and none that are UTF-8; or letters that are the same in Windows-1252."""
    if any(_ASCII_END < character < _ESCAPED for character in content.decode("utf-8", "surrogateescape")):
        return False
    try:
        text = content.decode("cp1250")
    except UnicodeDecodeError:
        return False
    if INVISIBLE.search(text) or not any(character.isalpha() for character in text if character > "\x7f"):
        return False
    return bool(_ONLY_1250.search(content)) or text == content.decode("cp1252", "replace")


def _unknown(content: bytes, start: int, encoding: str) -> SyntaxFault:
    before = lines_of(content[:start].decode(encoding, "replace"))
    place = at(len(before) - 1, len(before[-1]))
    if b"\x00" in content and encoding != "utf-16":
        return _no_text(place)
    return SyntaxFault(
        "encoding",
        sentence("This file is not saved as UTF-8 here, and I can't tell as what."),
        sentence("Open it in the program that wrote it and save it as UTF-8 (in Notepad: Save as → Encoding → UTF-8)."),
        place,
    )


def _no_text(place: Span) -> SyntaxFault:
    return SyntaxFault(
        "encoding",
        sentence("This is no text file."),
        sentence("Save the schedule as plain text in UTF-8; a document of a word processor can't be read."),
        place,
    )


def _unmarked_utf16(content: bytes) -> str:
    """UTF-16 without its mark shows itself by a NUL in nearly every other place; empty for anything else."""
    if b"\x00" not in content or len(content) % 2 or content.startswith(_UTF16_MARKS):
        return ""
    for name, offset in (("utf-16-le", 1), ("utf-16-be", 0)):
        zeros, others = content[offset::2].count(0), content[1 - offset :: 2].count(0)
        if zeros > _HALF * len(content) / 2 and not others:
            with suppress(UnicodeDecodeError):
                content.decode(name)
                return name
    return ""


def _without_mark(content: bytes, name: str) -> Decoded:
    fault = SyntaxFault(
        "encoding",
        sentence("This file is saved as UTF-16 without the mark that says so."),
        sentence("`publisher fix` converts it. Or save it again as UTF-8."),
        at(0, 0),
        mend=_SAVED_ANEW,
    )
    text = content.decode(name)
    return Decoded(text, "utf-8", (fault, *invisible(text)))


def _with_nulls(text: str, encoding: str) -> Decoded:
    """A text with a few NUL characters; with many of them it is none."""
    if text.count("\x00") >= _MOST_INVISIBLE:
        before = lines_of(text[: text.index("\x00")])
        raise Unreadable(_no_text(at(len(before) - 1, len(before[-1]))))
    return Decoded(text, encoding, tuple(invisible(text)))
