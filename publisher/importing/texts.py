"""Words of strangers made fit for the schedule file: decoded, on one line, without markup and invisible characters."""

from __future__ import annotations

import html
import re
from urllib.parse import urljoin, urlsplit

SUMMARY_LENGTH = 300
TITLE_LENGTH = 200
NAME_LENGTH = 200
LINK_LENGTH = 1500

#: What the schedule file refuses, half characters, and signs that turn the direction of the text around them.
_REFUSED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff\ud800-\udfff\u202a-\u202e\u2066-\u2069]"
)
_SPACES = re.compile("[ \t\r\n\x0b\x0c\x85\u2028\u2029]+")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,500}>|<!--[^<>]{0,500}-->")
_LINK = re.compile(r"https?://[^\s/$.?#\"'<>\\`][^\s\"<>\\`]*", re.IGNORECASE)
_CHARSETS = {
    "utf-8", "utf8", "us-ascii", "iso-8859-1", "iso-8859-2", "iso-8859-15", "iso-8859-16",
    "windows-1250", "windows-1252", "windows-1257", "cp1250", "cp1252",
}  # fmt: skip
_NOT_WORDS = re.compile(r"<(script|style)\b[^<>]{0,500}>.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_SENTENCE = re.compile(r"[.!?…](?=\s)")
_LONGEST_SEARCHED = 20_000
_USUAL = "windows-1250"
_MARKS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))


def decoded(content: bytes, *, charset: str = "") -> tuple[str, str]:
    """The text, and the name of its encoding when that had to be guessed.

    A byte-order mark counts first, then UTF-8 if it fits, then what the server says, then Windows-1250, in which the
    spreadsheets of Central European offices still save.
    """
    for mark, name in _MARKS:
        if content.startswith(mark):
            return content.decode(name, "replace"), ""
    try:
        return content.decode("utf-8"), ""
    except UnicodeDecodeError:
        pass
    if charset.lower() in _CHARSETS - {"utf-8", "utf8"}:
        return content.decode(charset, "replace"), ""
    return content.decode(_USUAL, "replace"), _USUAL


def in_utf8(content: bytes) -> bytes:
    """The same content in UTF-8 if a byte-order mark says that it is in UTF-16."""
    for mark, name in _MARKS[:2]:
        if content.startswith(mark):
            return content.decode(name, "replace").encode("utf-8", "replace")
    return content


def clean(text: str) -> str:
    """One line without characters that nobody sees; what the schedule file gives back is exactly this."""
    return _SPACES.sub(" ", _REFUSED.sub("", _SPACES.sub(" ", text))).strip()


def without_markup(text: str) -> str:
    """The words of a text that may be HTML."""
    if _TAG.search(text):
        text = _TAG.sub(" ", _without_code(text))
    return re.sub(r" (?=[.,;:!?](?:\s|$))", "", clean(html.unescape(text)))


def _without_code(text: str) -> str:
    """Without scripts and styles. What stands in one that is never closed stays; searching would cost a square."""
    return _NOT_WORDS.sub(" ", text) if "</" in text and len(text) < _LONGEST_SEARCHED else text


def shortened(text: str, most: int) -> str:
    """At most so many characters: up to the end of a sentence when one is near, else of a word."""
    if len(text) <= most:
        return text
    head = text[:most]
    sentences = [match.end() for match in _SENTENCE.finditer(head) if match.end() > most // 2]
    if sentences:
        return head[: sentences[-1]]
    words = head[: most - 1].rsplit(" ", 1)
    return (words[0] if len(words[0]) > most // 2 else head[: most - 1]).rstrip(" ,;:–-") + "…"  # noqa: RUF001


def web_link(text: object) -> str:
    """The text if it is a web address that may stand in public, else nothing."""
    link = clean(text) if isinstance(text, str) else ""
    if len(link) > LINK_LENGTH or not _LINK.fullmatch(link):
        return ""
    try:
        parts = urlsplit(link)
    except ValueError:
        return ""
    return link.replace(link[:5], link[:5].lower(), 1) if parts.hostname and parts.username is None else ""


def absolute(base: str, reference: str) -> str:
    """A reference in a page as an address of its own; empty when that can't be."""
    try:
        return urljoin(base, reference)
    except ValueError:
        return ""


def language_code(text: object) -> str:
    """``en`` from ``en-US``; empty when it is no language code."""
    code = str(text or "").strip().lower().replace("_", "-").partition("-")[0]
    return code if re.fullmatch(r"[a-z]{2,3}", code) else ""
