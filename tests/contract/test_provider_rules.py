"""What large mailbox providers look at: own keys against their records, alignment, and the page for unsubscribing."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence

import pytest
from channel_parts import DictSettings, RealClock, ScriptedHttp, channel, closed_port, http_answer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from name_server import name_server

from publisher.abilities import Examination
from publisher.channels.email_alignment import OwnKey, Sending, examine_sending, organisation, own_keys
from publisher.channels.email_dns import Names
from publisher.channels.email_pages import examine_page
from publisher.model.findings import Finding

Records = Mapping[tuple[str, str], Sequence[str]]

RSA = generate_private_key(65537, 2048)
ED25519 = Ed25519PrivateKey.generate()


def pem(key: object) -> str:
    assert isinstance(key, Ed25519PrivateKey | type(RSA))
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


SETTINGS = {
    "DKIM_SELECTOR": "r1",
    "DKIM_KEY": pem(RSA),
    "DKIM_SELECTOR_2": "e1",
    "DKIM_KEY_2": pem(ED25519),
}
KEYS = own_keys(DictSettings(SETTINGS), origin="example.org")


def text(record: str) -> str:
    """A TXT record in pieces of at most 255 bytes."""
    return " ".join(f'"{record[begin : begin + 200]}"' for begin in range(0, len(record), 200))


PUBLISHED: Records = {(key.where, "TXT"): [text(key.record)] for key in KEYS} | {
    ("_dmarc.example.org", "TXT"): ['"v=DMARC1; p=none"']
}


def sending(records: Records, *, keys: Sequence[OwnKey] = KEYS, returns: str = "example.org") -> list[Finding]:
    with name_server(records) as address:
        asked = Sending(subject="news", origin="example.org", returns=returns, keys=keys)
        return list(examine_sending(Names(address), asked))


def rules(found: list[Finding]) -> list[str]:
    return [one.rule for one in found if one.rule]


def test_keys_that_fit_their_records_are_fine() -> None:
    found = sending(PUBLISHED)
    assert rules(found) == []
    assert [one.words for one in found[:2]] == [
        "DKIM record r1._domainkey.example.org fits the rsa key",
        "DKIM record e1._domainkey.example.org fits the ed25519 key",
    ]


def test_a_key_without_a_record_is_an_error_with_the_record_to_copy() -> None:
    found = sending({("_dmarc.example.org", "TXT"): ['"v=DMARC1; p=none"']})
    assert rules(found) == ["dkim-key", "dkim-key"]
    assert found[0].mend.endswith(f"TXT of r1._domainkey.example.org: {KEYS[0].record}")
    assert base64.b64decode(KEYS[0].public)


def test_a_record_of_another_key_is_an_error() -> None:
    rsa, ed25519 = KEYS
    swapped = dict(PUBLISHED) | {(rsa.where, "TXT"): [text(ed25519.record)]}
    found = sending(swapped)
    assert rules(found) == ["dkim-key"]
    assert "belongs to another key" in found[0].words
    assert rsa.record in found[0].mend


def test_a_short_key_and_one_for_tests_are_doubtful() -> None:
    old = pem(generate_private_key(65537, 1024))  # noqa: S505  that is the matter
    short = own_keys(DictSettings({"DKIM_SELECTOR": "r1", "DKIM_KEY": old}), origin="example.org")
    found = sending({(short[0].where, "TXT"): [text(short[0].record)]}, keys=short)[0]
    assert (found.grade.value, "shorter than 2048" in found.words) == ("warning", True)
    tried = dict(PUBLISHED) | {(KEYS[1].where, "TXT"): [text(f"{KEYS[1].record}; t=y:s")]}
    assert [one.grade.value for one in sending(tried)[:2]] == ["ok", "warning"]


@pytest.mark.parametrize(
    ("origin", "server", "is_ours"),
    [
        ("gmail.com", "mail.example.org", False),
        ("wp.pl", "127.0.0.1", False),
        ("gmail.com", "smtp.gmail.com", True),
        ("hotmail.com", "smtp-mail.outlook.com", True),
        ("example.org", "smtp.gmail.com", True),
    ],
)
def test_an_address_at_a_mailbox_provider_sends_by_its_server_only(origin: str, server: str, *, is_ours: bool) -> None:
    with name_server({}) as address:
        asked = Sending(subject="news", origin=origin, returns=origin, server=server)
        found = list(examine_sending(Names(address), asked))
    assert ("alignment" not in rules(found)) is is_ours
    assert is_ours or "FROM" in found[0].mend


@pytest.mark.parametrize(
    ("keys", "returns", "dmarc", "is_aligned"),
    [
        (KEYS, "example.org", "p=none", True),
        (KEYS, "bounces.example.net", "p=none", True),  # by the key
        ((), "mail.example.org", "p=none", True),  # by the return path
        ((), "mail.example.org", "p=none; aspf=s", False),
        ((), "example.net", "p=none", False),
        ((OwnKey("s", "mail.example.org", "rsa", "x"),), "example.net", "p=none", True),
        ((OwnKey("s", "mail.example.org", "rsa", "x"),), "example.net", "p=none; adkim=s", False),
    ],
)
def test_from_is_aligned_with_the_key_or_the_return_path(
    keys: Sequence[OwnKey], returns: str, dmarc: str, *, is_aligned: bool
) -> None:
    records = dict(PUBLISHED) | {("_dmarc.example.org", "TXT"): [f'"v=DMARC1; {dmarc}"']}
    assert ("alignment" not in rules(sending(records, keys=keys, returns=returns))) is is_aligned


@pytest.mark.parametrize(
    ("domain", "registered"),
    [
        ("mail.example.org", "example.org"),
        ("example.org", "example.org"),
        ("a.urzad.gov.pl", "urzad.gov.pl"),
        ("urzad.gov.pl", "urzad.gov.pl"),
        ("mail.wojpodlaskie.pl", "wojpodlaskie.pl"),
        ("a.b.co.uk", "b.co.uk"),
    ],
)
def test_the_part_that_somebody_registered(domain: str, registered: str) -> None:
    assert organisation(domain) == registered


# --- the page -------------------------------------------------------------------------------------------------


def page(base: str) -> Finding:
    settings = DictSettings({"WEB_URL": base, "TIMEOUT": "5"} if base else {})
    return examine_page(Examination(channel=channel("email"), settings=settings, clock=RealClock()))


def test_a_page_that_answers_is_looked_at_by_get_alone() -> None:
    with ScriptedHttp([http_answer("200 OK")]) as server:
        found = page(server.url)
    assert (found.grade.value, found.rule) == ("ok", "")
    (asked,) = server.received
    assert asked.head.startswith("GET /u/this-is-a-sample-and-unsubscribes-nobody ")


@pytest.mark.parametrize(("status", "words"), [("302 Found", "leads elsewhere"), ("503 Unavailable", "fails: 503")])
def test_a_page_that_leads_elsewhere_or_fails_is_an_error(status: str, words: str) -> None:
    with ScriptedHttp([http_answer(status, Location="https://example.org/")]) as server:
        found = page(server.url)
    assert (found.grade.value, found.rule, words in found.words) == ("error", "one-click", True)


def test_a_page_that_is_not_there_is_an_error() -> None:
    found = page(f"http://127.0.0.1:{closed_port()}")
    assert (found.grade.value, "does not answer" in found.words) == ("error", True)


def test_an_address_without_encryption_is_an_error() -> None:
    assert page("http://mail.example.org").mend == "write an address with https:// (RFC 8058)"


def test_who_has_no_pages_gets_a_hint() -> None:
    assert (page("").grade.value, page("").words.partition(":")[0]) == ("ok", "hint")
