"""The preview is the same bytes as the send, for posts with and without pictures and for mails."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path

from office import json_of, open_office

from publisher.app import App, Options
from publisher.clock import SimulatedClock
from publisher.composing import SAMPLE_ADDRESS, SAMPLE_NAME
from publisher.plan import Window
from publisher.rehearsal import Rehearsal
from publisher.timing.instants import to_instant

BEGIN, END = datetime(2027, 5, 6), datetime(2027, 5, 7)  # noqa: DTZ001  wall time


def _sent(folder: Path) -> Rehearsal:
    window = Window(to_instant(BEGIN, "Europe/Warsaw"), to_instant(END, "Europe/Warsaw"))
    rehearsal = Rehearsal(schedules=folder / "schedules.yaml", templates=None, folder=folder, window=window)
    with rehearsal.sandbox:
        report = rehearsal.run()
        assert report.agrees, report
    return rehearsal


def test_the_payload_of_a_post_is_the_body_that_arrives(tmp_path: Path) -> None:
    open_office(tmp_path)
    previews = json_of(tmp_path, "preview", "--from", "2027-05-06", "--to", "2027-05-06")
    sandbox = _sent(tmp_path).sandbox
    for channel in ("twitter", "facebook"):
        shown = [one["payload"] for one in previews if one["channel"] == channel]
        arrived = [post.body.decode() for post in sandbox.posted(channel)]
        assert len(shown) == len(arrived) == 2
        for payload, body in zip(shown, arrived, strict=True):
            ids = re.findall(r'(?:%22|")(\d{15,})(?:%22|")', body)
            filled = payload
            for number, media_id in enumerate(ids, start=1):
                filled = filled.replace(f"{{media:{number}}}", media_id).replace(f"%7Bmedia%3A{number}%7D", media_id)
            assert filled == body


def test_a_post_without_a_picture_is_shown_byte_for_byte(tmp_path: Path) -> None:
    open_office(tmp_path)
    previews = json_of(tmp_path, "preview", "hello", "--from", "2027-05-06", "--to", "2027-05-06")
    sandbox = _sent(tmp_path).sandbox
    for channel in ("twitter", "facebook"):
        [shown] = [one for one in previews if one["channel"] == channel]
        assert shown["payload"] == sandbox.posted(channel)[-1].body.decode()
        assert shown["media"] == []


def test_the_mail_is_the_same_but_for_the_personal_parts(tmp_path: Path) -> None:
    open_office(tmp_path)
    previews = json_of(tmp_path, "preview", "--channel", "news", "--from", "2027-05-06", "--to", "2027-05-06")
    sandbox = _sent(tmp_path).sandbox
    mails = [mail.content.decode() for mail in sandbox.mails("news") if mail.recipient == "ben@example.org"]
    shown = [one["payload"] for one in previews if one["language"] == "en"]
    assert len(shown) == len(mails) == 2
    for payload, mail in zip(shown, mails, strict=True):
        personal = payload.replace(SAMPLE_ADDRESS, "ben@example.org").replace(SAMPLE_NAME, "Ben")
        assert _without_ids(personal) == _without_ids(mail)


def _without_ids(mail: str) -> str:
    """Message-ID and boundaries are made of the address; soft line breaks shift with the length of a name."""
    return re.sub(r"[0-9a-f]{24}", "ID", mail.replace("=\r\n", "")).replace('"', "")


def test_the_preview_needs_no_credentials_and_makes_no_ledger(tmp_path: Path) -> None:
    json_of(open_office(tmp_path), "preview")
    assert not (tmp_path / "var").exists()


def test_the_hash_in_the_ledger_is_the_hash_in_the_preview(tmp_path: Path) -> None:
    open_office(tmp_path)
    previews = json_of(tmp_path, "preview", "--channel", "twitter", "--from", "2027-05-06", "--to", "2027-05-06")
    rehearsal = _sent(tmp_path)
    options = Options(schedules=tmp_path / "schedules.yaml", database=rehearsal.app.options.database)
    ledger = App(options, clock=SimulatedClock(rehearsal.clock.now())).open_ledger()
    try:
        known = {row.key: row.payload_sha256 for row in ledger.deliveries.all()}
    finally:
        ledger.close()
    assert {one["key"]: one["sha256"] for one in previews} == {
        key: sha for key, sha in known.items() if "/twitter/" in key
    }


def test_nobodys_address_stands_in_a_preview(tmp_path: Path) -> None:
    text = json.dumps(json_of(open_office(tmp_path), "preview"))
    assert "anna@example.org" not in text
    assert "ben@example.org" not in text
