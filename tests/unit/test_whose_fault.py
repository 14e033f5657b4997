"""Whose fault a refusal is: replies as servers really give them."""

from __future__ import annotations

import pytest

from publisher.channels.email_answers import Reply, Stage, classify, culprit_of
from publisher.channels.email_faults import Culprit, asks_for_slower, is_greylisting
from publisher.errors import Blocked, CredentialsBroken, Rejected, TransportError

READER, LOGIN, REPUTATION = Culprit.READER, Culprit.LOGIN, Culprit.REPUTATION
CONTENT, PROTOCOL = Culprit.CONTENT, Culprit.PROTOCOL

AT_RECIPIENT = [
    (550, "5.1.1 <a@example.org>: Recipient address rejected: User unknown in virtual mailbox table", READER),
    (550, "5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup", READER),
    (550, "5.5.0 Requested action not taken: mailbox unavailable (S2017062302)", READER),
    (550, "5.2.1 The email account that you tried to reach is disabled", READER),
    (552, "5.2.2 The email account that you tried to reach is over quota", READER),
    (550, "No such user here", READER),
    (553, "sorry, that domain isn't in my list of allowed rcpthosts", READER),
    (501, "5.1.3 Bad recipient address syntax", READER),
    (550, "5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required", READER),
    (550, "5.7.1 <board@example.org>: Recipient address rejected: members only", READER),
    (554, "5.7.1 <a@example.org>: Relay access denied", LOGIN),
    (550, "relaying denied", LOGIN),
    (530, "5.7.57 SMTP; Client was not authenticated to send anonymous mail during MAIL FROM", LOGIN),
    (550, "5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org", REPUTATION),
    (554, "5.7.1 Your server IP has a poor reputation", REPUTATION),
    (550, "5.7.25 Client host rejected: cannot find your reverse hostname (reverse DNS)", REPUTATION),
    (554, "blocked by our blacklist", REPUTATION),
    (550, "5.1.8 <b@example.org>: Sender address rejected: Domain not found", REPUTATION),
    (550, "5.1.0 <b@example.org>: Sender address rejected: User unknown in virtual alias table", REPUTATION),
    (550, "Sender verify failed", REPUTATION),
    (504, "5.5.2 <mail>: Helo command rejected: need fully-qualified hostname", REPUTATION),
    (553, "5.7.2 [TSS09] All messages from 192.0.2.1 will be permanently deferred", REPUTATION),
    (550, "5.7.23 The message was rejected because of Sender Policy Framework violation", REPUTATION),
    (550, "5.7.708 Service unavailable. Access denied, traffic not accepted from this IP", REPUTATION),
    (550, "5.1.1 ICB: bad reputation", REPUTATION),
    (550, "5.7.1 Rejected by local policy", REPUTATION),
    (550, "Unfortunately, messages from 192.0.2.1 weren't sent.", REPUTATION),
    (550, "5.4.5 Daily user sending limit exceeded", REPUTATION),
    (550, "5.6.11 Invalid characters", CONTENT),
    (550, "5.7.1 <a@example.org>: Recipient address rejected: by policy of the mailbox", READER),
    (550, "5.7.504 [a@example.org]: Recipient address rejected: Access denied", READER),
    (550, "No such user here, says 192.0.2.1", READER),
    (503, "5.5.1 Error: need MAIL command", PROTOCOL),
    (500, "5.5.2 Error: command not recognized", PROTOCOL),
]

AT_CONTENT = [
    (550, "5.7.515 Access denied, sending domain example.org does not meet the required level", REPUTATION),
    (550, "5.7.26 Unauthenticated email from example.org is not accepted due to domain's DMARC policy", REPUTATION),
    (550, "5.7.1 [192.0.2.1] Our system has detected that this message is likely unsolicited mail", REPUTATION),
    (554, "5.7.1 Message refused by policy", REPUTATION),
    (554, "Message rejected as spam", REPUTATION),
    (554, "5.7.9 Message not accepted for policy reasons", LOGIN),
    (535, "5.7.8 Authentication credentials invalid", LOGIN),
    (552, "5.3.4 Message size exceeds fixed limit", CONTENT),
    (552, "Message too large", CONTENT),
    (550, "5.6.0 Message not accepted: bare line feed", CONTENT),
    (552, "5.2.2 Mailbox full", READER),
    (554, "delivery error: dd This user doesn't have a yahoo.com account", READER),
    (550, "5.1.1 no such user", READER),
    (550, "5.2.0 message refused by antispam filter", REPUTATION),
    (550, "Sender verify failed", REPUTATION),
    (554, "Transaction failed Reject due to policy restrictions", REPUTATION),
    (550, "Maximum line length exceeded", CONTENT),
    (550, "5.2.3 Message too large for this mailbox", READER),
    (503, "5.5.1 Bad sequence of commands", PROTOCOL),
    (550, "no", READER),
]

RAISED: dict[Culprit, type[TransportError]] = {
    READER: Rejected,
    LOGIN: CredentialsBroken,
    REPUTATION: Blocked,
    CONTENT: Blocked,
    PROTOCOL: Blocked,
}


@pytest.mark.parametrize(
    ("stage", "code", "words", "culprit"),
    [(Stage.RECIPIENT, *case) for case in AT_RECIPIENT] + [(Stage.CONTENT, *case) for case in AT_CONTENT],
)
def test_a_refusal_is_laid_at_the_right_door(stage: Stage, code: int, words: str, culprit: Culprit) -> None:
    reply = Reply(code, words)
    assert culprit_of(reply, stage=stage) is culprit
    assert type(classify(reply, stage=stage)) is RAISED[culprit]
    assert classify(reply, stage=stage).remedy


@pytest.mark.parametrize(
    ("code", "words", "slower"),
    [
        (421, "4.7.0 Try again later, closing connection", True),
        (450, "4.7.28 Gmail has detected an unusual rate of unsolicited mail", True),
        (450, "4.2.1 The user you are trying to contact is receiving mail at a rate that prevents delivery", True),
        (451, "4.7.500 Server busy. Please try again later", True),
        (452, "4.5.3 Too many recipients", True),
        (450, "try again later", True),
        (450, "4.7.1 <a@example.org>: Recipient address rejected: Greylisted", False),
        (451, "4.7.1 Greylisting in action, please come back later", False),
        (450, "4.2.0 mailbox busy", False),
        (452, "4.2.2 Mailbox full", False),
        (451, "4.3.0 Temporary failure", False),
        (550, "5.7.1 rate", False),
    ],
)
def test_complaints_about_speed_are_told_from_trouble_with_one_reader(code: int, words: str, slower: bool) -> None:  # noqa: FBT001
    assert asks_for_slower(code, Reply(code, words).enhanced, words) is slower


def test_greylisting_is_known_in_both_spellings() -> None:
    assert is_greylisting("Greylisted, come back")
    assert is_greylisting("gray-listing active")
    assert not is_greylisting("grey mailbox")
