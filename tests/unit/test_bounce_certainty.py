"""When a reader who is called unknown is: to what the server said it, and in which words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from publisher.bounces.judgement import Evidence, Heard, judge
from publisher.bounces.read import reports
from publisher.bounces.report import BounceKind, Reason
from publisher.bounces.signs import heard_at

READER = "zofia@example.net"


def returned(words: str, *, headers: str = "") -> bytes:
    """A report for people, and the mail behind it."""
    return (
        f"From: Mail Delivery System <MAILER-DAEMON@mx.example.org>\nSubject: Undelivered mail\n{headers}\n{words}\n\n"
        f"--- Below this line is a copy of the message.\n\nReturn-Path: <bounces@news.example.org>\n"
        f"From: office@news.example.org\nTo: {READER}\nMessage-ID: <1@news.example.org>\nSubject: Spotkanie\n"
    ).encode()


def machine(*, status: str, words: str, more: str = "", people: str = "Your mail came back.") -> bytes:
    """A report for machines."""
    return (
        "From: MAILER-DAEMON@mx.example.org\nSubject: Undelivered\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="B"\n\n'
        f"--B\nContent-Type: text/plain\n\n{people}\n\n--B\nContent-Type: message/delivery-status\n\n"
        f"Reporting-MTA: dns; mx.example.org\n\nFinal-Recipient: rfc822; {READER}\nAction: failed\nStatus: {status}\n"
        f"Diagnostic-Code: smtp; {words}\n{more}\n--B--\n"
    ).encode()


def reason_of(raw: bytes) -> Reason:
    (report,) = reports(raw)
    assert report.recipient == READER
    return report.reason


@pytest.mark.parametrize(
    ("words", "stage"),
    [
        ("said: 550 unknown user (in reply to RCPT TO command)", Heard.RECIPIENT),
        ("said: 550 unknown user (in reply\n    to RCPT TO command)", Heard.RECIPIENT),
        ("SMTP error from remote mail server after RCPT TO:<a@b.example>: 550 unknown user", Heard.RECIPIENT),
        (
            "SMTP error from remote mail server after pipelined\n RCPT TO:<a@b.example>: 550 unknown user",
            Heard.RECIPIENT,
        ),
        (">>> RCPT To:<a@b.example>\n<<< 550 unknown user", Heard.RECIPIENT),
        ("--> RCPT To:<a@b.example>\n 08:00: <-- 550 unknown user", Heard.RECIPIENT),
        ("198.51.100.7 does not like recipient.\nRemote host said: 550 unknown user", Heard.RECIPIENT),
        ("most progress was RCPT TO response; remote host said: 550 unknown user", Heard.RECIPIENT),
        ("mx.example.net did not like our RCPT TO:\n550 unknown user", Heard.RECIPIENT),
        ("550 unknown user\n[RCPT_TO]", Heard.RECIPIENT),
        ("550 unknown user (state 14)", Heard.RECIPIENT),
        ("said: 550 unknown user (in reply to end of DATA command)", Heard.CONTENT),
        ("said: 550 unknown user (in reply to DATA command)", Heard.CONTENT),
        ("SMTP error from remote mail server after end\n of data: 550 unknown user", Heard.CONTENT),
        (">>> DATA\n<<< 550 unknown user", Heard.CONTENT),
        ("198.51.100.7 failed after I sent the message.\nRemote host said: 550 unknown user", Heard.CONTENT),
        ("-------server message\n550 unknown user\n-------SMTP command\nDATA", Heard.CONTENT),
        ("550 unknown user (state 18)", Heard.CONTENT),
        (">>> DATA\n<<< 550 unknown user\n<<< 554 5.5.1 Error: no valid recipients", Heard.UNTOLD),
        ("said: 550 unknown domain (in reply to MAIL FROM command)", Heard.SENDER),
        ("Connected to 198.51.100.7 but my name was rejected.\nRemote host said: 550 no", Heard.SENDER),
        ("Connected to 198.51.100.7 but sender was rejected.\nRemote host said: 550 no", Heard.SENDER),
        ("550 unknown user", Heard.UNTOLD),
    ],
)
def test_reports_tell_to_what_the_server_said_no(words: str, stage: Heard) -> None:
    assert heard_at(words) is stage


@pytest.mark.parametrize(
    "words", ["550 User unknown", "550 no such user here", "554 mailbox unavailable", "553 invalid recipient"]
)
def test_the_same_words_weigh_differently(words: str) -> None:
    found = {stage: judge(Evidence(words=words, reader=READER, heard_at=stage)).reason for stage in Heard}
    assert found == {
        Heard.RECIPIENT: Reason.USER_UNKNOWN,
        Heard.CONTENT: Reason.FILTERED,
        Heard.SENDER: Reason.SENDER_REJECTED,
        Heard.UNTOLD: Reason.PERHAPS_UNKNOWN,
    }


@pytest.mark.parametrize(
    "words", ["550 unknown user", "553 unknown host", "551 user has moved to a@b.example", "556 does not accept mail"]
)
def test_what_is_said_of_the_sender_is_no_readers_fault(words: str) -> None:
    assert judge(Evidence(words=words, heard_at=Heard.SENDER)).reason is Reason.SENDER_REJECTED


def test_an_exact_code_is_a_proof_wherever_it_was_said() -> None:
    for stage in (Heard.RECIPIENT, Heard.CONTENT, Heard.UNTOLD):
        assert judge(Evidence(words="550 5.1.1 unknown user", heard_at=stage)).reason is Reason.USER_UNKNOWN
        assert judge(Evidence(words="550 unknown user", status="5.1.1", heard_at=stage)).reason is Reason.USER_UNKNOWN


def test_a_code_of_the_server_outweighs_the_one_that_the_report_makes_of_it() -> None:
    assert reason_of(machine(status="5.1.1", words="550 5.0.0 user unknown")) is Reason.PERHAPS_UNKNOWN
    assert reason_of(machine(status="5.1.1", words="550 5.7.1 user unknown")) is Reason.PERHAPS_UNKNOWN


def test_a_code_about_what_a_server_forbids_makes_its_words_doubtful() -> None:
    refusal = Evidence(words="550 5.7.1 User unknown", heard_at=Heard.RECIPIENT)
    assert judge(refusal).reason is Reason.PERHAPS_UNKNOWN
    assert judge(replace(refusal, words="550 User unknown", status="5.7.1")).reason is Reason.USER_UNKNOWN


def test_a_reply_that_names_the_reader_answers_rcpt() -> None:
    assert reason_of(returned(f"<{READER}>:\nRemote host said: 550 <{READER}>: User unknown")) is Reason.USER_UNKNOWN
    assert reason_of(returned(f"<{READER}>:\nRemote host said: 550 User unknown")) is Reason.PERHAPS_UNKNOWN
    named = f"550 5.1.351 unknown recipient -> 550 <{READER}>: User unknown"
    assert reason_of(machine(status="5.1.351", words=named)) is Reason.USER_UNKNOWN
    assert reason_of(machine(status="5.1.351", words="550 5.1.351 unknown recipient")) is Reason.PERHAPS_UNKNOWN
    assert reason_of(machine(status="5.2.1", words=f"550 5.2.1 <{READER}> User unknown")) is Reason.PERHAPS_UNKNOWN


@pytest.mark.parametrize(
    "words",
    [
        f"User {READER} not listed in Domino Directory",
        "The recipient name is not recognized",
        f"Unknown user: {READER}",
        "nie ma takiego użytkownika",
        "Der Empfänger existiert nicht",
        "554 delivery error: dd This user doesn't have an example.net account",
        "550 #5.1.0 Address rejected.",
        "550 User unknown in virtual mailbox table",
    ],
)
def test_what_a_system_says_of_its_own_directory_is_a_proof(words: str) -> None:
    assert judge(Evidence(words=words)).reason is Reason.USER_UNKNOWN


def test_a_refusal_of_the_address_without_a_reason_is_one() -> None:
    words = "said: 550 <zofia@example.net>: Recipient address rejected. (in reply to RCPT TO command)"
    assert reason_of(returned(f"<{READER}>: host mx.example.net {words}")) is Reason.USER_UNKNOWN
    for why in ("On hold", "Internal error", "Policy"):
        assert judge(Evidence(words=f"550 Recipient address rejected: {why}", heard_at=Heard.RECIPIENT)).kind is not (
            BounceKind.HARD
        )


def test_a_mailing_program_that_says_what_kind_of_bounce_it_is_is_believed() -> None:
    vague = machine(status="5.2.1", words="550 5.2.1 user unknown")
    assert reason_of(vague) is Reason.PERHAPS_UNKNOWN
    category = "X-PowerMTA-BounceCategory: bad-mailbox\n"
    assert reason_of(machine(status="5.2.1", words="550 5.2.1 user unknown", more=category)) is Reason.USER_UNKNOWN


def test_who_keeps_the_mailbox_knows_best_why_it_took_no_mail() -> None:
    told = f"Your message to <{READER}> was automatically rejected:\nQuota exceeded (mailbox for user is full)"
    assert reason_of(machine(status="5.1.1", words="550 5.1.1 unknown", people=told)) is Reason.MAILBOX_FULL


def test_a_domain_that_takes_no_mail_is_told_from_a_server_that_takes_none_of_ours() -> None:
    none = returned(f"  {READER}\n    an MX or SRV record indicated no SMTP service")
    assert reason_of(none) is Reason.NO_MAIL
    assert judge(Evidence(words="554 no SMTP service here")).kind is BounceKind.BLOCK


def test_two_replies_make_no_words_together() -> None:
    line = "host mx.example.net [198.51.100.7]: 550 : User unknown"
    words = f"  {READER}\n    SMTP error from remote mail server after end of data:\n    {line}"
    assert reason_of(returned(f"{words}\n\n{words}")) is Reason.FILTERED


@pytest.mark.parametrize("language", ["may not exist", "existiert möglicherweise nicht", "n'existe peut-être pas"])
def test_a_group_that_may_not_exist_is_no_reader_who_does_not(language: str) -> None:
    words = f"The group ({language}). See https://groups.google.com/support/ for more.\n"
    found = returned(words, headers=f"X-Failed-Recipients: {READER}\n")
    assert reason_of(found) is Reason.FILTERED


def test_a_notification_in_a_notification_is_read_also_when_its_lines_were_wrapped() -> None:
    inner = (
        r"{\"notificationType\":\"Bounce\",\"bounce\":{\"bounceSubType\":\"General\",\"bouncedRecipients\":["
        r"{\"emailAddress\":\"zofia@example.net\",\"status\":\"5.1.1\",\"diagnosticCode\":\"smtp; 550 5.1.1"
        "\n"
        r" unknown\"}]},\"mail\":{\"headers\":\"" + "x" * 15_000 + r"\"}}"
    )
    raw = f'From: no-reply@sns.example.com\nSubject: Notification\n\n{{"Type": "Notification", "Message": "{inner}"}}\n'
    assert reason_of(raw.encode()) is Reason.USER_UNKNOWN
