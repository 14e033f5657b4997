"""Mails change on their way: other line ends, folds, encodings, cut ends. What is read stays the same, or gets less."""

from __future__ import annotations

import base64
import re

import pytest
from bounce_mails import content, expectations
from hypothesis import example, given
from hypothesis import strategies as st

from publisher.bounces.phrases import simplified
from publisher.bounces.read import reports
from publisher.bounces.report import BounceKind

EXPECTED = expectations()
NAMES = sorted(EXPECTED)
_HARD_CODE = re.compile(rb"Status: 5\.(?:1\.[1236]|1\.10|4\.4)\b")
#: Those in which nothing that stands further below takes back a hard code or hard words.
HARDLESS = [
    name
    for name in NAMES
    if all(one.kind != "hard" for one in EXPECTED[name])
    and not _HARD_CODE.search(content(name))
    and not re.search(b"DATA|but will deliver", content(name))
]
SAMPLES = ["postfix-user-unknown-table.eml", "exim-no-such-user.eml", "qmail-remote.eml", "exchange-quota.eml"]


def _read(raw: bytes) -> set[tuple[str, str, str]]:
    return {(one.recipient.casefold(), str(one.kind), str(one.reason)) for one in reports(raw)}


@given(st.sampled_from(NAMES))
def test_line_ends_make_no_difference(name: str) -> None:
    raw = content(name).replace(b"\r\n", b"\n")
    assert _read(raw.replace(b"\n", b"\r\n")) == _read(raw)


@given(st.sampled_from(NAMES))
def test_a_line_of_an_mbox_and_an_empty_line_in_front_make_no_difference(name: str) -> None:
    raw = content(name)
    assert _read(b"From MAILER-DAEMON Tue May 11 08:00:05 2027\n" + raw) == _read(raw)
    assert _read(b"\r\n" + raw) == _read(raw)


@given(st.sampled_from(NAMES))
def test_header_names_in_capitals_make_no_difference(name: str) -> None:
    raw = content(name)
    head, _, rest = raw.partition(b"\n\n")
    loud = re.sub(rb"(?m)^[A-Za-z-]+:", lambda match: match[0].upper(), head)
    assert _read(loud + b"\n\n" + rest) == _read(raw)


@given(st.sampled_from(SAMPLES), st.integers(min_value=20, max_value=60))
def test_folds_in_the_diagnostic_code_make_no_difference(name: str, width: int) -> None:
    raw = content(name)

    def folded(match: re.Match[bytes]) -> bytes:
        words = match[0].split(b" ")
        lines, line = [], b""
        for word in words:
            if line and len(line) + len(word) > width:
                lines.append(line)
                line = b""
            line = line + b" " + word if line else word
        return b"\n    ".join([*lines, line])

    assert _read(re.sub(rb"(?m)^Diagnostic-Code:.*$", folded, raw)) == _read(raw)


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith(("qmail", "exim", "opensmtpd", "text-es"))])
def test_the_same_words_in_base64_are_the_same(name: str) -> None:
    raw = content(name)
    head, _, rest = raw.partition(b"\n\n")
    kept = b"\n".join(line for line in head.split(b"\n") if not line.startswith((b"Content-", b"MIME-")))
    packed = (
        kept + b"\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n"
    )
    assert _read(packed + base64.encodebytes(rest)) == _read(raw)


@given(st.sampled_from(HARDLESS), st.floats(min_value=0.0, max_value=1.0))
def test_what_is_cut_off_makes_nobody_hard(name: str, share: float) -> None:
    raw = content(name).replace(b"\r\n", b"\n")
    head = raw.index(b"\n\n") + 2
    cut = raw[: raw.index(b"\n", head + int((len(raw) - head) * share * 0.99)) + 1]
    assert all(one.kind is not BounceKind.HARD for one in reports(cut)), name


@given(st.binary(max_size=2000))
@example(b"Content-Type: multipart/report; boundary=\n\n--\n")
@example(b"Content-Type: text/plain; charset*=''%ff\nSubject: =?x?b?!?=\n\n\xff")
@example(b"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nA")
def test_any_bytes_give_an_answer(raw: bytes) -> None:
    assert reports(raw)


@given(st.sampled_from(NAMES), st.data())
def test_damaged_mails_give_an_answer(name: str, data: st.DataObject) -> None:
    raw = bytearray(content(name))
    for at in data.draw(st.lists(st.integers(min_value=0, max_value=len(raw) - 1), max_size=40)):
        raw[at] = data.draw(st.integers(min_value=0, max_value=255))
    assert reports(bytes(raw))


def test_words_are_compared_without_addresses_and_codes_of_continued_lines() -> None:
    assert simplified("550-5.1.1 The account\n 550 5.1.1 <Anna@Example.org> doesn\u2019t exist") == (
        "550-5.1.1 the account 550 5.1.1 @ doesn't exist"
    )


def test_an_address_beyond_ascii_is_read_from_its_escapes_and_from_its_letters() -> None:
    # RFC 6533: a server that may not write ż writes \x{17C}.
    assert (
        _read(content("utf8-escaped.eml"))
        == _read(content("utf8-raw.eml"))
        == {("zażółć@example.net", "hard", "user-unknown")}
    )


@pytest.mark.parametrize("point", ["D800", "1B", "0A", "0", "10FFFF"])
def test_an_escape_of_no_letter_stays_an_escape(point: str) -> None:
    raw = content("utf8-escaped.eml").replace(rb"\x{17C}", b"\\x{" + point.encode() + b"}")
    assert raw != content("utf8-escaped.eml")
    assert all(one.recipient.isprintable() for one in reports(raw))
