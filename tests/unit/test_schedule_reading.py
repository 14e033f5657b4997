"""From bytes to the tree: encodings, hostile files, and what is wrong with the YAML, at its place."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from schedule_samples import FORMS, planned

from publisher.errors import ScheduleUnreadable
from publisher.model import Problem
from publisher.schedulefile.load import load
from publisher.schedulefile.reading.read import MAX_BYTES, read_bytes, read_file, shown_lines
from publisher.schedulefile.reading.tree import plain

FILE = Path(__file__).parents[2] / "schedules.yaml"


def tree(content: bytes | str) -> object:
    reading = read_bytes(content.encode() if isinstance(content, str) else content, file="s.yaml")
    assert reading.tree is not None, reading.problems
    return plain(reading.tree)


def refused(content: bytes | str) -> Problem:
    """The one problem for which the file is not read."""
    reading = read_bytes(content.encode() if isinstance(content, str) else content, file="s.yaml")
    assert reading.tree is None
    (problem,) = reading.problems
    return problem


def told(content: bytes | str) -> Problem:
    """The first problem of the file."""
    return read_bytes(content.encode() if isinstance(content, str) else content, file="s.yaml").problems[0]


def where(problem: Problem) -> tuple[str, int, int]:
    return problem.code, problem.place.line, problem.place.column


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le-bom"])
def test_every_way_in_which_editors_save_unicode_is_read(encoding: str) -> None:
    text = "project:\n  name: Białystok 🎉\n"
    content = b"\xff\xfe" + text.encode("utf-16-le") if encoding == "utf-16-le-bom" else text.encode(encoding)
    assert tree(content) == {"project": {"name": "Białystok 🎉"}}


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_every_line_break_counts_as_one(line_break: str) -> None:
    assert where(told(line_break.join(["a: 1", "b: 2", "\tc: 3"]))) == ("tab", 3, 1)
    reading = read_bytes(line_break.join(["a: 1", "b: 2", "a: 3"]).encode(), file="s.yaml")
    assert [where(problem) for problem in reading.problems] == [("duplicate-key", 3, 1)]


def test_windows_1250_is_named_and_not_guessed() -> None:
    problem = told("project:\n  name: Białystok\n".encode("cp1250"))
    assert where(problem) == ("encoding", 2, 12)
    assert "Windows-1250" in problem.message
    assert "UTF-8" in problem.hint


@pytest.mark.parametrize("content", [b"\xff", b"\xff\xfe\x00", b"\xff\xfe\x00\xd8", b"a: \xc3\x28"])
def test_bytes_that_are_no_unicode_are_refused(content: bytes) -> None:
    assert refused(content).code == "encoding"


@pytest.mark.parametrize(
    "sign", ["\x00", "\x01", "\x0b", "\x0c", "\x1b", "\x7f", "\x85", "\x9b", "\u2028", "\u2029", "\ufeff", "\uffff"]
)
def test_invisible_characters_are_named_where_they_are(sign: str) -> None:
    problem = told(f"project:\n  name: a{sign}b\n")
    assert where(problem) == ("odd-space", 2, 10)
    assert f"U+{ord(sign):04X}" in problem.message


@pytest.mark.parametrize("escape", ["\\e[2J", "\\0", "\\x07", "\\L"])
def test_invisible_characters_can_not_be_smuggled_in_by_escapes(escape: str) -> None:
    assert where(told(f'project:\n  name: "a{escape}b"\n')) == ("odd-space", 2, 9)


@pytest.mark.parametrize("content", ["", "\n\n", "# only remarks\n", "---\n", "\ufeff", "~", "   "])
def test_an_empty_file_is_no_schedule_without_events(content: str) -> None:
    assert where(refused(content)) == ("empty-file", 1, 1)


@pytest.mark.parametrize("content", ["- a\n- b\n", "hello\n", "[1, 2]\n", '"text"\n'])
def test_a_file_that_does_not_consist_of_sections_is_refused(content: str) -> None:
    assert where(refused(content)) == ("bad-value", 1, 1)


def test_values_stay_text_until_their_field_says_what_they_are() -> None:
    assert tree("a: no\nb: 19:00\nc: 0048\nd: 1.10\ne: 2027-02-29\nf: 12e3\non: x\n") == {
        "a": "no",
        "b": "19:00",
        "c": "0048",
        "d": "1.10",
        "e": "2027-02-29",
        "f": "12e3",
        "on": "x",
    }


def test_nothing_after_the_colon_is_nothing_and_quotes_make_it_text() -> None:
    assert tree("a:\nb: ~\nc: null\nd: ''\ne: '~'\n") == {"a": None, "b": None, "c": None, "d": "", "e": "~"}


def test_json_is_read_as_well() -> None:
    assert tree('{"version": 1, "posts": [{"id": "a"}]}') == {"version": "1", "posts": [{"id": "a"}]}


@pytest.mark.parametrize(
    ("content", "place", "hint"),
    [
        # tabs, spaces, dashes
        ("a:\n\tb: 1\n", ("tab", 2, 1), "spaces"),
        ("events:\n  - id: a\n   when: x\n", ("bad-value", 3, 4), "4 spaces"),
        ("events:\n  -id: a\n  - id: b\n", ("list-dash", 2, 3), "- id: a"),
        ("a:\n    b: 1\n  c: 2\n", ("bad-value", 3, 3), "Line it up"),
        ("a: 1\n  b: 2\n", ("bad-value", 2, 4), "Line it up with the line above"),
        ("events:\n  - id: a\n    title:\u00a0Open day\n", ("odd-space", 3, 11), "space"),
        ("events:\n  - id: a\n\u00a0   title: b\n    when: c\n", ("odd-space", 3, 1), "space"),
        # quotes and colons
        ("a: Open: day\n", ("needs-quotes", 1, 8), 'a: "Open: day"'),
        ('a: Open: "day"\n', ("needs-quotes", 1, 8), "a: 'Open: \"day\"'"),
        ("title: pl: Dzień otwarty\n", ("bad-value", 1, 10), "title:\n          pl: Dzień otwarty"),
        ("a: “Open: day”\n", ("smart-quotes", 1, 4), 'a: "Open: day"'),
        ('a: "Open\nb: "day"\n', ("bad-value", 1, 4), 'Add "'),
        ('a: "Open\nb: day\n', ("bad-value", 1, 4), 'Add "'),
        ('a: "Open "day" now"\n', ("needs-quotes", 1, 4), "a: 'Open \"day\" now'"),
        ("a: 'It's on'\n", ("needs-quotes", 1, 4), 'a: "It\'s on"'),
        ('a: "C:\\data"\n', ("bad-value", 1, 7), "twice"),
        ("a 1\nb: 2\n", ("bad-value", 1, 1), "name: value"),
        ("a:\n  b:c\n  d: e\n", ("bad-value", 2, 3), "name: value"),
        # signs
        ("a: @office\n", ("needs-quotes", 1, 4), 'a: "@office"'),
        ("c: { a: @office, b: [x] }\n", ("needs-quotes", 1, 9), 'a: "@office"'),
        ("a: [x, @office]\n", ("needs-quotes", 1, 8), '"@office"'),
        ("a: %50 off\n", ("needs-quotes", 1, 4), 'a: "%50 off"'),
        ("a: `code`\n", ("needs-quotes", 1, 4), 'a: "`code`"'),
        ("a: *new* day\n", ("needs-quotes", 1, 4), 'a: "*new* day"'),
        ("a: > 100 seats\n", ("needs-quotes", 1, 4), 'a: "> 100 seats"'),
        ("a: !Save the date\n", ("needs-quotes", 1, 4), 'a: "!Save the date"'),
        ("a: &Next\n", ("alias-used", 1, 4), 'a: "&Next"'),
        ("a: &x 1\nb: *x\n", ("alias-used", 1, 4), 'a: "&x 1"'),
        ("a: *x\n", ("alias-used", 1, 4), 'a: "*x"'),
        ("a: !!python/object:os.system x\n", ("bad-value", 1, 4), "Delete it"),
        ("a: [URGENT] new room\n", ("needs-quotes", 1, 4), 'a: "[URGENT] new room"'),
        ("a: {{ event }} now\n", ("template-needs-quotes", 1, 4), 'a: "{{ event }} now"'),
        ("a: - b\n", ("bad-value", 1, 4), "quotes"),
        # brackets
        ("a: [b, c\nd: e\n", ("bad-value", 1, 4), "needs a ]"),
        ("a:\n  - { b: c, d: [e, f }\n", ("bad-value", 2, 16), "needs a ]"),
        ("a: { b: c\n", ("bad-value", 1, 4), "needs a }"),
        # hashtags
        ("a:\n  tags: [#Open, Day]\n  b: c\n", ("lost-hashtag", 2, 10), "without “#”"),
        ("a:\n  text: Join\n    us #Today\n    and tomorrow\n  b: c\n", ("lost-hashtag", 3, 8), "quotes"),
        # others
        ("a: 1\n---\nb: 2\n", ("second-document", 2, 1), "---"),
        ("a:\n<<<<<<< HEAD\n  b: 1\n=======\n  b: 2\n>>>>>>> other\n", ("merge-conflict", 2, 1), "Keep one"),
        ("? [a]\n: b\n", ("bad-value", 1, 1), "quotes"),
    ],
)
def test_what_is_no_yaml_is_explained_at_its_place_with_a_mend(
    content: str, place: tuple[str, int, int], hint: str
) -> None:
    problem = told(content)
    assert where(problem) == place
    assert hint in problem.hint
    assert problem.message[0].isupper() or problem.message[0] in '“"'


@pytest.mark.parametrize(
    ("content", "places"),
    [
        ("a: 1\nb: 2\na: 3\n", [("duplicate-key", 3, 1)]),
        ("a: { b: 1, b: 2 }\n", [("duplicate-key", 1, 12)]),
        ("text: Come to #OpenDay\n", [("lost-hashtag", 1, 15)]),
        ("text:\n  pl: Come to #OpenDay\n  en: Come  #too\n", [("lost-hashtag", 2, 15), ("lost-hashtag", 3, 13)]),
        ("text:\n  Come\n  to #OpenDay\n", [("lost-hashtag", 3, 6)]),
        ("tags: #OpenDay\n", [("lost-hashtag", 1, 7)]),
        ("tags:\n  - #OpenDay\n  - b\n", [("lost-hashtag", 2, 5)]),
        ("text: Come # a remark\n", []),
        ("text: Come to#OpenDay\n", []),
        ("text: 'Come to #OpenDay'\n", []),
        ("text: |\n  Come to #OpenDay\n", []),
        ("timezone: Europe/Warsaw #here\n", []),
        ("title: { pl: Maps, data, en: X }\n", [("comma-in-braces", 1, 20)]),
        ("title: { pl: Maps, data, and more, en: X }\n", [("comma-in-braces", 1, 20)]),
        ("title: { pl: , en: X }\n", []),
        ("c: { languages: pl, en, fi }\n", [("comma-in-braces", 1, 21)]),
    ],
)
def test_slips_that_yaml_takes_silently_are_found(content: str, places: list[tuple[str, int, int]]) -> None:
    reading = read_bytes(content.encode(), file="s.yaml")
    assert [where(problem) for problem in reading.problems] == places
    assert reading.tree is not None


@pytest.mark.parametrize(
    ("content", "hint"),
    [
        ("text: Come to #OpenDay\n", 'Put the text in quotes:  text: "Come to #OpenDay"   (`publisher fix` does it)'),
        ('text: Say "yes" #now\n', "Put the text in quotes:  text: 'Say \"yes\" #now'   (`publisher fix` does it)"),
        ("tags: #OpenDay\n", "Write the names of hashtags without “#”:  [OpenDay]   (`publisher fix` does it)"),
        (
            "title: { pl: Maps, data }\n",
            "Quote it, or write one language per line:\n        title:\n          pl: Maps, data",
        ),
        ("c: { languages: pl, en, fi }\n", "Write  languages: [pl, en, fi]"),
    ],
)
def test_the_mend_of_a_slip_can_be_pasted(content: str, hint: str) -> None:
    (problem,) = read_bytes(content.encode(), file="s.yaml").problems
    assert problem.hint == hint


def test_what_a_comma_cut_off_is_put_together_again() -> None:
    assert tree("t: { pl: Maps, data, en: X, languages: pl, en }\n") == {
        "t": {"pl": "Maps, data", "en": "X", "languages": ["pl", "en"]}
    }


@pytest.mark.parametrize("opening", ["[", "{", "- ", "? ", "[{", "a: [", "{a: "])
def test_a_hundred_thousand_levels_are_refused_at_once(opening: str) -> None:
    begun = time.process_time()
    problem = refused(opening * 100_000)
    assert problem.code in ("too-deep", "bad-value", "needs-quotes")
    assert time.process_time() - begun < 5


def test_aliases_can_not_make_a_small_file_large() -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(20)
    )
    assert told(bomb).code == "alias-used"


def test_a_file_of_more_than_a_mebibyte_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "schedules.yaml"
    path.write_bytes(b"a: 1\n" + b"#" * MAX_BYTES)
    reading = read_file(path)
    assert reading.tree is None
    assert [where(problem) for problem in reading.problems] == [("too-large", 1, 1)]
    path.write_bytes((b"a: 1\n" + b"#" * MAX_BYTES)[:MAX_BYTES])
    assert read_file(path).tree is not None


def test_what_can_not_be_opened_is_named_with_a_mend(tmp_path: Path) -> None:
    with pytest.raises(ScheduleUnreadable, match="no such file") as missing:
        read_file(tmp_path / "schedules.yaml")
    assert "--schedules" in missing.value.remedy
    with pytest.raises(ScheduleUnreadable, match="can't be read"):
        read_file(tmp_path)


def test_lines_are_shown_as_they_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_bytes("a: ą\r\nb: ę\n".encode("utf-16"))
    assert shown_lines(path) == ["a: ą", "b: ę", ""]
    path.write_bytes("a: ą".encode("cp1250"))
    assert shown_lines(path) == ["a: \ufffd"]
    assert shown_lines(tmp_path / "none.yaml") == []


_PIECES = st.sampled_from(
    [
        *("version: 1\n", "project:", "defaults:", "channels:", "events:", "posts:", "digests:", "blackouts:"),
        *("\n", "\n  ", "\n    ", "- ", ": ", " #", "#a", "[", "]", "{", "}", ",", '"', "'", "|", ">", "&a", "*a"),
        *("!b", "%", "@", "`", "?", "\t", "\u00a0", "\u200b", "“", "”", "id: a", "when: 2027-05-11", "title: T"),
        *("to: [x]", "send: every day at 09:00", "text: X", "{ pl: a, b }", "<<: x", "---", "...", "~", "null", "🎉"),
        *("type: email", "x:", "hours: 9-16", "languages: [no]", "if_late: yes", "\\", '"\\e"', "\r", "\r\n"),
    ]
)


@settings(max_examples=150)
@given(
    st.binary(max_size=400)
    | st.text(max_size=200).map(str.encode)
    | st.lists(_PIECES, max_size=40).map("".join).map(str.encode)
)
@example(b"a: [\n  b")
@example(b"\xef\xbb\xbf")
@example(b"? ")
@example(b"{ a, b: c }")
def test_no_bytes_crash_reading_and_loading(content: bytes) -> None:
    found = load(read_bytes(content, file="s.yaml"), channel_types=FORMS)
    assert planned(found.schedule) is not None if found.schedule else found.has_errors
    for problem in found.problems:
        assert problem.message
        assert problem.hint
        assert problem.place.line >= 1
        assert problem.place.column >= 1
        assert (problem.place.end_line, problem.place.end_column) >= (problem.place.line, problem.place.column)


@settings(max_examples=150)
@given(st.data())
def test_no_edit_of_a_real_file_crashes_reading_and_loading(data: st.DataObject) -> None:
    text = FILE.read_text(encoding="utf-8")
    for _ in range(data.draw(st.integers(1, 3))):
        begin = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(begin, min(len(text), begin + 30)))
        text = text[:begin] + data.draw(_PIECES | st.just("")) + text[end:]
    found = load(read_bytes(text.encode(), file="s.yaml"), channel_types=FORMS)
    assert planned(found.schedule, "2027-05-01", "2027-06-01") is not None if found.schedule else found.has_errors
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for problem in found.problems:
        assert problem.place.line <= len(lines)
        assert problem.place.column <= len(lines[problem.place.line - 1]) + 1
