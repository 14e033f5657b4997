"""Imported once, edited by a person, imported again: theirs stays, the rest follows its source."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from importing_samples import HEAD, calendar, found, merged_into

from publisher.importing.importer import Outcome
from publisher.importing.insertion import changed
from publisher.importing.merging import Merged, merge
from publisher.importing.scheduletext import ScheduleText
from publisher.importing.texts import clean
from publisher.schedulefile.reading.read import read_bytes
from publisher.schedulefile.reading.tree import plain

EVENT = "UID:1@example.org\nSUMMARY:Open day\nDTSTART;VALUE=DATE:20270511\nLOCATION:Library\nURL:https://example.org/a"
FEED = calendar(EVENT)
MOVED = calendar(EVENT.replace("0511", "0512"))


def edited(*edits: tuple[str, str], feed: bytes = FEED) -> str:
    """The file after an import and a person's edits."""
    text = merged_into(HEAD, feed).after.decode()
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    return text


def body(outcome: Outcome) -> str:
    """The file without the marks."""
    return "".join(line for line in outcome.after.decode().splitlines(keepends=True) if "# import:" not in line)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("status: draft", "status: confirmed"),
        ("title: Open day", "title: Open day!"),
        ("title: Open day", "title: Open day  # approved by Anna"),
        ("title: Open day", "title: { pl: Dzień, en: Day }"),
        ("    link:", "    # ask Anna\n    link:"),
        ("    link: https://example.org/a\n", "    summary: |\n      mine\n\n      too\n"),
        ("      venue: Library\n", "      step_free: yes\n      venue: Library\n"),
    ],
)
def test_what_a_person_wrote_stays_and_the_rest_follows(old: str, new: str) -> None:
    own = edited((old, new))
    outcome = merged_into(own, MOVED)
    assert body(outcome) == "".join(
        line.replace("0511", "0512").replace("05-11", "05-12")
        for line in own.splitlines(keepends=True)
        if "# import:" not in line
    )
    assert outcome.merged.updated == ["open-day-2027"]
    assert outcome.notes == ()
    again = merged_into(outcome.after, MOVED)
    assert again.after == outcome.after


def test_what_is_kept_against_its_source_is_told() -> None:
    own = edited(("title: Open day", "title: Our day"))
    outcome = merged_into(own, calendar(EVENT.replace("Open day", "Open days").replace("0511", "0512")))
    assert "title: Our day" in body(outcome)
    assert "when: 2027-05-12" in body(outcome)
    assert outcome.notes[0] == (
        "open-day-2027 was changed here and at its source, so yours was kept "
        "(title: “Our day” here, “Open days” there)."
    )


def test_an_edit_is_told_only_when_its_source_changed_too() -> None:
    own = edited(("title: Open day", "title: Our day"))
    outcome = merged_into(own, FEED)
    assert (outcome.after, outcome.notes, outcome.merged.own) == (own.encode(), (), 1)


def test_a_field_that_a_person_took_out_stays_out() -> None:
    own = edited(("    link: https://example.org/a\n", ""))
    assert merged_into(own, FEED).after == own.encode()
    told = merged_into(own, calendar(EVENT.replace("/a", "/b")))
    assert told.after == own.encode()
    assert "link: nothing here, “https://example.org/b” there" in told.notes[0]


def test_a_field_that_its_source_adds_comes_in() -> None:
    own = edited(("draft", "confirmed"), ("      venue: Library\n", "      # upstairs\n      venue: Library\n"))
    outcome = merged_into(own, calendar(EVENT + "\nDESCRIPTION:Come: all\n"))
    assert body(outcome).endswith('    link: https://example.org/a\n    summary: "Come: all"\n')


def test_a_field_that_its_source_drops_goes_out_unless_it_holds_a_remark() -> None:
    without = calendar(EVENT.replace("\nURL:https://example.org/a", ""))
    assert "link" not in body(merged_into(edited(("draft", "confirmed")), without))
    own = edited(("example.org/a\n", "example.org/a  # mine\n"))
    outcome = merged_into(own, without)
    assert outcome.after == own.encode()
    assert "link: “https://example.org/a” here, nothing there" in outcome.notes[0]


def test_a_group_whose_last_part_its_source_drops_is_kept() -> None:
    own = edited(("draft", "confirmed"))
    outcome = merged_into(own, calendar(EVENT.replace("\nLOCATION:Library", "")))
    assert outcome.after == own.encode()
    assert "where.venue" in outcome.notes[0]


def test_a_text_that_its_source_divides_by_language_is_kept_whole() -> None:
    own = edited(("draft", "confirmed"))
    outcome = merged_into(own, FEED.replace(b"SUMMARY:", b"SUMMARY;LANGUAGE=en:"))
    assert outcome.after == own.encode()
    assert "title.en: “Open day” here, “Open day” there" in outcome.notes[0]


def test_an_entry_in_braces_keeps_its_braces() -> None:
    own = edited(
        ("  - id: open-day-2027\n    status: draft\n    when: 2027-05-11\n", "  - { id: x, when: 2027-05-11, "),
        ("    title: Open day\n    where:\n      venue: Library\n", "title: Open day, where: { venue: Library }, "),
        ("    link: https://example.org/a\n", "link: https://example.org/a }\n"),
    )
    outcome = merged_into(own, calendar(EVENT.replace("Open day", "Day, open").replace("0511", "0512")))
    assert '{ id: x, when: "2027-05-12", title: "Day, open", where: { venue: Library }' in body(outcome)


def test_a_text_over_several_lines_counts_as_a_persons() -> None:
    long = "  - id: open-day-2027"
    own = edited((long, long), ("title: Open day", "title: Open\n      day"))
    outcome = merged_into(own, calendar(EVENT.replace("Open day", "Open days")))
    assert outcome.after == own.encode()
    assert "title: “Open day” here, “Open days” there" in outcome.notes[0]


def test_a_mark_without_hashes_of_fields_leaves_all_fields_to_the_person() -> None:
    mark = edited().splitlines()[4]
    own = edited((mark, " ".join(mark.split(" ")[:6])), ("draft", "confirmed"))
    assert " ".join(mark.split(" ")[:6]).endswith(mark.split(" ")[5])
    outcome = merged_into(own, MOVED)
    assert outcome.after == own.encode()
    assert "when: “2027-05-11” here, “2027-05-12” there" in outcome.notes[0]


def test_mixed_line_ends_stay_where_they_are() -> None:
    own = edited(("draft\n", "confirmed\r\n"), ("Open day\n", "Open day\r\n")).rstrip("\n")
    outcome = merged_into(own, MOVED)
    assert outcome.after.decode().replace("05-12", "05-11").split("confirmed")[1] == own.split("confirmed")[1]


WORDS = st.text(min_size=1, max_size=40).map(clean).filter(bool)
GROUPS = st.dictionaries(st.sampled_from(["pl", "en", "fi"]), WORDS, min_size=1)
SOURCES = st.builds(
    found,
    title=GROUPS | WORDS.map(lambda one: {"": one}),
    summary=st.just({}) | GROUPS | WORDS.map(lambda one: {"": one}),
    venue=st.just("") | WORDS,
    address=st.just("") | WORDS,
    organiser=st.just("") | WORDS,
    link=st.just("") | st.just("https://example.org/a"),
)


def imported(content: bytes, source: object) -> tuple[bytes, Merged]:
    schedule = ScheduleText(content, "schedules.yaml")
    merged = merge(schedule, (source,), cadence="")  # type: ignore[arg-type]
    return changed(schedule, merged.changes), merged


@settings(max_examples=40)
@given(SOURCES, SOURCES, st.randoms(use_true_random=False))
def test_whatever_changes_where_a_persons_lines_stay_byte_for_byte(
    first: object, second: object, chance: random.Random
) -> None:
    once, _ = imported(HEAD.encode(), first)
    lines = once.decode().split("\n")
    entry = next(number for number, line in enumerate(lines) if line.startswith("  - id:"))
    number = chance.randrange(entry + 1, len(lines))
    lines.insert(number, "    # mine")
    lines.insert(entry + 1, "    tags: [mine, zażółć]  # and this")
    own = "\n".join(lines).encode()
    after, merged = imported(own, second)
    assert "    # mine\n" in after.decode()
    assert "    tags: [mine, zażółć]  # and this\n" in after.decode()
    again, twice = imported(after, second)
    assert again == after
    assert twice.notes == merged.notes
    reading = read_bytes(after, file="x")
    assert reading.tree is not None
    assert plain(reading.tree)["events"][0]["tags"] == ["mine", "zażółć"]  # type: ignore[index,call-overload]
