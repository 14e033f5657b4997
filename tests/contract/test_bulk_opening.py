"""Opening a connection for many mails: encryption and login, with the same care as for a single mail."""

from __future__ import annotations

import asyncio
import base64
import ssl

import pytest
import trustme
import uvloop
from mail_server import Answer, MailServer, usual

from publisher.bulk.manners import Limits, Patience, Powers
from publisher.bulk.opening import open_line
from publisher.bulk.servers import Server
from publisher.channels.email_url import read_server
from publisher.errors import CredentialsBroken, TemporaryError, TransportError

USER, PASSWORD = "office@example.org", "zażółć/gęślą"
LOGIN = base64.b64encode(f"\0{USER}\0{PASSWORD}".encode()).decode()
ACCOUNT = "office%40example.org:za%C5%BC%C3%B3%C5%82%C4%87%2Fg%C4%99%C5%9Bl%C4%85@"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, str]:
    ca, context = trustme.CA(), ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ca.issue_cert("localhost").configure_cert(context)
    file = tmp_path_factory.mktemp("ca") / "ca.pem"
    ca.cert_pem.write_to_path(str(file))
    return context, str(file)


def opened(
    server: MailServer,
    scheme: str,
    *,
    ca: str | None = None,
    tls: ssl.SSLContext | None = None,
    seconds: float = 20.0,
) -> tuple[Powers, bool]:
    """What the server announced on the line that was opened, and whether it is encrypted."""

    async def main() -> tuple[Powers, bool]:
        async with server.running(tls):
            url = f"{scheme}://{ACCOUNT}localhost:{server.port}"
            patience = Patience(opening=seconds)
            line = await open_line(
                Server(address=read_server(url, channel_id="news"), patience=patience, limits=Limits(), ca_file=ca)
            )
            is_encrypted = line.transport.get_extra_info("sslcontext") is not None
            line.transport.abort()
            return line.powers, is_encrypted

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main())


def test_the_line_knows_what_the_server_announced() -> None:
    server = MailServer(offers=("PIPELINING", "CHUNKING", "SIZE 1000", "AUTH PLAIN"), logins=(LOGIN,))
    powers, is_encrypted = opened(server, "smtp")
    assert (powers.pipelining, powers.chunking, powers.largest, is_encrypted) == (True, True, 1000, False)
    assert f"AUTH PLAIN {LOGIN}" in server.heard


def test_starttls_comes_before_the_password(authority: tuple[ssl.SSLContext, str]) -> None:
    context, ca = authority
    server = MailServer(offers=("STARTTLS", "AUTH PLAIN"), after_starttls=context, logins=(LOGIN,))
    _, is_encrypted = opened(server, "smtp+starttls", ca=ca)
    verbs = [line.partition(" ")[0] for line in server.heard]
    assert (is_encrypted, verbs) == (True, ["EHLO", "STARTTLS", "EHLO", "AUTH"])


def test_encryption_from_the_start(authority: tuple[ssl.SSLContext, str]) -> None:
    context, ca = authority
    server = MailServer(offers=("AUTH PLAIN",), logins=(LOGIN,))
    _, is_encrypted = opened(server, "smtps", ca=ca, tls=context)
    assert is_encrypted


def test_a_certificate_that_nobody_vouches_for_is_refused(authority: tuple[ssl.SSLContext, str]) -> None:
    context, _ = authority
    for scheme, tls in (("smtps", context), ("smtp+starttls", None)):
        server = MailServer(offers=("STARTTLS", "AUTH PLAIN"), after_starttls=context, logins=(LOGIN,))
        with pytest.raises(TemporaryError, match="CA_FILE"):
            opened(server, scheme, tls=tls)
        assert not [line for line in server.heard if line.startswith("AUTH")]


def test_a_server_without_encryption_gets_no_password_when_it_is_required() -> None:
    server = MailServer(offers=("AUTH PLAIN",), logins=(LOGIN,))
    with pytest.raises(TemporaryError, match="refuses to encrypt"):
        opened(server, "smtp+starttls")
    assert not [line for line in server.heard if line.startswith("AUTH")]


@pytest.mark.parametrize(
    ("offers", "answer", "expected"),
    [
        (("AUTH PLAIN",), "535 5.7.8 wrong", CredentialsBroken),
        (("AUTH PLAIN",), "421 4.7.0 too many logins", TemporaryError),
        (("AUTH PLAIN",), "454 4.7.0 later", TemporaryError),
        (("AUTH PLAIN",), "what was that", TemporaryError),
        (("AUTH CRAM-MD5",), None, CredentialsBroken),
        ((), None, CredentialsBroken),
    ],
)
def test_a_login_that_fails_is_judged(
    offers: tuple[str, ...], answer: str | None, expected: type[TransportError]
) -> None:
    server = MailServer(offers=offers, answer=_at("AUTH", answer))
    with pytest.raises(TransportError) as caught:
        opened(server, "smtp")
    assert type(caught.value) is expected
    assert PASSWORD not in str(caught.value)


def test_what_a_server_repeats_of_the_login_is_struck_out() -> None:
    server = MailServer(offers=("AUTH PLAIN",))
    with pytest.raises(CredentialsBroken) as caught:
        opened(server, "smtp")
    assert "535 5.7.8" in caught.value.code
    assert LOGIN not in str(caught.value)
    assert "(redacted)" in caught.value.detail


@pytest.mark.parametrize("greeting", ["554 5.3.2 no service", "421 4.3.2 busy", "hello there"])
def test_a_greeting_that_is_none_opens_nothing(greeting: str) -> None:
    with pytest.raises(TransportError) as caught:
        opened(MailServer(greeting=greeting), "smtp")
    assert type(caught.value) is (CredentialsBroken if greeting.startswith("5") else TemporaryError)


def test_a_server_that_does_not_greet_is_given_up() -> None:
    with pytest.raises(TemporaryError):
        opened(MailServer(greeting="silence"), "smtp", seconds=0.3)


def test_an_old_server_gets_helo() -> None:
    server = MailServer(answer=_at("EHLO", "502 5.5.1 what"))
    with pytest.raises(CredentialsBroken):  # it knows no login either
        opened(server, "smtp")
    assert [line.partition(" ")[0] for line in server.heard][:2] == ["EHLO", "HELO"]


def _at(verb: str, reply: str | None) -> Answer:
    if reply is None:
        return usual
    return lambda _session, said, _argument: reply if said == verb else None
