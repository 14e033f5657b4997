"""What became of a mailing: the accounting, who got it, why somebody did not, and what the server's log settles."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import structlog
from running_parts import CHANNELS, DUE, START, Scene, post, scene
from sqlalchemy import delete, update

from publisher.channels.formletter import stamp_of
from publisher.cli.main import run
from publisher.ledger.listrecords import EVERY_LIST, Suppression, Why
from publisher.ledger.tables import deliveries, recipients
from publisher.sandbox.faults import Fault


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path) as set_up:
        set_up.write(post("one", to=["news"]))
        set_up.at(START)
        yield set_up
    structlog.reset_defaults()  # a command that logs had it write where this test looked


def command(stage: Scene, *words: str) -> int:
    return run(["--database", stage.options.database, "--schedules", str(stage.file), *words])


def key(stage: Scene) -> str:
    return stage.row("one", "news").key


def mixed(stage: Scene) -> None:
    """Anna got it, Bela was refused, Carl is deferred, Dora uncertain."""
    stage.inject("news", Fault.SMTP_REFUSE, after=1)
    stage.at(DUE)
    later = {"state": "retry_wait", "code": "450 4.2.0", "detail": "try later", "next_at": DUE + timedelta(minutes=5)}
    unsure = {"state": "unknown", "detail": "no answer came"}
    with stage.ledger.engine.begin() as connection:
        for name, values in (("carl", later), ("dora", unsure)):
            mine = recipients.c.address == f"{name}@example.org"
            connection.execute(update(recipients).where(mine).values(**values))


def test_the_accounting_closes_in_all_and_by_language(stage: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    mixed(stage)
    capsys.readouterr()
    assert command(stage, "lists", "account", "one", "--format", "json") == 0
    (found,) = json.loads(capsys.readouterr().out)
    assert found["candidates"] == 4
    assert (found["accepted"], found["refused"], found["deferred"], found["uncertain"]) == (1, 1, 1, 1)
    assert (found["gap"], found["closed"]) == (0, True)
    assert sum(sum(one.values()) for one in found["languages"].values()) == 4


def test_the_accounting_stands_in_status_and_why(stage: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    mixed(stage)
    line = "4 candidates = 1 accepted + 1 deferred + 1 refused + 1 uncertain"
    for words in (["status"], ["why", key(stage)], ["lists", "account", "one"]):
        capsys.readouterr()
        assert command(stage, *words) == 0
        assert line in capsys.readouterr().out


def test_the_sum_is_printed_when_a_mailing_ends(stage: Scene) -> None:
    stage.inject("news", Fault.SMTP_REFUSE)
    with structlog.testing.capture_logs() as said:
        stage.at(DUE)
    (line,) = [one for one in said if one["event"] == "accounted"]
    assert (line["log_level"], line["sum"]) == ("info", "4 candidates = 3 accepted + 1 refused")


def test_a_sum_that_does_not_close_is_an_error_in_the_log(stage: Scene) -> None:
    row = stage.row("one", "news")
    stage.enrol(row.key)
    with stage.ledger.engine.begin() as connection:
        connection.execute(update(deliveries).where(deliveries.c.key == row.key).values(candidates=5))
    with structlog.testing.capture_logs() as said:
        stage.at(DUE)
    (line,) = [one for one in said if one["event"] == "the accounting does not close"]
    assert (line["log_level"], line["sum"]) == ("error", "5 candidates ≠ 4 accepted: 1 lost")


def test_who_got_it_names_those_who_have_it_or_may_have_it(stage: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    mixed(stage)
    capsys.readouterr()
    assert command(stage, "lists", "who-got", "one") == 0
    said = capsys.readouterr().out
    assert "a…@example.org  en  accepted" in said
    assert "d…@example.org" in said
    assert "b…@example.org" not in said
    assert "anna@" not in said


def test_everybody_can_be_listed_with_the_reason(stage: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    mixed(stage)
    capsys.readouterr()
    assert command(stage, "lists", "who-got", key(stage), "--everybody", "--format", "json") == 0
    found = {one["address"]: one for one in json.loads(capsys.readouterr().out)}
    assert {name: one["fate"] for name, one in found.items()} == {
        "a…@example.org": "accepted",
        "b…@example.org": "refused",
        "c…@example.org": "deferred",
        "d…@example.org": "uncertain",
    }
    assert found["b…@example.org"]["code"].startswith("550")


def test_whole_addresses_are_shown_to_who_asks_for_them(stage: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    stage.at(DUE)
    capsys.readouterr()
    assert command(stage, "lists", "who-got", "one", "--show-addresses") == 0
    assert "anna@example.org" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("address", "answer"),
    [
        ("Anna@example.org", "got it: accepted by the mail server 2027-05-03 09:00 UTC"),
        ("bela@example.org", "did not get it: refused by the mail server 2027-05-03 09:00 UTC: 550 5.1.1"),
        ("carl@example.org", "deferred until 2027-05-03 09:0"),
        ("dora@example.org", "uncertain since 2027-05-03 09:00 UTC: it may have arrived"),
        ("emil@example.org", "did not get it: not on the list when the mailing began"),
    ],
)
def test_a_citizen_is_answered_in_one_line(
    stage: Scene, capsys: pytest.CaptureFixture[str], address: str, answer: str
) -> None:
    mixed(stage)
    capsys.readouterr()
    assert command(stage, "lists", "why-not", address, "one") == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith(f"{key(stage)}: {answer}")
    assert address.lower() not in line.lower()


def test_who_is_on_no_list_at_all_is_told_so(stage: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    stage.at(DUE)
    capsys.readouterr()
    assert command(stage, "lists", "why-not", "emil@example.org") == 0
    assert capsys.readouterr().out == "all mailings: never on the list of any\n"


def test_who_is_suppressed_is_told_since_when(stage: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    stage.at(DUE)
    person = stage.app.list_key.hash_of("anna@example.org")
    stage.ledger.suppressions.add(Suppression(hash=person, list=EVERY_LIST, reason=Why.COMPLAINT, since=DUE))
    capsys.readouterr()
    assert command(stage, "lists", "why-not", "anna@example.org") == 0
    assert "now: suppressed for everything since 2027-05-03 09:00 UTC: complaint" in capsys.readouterr().out


def test_before_it_begins_nobody_has_it_and_the_reason_is_told(
    stage: Scene, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert command(stage, "lists", "why-not", "anna@example.org", "one") == 0
    assert "nobody got it: it is planned" in capsys.readouterr().out


def test_a_post_has_no_readers(stage: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    stage.write(post("two", to=["twitter"]))
    stage.at(DUE)
    assert command(stage, "lists", "account", "two") == 2
    assert command(stage, "lists", "account", "nothing") == 2
    assert "that is no mailing" in capsys.readouterr().err


# --- settling by the log -----------------------------------------------------------------------------------


def uncertain(stage: Scene) -> str:
    """Bela's mail may have arrived, and the mailing is taken as sent; gives what her Message-ID begins with."""
    stage.inject("news", Fault.SMTP_DROP_AFTER_DATA, after=1)
    stage.at(DUE)
    stage.play(1)
    assert (stage.state("one", "news"), stage.readers("one")["bela"].state) == ("sent", "unknown")
    return stamp_of(key(stage), "bela@example.org")


def by_server(at: str) -> str:
    return f"2027-05-03T{at}+00:00 mail postfix/qmgr[1]: something else"


def log(stage: Scene, *lines: str) -> Path:
    file = stage.folder / "mail.log"
    around = (
        "2027-05-03T08:30:00+00:00 mail postfix/qmgr[1]: begin",
        *lines,
        "2027-05-03T09:30:00+00:00 mail postfix/qmgr[1]: end",
    )
    file.write_text("\n".join(around), encoding="utf-8")
    return file


def test_the_stamp_is_that_of_the_mail(stage: Scene) -> None:
    stage.at(DUE)
    stamp = stamp_of(key(stage), "anna@example.org")
    assert stage.readers("one")["anna"].remote_id.startswith(f"<{stamp}@")


def taken(stamp: str, *more: str) -> list[str]:
    head = "2027-05-03T09:00:01+00:00 mail postfix"
    return [
        f"{head}/cleanup[1]: 4Xyz12ABcd: message-id=<{stamp}@example.org>",
        f"{head}/qmgr[1]: 4Xyz12ABcd: from=<o@example.org>, size=1, nrcpt=1 (queue active)",
        *(f"{head}/smtp[1]: 4Xyz12ABcd: {line}" for line in more),
    ]


def test_who_is_in_the_log_got_it(stage: Scene) -> None:
    file = log(stage, *taken(uncertain(stage)))
    assert command(stage, "lists", "settle", "one", "--log", str(file)) == 0
    bela = stage.readers("one")["bela"]
    assert (bela.state, bela.detail) == ("sent", "in the mail server's log as 4Xyz12ABcd")
    assert stage.state("one", "news") == "sent"


def test_several_logs_may_follow_each_other(stage: Scene) -> None:
    file, other = log(stage, *taken(uncertain(stage))), stage.folder / "mail.log.1"
    other.write_text(f"{by_server('07:00:00')}\n", encoding="utf-8")
    assert command(stage, "lists", "settle", "one", "--log", str(other), str(file)) == 0
    assert stage.readers("one")["bela"].state == "sent"


def test_who_was_refused_afterwards_is_refused(stage: Scene) -> None:
    bounced = "to=<bela@example.org>, relay=mx, dsn=5.1.1, status=bounced (550 5.1.1 no such user)"
    file = log(stage, *taken(uncertain(stage), bounced))
    assert command(stage, "lists", "settle", "one", "--log", str(file)) == 0
    assert (stage.readers("one")["bela"].state, stage.readers("one")["bela"].code) == ("failed", "5.1.1")


def test_where_nobody_is_uncertain_settling_says_so(stage: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    stage.at(DUE)
    capsys.readouterr()
    assert command(stage, "lists", "settle", "one", "--log", str(log(stage))) == 0
    assert capsys.readouterr().out == f"{key(stage)}\n  nobody is uncertain: there is nothing to look for\n"


def test_who_is_not_in_the_log_stays_uncertain(stage: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    uncertain(stage)
    assert command(stage, "lists", "settle", "one", "--log", str(log(stage))) == 1
    assert "1 not in the log, though it covers their time → --absent-means-not-sent" in capsys.readouterr().out
    assert stage.readers("one")["bela"].state == "unknown"


def test_who_is_surely_not_in_the_log_is_written_to_again_when_that_is_wanted(stage: Scene) -> None:
    uncertain(stage)
    before = len(stage.reached())
    assert command(stage, "lists", "settle", "one", "--log", str(log(stage)), "--absent-means-not-sent") == 0
    stage.play(0.5)
    assert (stage.state("one", "news"), stage.reached()[before:]) == ("sent", ["bela"])


def test_a_log_that_does_not_cover_the_time_sends_nothing_again(
    stage: Scene, capsys: pytest.CaptureFixture[str]
) -> None:
    uncertain(stage)
    file = stage.folder / "short.log"
    file.write_text(
        "2027-05-03T08:59:59+00:00 mail postfix/qmgr[1]: begin\n2027-05-03T09:30:00+00:00 mail postfix/qmgr[1]: end\n"
    )
    assert command(stage, "lists", "settle", "one", "--log", str(file), "--absent-means-not-sent") == 1
    assert "does not surely cover their time" in capsys.readouterr().out
    stage.play(0.5)
    assert (stage.readers("one")["bela"].state, stage.reached().count("bela")) == ("unknown", 1)


def test_a_mailing_that_waits_for_a_person_is_settled_by_the_log(stage: Scene) -> None:
    stage.write(post("one", to=["news"]), channels=CHANNELS.replace("[en, pl] }", "[en, pl], on_unknown: ask }"))
    stage.inject("news", Fault.SMTP_DROP_AFTER_DATA, after=1)
    stage.at(DUE)
    stage.play(1)
    assert stage.state("one", "news") == "needs_human"
    file = log(stage, *taken(stamp_of(key(stage), "bela@example.org")))
    assert command(stage, "lists", "settle", "one", "--log", str(file), "--as", "Anna") == 0
    row = stage.row("one", "news")
    assert (row.state, row.reason) == ("sent", "4 accepted; settled from the mail server's log (Anna)")


def test_a_row_that_is_lost_is_told_and_the_command_fails(stage: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    stage.at(DUE)
    with stage.ledger.engine.begin() as connection:
        connection.execute(delete(recipients).where(recipients.c.address == "carl@example.org"))
    capsys.readouterr()
    assert command(stage, "lists", "account", "one") == 1
    assert "4 candidates ≠ 3 accepted: 1 lost" in capsys.readouterr().out


# --- the page ----------------------------------------------------------------------------------------------


def test_the_commands_of_the_page_print_what_it_shows(stage: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    stage.enlist("anna@example.org,,en", "bela@example.org,,en", "carl@example.org,,en", "dora@example.org,,pl")
    stage.write(post("weekly", to=["news"]))
    stage.inject("news", Fault.SMTP_REFUSE, after=1)
    stage.at(DUE)
    page = (Path(__file__).parents[2] / "docs" / "issues-by-mail.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```console\n(.*?)```", page, re.DOTALL)
    sessions = [one for block in blocks for one in re.split(r"^\$ publisher ", block, flags=re.MULTILINE)[1:]]
    assert len(sessions) == 3
    for session in sessions:
        words, _, output = session.partition("\n")
        capsys.readouterr()
        assert command(stage, *shlex.split(words)) == 0
        assert capsys.readouterr().out == output
