"""What a mail server's replies mean, and what an SMTP_URL says."""

from __future__ import annotations

import pytest

from publisher.channels.email_answers import Reply, Stage, classify, not_handed_over, unknown
from publisher.channels.email_url import Encryption, MailServer, read_server
from publisher.errors import (
    Blocked,
    CredentialsBroken,
    OutcomeUnknown,
    Rejected,
    SettingsError,
    TemporaryError,
    TransportError,
)


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("code", [400, 421, 450, 451, 452, 454])
def test_for_now_is_temporary_at_every_stage(stage: Stage, code: int) -> None:
    assert type(classify(Reply(code, "later"), stage=stage)) is TemporaryError


@pytest.mark.parametrize(
    ("stage", "code", "expected"),
    [
        (Stage.GREETING, 554, CredentialsBroken),
        (Stage.ENCRYPTION, 502, TemporaryError),
        (Stage.LOGIN, 535, CredentialsBroken),
        (Stage.LOGIN, 534, CredentialsBroken),
        (Stage.LOGIN, 530, CredentialsBroken),
        (Stage.SENDER, 550, CredentialsBroken),
        (Stage.SENDER, 530, CredentialsBroken),
        (Stage.SENDER, 552, Blocked),
        (Stage.RECIPIENT, 550, Rejected),
        (Stage.RECIPIENT, 530, CredentialsBroken),
        (Stage.CONTENT, 550, Blocked),
        (Stage.CONTENT, 554, Blocked),
    ],
)
def test_for_good_depends_on_the_stage(stage: Stage, code: int, expected: type[TransportError]) -> None:
    error = classify(Reply(code, "5.7.1 no"), stage=stage)
    assert type(error) is expected
    assert error.code == f"{code} 5.7.1"
    assert error.remedy


@pytest.mark.parametrize(
    ("words", "mend"),
    [
        ("5.1.1 No such user here", "correct the address in the mailing list, or delete it there"),
        ("no such user here", "correct the address in the mailing list, or delete it there"),
        ("5.2.1 Mailbox disabled", "delete the address"),
        ("5.7.26 Unauthenticated mail", "publisher doctor"),
    ],
)
def test_a_refused_reader_comes_with_what_to_do(words: str, mend: str) -> None:
    assert mend in classify(Reply(550, words), stage=Stage.RECIPIENT).remedy


def test_a_server_that_is_busy_is_no_broken_connection() -> None:
    busy = not_handed_over(Reply(421, "4.3.2 Too many mails, come back later"))
    assert "asks to come later (421: “4.3.2 Too many mails, come back later”)" in str(busy)
    assert "broke" in str(not_handed_over(Reply(-1, "Connection reset by peer")))


def test_a_whole_mail_without_a_reply_is_unknown() -> None:
    assert type(unknown(None)) is OutcomeUnknown
    assert unknown(Reply(250, "2.0.0 x")).code == "250 2.0.0"


@pytest.mark.parametrize(("words", "code"), [("5.1.1 gone", "550 5.1.1"), ("gone 5.1.1", "550"), ("", "550")])
def test_the_enhanced_code_is_taken_when_there_is_one(words: str, code: str) -> None:
    assert Reply(550, words).full_code == code


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example.org", ("mail.example.org", 25, Encryption.WHEN_OFFERED, "", "")),
        ("smtps://mail.example.org/", ("mail.example.org", 465, Encryption.FROM_THE_START, "", "")),
        ("smtp+starttls://mail.example.org", ("mail.example.org", 587, Encryption.REQUIRED, "", "")),
        ("SMTPS://u:p@mail.example.org:2465", ("mail.example.org", 2465, Encryption.FROM_THE_START, "u", "p")),
        ("smtp://a%40b:p%3A%2F%C5%BC@h", ("h", 25, Encryption.WHEN_OFFERED, "a@b", "p:/ż")),
        ("smtp://[::1]:1025", ("::1", 1025, Encryption.WHEN_OFFERED, "", "")),
        ("smtp+starttls://u:p@[2001:db8::1]", ("2001:db8::1", 587, Encryption.REQUIRED, "u", "p")),
        ("  smtp://u:a@b@h\n", ("h", 25, Encryption.WHEN_OFFERED, "u", "a@b")),
    ],
)
def test_a_url_names_server_encryption_and_login(url: str, server: tuple[object, ...]) -> None:
    read = read_server(url, channel_id="newsletter")
    assert (read.host, read.port, read.encryption, read.user, read.password) == server


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mail.example.org",
        "http://u:hunter2@h",
        "smtp://",
        "smtp://u:hunter2@",
        "smtp://u:hunter2@h:port",
        "smtp://u:hunter2@h:99999",
        "smtp://u:hunt/er2@h",
        "smtp://u:hunt#er2@h",
        "smtp://u:hunt?er2@h",
        "smtp://u:hunt[er2@h",
        "smtp://u:%ff@h",
        "smtp://u:hunter2%00@h",
        "smtp://u@h",
        "smtp://:hunter2@h",
        "smtp://u:hunter2@h/inbox",
    ],
)
def test_a_bad_url_is_told_without_its_password(url: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read_server(url, channel_id="newsletter")
    told = f"{caught.value!s} {caught.value!r} {caught.value.__cause__!r}"
    assert "SMTP_URL" in told
    assert "hunt" not in told
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_the_password_is_not_shown_by_the_server_either() -> None:
    assert "hunter2" not in repr(read_server("smtp://u:hunter2@h", channel_id="newsletter"))


def server(host: str, encryption: Encryption) -> MailServer:
    return MailServer(host=host, port=25, encryption=encryption)


@pytest.mark.parametrize(
    ("host", "encryption", "offered", "starts"),
    [
        ("mail.example.org", Encryption.WHEN_OFFERED, True, True),
        ("mail.example.org", Encryption.WHEN_OFFERED, False, False),
        ("localhost", Encryption.WHEN_OFFERED, True, False),
        ("127.0.0.1", Encryption.REQUIRED, False, True),
        ("mail.example.org", Encryption.REQUIRED, True, True),
        ("mail.example.org", Encryption.FROM_THE_START, True, False),
    ],
)
def test_starttls_is_said_when_it_protects(host: str, encryption: Encryption, *, offered: bool, starts: bool) -> None:
    assert server(host, encryption).starts_tls(offered=offered) is starts


@pytest.mark.parametrize(
    ("host", "here"), [("LOCALHOST", True), ("::1", True), ("127.9.9.9", True), ("10.0.0.1", False)]
)
def test_only_this_machine_is_here(host: str, *, here: bool) -> None:
    assert server(host, Encryption.WHEN_OFFERED).is_here is here
