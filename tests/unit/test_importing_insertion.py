from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from importing_samples import HEAD, calendar, found, merged_into

from publisher.importing.entrytext import entry_text, mark_name, new_id
from publisher.importing.errors import ScheduleNotInsertable
from publisher.importing.importer import Options
from publisher.importing.insertion import changed
from publisher.importing.merging import merge
from publisher.importing.periods import Period
from publisher.importing.scheduletext import ScheduleText
from publisher.importing.texts import clean
from publisher.schedulefile.load import load
from publisher.schedulefile.reading.read import read_bytes
from publisher.schedulefile.reading.tree import plain

FEED = calendar("UID:1@example.org\nSUMMARY:Open day\nDTSTART;VALUE=DATE:20270511")
TWO = calendar(
    "UID:1@example.org\nSUMMARY:Open day\nDTSTART;VALUE=DATE:20270511",
    "UID:2@example.org\nSUMMARY:Night of museums\nDTSTART:20270515T180000\nDTEND:20270516T010000",
)
ENTRY = """\
  # import: 1@example.org 7955692094750c9c when=f64600 title=55c012
  - id: open-day-2027
    status: draft
    when: 2027-05-11
    title: Open day
"""
OLD = "events:\n  - id: a\n    when: 2027-04-01\n    title: A\n"


def after(schedule: str, feed: bytes = FEED) -> str:
    return merged_into(schedule, feed).after.decode()


def test_an_event_comes_after_the_last_one() -> None:
    rest = "\nposts:   # others\n  - id: p\n    send: 2027-05-07 12:00\n    to: [x]\n    text: t\n"
    assert after(HEAD + OLD + rest) == HEAD + OLD + "\n" + ENTRY + rest


def test_a_list_without_empty_lines_stays_without() -> None:
    old = OLD + "  - id: b\n    when: 2027-04-01\n    title: B\n"
    assert after(HEAD + old) == HEAD + old + ENTRY


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (HEAD, HEAD + "\nevents:\n" + ENTRY),
        (HEAD.rstrip("\n"), HEAD + "\nevents:\n" + ENTRY),
        (HEAD + "events:\n", HEAD + "events:\n" + ENTRY),
        (HEAD + "events:   # none yet", HEAD + "events:   # none yet\n" + ENTRY),
        (HEAD + "events: []  # none\nposts: []\n", HEAD + "events:  # none\n" + ENTRY + "posts: []\n"),
        (HEAD + "events: ~ # none\nposts: []\n", HEAD + "events: # none\n" + ENTRY + "posts: []\n"),
        (HEAD + "events: null\n", HEAD + "events:\n" + ENTRY),
        (HEAD + "...\n", HEAD + "\nevents:\n" + ENTRY + "...\n"),
        (HEAD + OLD.rstrip("\n"), HEAD + OLD + "\n" + ENTRY),
        (HEAD + OLD + "\n# the end\n", HEAD + OLD + "\n" + ENTRY + "\n# the end\n"),
    ],
)
def test_the_list_is_made_where_there_is_none(before: str, expected: str) -> None:
    assert after(before) == expected


def test_a_text_that_ends_the_list_is_not_cut() -> None:
    old = OLD + "    summary: |\n      One\n      # two\n\n      three\n\n"
    result = after(HEAD + old + "posts: []\n")
    assert result.startswith(HEAD + old.rstrip("\n") + "\n\n" + ENTRY)


def test_a_quoted_text_over_lines_is_not_cut() -> None:
    old = HEAD + OLD + '    summary: "One\n      # two\n\n      three"\n'
    assert after(old) == old + "\n" + ENTRY


def test_the_files_own_indentation_is_kept() -> None:
    old = "events:\n-   id: a\n    when: 2027-04-01\n    title: A\n"
    wide = "".join(line[2:] + "\n" for line in ENTRY.splitlines()).replace("- id", "-   id").replace("\n  ", "\n    ")
    assert after(HEAD + old) == HEAD + old + "\n" + wide


def test_line_ends_are_kept() -> None:
    windows = (HEAD + OLD + "posts: []\n").replace("\n", "\r\n")
    result = merged_into(windows, FEED).after.decode()
    assert "\n" not in result.replace("\r\n", "")
    assert result == after(HEAD + OLD + "posts: []\n").replace("\n", "\r\n")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_the_encoding_is_kept(encoding: str) -> None:
    before = (HEAD + OLD + "# żółć\n").encode(encoding)
    result = merged_into(before, FEED).after
    assert result[:2] == before[:2]
    assert result.decode(encoding) == after(HEAD + OLD + "# żółć\n")


@pytest.mark.parametrize(
    "schedule",
    [
        "",
        "a: [\n",
        "{ version: 1 }\n",
        HEAD + "events: none\n",
        HEAD + "events: { id: a }\n",
        HEAD + "events: [{ id: a, when: 2027-04-01, title: A }]\n",
        HEAD + OLD + OLD,
    ],
)
def test_a_file_that_takes_no_insertion_is_refused(schedule: str) -> None:
    with pytest.raises(ScheduleNotInsertable):
        merged_into(schedule, FEED)


def test_importing_again_changes_nothing() -> None:
    once = merged_into(HEAD + OLD, TWO).after
    again = merged_into(once, TWO)
    assert again.after == once
    assert again.merged.same == 2
    assert again.diff() == []


def test_only_new_events_are_added() -> None:
    once = merged_into(HEAD, FEED).after
    outcome = merged_into(once, TWO)
    assert outcome.after.startswith(once)
    assert outcome.merged.added == ["night-of-museums-2027"]


def test_an_event_that_nobody_changed_follows_its_source() -> None:
    both = merged_into(HEAD, TWO).after.decode()
    moved = TWO.replace(b"20270511", b"20270512")
    outcome = merged_into(both, moved)
    lines = [line for line in outcome.diff()[2:] if line[0] in "+-"]
    assert [line for line in lines if "import" not in line] == ["-    when: 2027-05-11", "+    when: 2027-05-12"]
    assert outcome.merged.updated == ["open-day-2027"]
    assert merged_into(outcome.after, moved).after == outcome.after


def test_another_id_is_kept() -> None:
    renamed = after(HEAD).replace("id: open-day-2027", "id: spring")
    outcome = merged_into(renamed, FEED.replace(b"20270511", b"20270512"))
    assert outcome.merged.updated == ["spring"]
    assert b"id: spring" in outcome.after


def test_a_cadence_that_was_given_stays_when_the_source_changes() -> None:
    schedule = HEAD + "cadences:\n  workshop: []\n"
    once = merged_into(schedule, FEED, Options(cadence="workshop")).after
    assert b"cadence: workshop" in merged_into(once, FEED.replace(b"0511", b"0512")).after


def test_a_deleted_event_stays_away_while_its_mark_is_there() -> None:
    mark = ENTRY.splitlines()[0] + "\n"
    schedule = HEAD + OLD + "\n" + mark
    outcome = merged_into(schedule, FEED)
    assert outcome.after == schedule.encode()
    assert "you deleted it" in outcome.notes[0]


def test_a_mark_within_a_text_is_no_mark() -> None:
    mark = ENTRY.splitlines()[0].strip()
    schedule = HEAD + OLD + f"    summary: |\n      {mark}\n"
    assert merged_into(schedule, FEED).merged.added == ["open-day-2027"]


def test_a_cancelled_event_is_not_added_but_told() -> None:
    cancelled = calendar("UID:1@example.org\nSUMMARY:Open day\nDTSTART;VALUE=DATE:20270511\nSTATUS:CANCELLED")
    assert merged_into(HEAD, cancelled).after == HEAD.encode()
    known = merged_into(after(HEAD), cancelled)
    assert "# its source calls it cancelled" in known.after.decode()
    assert "open-day-2027 is cancelled at its source." in known.notes


def test_ids_are_not_given_twice() -> None:
    event = found(title={"": "Żółta Łódź 100% – ß"})
    assert new_id(event, set()) == "zolta-lodz-100-ss-2027"
    assert new_id(event, {"zolta-lodz-100-ss-2027"}) == "zolta-lodz-100-ss-2027-2"
    assert new_id(found(title={"": "ΑΒΓ"}), set()) == "event-2027"
    assert new_id(found(title={"": "Days 2027"}), set()) == "days-2027"
    assert new_id(found(id="own-id"), set()) == "own-id"
    assert new_id(found(id="not an id!"), set()) == "not-an-id-2027"


@given(st.text())
def test_a_mark_names_its_event_in_one_bounded_word(uid: str) -> None:
    name = mark_name(clean(uid) or "x")
    assert name.isascii()
    assert name.isprintable()
    assert " " not in name
    assert len(name) <= 200


WORDS = st.text(min_size=1).map(clean).filter(bool)
DAYS = st.dates(date(1970, 1, 1), date(2199, 1, 1))
CLOCKS = st.times().map(lambda one: one.replace(second=0, microsecond=0))
HOURS = (
    st.tuples(CLOCKS, CLOCKS).filter(lambda pair: pair[0] < pair[1]) | st.just((None, None)) | st.just((time(9), None))
)


@st.composite
def events(draw: st.DrawFn) -> object:
    first, (begin, end) = draw(DAYS), draw(HOURS)
    days = draw(st.integers(0, 3)) if begin is None or end is not None else 0
    return found(
        uid=draw(WORDS),
        title=draw(
            st.dictionaries(st.sampled_from(["pl", "en"]), WORDS, min_size=1) | WORDS.map(lambda one: {"": one})
        ),
        period=Period(first, first + timedelta(days=days), begin, end),
        summary=draw(st.just({}) | WORDS.map(lambda one: {"": one})),
        venue=draw(st.just("") | WORDS),
        organiser=draw(st.just("") | WORDS),
        remarks=tuple(draw(st.lists(WORDS, max_size=2))),
    )


@settings(max_examples=30)
@given(st.lists(events(), max_size=4, unique_by=lambda one: one.uid), st.sampled_from(["\n", "\r\n"]))  # type: ignore[attr-defined]
def test_whatever_was_found_reads_back_as_it_was_found(listed: list, eol: str) -> None:  # type: ignore[type-arg]
    before = (HEAD + OLD + "posts: []\n").replace("\n", eol).encode()
    schedule = ScheduleText(before, "schedules.yaml")
    merged = merge(schedule, tuple(listed), cadence="")
    content = changed(schedule, merged.changes)
    reading = read_bytes(content, file="schedules.yaml")
    assert reading.tree is not None
    written = plain(reading.tree)["events"][1:]  # type: ignore[index,call-overload]
    names = [change.fields["id"] for change in merged.changes]
    assert written == [entry_text(event, name=name).fields for event, name in zip(listed, names, strict=True)]
    assert [problem.message for problem in load(reading, channel_types={}).problems] == []
    again = ScheduleText(content, "schedules.yaml")
    assert merge(again, tuple(listed), cadence="").changes == []
