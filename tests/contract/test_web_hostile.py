"""The subscriber pages and those who mean no good: scanners, forgers, the slow, the large and the crooked."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event
from web_parts import ANNA, MINUTE, Library, library, link_in, value_of

from publisher.newsletter.keys import EVERYTHING, ListKey, Purpose
from publisher.newsletter.links import Links
from publisher.web.guard import Deadlines

ONE_CLICK = {"List-Unsubscribe": "One-Click"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
CHUNKS = (b"1000\r\n" + b"a" * 0x1000 + b"\r\n") * 9
QUICK = Deadlines(head=0.5, body=0.5)


@pytest.fixture(scope="module")
def one_for_all(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with library(tmp_path_factory.mktemp("library")) as one:
        yield one


def personal_links(here: Library) -> list[str]:
    """Every link that acts for Anna, who is on a list and asked for another."""
    person = here.put_on("news")
    here.sign_up(ANNA, "press")
    unsubscribe, preferences = here.links.unsubscribe("news", person), here.links.preferences(person)
    return [
        link_in(here.mails(1)[0]),
        unsubscribe,
        f"{unsubscribe}/undo",
        here.links.unsubscribe(EVERYTHING, person),
        preferences,
        *(f"{preferences}/{more}" for more in ("leave", "data", "erase")),
    ]


def raw(here: Library, request: bytes, *, wait: float = 60) -> bytes:
    """What comes back for these bytes, until the other side hangs up."""
    port = urlsplit(here.base).port or 80
    with socket.create_connection(("127.0.0.1", port), wait) as sock:
        sock.sendall(request)
        answer = b""
        while got := sock.recv(65536):
            answer += got
    return answer


# --- who only looks --------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"])
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Purpose": "prefetch;prerender", "Purpose": "prefetch", "X-Moz": "prefetch"},
        {"X-HTTP-Method-Override": "POST", "X-HTTP-Method": "POST", "X-Method-Override": "POST"},
        {"Content-Type": "application/x-www-form-urlencoded"},
    ],
)
def test_whoever_only_looks_changes_nothing(here: Library, method: str, headers: Mapping[str, str]) -> None:
    links = personal_links(here)
    before = here.state()
    for link in links:
        body = b"List-Unsubscribe=One-Click&_method=POST" if headers.get("Content-Type") else b""
        separator = "&" if "?" in link else "?"
        for address in (link, f"{link}{separator}List-Unsubscribe=One-Click&_method=POST"):
            answer = here.http.request(method, address, headers=headers, content=body)
            assert answer.status_code < 500
            assert method in ("GET", "HEAD") or answer.status_code in (400, 405), answer.request
    assert here.state() == before


# --- who forges ------------------------------------------------------------------------------------------


def test_no_link_opens_what_it_is_not_for(here: Library) -> None:
    person = here.put_on("news")
    before = here.state()
    key, stranger = here.key, ListKey(bytes(32))
    tokens = {
        "u": [
            key.token(Purpose.PREFERENCES, list_name="news", person=person),
            key.token(Purpose.UNSUBSCRIBE, list_name="news", person=person) + "=",
            stranger.token(Purpose.UNSUBSCRIBE, list_name="news", person=person),
        ],
        "p": [
            key.token(Purpose.UNSUBSCRIBE, list_name=EVERYTHING, person=person),
            stranger.token(Purpose.PREFERENCES, list_name=EVERYTHING, person=person),
        ],
        "confirm": [
            key.token(Purpose.PREFERENCES, list_name=EVERYTHING, person=person),
            "A" * 40,
        ],
    }
    for kind, forged in tokens.items():
        for token in [*forged, "x", "%00", "%2e%2e", "A" * 5000]:
            for more in {"u": ("", "/undo"), "p": ("", "/leave", "/erase", "/data"), "confirm": ("",)}[kind]:
                for answer in (
                    here.http.get(f"/{kind}/{token}{more}"),
                    here.http.post(f"/{kind}/{token}{more}", data=ONE_CLICK),
                ):
                    assert answer.status_code in (404, 405), answer.request
                    assert "Anna" not in answer.text
    assert here.state() == before


def test_a_link_acts_for_its_own_reader_alone(here: Library) -> None:
    here.put_on("news")
    ben = here.put_on("news", address="ben@example.org")
    here.http.post(here.links.unsubscribe("news", ben), data=ONE_CLICK)
    assert (here.on(ANNA), here.on("ben@example.org")) == (["news"], [])


# --- crooked input ---------------------------------------------------------------------------------------

CROOKED = st.text(alphabet=st.one_of(st.characters(codec="utf-8"), st.sampled_from("\r\n\0:<>&\"'%/\\")), max_size=60)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=CROOKED, language=CROOKED, lists=CROOKED, spoken=CROOKED)
def test_nothing_that_is_sent_ends_a_header_or_becomes_html(
    one_for_all: Library, name: str, language: str, lists: str, spoken: str
) -> None:
    here = one_for_all
    person = here.put_on("news", address="dora@example.org")
    form = {"name": f"<i>{name}", "language": language, "list": ["news", lists], "pause": ""}
    answer = here.http.post(here.links.preferences(person), params={"lang": spoken}, data=form, follow_redirects=True)
    assert answer.status_code in (200, 422)
    assert "<i>" not in answer.text
    assert set(answer.headers) <= {
        "date", "content-type", "content-language", "x-robots-tag", "content-length", "content-security-policy",
        "referrer-policy", "x-content-type-options", "x-frame-options", "cross-origin-opener-policy",
        "cross-origin-resource-policy", "permissions-policy", "cache-control", "vary",
    }  # fmt: skip
    one = here.known("dora@example.org")
    assert one is not None
    assert not set(one.name) & set("\r\n\0")
    assert one.language in ("pl", "en", "fi", "de", "es", "ca", "fr")


@pytest.mark.parametrize(
    "path",
    [
        "/..%2f..%2fetc/passwd", "/site.css/../../words/pl.yaml", "//evil.example/subscribe", "/subscribe/", "/%00",
        "/subscribe%0d%0aX-Bad:%20yes", "/archive/news/en/%2e%2e/%2e%2e", "/archive/%3Cscript%3E/en", "/u/", "/p//data",
        "/confirm/%ff%fe", "/" + "a" * 8000, "/SUBSCRIBE", "/pages/base.html.j2",
    ],
)  # fmt: skip
def test_a_crooked_path_leads_to_the_page_that_there_is_none(one_for_all: Library, path: str) -> None:
    head, _, body = raw(
        one_for_all, f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()
    ).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 404")
    assert b"x-bad" not in head.lower()
    assert b"\nlocation:" not in head.lower()
    assert b"<script" not in body


@pytest.mark.parametrize("path", ["/archive/%00", "/archive/news/en/a%00b", "/archive/%00/en/rss.xml", "/u/%00"])
def test_the_ledger_is_not_asked_for_what_no_text_has(one_for_all: Library, path: str) -> None:
    asked: list[str] = []

    def ask(_connection: object, _cursor: object, statement: str, parameters: object, *_more: object) -> None:
        if "\0" in repr(parameters).encode().decode("unicode_escape"):
            asked.append(statement)

    event.listen(one_for_all.ledger.engine, "before_cursor_execute", ask)
    try:
        assert one_for_all.http.get(path).status_code == 404
    finally:
        event.remove(one_for_all.ledger.engine, "before_cursor_execute", ask)
    assert asked == []


def test_no_link_in_a_page_leads_elsewhere_whatever_was_asked_for(one_for_all: Library) -> None:
    page = one_for_all.http.get("/subscribe?lang=en&next=https://evil.example&list=javascript:alert(1)").text
    assert 'href="https://evil' not in page
    assert 'action="/subscribe?lang=en"' in page
    for path in ("//evil.example", "//evil.example/x", "///evil.example", "/%2F%2Fevil.example", "/%5Cevil.example"):
        answer = raw(one_for_all, f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        assert b"evil.example?lang=" in answer.replace(b"/x?", b"?")
        assert b'"//' not in answer


# --- whose name ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "localhost:80:80", "", "evil@localhost"])
def test_the_pages_answer_to_their_own_names_alone(here: Library, host: str) -> None:
    answer = raw(here, f"GET /subscribe HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
    assert answer.split(b" ")[1] == b"421"
    assert b"evil" not in answer


def test_links_in_mails_never_follow_a_header(here: Library) -> None:
    page = here.http.get("/subscribe").text
    here.hands.passes(MINUTE)
    form = {"address": ANNA, "list": "news", "consent": "yes", "stamp": value_of("stamp", page)}
    headers = {
        "X-Forwarded-Host": "evil.example",
        "Forwarded": "host=evil.example",
        "X-Original-URL": "//evil.example/",
    }
    assert here.http.post("/subscribe", data=form, headers=headers).status_code == 200
    assert link_in(here.mails(1)[0]).startswith(f"{here.base}/confirm/")


def test_only_a_trusted_proxy_is_believed_about_its_clients(tmp_path: Path) -> None:
    for proxies, code in (("127.0.0.1", 200), ("192.0.2.1", 429)):
        folder = tmp_path / proxies
        folder.mkdir()
        with library(folder, settings={"PUBLISHER_WEB_PROXIES": proxies}) as here:
            for number in range(31):
                here.http.headers["X-Forwarded-For"] = f"198.51.100.9, 203.0.113.{number}"
                answer = here.sign_up(f"reader{number}@example.org")
            assert answer.status_code == code


def test_a_public_address_with_a_path_is_served_with_it_and_without(tmp_path: Path) -> None:
    with library(tmp_path, base="http://localhost/letters") as here:
        page = here.http.get("/letters/subscribe?lang=en").text
        assert 'href="/letters/site.css?' in page
        assert 'action="/letters/subscribe?lang=en"' in page
        assert here.http.get("/letters/site.css").status_code == here.http.get("/site.css").status_code == 200
        person = here.put_on("news")
        left = here.http.post(f"{here.links.preferences(person)}/leave", follow_redirects=True)
        assert left.url.path.startswith("/letters/u/")
        assert left.status_code == 200


# --- too large, too slow ---------------------------------------------------------------------------------


def test_a_huge_form_is_refused_before_it_is_read(here: Library) -> None:
    person = here.put_on("news")
    link = here.links.unsubscribe("news", person)
    before = here.state()
    head = b"Content-Type: application/x-www-form-urlencoded\r\nHost: localhost\r\n"
    path = urlsplit(link).path.encode()
    announced = raw(here, b"POST " + path + b" HTTP/1.1\r\n" + head + b"Content-Length: 99999999999\r\n\r\n")
    assert announced.split(b" ")[1] == b"413"
    chunked = raw(here, b"POST " + path + b" HTTP/1.1\r\n" + head + b"Transfer-Encoding: chunked\r\n\r\n" + CHUNKS)
    assert chunked.split(b" ")[1] == b"413"
    fields = "&".join(f"a{number}=1" for number in range(1000))
    many = here.http.post(link, content=f"{fields}&List-Unsubscribe=One-Click", headers=FORM)
    assert many.status_code == 400
    assert here.state() == before


@pytest.mark.parametrize(
    "beginning",
    [
        b"",
        b"GET /subscribe HTTP/1.1\r\nHost: loc",
        b"GET /robots.txt HTTP/1.1\r\nHost: localhost\r\n\r\nGET /robots.txt HT",
        b"POST /subscribe HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\naddress=",
    ],
)
def test_who_begins_and_does_not_go_on_is_hung_up_on(tmp_path: Path, beginning: bytes) -> None:
    with library(tmp_path, deadlines=QUICK) as here:
        begun = time.monotonic()
        with suppress(ConnectionResetError):
            raw(here, beginning)
        assert time.monotonic() - begun < 50
        assert here.http.get("/subscribe").status_code == 200


@pytest.mark.parametrize("request_line", [b"GARBAGE\r\n\r\n", b"GET /\r\n\r\n", b"\x16\x03\x01\x02\x00" * 100])
def test_what_is_no_request_is_refused(one_for_all: Library, request_line: bytes) -> None:
    assert raw(one_for_all, request_line).split(b" ")[1] == b"400"


def test_a_head_that_is_too_long_is_refused(one_for_all: Library) -> None:
    answer = raw(one_for_all, b"GET /subscribe HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 100_000 + b"\r\n\r\n")
    assert answer.split(b" ")[1] in (b"400", b"431")


# --- what goes back --------------------------------------------------------------------------------------


def test_every_answer_forbids_scripts_frames_cookies_and_copies(here: Library) -> None:
    person = here.put_on("news")
    for path in ("/subscribe", "/nothing", here.links.preferences(person), f"{here.links.preferences(person)}/data"):
        answer = here.http.get(path)
        assert answer.headers["content-security-policy"] == (
            "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        )
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "set-cookie" not in answer.headers
        assert "server" not in answer.headers
        assert "<script" not in answer.text
        assert "access-control-allow-origin" not in answer.headers
    assert here.http.get(here.links.preferences(person)).headers["x-robots-tag"] == "noindex, nofollow"
    assert Links(here.base, here.key) == here.links
