"""E-mail over real SMTP: against the sandbox, a server with certificates, and one that follows a script."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import dkim_samples
import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from aiosmtpd.smtp import Envelope as ReceivedEnvelope
from channel_parts import (
    DictSettings,
    FixedClock,
    RealClock,
    channel,
    closed_port,
    draft,
    envelope,
    no_tls,
)

from publisher.channels import transport
from publisher.errors import (
    Blocked,
    CredentialsBroken,
    MissingCredential,
    OutcomeUnknown,
    Rejected,
    SettingsError,
    TemporaryError,
    TransportError,
)
from publisher.interfaces import Connection
from publisher.model import Payload, Reader
from publisher.sandbox import Fault, Sandbox

LIST = channel("email", id_="newsletter")
HELLO = "250-mail.example.org\r\n250 SIZE 1000000"
UP_TO_DATA = ["220 ready", HELLO, "250 sender", "250 recipient", "354 go on"]


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(clock=RealClock()) as running:
        yield running


def connect(settings: Mapping[str, str]) -> Connection:
    return transport("email").connect(LIST, DictSettings(settings), FixedClock())


def mail_to(address: str, text: str = "Come on Friday.\n.\n..dots\n") -> Payload:
    words = draft(text, subject="Dzień otwarty", html="<p>Come on <b>Friday</b>.</p>")
    return transport("email").compose(words, envelope(LIST, reader=Reader(address=address, name="Anna")))


def failing(sandbox: Sandbox, fault: Fault) -> TransportError:
    connection = connect({**sandbox.settings_for(LIST), "TIMEOUT": "0.5" if "timeout" in fault else "30"})
    sandbox.inject(LIST.id, fault)
    with pytest.raises(TransportError) as caught:
        connection.send(mail_to("anna@example.org"))
    connection.close()
    return caught.value


class Script:
    """A mail server that says one line after the other, and what it was told. ``None`` breaks off."""

    def __init__(self, replies: list[str | None]) -> None:
        self.heard: list[str] = []
        self.connections = 0
        self._replies = replies
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"smtp://127.0.0.1:{self._listening.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @contextmanager
    def running(self) -> Iterator[Script]:
        self._thread.start()
        yield self
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join(5)

    def _serve(self) -> None:
        replies = iter(self._replies)
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self.connections += 1
            with connection, connection.makefile("rb") as lines:
                self._talk(connection, lines, replies)

    def _talk(self, connection: socket.socket, lines: BinaryIO, replies: Iterator[str | None]) -> None:
        in_mail = False
        for reply in replies:
            if reply is None:
                return
            connection.sendall(reply.encode() + b"\r\n")
            in_mail = reply.startswith("354")
            if not self._listen(lines, in_mail=in_mail):
                return

    def _listen(self, lines: BinaryIO, *, in_mail: bool) -> bool:
        while True:
            raw = lines.readline()
            if not raw:
                return False
            line = raw.decode().rstrip("\r\n")
            self.heard.append(line)
            if not in_mail or line == ".":
                return True


def scripted(*replies: str | None) -> Script:
    return Script(list(replies))


def send(server: Script, **settings: str) -> None:
    connection = connect({"SMTP_URL": server.url, "TIMEOUT": "1", **settings})
    try:
        connection.send(mail_to("anna@example.org"))
    finally:
        connection.close()


def test_the_bytes_of_the_preview_are_the_bytes_that_arrive(sandbox: Sandbox) -> None:
    payload = mail_to("anna@example.org")
    with closing(connect(sandbox.settings_for(LIST))) as connection:
        receipt = connection.send(payload)
    (mail,) = sandbox.mails(LIST.id)
    assert mail.content == payload.body
    assert (mail.sender, mail.recipient) == ("office@example.org", "anna@example.org")
    assert mail.subject == "Dzień otwarty"
    assert receipt.remote_id.encode() in payload.body
    assert receipt.remote_id.endswith("@example.org>")


@pytest.mark.parametrize(
    ("fault", "expected", "code"),
    [
        (Fault.SMTP_GREYLIST, TemporaryError, "450 4.7.1"),
        (Fault.SMTP_BUSY, TemporaryError, "421 4.3.2"),
        (Fault.SMTP_REFUSE, Rejected, "550 5.1.1"),
        (Fault.SMTP_POLICY, Blocked, "554 5.7.1"),
        (Fault.SMTP_AUTH, CredentialsBroken, "535 5.7.8"),
        (Fault.SMTP_DEFER_DATA, TemporaryError, "451 4.3.0"),
        (Fault.SMTP_DROP_BEFORE_DATA, TemporaryError, ""),
        (Fault.SMTP_DROP_AFTER_DATA, OutcomeUnknown, ""),
        (Fault.SMTP_TIMEOUT_AFTER_DATA, OutcomeUnknown, ""),
    ],
)
def test_every_failure_says_what_is_known(
    sandbox: Sandbox, fault: Fault, *, expected: type[TransportError], code: str
) -> None:
    error = failing(sandbox, fault)
    assert (type(error), error.code) == (expected, code)
    assert error.subject == LIST.id
    assert error.remedy


@pytest.mark.parametrize("fault", [Fault.SMTP_REFUSE, Fault.SMTP_POLICY, Fault.SMTP_DROP_AFTER_DATA, Fault.SMTP_BUSY])
def test_the_next_reader_gets_the_mail_after_a_failure(sandbox: Sandbox, fault: Fault) -> None:
    with closing(connect(sandbox.settings_for(LIST))) as connection:
        connection.send(mail_to("first@example.org"))
        sandbox.inject(LIST.id, fault, times=2 if fault is Fault.SMTP_BUSY else 1)
        with pytest.raises(TransportError):
            connection.send(mail_to("second@example.org"))
        connection.send(mail_to("third@example.org"))
    recipients = [mail.recipient for mail in sandbox.mails(LIST.id)]
    assert recipients[0] == "first@example.org"
    assert recipients[-1] == "third@example.org"


def test_many_mails_go_over_one_connection() -> None:
    mail = ["250 sender", "250 recipient", "354 go on", "250 queued"]
    with scripted("220 ready", HELLO, *mail, *mail, *mail, "221 bye").running() as server:
        connection = connect({"SMTP_URL": server.url})
        for name in ("anna", "jan", "eva"):
            connection.send(mail_to(f"{name}@example.org"))
        connection.close()
        connection.close()
    assert server.connections == 1
    assert len([line for line in server.heard if line.startswith("RCPT")]) == 3


@pytest.mark.parametrize("goodbye", [None, "421 4.4.2 idle for too long"])
def test_a_connection_that_was_closed_while_idle_is_opened_anew(goodbye: str | None) -> None:
    whole = [*UP_TO_DATA, "250 queued"]
    ending = [goodbye] if goodbye is None else [goodbye, None]
    with scripted(*whole, *ending, *whole, "221 bye").running() as server:
        connection = connect({"SMTP_URL": server.url, "TIMEOUT": "2"})
        connection.send(mail_to("anna@example.org"))
        connection.send(mail_to("jan@example.org"))
        connection.close()
    assert server.connections == 2
    assert len([line for line in server.heard if line == "."]) == 2


@pytest.mark.parametrize(
    ("replies", "expected"),
    [
        (["554 5.3.2 no service for you"], CredentialsBroken),
        (["421 4.3.2 busy"], TemporaryError),
        (["not smtp at all"], TemporaryError),
        ([None], TemporaryError),
        (["220 ready", "500 what", "500 what"], TemporaryError),
        (["220 ready", HELLO, "550 5.7.1 not as this sender", "250 reset"], CredentialsBroken),
        (["220 ready", HELLO, "530 5.7.0 log in first", "250 reset"], CredentialsBroken),
        (["220 ready", HELLO, "452 4.3.1 disk full", "250 reset"], TemporaryError),
        (["220 ready", HELLO, "250 sender", "530 5.7.0 log in first", "250 reset"], CredentialsBroken),
        (["220 ready", HELLO, "250 sender", "550 no such user", "250 reset"], Rejected),
        (["220 ready", HELLO, "250 sender", "250 recipient", "554 5.5.1 no", None], Blocked),
        (["220 ready", HELLO, "250 sender", "250 recipient", "451 4.3.0 later", "421 bye"], TemporaryError),
        (["220 ready", HELLO, "250 sender", "250 recipient", None], TemporaryError),
        ([*UP_TO_DATA, "451 4.3.0 later", "250 reset"], TemporaryError),
        ([*UP_TO_DATA, "421 4.3.2 closing", None], TemporaryError),
        ([*UP_TO_DATA, "550 5.7.26 unauthenticated", "250 reset"], Blocked),
        ([*UP_TO_DATA, "what was that", None], OutcomeUnknown),
        ([*UP_TO_DATA, "354 more", None], OutcomeUnknown),
        ([*UP_TO_DATA, None], OutcomeUnknown),
    ],
)
def test_odd_dialogues_are_judged_by_what_they_prove(replies: list[str | None], expected: type[TransportError]) -> None:
    with scripted(*replies).running() as server, pytest.raises(TransportError) as caught:
        send(server)
    assert type(caught.value) is expected


def test_a_server_that_never_answers_a_whole_mail_leaves_it_unknown(sandbox: Sandbox) -> None:
    error = failing(sandbox, Fault.SMTP_TIMEOUT_AFTER_DATA)
    assert type(error) is OutcomeUnknown
    assert len(sandbox.mails(LIST.id)) == 1


def test_a_mail_above_the_size_that_a_server_takes_is_not_sent() -> None:
    with (
        scripted("220 ready", "250-mail\r\n250 SIZE 100", "250 reset").running() as server,
        pytest.raises(Blocked, match="the server takes 100"),
    ):
        send(server)
    assert not [line for line in server.heard if line.startswith("MAIL")]


def test_the_server_learns_the_size_beforehand() -> None:
    with scripted(*UP_TO_DATA, "250 queued", "221 bye").running() as server:
        send(server)
    size = len(mail_to("anna@example.org").body)
    assert f"MAIL FROM:<office@example.org> SIZE={size}" in server.heard


@pytest.mark.parametrize(("offer", "said"), [("8BITMIME", " BODY=8BITMIME"), ("HELP", "")])
def test_letters_beyond_ascii_are_announced_where_the_server_can(offer: str, said: str) -> None:
    replies = ["220 ready", f"250-mail\r\n250 {offer}", *UP_TO_DATA[2:], "250 queued", "221 bye"]
    mail = replace(mail_to("anna@example.org"), body="Subject: x\r\n\r\nż\r\n".encode(), sender="a@example.org")
    with scripted(*replies).running() as server, closing(connect({"SMTP_URL": server.url})) as connection:
        connection.send(mail)
    assert f"MAIL FROM:<a@example.org>{said}" in server.heard


def test_a_readers_address_is_masked_in_the_words_of_a_server() -> None:
    words = "550 5.1.1 <Anna@example.org>: unknown; anna@example.org is gone"
    with scripted("220 ready", HELLO, "250 sender", words).running() as server, pytest.raises(Rejected) as caught:
        send(server)
    assert caught.value.detail == "5.1.1 <a…@example.org>: unknown; a…@example.org is gone"
    assert "anna@" not in str(caught.value).lower()


def test_nobody_listening_is_temporary() -> None:
    connection = connect({"SMTP_URL": f"smtp://127.0.0.1:{closed_port()}"})
    with pytest.raises(TemporaryError, match="can't be reached"):
        connection.send(mail_to("anna@example.org"))


@pytest.mark.parametrize(("recipient", "sender"), [("a@b\r\nRSET", "c@d"), ("żółw@example.org", "c@d")])
def test_an_address_can_not_bring_commands_along(recipient: str, sender: str) -> None:
    with scripted("220 ready", HELLO, "250 sender", "250 reset").running() as server:
        connection = connect({"SMTP_URL": server.url})
        with pytest.raises(Rejected):
            connection.send(Payload(body=b"x\r\n", content_type="", sender=sender, recipient=recipient))
        connection.close()
    assert not [line for line in server.heard if line.startswith("RCPT")]


# --- encryption and login --------------------------------------------------------------------------


class Inbox:
    """What arrived, and whether it came encrypted and from whom."""

    def __init__(self) -> None:
        self.arrived: list[tuple[bytes, bool, object]] = []
        self.logins: list[tuple[bytes, bytes]] = []

    def authenticate(self, *given: object) -> AuthResult:
        login = given[-1]
        assert isinstance(login, LoginPassword)
        self.logins.append((login.login, login.password))
        return AuthResult(success=login.password == "zażółć/gęślą".encode(), handled=False)

    async def handle_DATA(self, server: SMTP, session: object, received: ReceivedEnvelope) -> str:  # noqa: N802
        del session
        encrypted = server.transport.get_extra_info("ssl_object") is not None
        self.arrived.append((received.content, encrypted, server.session.authenticated))
        return "250 2.0.0 queued"


@contextmanager
def serving(inbox: Inbox, folder: Path, *, implicit: bool, name: str = "127.0.0.1") -> Iterator[int]:
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    authority.cert_pem.write_to_path(folder / "ca.pem")
    tls = {"ssl_context": context} if implicit else {"tls_context": context}
    controller = Controller(
        inbox,
        hostname="127.0.0.1",
        port=closed_port(),
        authenticator=inbox.authenticate,
        auth_require_tls=not implicit,  # aiosmtpd does not see that TLS from the start is TLS
        **tls,
    )
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


@pytest.mark.parametrize(("scheme", "implicit"), [("smtps", True), ("smtp+starttls", False)])
def test_mails_go_encrypted_with_a_login_in_any_letters(tmp_path: Path, scheme: str, *, implicit: bool) -> None:
    inbox, payload = Inbox(), mail_to("anna@example.org")
    with serving(inbox, tmp_path, implicit=implicit) as port:
        url = f"{scheme}://user%40example.org:za%C5%BC%C3%B3%C5%82%C4%87%2Fg%C4%99%C5%9Bl%C4%85@127.0.0.1:{port}"
        connection = connect({"SMTP_URL": url, "CA_FILE": str(tmp_path / "ca.pem"), "TIMEOUT": "5"})
        connection.send(payload)
        connection.close()
    assert inbox.logins == [(b"user@example.org", "zażółć/gęślą".encode())]
    assert inbox.arrived == [(payload.body, True, True)]


@pytest.mark.parametrize(("scheme", "implicit"), [("smtps", True), ("smtp+starttls", False)])
def test_a_wrong_password_stops_the_channel(tmp_path: Path, scheme: str, *, implicit: bool) -> None:
    with serving(Inbox(), tmp_path, implicit=implicit) as port:
        url = f"{scheme}://user:wrong-password@127.0.0.1:{port}"
        connection = connect({"SMTP_URL": url, "CA_FILE": str(tmp_path / "ca.pem"), "TIMEOUT": "5"})
        with pytest.raises(CredentialsBroken) as caught:
            connection.send(mail_to("anna@example.org"))
    assert caught.value.code == "535 5.7.8"
    assert "wrong-password" not in str(caught.value)


@pytest.mark.parametrize(("scheme", "implicit"), [("smtps", True), ("smtp+starttls", False)])
@pytest.mark.parametrize("name", ["127.0.0.1", "other.example.org"])
def test_a_certificate_of_nobody_or_another_is_refused(
    tmp_path: Path, scheme: str, name: str, *, implicit: bool
) -> None:
    inbox = Inbox()
    trust = {} if name == "127.0.0.1" else {"CA_FILE": str(tmp_path / "ca.pem")}
    with serving(inbox, tmp_path, implicit=implicit, name=name) as port:
        connection = connect({"SMTP_URL": f"{scheme}://user:secret@127.0.0.1:{port}", "TIMEOUT": "5", **trust})
        with pytest.raises(TemporaryError, match="CA_FILE"):
            connection.send(mail_to("anna@example.org"))
    assert not inbox.logins
    assert not inbox.arrived


def test_a_local_server_without_encryption_gets_the_login(sandbox: Sandbox) -> None:
    with closing(connect(sandbox.settings_for(LIST))) as connection:
        connection.send(mail_to("anna@example.org"))
    assert len(sandbox.mails(LIST.id)) == 1


def test_starttls_that_must_be_and_is_not_offered_sends_nothing() -> None:
    with scripted("220 ready", HELLO, "502 5.5.1 what", None).running() as server, pytest.raises(TemporaryError):
        send(server, SMTP_URL=server.url.replace("smtp:", "smtp+starttls:"))
    assert server.heard[1] == "STARTTLS"
    assert not [line for line in server.heard if line.startswith("MAIL")]


def test_a_handshake_that_breaks_off_is_temporary() -> None:
    with no_tls(b"220 plain\r\n") as port, pytest.raises(TemporaryError, match="can't be reached"):
        connect({"SMTP_URL": f"smtps://127.0.0.1:{port}", "TIMEOUT": "2"}).send(mail_to("anna@example.org"))


def test_login_is_the_second_choice() -> None:
    replies = ["220 ready", "250-mail\r\n250 AUTH CRAM-MD5 LOGIN", "334 UGFzc3dvcmQ6", "235 in"]
    with scripted(*replies, "250 sender", "250 recipient", "354 go on", "250 queued").running() as server:
        send(server, SMTP_URL=server.url.replace("//", "//user:secret@"))
    assert server.heard[1:3] == ["AUTH LOGIN dXNlcg==", "c2VjcmV0"]


def test_a_server_without_a_login_that_we_can_do_stops_the_channel() -> None:
    replies = ["220 ready", "250-mail\r\n250 AUTH GSSAPI"]
    with scripted(*replies).running() as server, pytest.raises(CredentialsBroken, match="GSSAPI"):
        send(server, SMTP_URL=server.url.replace("//", "//user:secret@"))


def test_without_a_url_the_setting_is_named() -> None:
    with pytest.raises(MissingCredential, match="SMTP_URL"):
        connect({})


@pytest.mark.parametrize("name", ["TIMEOUT", "CA_FILE", "SMTP_URL"])
def test_a_setting_that_can_not_be_used_is_named(name: str) -> None:
    with pytest.raises(SettingsError, match=name):
        connect({"SMTP_URL": "smtp://127.0.0.1", name: "nonsense"})


def test_a_mail_arrives_signed_and_verified_where_there_are_keys(sandbox: Sandbox) -> None:
    payload = mail_to("anna@example.org")
    with closing(connect({**sandbox.settings_for(LIST), **dkim_samples.SETTINGS})) as connection:
        receipt = connection.send(payload)
    (mail,) = sandbox.mails(LIST.id)
    assert mail.content.endswith(payload.body)
    assert dkim_samples.verified(mail.content) == [True, True]
    assert receipt.remote_id.encode() in payload.body


def test_a_key_that_cannot_be_used_is_told_before_anything_is_sent(sandbox: Sandbox) -> None:
    with pytest.raises(SettingsError, match="DKIM_KEY is no private key"):
        connect({**sandbox.settings_for(LIST), "DKIM_SELECTOR": "a", "DKIM_KEY": "b"})
