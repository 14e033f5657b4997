"""Threads over real HTTP: the bytes of each part, what X's stand-in refuses, and finding one part again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest
from channel_parts import DictSettings, RealClock, channel, draft, envelope

from publisher.channels import transport
from publisher.channels.twitter import TwitterConnection
from publisher.errors import OutcomeUnknown, Rejected
from publisher.model import Payload
from publisher.sandbox import Fault, Sandbox

X = channel("twitter", account="@open_days")
OTHER = channel("twitter", id_="other", account="@others")
SINCE = datetime(2020, 1, 1, tzinfo=UTC)
NOBODYS = "1999999999999999999"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(clock=RealClock()) as running:
        yield running


@pytest.fixture
def connection(sandbox: Sandbox) -> Iterator[TwitterConnection]:
    opened = transport("twitter").connect(X, DictSettings({**sandbox.settings_for(X), "TIMEOUT": "0.5"}), RealClock())
    assert isinstance(opened, TwitterConnection)
    yield opened
    opened.close()


def composed(*parts: str) -> tuple[Payload, ...]:
    return transport("twitter").compose(draft("\n\n".join(parts), parts=parts), envelope(X)).parts


def send(connection: TwitterConnection, parts: tuple[Payload, ...]) -> list[str]:
    """All parts, one after the other; gives their ids."""
    ids: list[str] = []
    for part in parts:
        wire = connection.following(part, previous=ids[-1]) if ids else part
        ids.append(connection.send(wire).remote_id)
    return ids


def test_the_bytes_that_arrive_are_those_of_the_preview_with_the_ids_in_their_places(
    sandbox: Sandbox, connection: TwitterConnection
) -> None:
    parts = composed("Dzień otwarty 🚋", "Jutro {part:1}", "Do zobaczenia")
    ids = send(connection, parts)
    arrived = [posted.body for posted in sandbox.posted(X.id)]
    assert arrived[0] == parts[0].body
    for number in (1, 2):
        slot, place = f'"in_reply_to_tweet_id": "{{part:{number}}}"', f'"in_reply_to_tweet_id": "{ids[number - 1]}"'
        assert arrived[number] == parts[number].body.replace(slot.encode(), place.encode(), 1)


def test_a_part_is_found_as_the_answer_to_the_part_before(sandbox: Sandbox, connection: TwitterConnection) -> None:
    parts = composed("The same words", "The same words, and more", "End")
    first = connection.send(parts[0]).remote_id
    wire = connection.following(parts[1], previous=first)
    assert connection.find(wire, since=SINCE, besides=frozenset()) is None
    sandbox.inject(X.id, Fault.RESET_AFTER)
    with pytest.raises(OutcomeUnknown):
        connection.send(wire)
    found = connection.find(wire, since=SINCE, besides=frozenset())
    assert found is not None
    assert found.remote_id == sandbox.posted(X.id)[1].remote_id
    elsewhere = connection.following(parts[1], previous=NOBODYS)
    assert connection.find(elsewhere, since=SINCE, besides=frozenset()) is None


@pytest.mark.parametrize("target", [NOBODYS, "withdrawn", "others"])
def test_an_answer_to_what_is_not_there_or_not_ours_is_refused(
    sandbox: Sandbox, connection: TwitterConnection, target: str
) -> None:
    parts = composed("One", "Two")
    if target == "withdrawn":
        target = connection.send(parts[0]).remote_id
        account = connection._account
        account.adapter.expect(None)
        account.client.request("DELETE", f"/2/tweets/{target}", user_auth=True)
    elif target == "others":
        theirs = transport("twitter").connect(OTHER, DictSettings(sandbox.settings_for(OTHER)), RealClock())
        target = theirs.send(parts[0]).remote_id
        theirs.close()
    before = len(sandbox.posted(X.id))
    with pytest.raises(Rejected) as caught:
        connection.send(connection.following(parts[1], previous=target))
    assert (caught.value.code, len(sandbox.posted(X.id))) == ("403", before)


def test_an_answer_to_something_that_is_no_id_is_invalid(sandbox: Sandbox, connection: TwitterConnection) -> None:
    with pytest.raises(Rejected) as caught:
        connection.send(connection.following(composed("One", "Two")[1], previous="9" * 20))
    assert (caught.value.code, sandbox.posted(X.id)) == ("400", [])


def test_the_sandbox_shows_the_thread(sandbox: Sandbox, connection: TwitterConnection) -> None:
    ids = send(connection, composed("One", "Two", "Three"))
    connection.send(composed("Something", "else")[0])
    with httpx.Client(base_url=sandbox.http_url, timeout=30) as http:
        page = http.get(f"/posts/{ids[1]}").text
        wall = http.get("/").text
        listed = http.get("/sandbox/posts").json()
    assert "The thread, 3 posts" in page
    assert page.count("Something") == 0
    for before in ids[:2]:
        assert f'Replies to <a href="/posts/{before}">' in page
        assert f'Replies to <a href="/posts/{before}">' in wall
    assert [post["answers"] for post in listed] == ["", ids[0], ids[1], ""]


def test_a_conversation_is_named_after_its_first_post(connection: TwitterConnection) -> None:
    ids = send(connection, composed("One", "Two", "Three"))
    answer = connection._get(
        f"/2/tweets/{ids[2]}", {"tweet.fields": "conversation_id,referenced_tweets,in_reply_to_user_id,author_id"}
    )
    data = json.loads(answer.body)["data"]
    assert (data["conversation_id"], data["in_reply_to_user_id"]) == (ids[0], data["author_id"])
    assert data["referenced_tweets"] == [{"type": "replied_to", "id": ids[1]}]
