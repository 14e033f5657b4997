"""No bytes crash ``check`` or ``fix``, and ``fix`` does what it says and no more."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from broken_files import FILE, any_bytes, edited
from checked_files import checked, mended
from corpus import CASE_TEXTS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schedule_samples import FORMS

from publisher.model import Problem, Severity
from publisher.schedulefile.fix import Fixed
from publisher.schedulefile.load import load
from publisher.schedulefile.reading.build import MAX_NODES
from publisher.schedulefile.reading.read import MAX_LINES, read_bytes
from publisher.schedulefile.reading.working import lines_of

SAMPLE = FILE.read_text(encoding="utf-8")
SIZE = 128 * 1024
#: Begin and piece of long files that would take the square of their length, or worse, if anything did.
HOSTILE = {
    **{piece: ("", piece) for piece in ("[", "- ", "{{", "? ", '"', "a: ", "a, ", "\u00a0", "x ", "-a", "- - a: ")},
    **{piece: ("", piece) for piece in ("token", "-token-", "-eyJaaaaaaaaaa", "://a:b@", "A", "1-", "-----BEGIN ")},
    **{piece: ("", piece) for piece in ("<<<<<<< \n", "=======\n", "---\n", "\ta: b\n", "a: “b\n", "\x01", "a\x00")},
    "one long value": ("events:\n  - id: a\n    when: ", "11 "),
    "a long moment": ("posts:\n  - id: a\n    send: ", "every "),
    "a long zone": ("defaults:\n  timezone: ", "Europe/"),
    "a long list": ("events:\n  - id: a\n    tags: ", "a "),
    "a long address": ("project:\n  contact:\n    email: a@", "a."),
    "commas in braces": ("title: { pl: ", "a, "),
    "text behind a bracket": ("a: [b] ", "] "),
    "quotes behind quotes": ("a: 'b' ", "'c' "),
    "braces in braces": ("a: { b: {{", "}} {{"),
    "tabs": ("a:\n", "\tb:\n\t\t- c\n"),
    "unclosed entries": ("posts:\n", "  - id: a\n    text: [\n"),
    "curly quotes": ("a: [“b", "“ "),
    "empty lines": ('text: "a', "\n"),
}


def errors(content: bytes) -> list[Problem]:
    found = load(read_bytes(content, file="schedules.yaml"), channel_types=FORMS).problems
    return [problem for problem in found if problem.severity is Severity.ERROR]


def holds(made: Fixed) -> None:
    """What is true of every file that went through ``fix``."""
    assert mended(made.after).after == made.after
    before, after = lines_of(made.text_before), lines_of(made.text_after)
    assert len(before) == len(after)
    if made.has_changed:
        assert made.mended
        touched = {edit.place.line for problem in made.mended for edit in problem.mend}
        assert {
            number for number, pair in enumerate(zip(before, after, strict=True), 1) if len(set(pair)) > 1
        } <= touched


@settings(max_examples=80)
@given(any_bytes())
def test_fix_of_any_bytes_ends_and_touches_only_what_it_names(content: bytes) -> None:
    holds(mended(content))


@settings(max_examples=50)
@given(edited(SAMPLE))
def test_fix_of_a_broken_file_ends_and_touches_only_what_it_names(text: str) -> None:
    holds(mended(text.encode()))


@settings(max_examples=50)
@given(st.sampled_from(CASE_TEXTS).flatmap(edited))
def test_a_file_of_which_something_goes_out_is_one_after_fix_too(text: str) -> None:
    made = mended(text.encode())
    holds(made)
    before, after = (
        load(read_bytes(content, file="s.yaml"), channel_types=FORMS) for content in (made.before, made.after)
    )
    assert before.schedule is None or after.schedule is not None


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=any_bytes() | edited(SAMPLE).map(str.encode))
def test_check_of_any_bytes_has_words_for_it(content: bytes, tmp_path: Path) -> None:
    for problem in checked(content, tmp_path):
        assert problem.message
        assert problem.hint
        assert problem.place.line >= 1


@pytest.mark.parametrize("content", [b"a: 1\r---\nb: 2\n", b"a:\r\x0b\n", b"posts:\r-a: [\n- id: b\n"])
def test_a_line_between_two_kinds_of_line_break_stays_a_line(content: bytes) -> None:
    holds(mended(content))


def hostile(name: str, size: int) -> bytes:
    begin, piece = HOSTILE[name]
    return f"{begin}{piece * (size // len(piece.encode()))}".encode()


@pytest.mark.parametrize("name", HOSTILE)
def test_a_long_hostile_file_takes_no_longer_than_it_is_long(name: str) -> None:
    begun = time.process_time()
    assert errors(hostile(name, SIZE))
    assert time.process_time() - begun < 15  # the square of the length would take minutes


@pytest.mark.parametrize("name", HOSTILE)
def test_fix_of_a_hostile_file_ends_and_touches_only_what_it_names(name: str) -> None:
    holds(mended(hostile(name, SIZE // 32)))


def test_a_file_of_too_many_lines_or_values_is_not_read() -> None:
    (lines,) = errors(b"a: 1\n" * (MAX_LINES + 1))
    (values, *_) = errors(b"a: [" + b"a, " * (MAX_NODES + 1) + b"]\n")
    assert {lines.code, values.code} == {"too-large"}


def test_a_backslash_before_a_single_quote_does_not_escape_it_and_doubled_ones_are_one_text() -> None:
    made = mended("version: 1\nid: atype: email\\\n– id: a\"'version: ".encode())
    holds(made)
    assert made.after.decode().splitlines()[1:] == ["id: 'atype: email\\'", "- id: 'a\"''version:' "]
