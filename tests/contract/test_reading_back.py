"""Reading an account back over real HTTP: what is out is found, and what can't be read is not taken as absent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from channel_parts import (
    DictSettings,
    RealClock,
    ScriptedHttp,
    channel,
    closed_port,
    draft,
    envelope,
    http_answer,
    picture,
)

from publisher.channels import transport
from publisher.errors import (
    CredentialsBroken,
    DuplicateRefused,
    OutcomeUnknown,
    RateLimited,
    TemporaryError,
    TransportError,
)
from publisher.interfaces import Connection, ReadsBack
from publisher.model import Channel, Payload
from publisher.sandbox import Fault, Sandbox

CHANNELS = {name: channel(name, id_=f"our-{name}", account="@open_days") for name in ("twitter", "facebook")}
BOTH = pytest.mark.parametrize("name", CHANNELS)
TEXT = "Open day in Łódź: trams & books – 100 % free.\n\nCome and see https://example.org/open-day #OpenDay"
SINCE = datetime(2020, 1, 1, tzinfo=UTC)
KEYS = {
    "twitter": {"CONSUMER_KEY": "k", "CONSUMER_SECRET": "s", "ACCESS_TOKEN": "1-t", "ACCESS_TOKEN_SECRET": "s"},
    "facebook": {"PAGE_ID": "1234", "PAGE_TOKEN": "page-token"},
}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(clock=RealClock()) as running:
        yield running


class Back:
    """An open connection of which the type is known to read back."""

    def __init__(self, of: Channel, settings: dict[str, str]) -> None:
        self.channel = of
        self.connection: Connection = transport(of.type).connect(of, DictSettings(settings), RealClock())
        assert isinstance(self.connection, ReadsBack)
        self.reads: ReadsBack = self.connection

    def composed(self, text: str = TEXT, **more: object) -> Payload:
        return transport(self.channel.type).compose(draft(text, **more), envelope(self.channel))

    def send(self, payload: Payload) -> str:
        return self.connection.send(payload).remote_id

    def found(self, payload: Payload, *, since: datetime = SINCE, besides: frozenset[str] = frozenset()) -> str | None:
        receipt = self.reads.find(payload, since=since, besides=besides)
        return receipt.remote_id if receipt else None


def opened(sandbox: Sandbox, name: str, **more: str) -> Back:
    return Back(CHANNELS[name], {**sandbox.settings_for(CHANNELS[name]), **more})


@BOTH
@pytest.mark.parametrize(
    "fault", [Fault.ERROR_BUT_POSTED, Fault.TIMEOUT_AFTER, Fault.RESET_AFTER, Fault.NO_ID, Fault.NOT_JSON]
)
def test_what_was_published_without_an_answer_is_found(sandbox: Sandbox, name: str, fault: Fault) -> None:
    back = opened(sandbox, name, **({"TIMEOUT": "1"} if "timeout" in fault else {}))
    sandbox.inject(back.channel.id, fault)
    with pytest.raises(OutcomeUnknown):
        back.send(back.composed())
    (posted,) = sandbox.posted(back.channel.id)
    receipt = back.reads.find(back.composed(), since=SINCE, besides=frozenset())
    assert receipt is not None
    assert (receipt.remote_id, receipt.remote_url.startswith("http")) == (posted.remote_id, True)


@BOTH
@pytest.mark.parametrize("fault", [Fault.ERROR, Fault.UNAVAILABLE, Fault.TIMEOUT_BEFORE, Fault.RESET_BEFORE])
def test_what_was_not_published_is_absent(sandbox: Sandbox, name: str, fault: Fault) -> None:
    back = opened(sandbox, name, **({"TIMEOUT": "1"} if "timeout" in fault else {}))
    sandbox.inject(back.channel.id, fault)
    with pytest.raises(OutcomeUnknown):
        back.send(back.composed())
    assert back.found(back.composed()) is None


@BOTH
def test_a_duplicate_refusal_is_found_with_its_id(sandbox: Sandbox, name: str) -> None:
    back = opened(sandbox, name)
    sent = back.send(back.composed())
    with pytest.raises(DuplicateRefused):
        back.send(back.composed())
    assert back.found(back.composed()) == sent


@BOTH
def test_what_is_older_or_of_another_delivery_is_not_ours(sandbox: Sandbox, name: str) -> None:
    back = opened(sandbox, name)
    sent = back.send(back.composed())
    assert back.found(back.composed(), since=datetime.now(UTC) + timedelta(seconds=2)) is None
    assert back.found(back.composed(), besides=frozenset({sent})) is None


@BOTH
def test_one_event_told_of_in_two_languages_is_not_confused(sandbox: Sandbox, name: str) -> None:
    back = opened(sandbox, name)
    back.send(back.composed("Dzień otwarty w Łodzi: tramwaje i książki, wstęp wolny. https://example.org/open-day"))
    assert back.found(back.composed()) is None


@BOTH
def test_posts_with_pictures_are_found_by_their_words(sandbox: Sandbox, name: str, tmp_path: Path) -> None:
    back = opened(sandbox, name)
    payload = back.composed(media=(picture(tmp_path), picture(tmp_path, name="two.png", alt="")))
    assert back.found(payload) is None
    sent = back.send(payload)
    assert back.found(payload) == sent


def test_a_link_beside_the_words_is_enough_for_facebook(sandbox: Sandbox) -> None:
    back = opened(sandbox, "facebook")
    payload = back.composed("Look", link="https://example.org/open-day")
    sent = back.send(payload)
    assert back.found(payload) == sent


@BOTH
def test_everything_since_then_is_looked_through(sandbox: Sandbox, name: str) -> None:
    back = opened(sandbox, name)
    sent = back.send(back.composed())
    for number in range(120):
        back.send(back.composed(f"News of day {number}"))
    assert back.found(back.composed()) == sent


@BOTH
def test_only_reading_calls_are_made(sandbox: Sandbox, name: str) -> None:
    back = opened(sandbox, name)
    back.found(back.composed())
    back.found(back.composed())
    assert {request.method for request in sandbox.requests(back.channel.id)} == {"GET"}
    assert "token" not in "".join(request.query for request in sandbox.requests(back.channel.id))
    asked = [request.path for request in sandbox.requests(back.channel.id)]
    assert sum(path.endswith("/users/me") for path in asked) == (name == "twitter")


@BOTH
def test_an_account_that_cant_be_reached_is_not_an_account_without_the_post(name: str) -> None:
    back = Back(CHANNELS[name], {**KEYS[name], "ENDPOINT": f"http://127.0.0.1:{closed_port()}"})
    with pytest.raises(TemporaryError) as caught:
        back.found(back.composed())
    assert caught.value.subject == back.channel.id


def in_json(status: str, body: bytes) -> bytes:
    return http_answer(status, body, Content_Type="application/json")


ME = in_json("200 OK", b'{"data":{"id":"1","name":"n","username":"u"}}')


def said_of(name: str, *answers: bytes) -> TransportError:
    """What is said of an account that answers like this."""
    with ScriptedHttp(list(answers)) as server:
        back = Back(CHANNELS[name], {**KEYS[name], "ENDPOINT": server.url, "TIMEOUT": "2"})
        with pytest.raises(TransportError) as caught:
            back.found(back.composed())
    return caught.value


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        ("200 OK", b"<html>", TemporaryError),
        ("200 OK", b"[]", TemporaryError),
        ("200 OK", b'{"errors":[{"title":"Not Found Error","detail":"Could not find user"}]}', TemporaryError),
        ("401 Unauthorized", b"{}", CredentialsBroken),
        ("429 Too Many Requests", b"{}", RateLimited),
        ("503 Service Unavailable", b"{}", TemporaryError),
    ],
)
def test_an_answer_of_x_without_a_timeline_says_nothing(
    status: str, body: bytes, expected: type[TransportError]
) -> None:
    assert type(said_of("twitter", ME, in_json(status, body))) is expected


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        ("200 OK", b"<html>", TemporaryError),
        ("200 OK", b'{"data":null}', TemporaryError),
        ("200 OK", b'{"error":{"code":190,"message":"expired"}}', CredentialsBroken),
        ("400 Bad Request", b'{"error":{"code":32,"message":"slow down"}}', RateLimited),
        ("500 Internal Server Error", b'{"error":{"code":2}}', TemporaryError),
    ],
)
def test_an_answer_of_graph_without_posts_says_nothing(
    status: str, body: bytes, expected: type[TransportError]
) -> None:
    assert type(said_of("facebook", in_json(status, body))) is expected


def test_an_empty_timeline_is_an_answer() -> None:
    empty = in_json("200 OK", b'{"meta":{"result_count":0}}')
    with ScriptedHttp([ME, empty]) as server:
        back = Back(CHANNELS["twitter"], {**KEYS["twitter"], "ENDPOINT": server.url, "TIMEOUT": "2"})
        assert back.found(back.composed()) is None


@BOTH
def test_the_settle_time_is_several_times_the_patience_for_one_call(name: str) -> None:
    assert Back(CHANNELS[name], KEYS[name]).reads.settle_time == timedelta(seconds=140)
    assert Back(CHANNELS[name], {**KEYS[name], "TIMEOUT": "1"}).reads.settle_time == timedelta(seconds=8)


def test_mail_cant_be_read_back(sandbox: Sandbox) -> None:
    mail = channel("email", id_="mail")
    connection = transport("email").connect(mail, DictSettings(sandbox.settings_for(mail)), RealClock())
    assert not isinstance(connection, ReadsBack)


# --- immediately before the call ------------------------------------------------------------------------------


@BOTH
def test_what_is_raised_before_the_call_keeps_it_from_being_made(sandbox: Sandbox, name: str, tmp_path: Path) -> None:
    def stop() -> None:
        raise OutcomeUnknown("the lease is over")

    back = opened(sandbox, name)
    payload = back.composed(media=(picture(tmp_path),))
    with pytest.raises(OutcomeUnknown, match="the lease is over"):
        back.connection.send(payload, before=stop)
    assert sandbox.posted(back.channel.id) == []
    assert len(sandbox.requests(back.channel.id)) >= 1  # the picture was uploaded before that


@BOTH
def test_pictures_that_were_taken_are_not_uploaded_again_for_the_next_try(
    sandbox: Sandbox, name: str, tmp_path: Path
) -> None:
    back = opened(sandbox, name)
    payload = back.composed(media=(picture(tmp_path), picture(tmp_path, name="two.png", alt="two")))
    sandbox.inject(back.channel.id, Fault.RATE_LIMITED)
    with pytest.raises(RateLimited):
        back.send(payload)
    uploads = uploaded(sandbox, back)
    back.send(payload)
    assert (uploaded(sandbox, back), len(sandbox.posted(back.channel.id)[0].media)) == (uploads, 2)


@BOTH
def test_pictures_of_a_published_post_are_uploaded_anew_for_another(
    sandbox: Sandbox, name: str, tmp_path: Path
) -> None:
    back = opened(sandbox, name)
    for text in ("One", "Two"):
        back.send(back.composed(text, media=(picture(tmp_path),)))
    assert (uploaded(sandbox, back), len(sandbox.posted(back.channel.id))) == (2, 2)


def uploaded(sandbox: Sandbox, back: Back) -> int:
    paths = [request.path for request in sandbox.requests(back.channel.id)]
    return sum(path.endswith(("/media/upload", "/photos")) for path in paths)
