"""A mistake that stops YAML stops its own entry, and all mistakes of a file are told in one run."""

from __future__ import annotations

import pytest
from schedule_samples import HEAD, loaded

GOOD = "  - { id: good, send: every day at 09:00, to: twitter, text: Hello }\n"


def codes(text: str) -> list[tuple[str, int]]:
    return [(one.code, one.place.line) for one in loaded(text).problems]


def names(text: str) -> list[str]:
    found = loaded(text).schedule
    assert found is not None
    return [entry.name for entry in found.entries]


@pytest.mark.parametrize(
    "entry",
    [
        "  - id: bad\n    text: [a, b\n    to: twitter\n",
        "  - id: bad\n    text: x\n   to: twitter\n",
        "  - id: bad\n    text\n    to: twitter\n",
        '  - id: bad\n    text: "open\n    to: twitter\n',
        "  - id: bad\n    text: { a: b\n    to: twitter\n",
    ],
)
def test_an_entry_that_can_not_be_read_stops_itself_and_no_other(entry: str) -> None:
    for text in (HEAD + "posts:\n" + entry + GOOD, HEAD + "posts:\n" + GOOD + entry):
        assert names(text) == ["posts/good"]
        found = loaded(text).schedule
        assert found is not None
        assert "posts/bad" in found.blocked


def test_an_entry_whose_id_can_not_be_told_may_be_any() -> None:
    found = loaded(HEAD + "posts:\n  - text: [a\n    to: twitter\n" + GOOD).schedule
    assert found is not None
    assert "posts/?" in found.blocked


def test_mistakes_of_all_kinds_are_told_in_one_run_by_line() -> None:
    text = HEAD + (
        "posts:\n"
        "  - id: one\n"
        "    send: 07.05.2027 12:00\n"
        "    to: @twitter\n"
        "    text: Come to #OpenDay\n"
        "  - id: two\n"
        "\tsend: every day at 09:00\n"
        "    to: twitter\n"
        "    text: {{ title }}\n"
        "    opis: x\n"
        "  - id: three\n"
        "    text: [a\n"
        "    to: x\n"
        "  - id: four\n"
        "    send: every day at 9\n"
        "    to: twiter\n"
        "    text: “Hello: you”\n"
    )
    assert codes(text) == [
        ("date-format", 11),
        ("needs-quotes", 12),
        ("lost-hashtag", 13),
        ("tab", 15),
        ("template-needs-quotes", 17),
        ("unknown-key", 18),
        ("bad-value", 20),
        ("bad-value", 23),
        ("unknown-name", 24),
        ("smart-quotes", 25),
    ]


def test_a_channel_that_can_not_be_read_takes_only_its_posts_along() -> None:
    text = "channels:\n  twitter: { account: [a\n  facebook: {}\nposts:\n" + GOOD
    text += "  - { id: other, send: every day at 09:00, to: facebook, text: Hello }\n"
    found = loaded(text).schedule
    assert found is not None
    assert (set(found.channels), found.blocked) == ({"facebook"}, {"posts/good"})


@pytest.mark.parametrize("section", ["project", "defaults"])
def test_what_holds_for_all_stops_all(section: str) -> None:
    assert loaded(f"{section}:\n  name: [a\n  link: b\nposts:\n{GOOD}").schedule is None


def test_a_mistake_that_is_mended_on_the_way_still_stops_its_entry() -> None:
    text = HEAD + "posts:\n  - { id: bad, send: every day at 09:00, to: twitter, text: @all }\n" + GOOD
    assert names(text) == ["posts/good"]


def test_columns_are_those_of_the_file_also_behind_a_mend() -> None:
    found = loaded(HEAD + "posts:\n  - { id: a, text: @all, to: [twiter], send: every day at 09:00 }\n").problems
    assert [(one.code, one.place.column) for one in found] == [("needs-quotes", 20), ("unknown-name", 31)]
