"""The pages of the sandbox show what is public, safely; its controls take JSON from this machine only."""

from __future__ import annotations

import smtplib
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from urllib.parse import urlsplit

import httpx
import pytest

from publisher.errors import SettingsError
from publisher.model import Calendar, Channel
from publisher.sandbox import Fault, Sandbox

UTC_CALENDAR = Calendar(timezone="UTC")
PAGE = Channel(id="fb-en", type="facebook", languages=("en",), calendar=UTC_CALENDAR)
LIST = Channel(id="mail-en", type="email", languages=("en",), calendar=UTC_CALENDAR)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(64))


class SetClock:
    def __init__(self) -> None:
        self.at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def sandbox(clock: SetClock) -> Iterator[Sandbox]:
    with Sandbox(clock=clock) as sandbox:
        yield sandbox


@pytest.fixture
def http(sandbox: Sandbox) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=sandbox.http_url, timeout=5) as http:
        yield http


def publish(sandbox: Sandbox, http: httpx.Client, message: str, *, alt: str | None = None) -> httpx.Response:
    settings = sandbox.settings_for(PAGE)
    account = sandbox._world.accounts.pages()[0]
    form = {"access_token": settings["PAGE_TOKEN"], "appsecret_proof": account.proof(settings["PAGE_TOKEN"])}
    where = f"/graph/v26.0/{settings['PAGE_ID']}"
    if alt is None:
        return http.post(f"{where}/feed", data=form | {"message": message})
    photo = form | {"caption": message, "alt_text_custom": alt}
    return http.post(f"{where}/photos", data=photo, files={"source": ("a.png", PNG)})


def send_mail(sandbox: Sandbox, html: str, *, subject: str = "Open day", cid: str = "") -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Open House <a@example.org>", "b@example.org", subject
    mail["Date"], mail["Message-ID"] = "Mon, 02 Mar 2026 09:00:00 +0000", "<one@example.org>"
    mail.set_content("The text part")
    mail.add_alternative(html, subtype="html")
    if cid:
        mail.get_body(("html",)).add_related(PNG, "image", "png", cid=f"<{cid}>")  # type: ignore[union-attr]
    url = urlsplit(sandbox.settings_for(LIST)["SMTP_URL"])
    with smtplib.SMTP(str(url.hostname), url.port or 0, timeout=5) as server:
        server.login(str(url.username), str(url.password))
        server.send_message(mail)


def test_an_empty_sandbox_says_so(http: httpx.Client) -> None:
    answer = http.get("/")
    assert answer.status_code == 200
    assert "Nothing has been published yet." in answer.text


def test_posts_show_with_picture_alt_text_time_and_id(sandbox: Sandbox, http: httpx.Client) -> None:
    made = publish(sandbox, http, "Come <b>all</b> to https://example.org/open", alt='A "hall"')
    page = http.get("/").text
    assert "Come &lt;b&gt;all&lt;/b&gt; to" in page
    assert '<a href="https://example.org/open"' in page
    assert 'alt="A &#34;hall&#34;"' in page
    assert "09:00 UTC" in page
    assert made.json()["post_id"] in page
    picture = http.get(f"/pictures/{sandbox.posted('fb-en')[0].media[0].sha256}")
    assert (picture.content, picture.headers["content-type"]) == (PNG, "image/png")


def test_a_picture_without_alt_text_is_pointed_out(sandbox: Sandbox, http: httpx.Client) -> None:
    publish(sandbox, http, "Come", alt="")
    assert "No alt text" in http.get("/").text


def test_pages_load_nothing_from_elsewhere_and_run_no_scripts(sandbox: Sandbox, http: httpx.Client) -> None:
    publish(sandbox, http, "Hello")
    answer = http.get("/")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "<script" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_mail_shows_in_a_sandbox_with_its_own_pictures(sandbox: Sandbox, http: httpx.Client) -> None:
    send_mail(sandbox, '<p>Hi</p><script>alert(1)</script><img src="cid:logo">', cid="logo")
    page = http.get("/").text
    mail = http.get("/mails/1/html")
    assert '<iframe class="short" sandbox=""' in page
    assert "The text part" in page
    assert "alert(1)" not in page
    assert mail.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert 'src="data:image/png;base64,' in mail.text


def test_the_newest_come_first_fifty_to_a_page(sandbox: Sandbox, http: httpx.Client, clock: SetClock) -> None:
    for number in range(51):
        publish(sandbox, http, f"Post number {number}.")
        clock.at += timedelta(minutes=1)
    first, second = http.get("/").text, http.get("/?page=2").text
    assert first.index("Post number 50.") < first.index("Post number 1.")
    assert "Post number 0." not in first
    assert "Post number 0." in second
    assert "Page 2 of 2" in second
    assert http.get("/?page=nonsense").text == first
    assert http.get("/?page=99").text == second


def test_channels_filter_the_page(sandbox: Sandbox, http: httpx.Client) -> None:
    publish(sandbox, http, "Only on Facebook")
    send_mail(sandbox, "<p>Only by mail</p>")
    page = http.get("/?channel=mail-en").text
    assert "Only on Facebook" not in page
    assert 'href="/?channel=mail-en" aria-current="page"' in page


def test_every_post_has_a_page_at_the_address_that_graph_gives(sandbox: Sandbox, http: httpx.Client) -> None:
    publish(sandbox, http, "Hello")
    url = sandbox.posted("fb-en")[0].url
    assert "Hello" in http.get(url).text
    for missing in ("/posts/1", "/mails/9", "/pictures/x", "/elsewhere"):
        assert http.get(missing).status_code == 404


def test_other_host_names_are_refused(http: httpx.Client) -> None:
    assert http.get("/", headers={"host": "rebound.example.org"}).status_code == 400


def test_faults_can_be_planned_over_http(sandbox: Sandbox, http: httpx.Client) -> None:
    sandbox.settings_for(PAGE)
    planned = http.post("/sandbox/faults", json={"channel": "fb-en", "fault": "unavailable", "times": 2, "after": 0})
    assert planned.status_code == 201
    assert [publish(sandbox, http, f"Post {number}").status_code for number in range(3)] == [503, 503, 200]


@pytest.mark.parametrize(
    "body",
    [
        {"fault": "error"},
        {"channel": "fb-en", "fault": "earthquake"},
        {"channel": "fb-en", "fault": "error", "times": 0},
        {"channel": "fb-en", "fault": "error", "often": 2},
        {"channel": "fb-en", "fault": "smtp_busy"},
    ],
)
def test_wrong_faults_are_explained(sandbox: Sandbox, http: httpx.Client, body: dict[str, object]) -> None:
    sandbox.settings_for(PAGE)
    answer = http.post("/sandbox/faults", json=body)
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_other_sites_can_not_use_the_controls(http: httpx.Client) -> None:
    form = http.post("/sandbox/reset", data={"a": "b"})
    foreign = http.post("/sandbox/reset", json={}, headers={"origin": "https://example.org"})
    own = http.post("/sandbox/reset", json={}, headers={"origin": str(http.base_url)})
    assert [form.status_code, foreign.status_code, own.status_code] == [415, 403, 200]


def test_posts_and_mails_can_be_read_as_json_and_forgotten(sandbox: Sandbox, http: httpx.Client) -> None:
    publish(sandbox, http, "Hello", alt="A poster")
    send_mail(sandbox, "<p>Hi</p>")
    post = http.get("/sandbox/posts").json()[0]
    mail = http.get("/sandbox/mails?channel=mail-en").json()[0]
    assert (post["channel_id"], post["text"], post["media"][0]["alt"]) == ("fb-en", "Hello", "A poster")
    assert (mail["recipient"], mail["at"]) == ("b@example.org", "2026-03-02T09:00:00+00:00")
    assert "Message-ID: <one@example.org>" in mail["content"]
    http.post("/sandbox/reset", json={})
    assert (sandbox.counts(), sandbox.requests("fb-en")) == ({"fb-en": 0, "mail-en": 0}, [])
    assert publish(sandbox, http, "Hello", alt="A poster").status_code == 200


def test_the_same_channel_has_the_same_account(sandbox: Sandbox) -> None:
    assert sandbox.settings_for(PAGE) == sandbox.settings_for(PAGE)
    with pytest.raises(SettingsError, match="no stand-in"):
        sandbox.settings_for(Channel(id="m", type="mastodon", languages=("en",), calendar=UTC_CALENDAR))


def test_starting_and_stopping_are_quick_and_free_the_port() -> None:
    begin = time.monotonic()
    sandbox = Sandbox(clock=SetClock())
    sandbox.start()
    started = time.monotonic()
    sandbox.stop()
    sandbox.stop()
    stopped = time.monotonic()
    assert started - begin < 10
    assert stopped - started < 10
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", urlsplit(sandbox.http_url).port)) != 0


def test_stopping_ends_a_call_that_hangs(http: httpx.Client, sandbox: Sandbox) -> None:
    sandbox.settings_for(PAGE)
    sandbox.inject("fb-en", Fault.TIMEOUT_AFTER)
    with ThreadPoolExecutor() as pool:
        hanging = pool.submit(publish, sandbox, http, "Hello")
        while not sandbox.posted("fb-en"):
            time.sleep(0.01)
        begin = time.monotonic()
        sandbox.stop()
        assert time.monotonic() - begin < 10
        assert isinstance(hanging.exception(timeout=5), httpx.TransportError)


def test_a_sandbox_that_never_started_can_be_stopped() -> None:
    sandbox = Sandbox(clock=SetClock())
    sandbox.stop()
    assert sandbox.counts() == {}


def test_a_port_that_is_taken_is_explained(sandbox: Sandbox) -> None:
    taken = urlsplit(sandbox.http_url).port or 0
    with pytest.raises(SettingsError, match="stop what uses this port"):
        Sandbox(clock=SetClock(), http_port=taken)


@pytest.mark.parametrize("path", ["/x/2/tweets", "/graph/v25.0/100/feed"])
def test_who_hangs_up_in_the_middle_of_a_request_is_no_error(
    sandbox: Sandbox, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    where = urlsplit(sandbox.http_url)
    with socket.create_connection((where.hostname, where.port)) as line:
        line.sendall(f"POST {path} HTTP/1.1\r\nHost: {where.netloc}\r\nContent-Length: 100\r\n\r\nhalf".encode())
    httpx.get(sandbox.http_url, timeout=60)
    sandbox.stop()
    assert caplog.messages == []
