"""Getting credentials, against the stand-ins: what comes of it opens the account."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from channel_parts import DictSettings, RealClock, channel, closed_port, draft, envelope

from publisher.abilities import Enrollable, Login
from publisher.channels import known_types, transport
from publisher.errors import CredentialsBroken, SettingsError, TransportError
from publisher.sandbox import Sandbox
from publisher.sandbox.accounts import PageAccount
from publisher.sandbox.graph_login import user_token
from publisher.settings import ChannelSettings

CLOCK = RealClock()


class Person:
    """Answers questions by a word in them, and opens addresses in a browser."""

    def __init__(self, answers: Mapping[str, str], *, secrets: Mapping[str, str], does_open: bool = True) -> None:
        self.answers, self.secrets, self.does_open = answers, secrets, does_open
        self.heard: list[str] = []
        self.browsers: list[threading.Thread] = []
        self.ended_at = ""

    def tell(self, words: str) -> None:
        self.heard.append(words)
        if "/i/oauth2/authorize" in words:
            if self.does_open:
                browser = threading.Thread(target=httpx.get, args=(words,), kwargs={"follow_redirects": True})
                browser.start()
                self.browsers.append(browser)
            else:
                self.ended_at = httpx.get(words).headers["location"]

    def ask(self, question: str, *, default: str = "") -> str:
        return next((answer for word, answer in self.answers.items() if word in question), default)

    def ask_secret(self, question: str) -> str:
        if "whole address" in question:
            return self.ended_at
        return next(answer for word, answer in self.secrets.items() if word in question)

    def choose(self, question: str, choices: Mapping[str, str]) -> str:
        self.heard.append(question)
        wanted = self.answers.get("choose")
        return wanted if wanted in choices else next(iter(choices))


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(clock=CLOCK) as running:
        yield running


def log_in(type_: str, person: Person, settings: Mapping[str, str]) -> dict[str, str | None]:
    able = transport(type_)
    assert isinstance(able, Enrollable)
    login = Login(channel=channel(type_), settings=DictSettings(settings), clock=CLOCK, prompts=person)
    found = dict(able.log_in(login))
    for browser in person.browsers:
        browser.join(10)
    return found


def posts(type_: str, gained: Mapping[str, str | None], folder: Path, **more: str) -> str:
    """Keep what was gained, and post with it."""
    of = ChannelSettings("office", {"PUBLISHER_CREDENTIALS": str(folder), **more})
    for name, value in gained.items():
        if value is not None:
            of.keep(name, value)
    able = transport(type_)
    with closing(able.connect(channel(type_), of, CLOCK)) as connection:
        return connection.send(able.compose(draft(), envelope(channel(type_)))).remote_id


def test_every_type_of_channel_has_a_login() -> None:
    assert all(isinstance(transport(name), Enrollable) for name in known_types())


@pytest.mark.parametrize("way", ["browser", "elsewhere"])
def test_leave_in_the_browser_gives_tokens_that_post_and_can_be_renewed(
    tmp_path: Path, sandbox: Sandbox, way: str
) -> None:
    given = sandbox.oauth2_settings_for(channel("twitter"))
    port = str(closed_port())
    person = Person(
        {"choose": way, "Client ID": given["CLIENT_ID"], "Port": port},
        secrets={"Client secret": given["CLIENT_SECRET"]},
        does_open=way == "browser",
    )
    gained = log_in("twitter", person, {"ENDPOINT": given["ENDPOINT"]})
    assert gained["CONSUMER_KEY"] is None
    assert gained["REFRESH_TOKEN"] != given["REFRESH_TOKEN"]
    assert posts("twitter", gained, tmp_path, PUBLISHER_OFFICE_ENDPOINT=given["ENDPOINT"])
    assert asks_with_refresh_token_alone(tmp_path, given["ENDPOINT"]) == 200
    told = " ".join(person.heard)
    assert f"http://127.0.0.1:{port}/publisher" in told
    assert not [secret for secret in (given["CLIENT_SECRET"], str(gained["REFRESH_TOKEN"])) if secret in told]


def asks_with_refresh_token_alone(folder: Path, endpoint: str) -> int:
    of = ChannelSettings("office", {"PUBLISHER_CREDENTIALS": str(folder), "PUBLISHER_OFFICE_ENDPOINT": endpoint})
    of.forget("OAUTH2")
    with closing(transport("twitter").connect(channel("twitter"), of, CLOCK)) as connection:
        status: int = connection.me().status  # type: ignore[attr-defined]
        return status


def test_the_address_for_the_browser_asks_for_what_posting_needs_and_holds_no_secret(sandbox: Sandbox) -> None:
    given = sandbox.oauth2_settings_for(channel("twitter"))
    person = Person(
        {"choose": "elsewhere", "Client ID": given["CLIENT_ID"]},
        secrets={"Client secret": given["CLIENT_SECRET"]},
        does_open=False,
    )
    log_in("twitter", person, {"ENDPOINT": given["ENDPOINT"]})
    [address] = [words for words in person.heard if "authorize" in words]
    asked = parse_qs(urlsplit(address).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["scope"] == ["tweet.read tweet.write users.read media.write offline.access"]
    assert given["CLIENT_SECRET"] not in address


def test_an_answer_from_another_login_is_refused(sandbox: Sandbox) -> None:
    given = sandbox.oauth2_settings_for(channel("twitter"))
    person = Person({"choose": "elsewhere", "Client ID": given["CLIENT_ID"]}, secrets={"Client secret": "x"})
    person.tell = person.heard.append  # type: ignore[method-assign]
    person.ended_at = "http://127.0.0.1:8912/publisher?state=forged&code=stolen"
    with pytest.raises(CredentialsBroken, match="another login"):
        log_in("twitter", person, {"ENDPOINT": given["ENDPOINT"]})


def test_the_wrong_secret_of_a_client_is_named_as_the_reason(sandbox: Sandbox) -> None:
    given = sandbox.oauth2_settings_for(channel("twitter"))
    answers = {"choose": "elsewhere", "Client ID": given["CLIENT_ID"]}
    person = Person(answers, secrets={"Client secret": "wrong"}, does_open=False)
    with pytest.raises(CredentialsBroken) as refused:
        log_in("twitter", person, {"ENDPOINT": given["ENDPOINT"]})
    assert "client ID and secret" in refused.value.remedy


def test_the_four_keys_take_the_place_of_tokens(tmp_path: Path, sandbox: Sandbox) -> None:
    given = sandbox.settings_for(channel("twitter"))
    secrets = {
        "API key (": given["CONSUMER_KEY"],
        "API key secret": given["CONSUMER_SECRET"],
        "Access token secret": given["ACCESS_TOKEN_SECRET"],
        "Access token": given["ACCESS_TOKEN"],
    }
    gained = log_in("twitter", Person({"choose": "keys"}, secrets=secrets), {})
    assert {name for name, value in gained.items() if value is None} == {
        *("CLIENT_ID", "CLIENT_SECRET", "REFRESH_TOKEN", "OAUTH2")
    }
    assert posts("twitter", gained, tmp_path, PUBLISHER_OFFICE_ENDPOINT=given["ENDPOINT"])


def facebook_person(sandbox: Sandbox, **wrong: str) -> tuple[Person, dict[str, str]]:
    given = sandbox.settings_for(channel("facebook"))
    account = PageAccount.for_channel(channel("facebook"))
    secrets = {"App secret": account.app_secret, "User token": user_token(account)} | wrong
    return Person({"App ID": account.app_id}, secrets=secrets), given


def test_a_user_token_becomes_a_page_token_that_posts(tmp_path: Path, sandbox: Sandbox) -> None:
    person, given = facebook_person(sandbox)
    gained = log_in("facebook", person, {"ENDPOINT": given["ENDPOINT"]})
    assert {name: gained[name] for name in ("PAGE_ID", "PAGE_TOKEN", "APP_SECRET")} == {
        name: given[name] for name in ("PAGE_ID", "PAGE_TOKEN", "APP_SECRET")
    }
    assert posts("facebook", gained, tmp_path, PUBLISHER_OFFICE_ENDPOINT=given["ENDPOINT"])


def test_no_secret_stands_in_an_address(sandbox: Sandbox) -> None:
    person, given = facebook_person(sandbox)
    gained = log_in("facebook", person, {"ENDPOINT": given["ENDPOINT"]})
    requests = [*sandbox.requests("office"), *sandbox.requests("")]
    assert {request.path.rpartition("/")[2] for request in requests} == {"access_token", "accounts"}
    queries = json.dumps([request.query for request in requests])
    assert not [secret for secret in (*person.secrets.values(), str(gained["PAGE_TOKEN"])) if secret in queries]


@pytest.mark.parametrize("wrong", [{"User token": "EAAUwrong"}, {"App secret": "0" * 32}])
def test_what_facebook_refuses_is_said(sandbox: Sandbox, wrong: dict[str, str]) -> None:
    person, given = facebook_person(sandbox, **wrong)
    with pytest.raises(TransportError) as refused:
        log_in("facebook", person, {"ENDPOINT": given["ENDPOINT"]})
    assert not [secret for secret in person.secrets.values() if secret in str(refused.value) + refused.value.detail]


def mail_person(sandbox: Sandbox, password: str = "") -> Person:
    parts = urlsplit(sandbox.settings_for(channel("email"))["SMTP_URL"])
    answers = {
        "choose": "smtp",
        "Server": f"{parts.hostname}:{parts.port}",
        "User": str(parts.username),
        "From": "Office <office@example.org>",
    }
    return Person(answers, secrets={"Password": password or str(parts.password)})


def test_a_mail_account_is_tried_before_it_is_kept(sandbox: Sandbox) -> None:
    gained = log_in("email", mail_person(sandbox), {})
    assert gained == {
        "SMTP_URL": sandbox.settings_for(channel("email"))["SMTP_URL"],
        "FROM": "Office <office@example.org>",
    }
    assert sandbox.mails() == []


def test_a_wrong_password_is_refused_and_not_repeated(sandbox: Sandbox) -> None:
    with pytest.raises(CredentialsBroken) as refused:
        log_in("email", mail_person(sandbox, "p@ss/wörd"), {})
    assert "p@ss" not in str(refused.value)


def test_a_sender_that_is_no_address_is_refused(sandbox: Sandbox) -> None:
    person = mail_person(sandbox)
    person.answers = {**person.answers, "From": "the office"}
    with pytest.raises(SettingsError, match="is no sender"):
        log_in("email", person, {})


@pytest.mark.parametrize(
    ("server", "said"), [("", "no mail server was named"), ("mail.example.org/box", "behind the server")]
)
def test_a_server_that_is_none_is_refused_before_the_password_is_asked_for(
    sandbox: Sandbox, server: str, said: str
) -> None:
    person = mail_person(sandbox)
    person.answers = {**person.answers, "Server": server}
    person.secrets = {}
    with pytest.raises(SettingsError, match=said):
        log_in("email", person, {})
