"""Before a mailing begins: an unusual number of readers is held, and corrections go to those who got the original."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from running_parts import CHANNELS, DUE, START, Scene, post, scene

from publisher.cli.main import run
from publisher.delivery.sizeguard import unusual
from publisher.model import Calendar, Channel, UsualSize
from publisher.sandbox.faults import Fault

DAY = timedelta(days=1)
EVENT = """\
events:
  - id: open-day
    status: {status}
    when: 2027-05-20 10:00-12:00
    title: {{ en: Open day, pl: Dzień otwarty }}
    summary: {{ en: Come and see., pl: Zapraszamy. }}
    where: {{ venue: {{ en: Library, pl: Biblioteka }} }}
    changes:
{changes}"""


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path) as set_up:
        yield set_up


def many(number: int) -> tuple[str, ...]:
    return tuple(f"reader{one:03}@example.org,,en" for one in range(number))


def approve(stage: Scene, *, size: int, who: str = "Anna") -> int:
    key = stage.row("one", "news").key
    options = ["--database", stage.options.database, "--schedules", str(stage.file)]
    return run([*options, "approve", key, "--size", str(size), "--as", who])


# --- how many --------------------------------------------------------------------------------------------


def channel(usual: UsualSize | None = None) -> Channel:
    return Channel(id="news", type="email", languages=("en",), calendar=Calendar(timezone="UTC"), usual_size=usual)


@pytest.mark.parametrize(
    ("size", "before", "is_unusual"),
    [
        (5000, [480, 500, 512], True),
        (1025, [480, 500, 512], True),
        (1024, [480, 500, 512], False),
        (240, [480, 500, 512], False),
        (239, [480, 500, 512], True),
        (5000, [480, 500], False),  # two mailings tell nothing
        (25, [6, 6, 6], False),  # a few more
        (0, [6, 6, 6], False),
        (27, [6, 6, 6], True),
    ],
)
def test_what_is_unusual_is_learned_from_the_mailings_before(size: int, before: list[int], *, is_unusual: bool) -> None:
    assert bool(unusual(size, channel=channel(), before=before)) is is_unusual


@pytest.mark.parametrize(("size", "is_unusual"), [(49, True), (50, False), (2000, False), (2001, True)])
def test_what_the_file_says_goes_before_what_was_learned(size: int, *, is_unusual: bool) -> None:
    usual = UsualSize(least=50, most=2000)
    assert bool(unusual(size, channel=channel(usual), before=[5, 5, 5])) is is_unusual


def held(stage: Scene) -> None:
    """Four readers, where ten to twenty are usual."""
    stage.write(
        post("one", to=["news"]),
        channels=CHANNELS.replace("[en, pl] }", "[en, pl], usual_size: 10-20 }"),
    )
    stage.at(START)
    stage.at(DUE)


def test_an_unusual_number_holds_the_mailing_and_the_reason_has_the_numbers(stage: Scene) -> None:
    held(stage)
    row = stage.row("one", "news")
    assert (row.state, stage.reached(), stage.readers("one")) == ("planned", [], {})
    assert row.reason == (
        "it would go to 4 readers; usual_size of news is 10 to 20 → look at the list; "
        f"if it is right: publisher approve {row.key} --size 4"
    )
    (waits,) = stage.ledger.deliveries.needing_somebody(now=DUE, since=START)
    assert waits.key == row.key


def test_it_goes_out_once_somebody_approves_the_number(stage: Scene) -> None:
    held(stage)
    assert approve(stage, size=4) == 0
    stage.at(DUE + timedelta(seconds=10))
    assert (stage.state("one", "news"), len(stage.reached())) == ("sent", 4)


def test_an_approval_of_another_number_lets_nothing_go(stage: Scene) -> None:
    held(stage)
    assert approve(stage, size=5) == 0
    stage.play(0.5)
    assert (stage.state("one", "news"), stage.reached()) == ("planned", [])


def test_a_list_that_is_mended_goes_out_by_itself(stage: Scene) -> None:
    held(stage)
    stage.enlist(*many(12))
    stage.play(0.5)
    assert (stage.state("one", "news"), len(stage.reached())) == ("sent", 12)


def test_the_approval_of_a_number_is_none_of_the_words(stage: Scene) -> None:
    both = CHANNELS.replace("[en, pl] }", "[en, pl], usual_size: 10-20, approval: anyone }")
    stage.write(post("one", to=["news"]), channels=both)
    stage.at(START)
    assert approve(stage, size=4) == 0
    stage.at(DUE)
    assert "waits for approval" in stage.row("one", "news").reason
    stage.approve("one")
    stage.play(0.2)
    assert (stage.state("one", "news"), len(stage.reached())) == ("sent", 4)


def test_a_sudden_crowd_is_held_as_the_mailings_before_show(stage: Scene) -> None:
    stage.write(*(post(f"news-{number}", to=["news"], at=DUE + DAY * number) for number in range(4)))
    stage.at(START)
    for number in range(3):
        stage.at(DUE + DAY * number)
    stage.enlist(*many(40))
    stage.at(DUE + DAY * 3)
    assert stage.row("news-3", "news").reason.startswith(
        "it would go to 40 readers; the last 3 mailings of news went to 4 →"
    )


def test_a_number_is_approved_of_mailings_that_are_still_to_go_only(stage: Scene) -> None:
    stage.write(post("one"))
    stage.at(DUE)
    assert approve(stage, size=4) == 2  # it is out
    options = ["--database", stage.options.database, "--schedules", str(stage.file)]
    assert run([*options, "approve", "nothing", "--size", "4"]) == 2
    assert run([*options, "approve", "--size", "4"]) == 2


# --- corrections -----------------------------------------------------------------------------------------


def told(stage: Scene, *steps: tuple[datetime, str], status: str = "confirmed", more: str = "") -> None:
    """Write the event with these steps."""
    changes = "".join(
        f"      - {{ add: {at:%Y-%m-%d %H:%M}, template: {template}, to: [news]{more} }}\n" for at, template in steps
    )
    stage.write(channels=CHANNELS + EVENT.format(status=status, changes=changes))
    text = stage.file.read_text(encoding="utf-8").replace("posts:\n", "")
    stage.file.write_text(text, encoding="utf-8")


def by_template(stage: Scene, template: str) -> tuple[str, str, dict[str, tuple[str, str]]]:
    (row,) = [row for row in stage.ledger.deliveries.all() if row.template == template]
    readers = stage.ledger.recipients.of(row.key)
    return (
        str(row.state),
        row.reason,
        {one.reader.address.partition("@")[0]: (str(one.state), one.code) for one in readers},
    )


def invited(stage: Scene) -> None:
    """The invitation is out to three of four: the second was refused."""
    told(stage, (DUE, "invitation"))
    stage.at(START)
    stage.inject("news", Fault.SMTP_REFUSE, after=1)
    stage.at(DUE)
    assert stage.reached() == ["anna", "carl", "dora"]


def test_a_cancellation_goes_to_those_who_got_the_invitation_and_to_nobody_new(stage: Scene) -> None:
    invited(stage)
    stage.enlist(
        "anna@example.org,Anna,en", "bela@example.org,Bela,pl", "Carl@example.org,Carl,en", "emil@example.org,,en"
    )
    told(stage, (DUE, "invitation"), (DUE + DAY, "cancelled"), status="cancelled")
    stage.at(DUE + DAY)
    state, _, readers = by_template(stage, "cancelled")
    missed = ("cancelled", "did-not-get-the-original")
    assert (state, readers) == (
        "sent",
        {"anna": ("sent", ""), "bela": missed, "Carl": ("sent", ""), "emil": missed},
    )


def test_who_is_uncertain_may_have_it_and_is_told(stage: Scene) -> None:
    told(stage, (DUE, "invitation"))
    stage.at(START)
    stage.inject("news", Fault.SMTP_DROP_AFTER_DATA)
    stage.at(DUE)
    stage.play(1)
    told(stage, (DUE, "invitation"), (DUE + DAY, "postponed"), status="postponed")
    stage.at(DUE + DAY)
    assert by_template(stage, "postponed")[2]["anna"] == ("sent", "")


def test_of_an_event_that_was_cancelled_from_the_start_nobody_is_told(stage: Scene) -> None:
    told(stage, (DUE, "cancelled"), status="cancelled")
    stage.at(START)
    stage.at(DUE)
    state, reason, readers = by_template(stage, "cancelled")
    assert (state, reason, len(readers)) == (
        "cancelled",
        "nobody got an earlier mail about this event on this channel, so there is nobody to tell",
        4,
    )
    assert stage.reached() == []


def test_what_was_settled_so_stays_so_after_an_edit(stage: Scene) -> None:
    told(stage, (DUE, "cancelled"), status="cancelled")
    stage.at(START)
    stage.at(DUE)
    told(stage, (DUE, "cancelled"), (DUE + DAY * 3, "cancelled"), status="cancelled")
    stage.at(DUE + timedelta(minutes=10))
    rows = [row for row in stage.ledger.deliveries.all() if row.due_at == DUE]
    assert ([str(row.state) for row in rows], stage.reached()) == (["cancelled"], [])


def test_a_step_that_says_so_is_a_correction_too(stage: Scene) -> None:
    invited(stage)
    changes = (
        f"      - {{ add: {DUE:%Y-%m-%d %H:%M}, template: invitation, to: [news] }}\n"
        f"      - {{ add: {DUE + DAY:%Y-%m-%d %H:%M}, template: programme, to: [news], correction: yes }}\n"
    )
    stage.file.write_text(
        stage.file.read_text(encoding="utf-8").partition("events:")[0]
        + EVENT.format(status="confirmed", changes=changes),
        encoding="utf-8",
    )
    stage.at(DUE + DAY)
    readers = by_template(stage, "programme")[2]
    assert readers["bela"] == ("cancelled", "did-not-get-the-original")
    assert readers["anna"] == ("sent", "")


def test_a_reminder_goes_to_everybody_as_before(stage: Scene) -> None:
    invited(stage)
    told(stage, (DUE, "invitation"), (DUE + DAY, "programme"))
    stage.at(DUE + DAY)
    assert {state for state, _ in by_template(stage, "programme")[2].values()} == {"sent"}
