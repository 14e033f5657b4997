"""What the doctor asks the platforms: nothing is published, and each answer has its grade."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult
from channel_parts import DictSettings, RealClock, ScriptedHttp, channel, closed_port, http_answer
from name_server import name_server

from publisher.abilities import Examinable, Examination
from publisher.channels import known_types, transport
from publisher.errors import CredentialsBroken, TemporaryError, TransportError
from publisher.interfaces import Clock
from publisher.model import Contact
from publisher.model.findings import Finding, Grade
from publisher.sandbox import Sandbox
from publisher.sandbox.accounts import PageAccount
from publisher.sandbox.faults import Fault
from publisher.settings import ChannelSettings

OFFICE = Contact(name="Office", email="office@example.org")


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(clock=RealClock()) as running:
        yield running


def look(
    type_: str, settings: Mapping[str, str], *, clock: Clock | None = None, account: str = "", resolver: str = ""
) -> list[Finding]:
    able = transport(type_)
    assert isinstance(able, Examinable)
    examination = Examination(
        channel=channel(type_, account=account),
        settings=DictSettings(settings),
        clock=clock or RealClock(),
        contact=OFFICE,
        resolver=resolver,
    )
    return list(able.examine(examination))


class WrongClock:
    def __init__(self, ahead: timedelta) -> None:
        self.ahead = ahead

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


def wrong(found: list[Finding]) -> list[str]:
    return [finding.words for finding in found if finding.grade is not Grade.OK]


def test_every_type_of_channel_can_be_examined() -> None:
    assert all(isinstance(transport(name), Examinable) for name in known_types())


@pytest.mark.parametrize("type_", ["twitter", "facebook"])
def test_a_sound_account_is_fine_and_nothing_is_published(sandbox: Sandbox, type_: str) -> None:
    found = look(type_, sandbox.settings_for(channel(type_)))
    assert wrong(found) == []
    assert "clock" in {finding.subject for finding in found}
    assert sandbox.posted("office") == []


def test_no_token_stands_in_an_address(sandbox: Sandbox) -> None:
    settings = sandbox.settings_for(channel("facebook"))
    look("facebook", settings)
    [request] = sandbox.requests("office")
    assert settings["PAGE_TOKEN"] not in request.query + request.path
    assert "debug_token" in request.body.decode()


def test_an_app_that_is_known_by_number_asks_about_the_token_itself(sandbox: Sandbox) -> None:
    settings = sandbox.settings_for(channel("facebook"))
    app_id = PageAccount.for_channel(channel("facebook")).app_id
    assert wrong(look("facebook", settings | {"APP_ID": app_id})) == []


@pytest.mark.parametrize(("minutes", "grade"), [(0, "ok"), (0.5, "warning"), (-0.5, "warning"), (10, "error")])
def test_our_clock_is_compared_with_the_platforms(sandbox: Sandbox, minutes: float, grade: str) -> None:
    found = look("facebook", sandbox.settings_for(channel("facebook")), clock=WrongClock(timedelta(minutes=minutes)))
    [compared] = [finding for finding in found if finding.subject == "clock"]
    assert compared.grade.value == grade, compared.words


def test_an_answer_without_a_date_tells_nothing_of_the_clock() -> None:
    with ScriptedHttp([me(x_access_level="read-write")]) as server:
        found = look("twitter", keys(server.url))
    assert {finding.subject for finding in found} == {"office"}


def keys(url: str) -> dict[str, str]:
    names = ("CONSUMER_KEY", "CONSUMER_SECRET", "ACCESS_TOKEN", "ACCESS_TOKEN_SECRET")
    return {**dict.fromkeys(names, "secret-key"), "ENDPOINT": url}


def me(**headers: str) -> bytes:
    body = b'{"data": {"id": "7", "name": "Office", "username": "office"}}'
    return http_answer("200 OK", body, content_type="application/json", **headers)


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({"x_access_level": "read"}, ["the app may only read"]),
        ({}, ["X does not say whether the app may post"]),
        ({"x_access_level": "read-write-directmessages"}, []),
        ({"x_access_level": "read-write", "date": "soon"}, []),
    ],
)
def test_the_permission_of_an_app_at_x_is_read_off_the_answer(headers: dict[str, str], words: list[str]) -> None:
    with ScriptedHttp([me(**headers)]) as server:
        assert wrong(look("twitter", keys(server.url))) == words


def test_another_account_than_the_file_says_is_an_error() -> None:
    with ScriptedHttp([me(x_access_level="read-write")]) as server:
        [words] = wrong(look("twitter", keys(server.url), account="@partner"))
    assert "@partner" in words
    assert "@office" in words


def test_tokens_of_oauth2_without_the_scope_to_write_are_an_error(tmp_path: Path) -> None:
    token = b'{"access_token": "a", "refresh_token": "r", "expires_in": 7200, "scope": "tweet.read users.read"}'
    given = {"CLIENT_ID": "app", "CLIENT_SECRET": "s", "REFRESH_TOKEN": "r1"}
    able = transport("twitter")
    assert isinstance(able, Examinable)
    with ScriptedHttp([http_answer("200 OK", token), me()]) as server:
        values = {f"PUBLISHER_OFFICE_{name}": value for name, value in {**given, "ENDPOINT": server.url}.items()}
        settings = ChannelSettings("office", {"PUBLISHER_CREDENTIALS": str(tmp_path), **values})
        examination = Examination(channel=channel("twitter"), settings=settings, clock=RealClock())
        [words] = wrong(list(able.examine(examination)))
    assert words == "the tokens lack the scope tweet.write, media.write, offline.access"


@pytest.mark.parametrize(
    ("status", "error"), [("401 Unauthorized", CredentialsBroken), ("503 Service Unavailable", TemporaryError)]
)
def test_credentials_that_x_refuses_end_the_examination(status: str, error: type[TransportError]) -> None:
    with ScriptedHttp([http_answer(status, b'{"detail": "no: secret-key"}')]) as server, pytest.raises(error) as ended:
        look("twitter", keys(server.url))
    assert "secret-key" not in str(ended.value) + ended.value.detail


def graph(me: Mapping[str, object], token: Mapping[str, object]) -> bytes:
    answers = [{"code": 200, "body": json.dumps(body)} for body in (me, me, {"data": token})]
    return http_answer("200 OK", json.dumps(answers).encode(), content_type="application/json")


def examined(answer: bytes) -> list[str]:
    with ScriptedHttp([answer]) as server:
        return wrong(look("facebook", {"PAGE_ID": "12", "PAGE_TOKEN": "token", "ENDPOINT": server.url}))


SCOPES = ["pages_manage_posts", "pages_read_engagement"]
OWN = {"id": "12", "name": "Office"}
LATER = int((datetime.now(UTC) + timedelta(days=90)).timestamp())
SOON = int((datetime.now(UTC) + timedelta(days=3)).timestamp())


@pytest.mark.parametrize(
    ("me", "token", "words"),
    [
        (OWN, {"is_valid": True, "expires_at": LATER, "data_access_expires_at": LATER, "scopes": SCOPES}, ""),
        (OWN, {"is_valid": True, "expires_at": SOON, "scopes": SCOPES}, "the page token expires on"),
        (
            OWN,
            {"is_valid": True, "data_access_expires_at": SOON, "scopes": SCOPES},
            "the access to the page's data expires",
        ),
        (OWN, {"is_valid": True, "expires_at": 86400, "scopes": SCOPES}, "the page token expired on 02 January 1970"),
        (OWN, {"is_valid": True, "scopes": SCOPES[1:]}, "lacks pages_manage_posts"),
        (OWN, {"is_valid": False, "error": {"message": "Session has expired"}}, "not valid: Session has expired"),
        (OWN | {"tasks": ["ANALYZE"]}, {"is_valid": True, "scopes": SCOPES}, "may not post on the page"),
        ({"id": "13", "name": "Partner"}, {"is_valid": True, "scopes": SCOPES}, "belongs to “Partner” (13)"),
    ],
)
def test_what_facebook_says_of_the_token_is_graded(
    me: Mapping[str, object], token: Mapping[str, object], words: str
) -> None:
    found = examined(graph(me, token))
    assert (len(found), words in " ".join(found)) == (1 if words else 0, True), found


@pytest.mark.parametrize("body", [b"[]", b"[null, null]", b"no json", b"{}"])
def test_an_answer_of_facebook_that_makes_no_sense_is_no_crash(body: bytes) -> None:
    try:
        found = examined(http_answer("200 OK", body, content_type="application/json"))
    except TransportError as error:
        found = [str(error)]
    assert found


RECORDS = {
    ("example.org", "TXT"): ['"v=spf1 mx -all"'],
    ("s1._domainkey.example.org", "TXT"): ['"k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="'],
    ("_dmarc.example.org", "TXT"): ['"v=DMARC1; p=none"'],
}


def test_a_mail_server_is_greeted_and_logged_in_to_and_gets_no_mail(sandbox: Sandbox) -> None:
    settings = sandbox.settings_for(channel("email")) | {"DKIM_SELECTOR": "s1"}
    with name_server(RECORDS) as address:
        found = look("email", settings, resolver=address)
    assert wrong(found) == []
    assert any("accepts the login" in finding.words for finding in found)
    assert sandbox.mails() == []


def test_a_refused_login_comes_after_what_the_name_servers_said(sandbox: Sandbox) -> None:
    settings = sandbox.settings_for(channel("email"))
    sandbox.inject("office", Fault.SMTP_AUTH)
    able = transport("email")
    assert isinstance(able, Examinable)
    with name_server(RECORDS) as address:
        asked = Examination(
            channel=channel("email"),
            settings=DictSettings(settings),
            clock=RealClock(),
            contact=OFFICE,
            resolver=address,
        )
        found: list[Finding] = []
        with pytest.raises(CredentialsBroken):
            found.extend(able.examine(asked))
    assert [finding.words.partition(" ")[0] for finding in found] == [
        "SPF",
        "whether",
        "DMARC",
        "From",
        "hint:",
        "hint:",
    ]


@pytest.mark.parametrize("comes_first", [True, False])
def test_every_mail_server_is_looked_at(sandbox: Sandbox, comes_first: bool) -> None:  # noqa: FBT001
    settings = sandbox.settings_for(channel("email"))
    works, dead = settings["SMTP_URL"], f"smtp://127.0.0.1:{closed_port()}"
    urls = [dead, works] if comes_first else [works, dead]
    with name_server(RECORDS) as address:
        found = look("email", settings | {"SMTP_URL": " ".join(urls), "DKIM_SELECTOR": "s1"}, resolver=address)
    assert any("accepts the login" in finding.words for finding in found)
    [words] = wrong(found)
    assert dead.removeprefix("smtp://") in words


class Certified:
    """A mail server with STARTTLS whose certificate ends at a given time; it repeats what it does not understand."""

    def __init__(self, ends: datetime, folder: Path, *, takes: bool = True) -> None:
        authority = trustme.CA()
        certificate = authority.issue_cert("127.0.0.1", not_after=ends)
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        certificate.configure_cert(context)
        self.authority = folder / "ca.pem"
        authority.cert_pem.write_to_path(self.authority)

        def judge(*given: object) -> AuthResult:
            login = given[-1]
            words = f"535 5.7.8 what is {getattr(login, 'password', b'').decode()}?"
            return AuthResult(success=takes, handled=takes, message=None if takes else words)

        class Server(Controller):
            def factory(self) -> SMTP:
                return SMTP(self.handler, tls_context=context, authenticator=judge, auth_required=False)

        self._controller = Server(object(), hostname="127.0.0.1", port=closed_port())

    def __enter__(self) -> dict[str, str]:
        self._controller.start()
        [listening] = self._controller.server.sockets
        url = f"smtp+starttls://office:p%40ssw0rd-9@127.0.0.1:{listening.getsockname()[1]}"
        return {"SMTP_URL": url, "CA_FILE": str(self.authority), "DKIM_SELECTOR": "s1"}

    def __exit__(self, *_: object) -> None:
        self._controller.stop()


@pytest.mark.parametrize(("days", "grade"), [(90, "ok"), (5, "warning")])
def test_the_end_of_a_mail_servers_certificate_is_watched(tmp_path: Path, days: int, grade: str) -> None:
    with Certified(datetime.now(UTC) + timedelta(days=days), tmp_path) as settings, name_server(RECORDS) as address:
        found = look("email", settings, resolver=address)
    [finding] = [finding for finding in found if "certificate" in finding.words]
    assert finding.grade.value == grade, finding.words
    assert wrong(found) == ([finding.words] if grade == "warning" else [])


def test_an_expired_certificate_is_an_error_that_says_so(tmp_path: Path) -> None:
    with (
        Certified(datetime.now(UTC) - timedelta(days=1), tmp_path) as settings,
        name_server(RECORDS) as address,
        pytest.raises(TemporaryError, match="certificate has expired"),
    ):
        look("email", settings, resolver=address)


def test_a_password_that_a_mail_server_repeats_is_struck_out(tmp_path: Path) -> None:
    with (
        Certified(datetime.now(UTC) + timedelta(days=90), tmp_path, takes=False) as settings,
        name_server(RECORDS) as address,
        pytest.raises(CredentialsBroken) as refused,
    ):
        look("email", settings, resolver=address)
    assert "what is (redacted)?" in refused.value.detail
    assert "p@ssw0rd" not in str(refused.value) + refused.value.detail
