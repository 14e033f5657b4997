"""Bad input gets one clear message with place and mend, a documented exit code, no traceback; the rest goes out."""

from __future__ import annotations

from pathlib import Path

import pytest
from office import SCHEDULE, open_office, run

NOW = "2027-05-06T08:30:00Z"


def _edited(old: str, new: str) -> str:
    assert old in SCHEDULE
    return SCHEDULE.replace(old, new)


MISTAKES = {
    "unknown channel": (
        _edited("to: [twitter, facebook, news]\n    text", "to: [twiter, facebook, news]\n    text"),
        "twiter",
        "twitter",
    ),
    "unknown template": (_edited("template: invitation", "template: invitatoin"), "invitatoin", "invitation"),
    "unknown key": (_edited("    title:", "    titel: x\n    title:"), "titel", "title"),
    "impossible date": (_edited("when: 2027-05-13", "when: 2027-02-30"), "2027-02-30", "day"),
    "empty list": (SCHEDULE, "readers.csv", "readers below"),
    "missing list": (_edited("lists/readers.csv", "lists/nobody.csv"), "nobody.csv", "list"),
    "missing picture": (_edited("images/open-day.png", "images/nothing.png"), "nothing.png", "image"),
    "unknown audience": (_edited("audience: readers", "audience: reeders"), "reeders", "readers"),
    "missing text": (_edited("    text: { pl:", "    text: { fr: Bonjour }\n    subject: { pl:"), "text", "pl"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_check_names_the_place_and_the_mend(mistake: str, tmp_path: Path) -> None:
    schedule, subject, mend = MISTAKES[mistake]
    open_office(tmp_path, schedule)
    if mistake == "empty list":
        (tmp_path / "lists" / "readers.csv").write_text("email,name,language\n", encoding="utf-8")
    ran = run(tmp_path, "check")
    assert ran.returncode == 1, ran.stdout + ran.stderr
    assert subject in ran.stdout
    assert mend in ran.stdout
    assert "schedules.yaml:" in ran.stdout
    assert "→" in ran.stdout
    assert "Traceback" not in ran.stdout + ran.stderr


@pytest.mark.parametrize("mistake", MISTAKES)
def test_everything_else_still_goes_out(mistake: str, tmp_path: Path) -> None:
    schedule, _, _ = MISTAKES[mistake]
    open_office(tmp_path, schedule)
    if mistake == "empty list":
        (tmp_path / "lists" / "readers.csv").write_text("email,name,language\n", encoding="utf-8")
    ran = run(tmp_path, "run", "--sandbox", "--once", "--now", NOW)
    assert "Traceback" not in ran.stdout + ran.stderr
    status = run(tmp_path, "status").stdout
    assert status.count(" sent ") >= 2, status + ran.stderr


def test_a_bad_address_stops_only_its_row(tmp_path: Path) -> None:
    open_office(tmp_path)
    (tmp_path / "lists" / "readers.csv").write_text(
        "email,name,language\nanna@example.org,,pl\nnot an address,,pl\nben@example.org,,en\n", encoding="utf-8"
    )
    checked = run(tmp_path, "check")
    assert checked.returncode == 0
    assert "readers.csv:3:" in checked.stdout
    ran = run(tmp_path, "run", "--sandbox", "--once", "--now", NOW)
    assert ran.returncode == 0, ran.stderr
    assert "2 accepted" in run(tmp_path, "status", "hello").stdout


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["check", "nowhere.yaml"], 1),
        (["check", "."], 1),
        (["plan", "--schedules", "nowhere.yaml"], 1),
        (["run", "--once", "--schedules", "nowhere.yaml"], 1),
        (["plan", "--from", "soon"], 2),
        (["plan", "--from", "2027-05-02", "--to", "2027-05-01"], 2),
        (["preview", "nothing"], 2),
        (["preview", "--channel", "nowhere"], 2),
        (["check", "--format", "xml"], 2),
        (["fly"], 2),
        (["run", "--once", "--now", "later"], 2),
        (["run", "--now", NOW], 2),
        (["plan", "--templates", "nowhere"], 2),
        (["status"], 1),
        (["run", "--once", "--database", "nonsense"], 1),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else str(value),
)
def test_a_wrong_call_ends_with_its_code_and_one_message(arguments: list[str], code: int, tmp_path: Path) -> None:
    ran = run(open_office(tmp_path), *arguments)
    assert ran.returncode == code, ran.stdout + ran.stderr
    assert "Traceback" not in ran.stderr
    assert ran.stderr.strip()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff\xfe\x00",
        "tytuł: zażółć".encode("cp1250"),
        b"- a\n- b\n",
        b"events: [[[[",
        b"a: &x [*x]",
        b"{" * 60,
    ],
)
def test_an_unreadable_file_is_one_message(content: bytes, tmp_path: Path) -> None:
    open_office(tmp_path)
    (tmp_path / "schedules.yaml").write_bytes(content)
    for arguments in (["check"], ["plan"], ["run", "--once", "--sandbox"]):
        ran = run(tmp_path, *arguments)
        assert "Traceback" not in ran.stderr, ran.stderr
        assert ran.returncode in ({0, 1} if not content else {1})


def test_a_missing_credential_is_named_with_its_variable(tmp_path: Path) -> None:
    ran = run(open_office(tmp_path), "run", "--once", "--now", NOW)
    assert ran.returncode == 2
    for name in ("PUBLISHER_TWITTER_CONSUMER_KEY", "PUBLISHER_FACEBOOK_PAGE_ID", "PUBLISHER_NEWS_SMTP_URL"):
        assert name in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_variable_that_a_template_does_not_have_is_named_with_its_line(tmp_path: Path) -> None:
    open_office(tmp_path)
    folder = tmp_path / "templates" / "invitation"
    folder.mkdir(parents=True)
    (folder / "social.j2").write_text("Welcome!\n{{ event.titel }}\n", encoding="utf-8")
    ran = run(tmp_path, "check")
    assert ran.returncode == 1
    assert "invitation/social.j2:2" in ran.stdout
    assert "titel" in ran.stdout
    assert "title" in ran.stdout
