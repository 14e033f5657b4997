"""What the logs of Postfix, Exim and sendmail show of mails that are known by their Message-ID."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from publisher.errors import SettingsError
from publisher.newsletter.maillogs import Findings, Sought, Trace, search

NOW = datetime(2027, 5, 3, 12, tzinfo=UTC)
ANNA = Sought(stamp="a" * 24, address="anna@example.org")
BELA = Sought(stamp="b" * 24, address="bela@example.org")
ID = f"<{ANNA.stamp}@example.com>"
POSTFIX = "May  3 09:00:01 mail postfix"


def found(folder: Path, *lines: str, sought: tuple[Sought, ...] = (ANNA, BELA)) -> Findings:
    log = folder / "mail.log"
    log.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return search([log], sought, now=NOW, zone=UTC)


def postfix(*rest: str) -> list[str]:
    return [f"{POSTFIX}/cleanup[12]: 4Xyz12ABcd: message-id={ID}", *(f"{POSTFIX}/{line}" for line in rest)]


ACTIVE = "qmgr[10]: 4Xyz12ABcd: from=<bounces@example.com>, size=4012, nrcpt=1 (queue active)"
TO = "smtp[14]: 4Xyz12ABcd: to=<anna@example.org>, relay=mx.example.org[192.0.2.1]:25, delay=1.2, delays=0/0/1/0"


@pytest.mark.parametrize(
    ("lines", "trace"),
    [
        ([ACTIVE], Trace(queue="4Xyz12ABcd", is_taken=True)),
        (
            [ACTIVE, f"{TO}, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 77)", "qmgr[10]: 4Xyz12ABcd: removed"],
            Trace(queue="4Xyz12ABcd", is_taken=True, code="2.0.0", said="250 2.0.0 Ok: queued as 77"),
        ),
        (
            [ACTIVE, f"{TO}, dsn=5.1.1, status=bounced (host mx said: 550 5.1.1 <anna@example.org>: gone)"],
            Trace(
                queue="4Xyz12ABcd",
                is_taken=True,
                is_refused=True,
                code="5.1.1",
                said="host mx said: 550 5.1.1 <…>: gone",
            ),
        ),
        (
            [ACTIVE, f"{TO}, dsn=4.2.0, status=deferred (450 4.2.0 greylisted)"],
            Trace(queue="4Xyz12ABcd", is_taken=True, code="4.2.0", said="450 4.2.0 greylisted"),
        ),
    ],
)
def test_postfix_shows_what_became_of_a_mail(tmp_path: Path, lines: list[str], trace: Trace) -> None:
    assert found(tmp_path, *postfix(*lines)).traces == {ANNA.stamp: trace}


def test_a_mail_that_broke_off_while_it_came_in_was_not_taken(tmp_path: Path) -> None:
    lost = "smtpd[11]: lost connection after DATA (3012 bytes) from office[192.0.2.9]"
    assert found(tmp_path, *postfix(lost)).traces == {}


def test_a_queue_id_that_was_used_again_is_nobodys(tmp_path: Path) -> None:
    other = "smtp[14]: 4Xyz12ABcd: to=<somebody@example.org>, dsn=5.1.1, status=bounced (no)"
    assert not found(tmp_path, *postfix(ACTIVE, other)).traces[ANNA.stamp].is_refused


def test_an_alias_counts_as_the_reader(tmp_path: Path) -> None:
    alias = TO.replace("to=<anna@example.org>", "to=<a.nowak@example.net>, orig_to=<Anna@example.org>")
    assert found(tmp_path, *postfix(ACTIVE, f"{alias}, dsn=5.0.0, status=bounced (no)")).traces[ANNA.stamp].is_refused


EXIM = "2027-05-03 09:00:01 1uAbCd-000000012Ab-3XyZ"


@pytest.mark.parametrize(
    ("line", "is_refused", "said"),
    [
        ('=> anna@example.org R=dnslookup T=remote_smtp H=mx [192.0.2.1] C="250 OK id=1"', False, "250 OK id=1"),
        (
            "** anna@example.org R=dnslookup T=remote_smtp: SMTP error after RCPT: 550 no such user",
            True,
            "550 no such user",
        ),
        ("== anna@example.org R=dnslookup T=remote_smtp defer (-44): 451 later", False, "deferred by the next server"),
    ],
)
def test_exim_shows_what_became_of_a_mail(tmp_path: Path, line: str, said: str, *, is_refused: bool) -> None:
    came = f"{EXIM} <= bounces@example.com H=office [192.0.2.9] P=esmtps S=4012 id={ANNA.stamp}@example.com"
    trace = found(tmp_path, came, f"{EXIM} {line}", f"{EXIM} Completed").traces[ANNA.stamp]
    assert (trace.is_taken, trace.is_refused, trace.said) == (True, is_refused, said)


def test_exims_old_queue_ids_are_known_too(tmp_path: Path) -> None:
    line = f"2027-05-03 09:00:01 +0000 1uAbCd-0001Ab-XY <= b@example.com H=o P=esmtp S=1 id={ANNA.stamp}@example.com"
    assert found(tmp_path, line).traces[ANNA.stamp].is_taken


@pytest.mark.parametrize(
    ("rest", "is_refused"),
    [
        ("to=<anna@example.org>, delay=00:00:01, mailer=esmtp, dsn=2.0.0, stat=Sent (OK 1)", False),
        ("to=<anna@example.org>, delay=00:00:01, mailer=esmtp, dsn=5.1.1, stat=User unknown", True),
        ("to=<anna@example.org>, delay=00:00:01, mailer=esmtp, dsn=4.0.0, stat=Deferred: 450 later", False),
    ],
)
def test_sendmail_shows_what_became_of_a_mail(tmp_path: Path, rest: str, *, is_refused: bool) -> None:
    head = "2027-05-03T11:00:01.123+02:00 mail sm-mta[77]: 54390001abcdef:"
    came = f"{head} from=<b@example.com>, size=1, class=0, nrcpts=1, msgid={ID}, proto=ESMTP, relay=office"
    trace = found(tmp_path, came, f"{head} {rest}").traces[ANNA.stamp]
    assert (trace.is_taken, trace.is_refused) == (True, is_refused)


def test_packed_logs_are_read_whatever_their_order(tmp_path: Path) -> None:
    old, new = tmp_path / "mail.log.1.gz", tmp_path / "mail.log"
    begin, *rest = postfix(ACTIVE, f"{TO}, dsn=2.0.0, status=sent (250 Ok)")
    old.write_bytes(gzip.compress(f"{begin}\n".encode()))
    new.write_text("\n".join(rest), encoding="utf-8")
    assert search([new, old], [ANNA], now=NOW, zone=UTC).traces[ANNA.stamp].said == "250 Ok"


def test_no_address_stays_in_what_was_said(tmp_path: Path) -> None:
    lines = postfix(ACTIVE, f"{TO}, dsn=5.1.1, status=bounced (550 <anna@example.org>: unknown)")
    assert "@" not in found(tmp_path, *lines).traces[ANNA.stamp].said


@pytest.mark.parametrize("written", ["May  3 08:00:00", "2027-05-03T10:00:00+02:00", "2027-05-03 08:00:00"])
def test_a_log_covers_a_time_when_it_begins_before_and_goes_on_after(tmp_path: Path, written: str) -> None:
    later = written.replace("08:00", "09:00").replace("10:00", "11:00")
    log = found(tmp_path, f"{written} mail postfix/anvil[1]: begin", f"{later} mail postfix/qmgr[1]: end")
    margin = timedelta(minutes=15)
    assert log.covers(datetime(2027, 5, 3, 8, 30, tzinfo=UTC), margin=margin)
    assert not log.covers(datetime(2027, 5, 3, 8, 50, tzinfo=UTC), margin=margin)
    assert not log.covers(datetime(2027, 5, 3, 8, 10, tzinfo=UTC), margin=margin)


@pytest.mark.parametrize(("third", "covers"), [("08:40", True), ("10:00", False)])
def test_logs_between_which_a_file_is_missing_do_not_cover_its_time(
    tmp_path: Path, third: str, *, covers: bool
) -> None:
    logs = [tmp_path / "mail.log", tmp_path / "mail.log.1"]
    for log, times in zip(logs, [(third, "11:00"), ("08:00", "08:30")], strict=True):
        log.write_text("".join(f"May  3 {time}:00 mail postfix/qmgr[1]: x\n" for time in times), encoding="utf-8")
    found_in_both = search(logs, [ANNA], now=NOW, zone=UTC)
    moment = datetime(2027, 5, 3, 9, tzinfo=UTC)
    assert found_in_both.covers(moment, margin=timedelta(minutes=15)) is covers


def test_a_log_without_times_covers_nothing(tmp_path: Path) -> None:
    assert not found(tmp_path, "postfix/qmgr[1]: nothing to see").covers(NOW, margin=timedelta(0))


def test_what_other_programs_write_covers_nothing(tmp_path: Path) -> None:
    others = [f"May  3 {hour:02}:00:00 mail cron[1]: by the hour" for hour in range(1, 11)]
    log = found(tmp_path, *others, "May  3 09:00:00 mail postfix/qmgr[1]: begin")
    assert log.spans == [(datetime(2027, 5, 3, 9, tzinfo=UTC),) * 2]


@pytest.mark.parametrize(
    "line",
    [
        "2027-05-03 09:00:01 exim 4.96 daemon started: pid=77, -q30m, listening for SMTP on port 25",
        "2027-05-03 09:00:01 +0000 [1234] Start queue run: pid=99",
        "2027-05-03T09:00:01+00:00 mail sendmail[77]: alias database /etc/aliases rebuilt",
        "May  3 09:00:01 mail postfix/submission/smtpd[12]: connect from office[192.0.2.7]",
    ],
)
def test_a_mail_server_that_sent_nothing_is_known_by_its_log(tmp_path: Path, line: str) -> None:
    assert found(tmp_path, line).spans[0][0] == datetime(2027, 5, 3, 9, 0, 1, tzinfo=UTC)


@pytest.mark.parametrize("lines", [[], ["May  3 08:00:00 web nginx[1]: GET /"], ["email", "anna@example.org"]])
def test_a_file_that_no_mail_server_wrote_settles_nobody(tmp_path: Path, lines: list[str]) -> None:
    with pytest.raises(SettingsError, match="no line here was written by Postfix, Exim or sendmail"):
        found(tmp_path, *lines)


def test_a_day_that_would_lie_ahead_is_of_last_year(tmp_path: Path) -> None:
    log = found(tmp_path, "Dec 31 23:00:00 mail postfix/qmgr[1]: y")
    assert log.spans[0][0] == datetime(2026, 12, 31, 23, tzinfo=UTC)


def test_a_log_that_cant_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="the log can't be read"):
        search([tmp_path / "nothing.log"], [ANNA], now=NOW, zone=UTC)
    (tmp_path / "cut.gz").write_bytes(gzip.compress(b"May  3 09:00:01 x\n" * 99)[:-9])
    with pytest.raises(SettingsError, match="the log can't be read"):
        search([tmp_path / "cut.gz"], [ANNA], now=NOW, zone=UTC)
