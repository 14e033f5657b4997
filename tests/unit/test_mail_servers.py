"""What a channel's settings say of its mail servers."""

from __future__ import annotations

import pytest
from dkim_samples import ED25519, RSA, pem

from publisher.bulk.servers import Servers, servers_of
from publisher.channels.email_url import MailServer
from publisher.errors import SettingsError
from publisher.model import Calendar, Channel
from publisher.settings import FixedSettings

CHANNEL = Channel(id="news", type="email", languages=("en",), calendar=Calendar(timezone="UTC"))
URL = {"SMTP_URL": "smtp://one.example.org"}


def read(**settings: str) -> Servers:
    return servers_of(CHANNEL, FixedSettings("news", URL | settings))


def test_several_servers_stand_in_their_order() -> None:
    found = read(SMTP_URL="smtp+starttls://u:p@one.example.org:25\n  smtps://two.example.org  smtp://three.example.org")
    assert [one.address.name for one in found.each] == [
        "one.example.org:25",
        "two.example.org:465",
        "three.example.org:25",
    ]
    assert isinstance(found.each[0].address, MailServer)


@pytest.mark.parametrize(
    ("text", "per_second"),
    [("20", 20), ("20/s", 20), ("600/min", 10), ("1800/h", 0.5), ("0.5", 0.5), ("90/hour", 0.025)],
)
def test_rates_are_read_as_they_are_written(text: str, per_second: float) -> None:
    assert read(RATE=text).each[0].per_second == pytest.approx(per_second)


def test_domains_have_rates_of_their_own() -> None:
    assert dict(read(DOMAIN_RATES="Gmail.com=20 wp.pl=5/s o2.pl=60/min").domains) == {
        "gmail.com": 20,
        "wp.pl": 5,
        "o2.pl": 1,
    }


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("RATE", "fast"),
        ("RATE", "-3"),
        ("RATE", "5/day"),
        ("DOMAIN_RATES", "gmail.com"),
        ("DOMAIN_RATES", "=5"),
        ("DOMAIN_RATES", "gmail.com=many"),
        ("CONNECTIONS", "0"),
        ("CONNECTIONS", "1000"),
        ("CONNECTIONS", "x"),
        ("PROCESSES", "-1"),
        ("PROCESSES", "99"),
        ("TIMEOUT", "soon"),
        ("CA_FILE", "/no/such/file.pem"),
        ("SMTP_URL", "smtp://one.example.org two.example.org"),
    ],
)
def test_what_cant_be_read_is_named_with_what_to_write(name: str, text: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read(**{name: text})
    assert name in str(caught.value)
    assert caught.value.remedy


def test_a_server_is_waited_for_as_long_as_the_standard_wants_unless_somebody_says_otherwise() -> None:
    usual, own = read().each[0].patience, read(TIMEOUT="7").each[0].patience
    assert (usual.command, usual.content) == (300, 600)
    assert (own.opening, own.command, own.content) == (7, 7, 7)


@pytest.mark.parametrize(
    ("settings", "mails", "expected"),
    [
        ({}, 100, 0),
        ({}, 100_000, 0),
        ({"DKIM_SELECTOR": "a", "DKIM_KEY": pem(RSA)}, 100_000, 7),
        ({"DKIM_SELECTOR": "a", "DKIM_KEY": pem(RSA)}, 100, 0),
        ({"DKIM_SELECTOR": "a", "DKIM_KEY": pem(ED25519)}, 100_000, 0),
        ({"PROCESSES": "3"}, 1, 3),
        ({"PROCESSES": "0"}, 100_000, 0),
    ],
)
def test_more_processes_are_started_where_they_are_worth_while(
    settings: dict[str, str], mails: int, expected: int
) -> None:
    assert read(**settings).crew_size(mails=mails, processors=8) == expected
