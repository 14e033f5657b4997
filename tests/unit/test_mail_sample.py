"""What mailbox providers look at in a mail itself."""

from __future__ import annotations

import pytest

from publisher.channels.email_sample import examine_mail

HEAD = {
    "From": "Office <office@example.org>",
    "To": "anna@example.org",
    "Subject": "News",
    "Date": "Mon, 03 May 2027 09:00:00 +0000",
    "Message-ID": "<1@example.org>",
    "List-Unsubscribe": "<https://example.org/u/x>, <mailto:office@example.org>",
    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    "Content-Type": "text/html; charset=utf-8",
}


def looked_at(*more: str, body: str = "<p>News</p>", **changed: str | None) -> list[tuple[str, str]]:
    head = HEAD | {name.replace("_", "-"): value for name, value in changed.items()}  # type: ignore[dict-item]
    lines = [f"{name}: {value}" for name, value in head.items() if value is not None]
    content = "\r\n".join([*lines, *more, "", body, ""]).encode()
    return [(one.grade.value, one.words) for one in examine_mail(content, subject="news")]


def test_a_mail_as_it_should_be_is_fine() -> None:
    assert looked_at() == [
        ("ok", "the mail has one sender and a Message-ID of its own"),
        ("ok", "mail programs show a button to unsubscribe by one click"),
        ("ok", "the next mail has 0 kB of HTML; Gmail shows 102"),
    ]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"From": "a@example.org, b@example.org"}, "From of the mail is not one address"),
        ({"From": None}, "From of the mail is not one address"),
        ({"Message_ID": None}, "no valid Message-ID"),
        ({"Message_ID": "<1@localhost>"}, "no valid Message-ID"),
    ],
)
def test_a_head_that_providers_refuse_is_an_error(changed: dict[str, str | None], words: str) -> None:
    grade, said = looked_at(**changed)[0]
    assert (grade, words in said) == ("error", True), said


def test_a_header_that_stands_there_twice_is_an_error() -> None:
    assert looked_at("Subject: again")[0] == ("error", "the mail has the header Subject twice")


def test_a_way_out_by_mail_is_one_and_none_is_an_error() -> None:
    by_mail = looked_at(List_Unsubscribe="<mailto:office@example.org>", List_Unsubscribe_Post=None)[1]
    assert by_mail == ("ok", "mail programs can unsubscribe readers by a mail")
    assert looked_at(List_Unsubscribe=None, List_Unsubscribe_Post=None)[1][0] == "error"


def test_a_mail_that_gmail_cuts_is_a_warning() -> None:
    assert looked_at(body="x " * 60_000)[2][0] == "warning"
