"""From what a server said to why."""

from __future__ import annotations

import pytest

from publisher.bounces import codes
from publisher.bounces.judgement import Evidence, Heard, from_reply, judge
from publisher.bounces.report import KIND_OF, BounceKind, Reason


@pytest.mark.parametrize(
    ("code", "words", "kind", "reason"),
    [
        (550, "5.1.1 User unknown", "hard", "user-unknown"),
        (550, "5.1.1 rejected", "hard", "user-unknown"),
        (550, "No such user here", "hard", "user-unknown"),
        (550, "Requested action not taken: mailbox unavailable", "hard", "user-unknown"),
        (550, "5.4.1 Recipient address rejected: Access denied", "hard", "user-unknown"),
        (550, "5.1.2 Host unknown", "hard", "host-unknown"),
        (556, "5.1.10 Recipient address has null MX", "hard", "no-mail"),
        (521, "mail.example.org does not accept mail", "hard", "no-mail"),
        (551, "5.1.6 User has moved to new@example.com", "hard", "moved"),
        (450, "4.1.1 User unknown", "soft", "system"),
        (452, "4.2.2 Mailbox full", "soft", "mailbox-full"),
        (552, "5.2.2 Over quota", "soft", "mailbox-full"),
        (552, "", "soft", "mailbox-full"),
        (550, "5.2.1 This account is disabled", "soft", "suspended"),
        (450, "4.7.1 Greylisted, please try again", "soft", "greylisted"),
        (421, "4.3.2 Too busy", "soft", "system"),
        (554, "5.7.1 Relay access denied", "soft", "not-relayed"),
        (552, "5.3.4 Message size exceeds fixed limit", "sender_fault", "too-large"),
        (550, "5.7.26 Unauthenticated email is not accepted", "sender_fault", "authentication"),
        (550, "5.7.23 SPF check failed", "sender_fault", "authentication"),
        (550, "5.7.25 Client host rejected: cannot find your reverse hostname", "sender_fault", "reverse-dns"),
        (553, "5.1.8 Domain of sender address does not exist", "sender_fault", "sender-rejected"),
        (530, "5.7.0 Must issue a STARTTLS command first", "sender_fault", "encryption"),
        (535, "5.7.8 Authentication credentials invalid", "sender_fault", "login"),
        (421, "4.7.28 unusual rate of mail", "sender_fault", "rate"),
        (554, "5.7.1 Client host blocked using zen.spamhaus.org", "block", "blocklisted"),
        (550, "5.7.1 Message rejected as spam", "block", "spam"),
        (550, "5.1.1 rejected as spam, not because the user is unknown", "block", "spam"),
        (554, "5.7.1 Eicar virus found in the mail", "block", "virus"),
        (550, "5.7.1 denied", "block", "policy"),
        (550, "", "soft", "undetermined"),
        (554, "", "soft", "undetermined"),
    ],
)
def test_replies_of_servers(code: int, words: str, kind: str, reason: str) -> None:
    verdict = from_reply(code, words)
    assert (str(verdict.kind), str(verdict.reason)) == (kind, reason)


def test_unknown_after_the_content_was_seen_is_a_filter_unless_the_code_is_exact() -> None:
    assert from_reply(550, "Unknown user", heard_at=Heard.CONTENT).reason is Reason.FILTERED
    assert from_reply(550, "5.1.1 Unknown user", heard_at=Heard.CONTENT).reason is Reason.USER_UNKNOWN


def test_nothing_that_is_said_for_now_is_hard() -> None:
    for words in ("user unknown", "host unknown", "does not accept mail", "user has moved to x"):
        for status in ("4.1.1", "4.4.4", "4.0.0"):
            assert judge(Evidence(words=f"450 {status} {words}")).kind is not BounceKind.HARD
            assert judge(Evidence(words=words, status=status)).kind is not BounceKind.HARD


def test_a_code_of_the_last_server_beats_a_vague_status() -> None:
    verdict = judge(Evidence(words="550 5.1.1 no", status="5.0.0"))
    assert (verdict.reason, verdict.status) == (Reason.USER_UNKNOWN, "5.1.1")


def test_a_status_stands_where_the_words_have_no_code() -> None:
    verdict = judge(Evidence(words="", status="5.2.2 (mailbox full)"))
    assert (verdict.reason, verdict.status) == (Reason.MAILBOX_FULL, "5.2.2")


def test_parts_of_numbers_of_the_internet_are_no_codes() -> None:
    assert codes.statuses("from [5.1.1.2] and 5.1.1.3 and 15.1.1") == []
    assert codes.reply_code("host 550.example.org port 4500") == 0


def test_every_reason_belongs_to_one_kind() -> None:
    assert set(KIND_OF) == set(Reason)


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("5.1.0 Address rejected.", BounceKind.HARD),
        ("Mailbox unavailable or access denied", BounceKind.HARD),
        ("5.5.1 Error: no valid recipients", BounceKind.HARD),
        ("Sorry, this user does not accept mail from your address", BounceKind.SOFT),
        ("5.1.1 Recipient is only accepting mail from specific email addresses", BounceKind.SOFT),
        ("5.1.4 RESOLVER.ADR.Ambiguous; ambiguous address", BounceKind.SOFT),
        ("Rejected by header based Anti-Spoofing policy", BounceKind.SENDER_FAULT),
        ("Sender address rejected: User unknown in virtual alias table", BounceKind.SENDER_FAULT),
        ("Verification failed for <b@example.org>: the account or domain may not exist", BounceKind.SENDER_FAULT),
        ("5.2.1 Mailbox unavailable. Your IP address is blacklisted", BounceKind.BLOCK),
        ("5.1.7 Invalid address", BounceKind.SENDER_FAULT),
        ("5.1.7 Recipient unknown", BounceKind.HARD),
        ("TRANSFER REFUSED - poor reputation", BounceKind.BLOCK),
    ],
)
def test_words_that_look_like_something_else(words: str, kind: BounceKind) -> None:
    assert from_reply(550, words).kind is kind
