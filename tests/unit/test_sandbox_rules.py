"""The sandbox's rules, without a socket."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from publisher.model import Calendar, Channel
from publisher.sandbox.accounts import Accounts, PageAccount, XAccount
from publisher.sandbox.exchange import Exchange, Malformed
from publisher.sandbox.faults import HTTP_FAULTS, SMTP_FAULTS, Fault, FaultPlans
from publisher.sandbox.graph_answers import LIVING, Refused, answering_version
from publisher.sandbox.graph_rules import node_fields
from publisher.sandbox.mail_rules import fault_in_mail
from publisher.sandbox.pictures import picture_type
from publisher.sandbox.world import PICTURES_KEPT, World
from publisher.sandbox.x_timeline import wrapped


class SetClock:
    def __init__(self) -> None:
        self.at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at


def exchange(body: bytes, content_type: str) -> Exchange:
    return Exchange(method="POST", path="/", query="", headers={"content-type": content_type}, body=body)


def test_every_fault_is_of_one_kind() -> None:
    assert set(Fault) == HTTP_FAULTS | SMTP_FAULTS
    assert not HTTP_FAULTS & SMTP_FAULTS
    assert len(SMTP_FAULTS) == 9


def test_plans_act_in_order_and_are_spent() -> None:
    plans = FaultPlans()
    plans.add("a", Fault.ERROR, times=1, after=0)
    plans.add("a", Fault.SLOW, times=2, after=0)
    taken = [plans.take("a", HTTP_FAULTS) for _ in range(4)]
    assert taken == [Fault.ERROR, Fault.SLOW, Fault.SLOW, None]


def test_a_plan_waits_for_its_stage_and_its_turn() -> None:
    plans = FaultPlans()
    plans.add("a", Fault.SMTP_REFUSE, times=1, after=1)
    assert plans.take("a", {Fault.SMTP_REFUSE}) is None
    plans.let_through("a")
    assert plans.take("a", {Fault.SMTP_BUSY}) is None
    assert plans.take("b", {Fault.SMTP_REFUSE}) is None
    assert plans.take("a", {Fault.SMTP_REFUSE}) is Fault.SMTP_REFUSE


@pytest.mark.parametrize(("times", "after"), [(0, 0), (-1, 0), (1, -1)])
def test_a_plan_that_never_acts_is_refused(times: int, after: int) -> None:
    with pytest.raises(ValueError, match="at least once"):
        FaultPlans().add("a", Fault.ERROR, times=times, after=after)


def test_ids_rise_also_when_the_clock_goes_back() -> None:
    clock = SetClock()
    world = World(clock, http_url="http://127.0.0.1:1")
    first = world.next_id()
    clock.at = datetime(1999, 1, 1, tzinfo=UTC)
    second = world.next_id()
    assert len(first) == len(second) == 19
    assert int(second) == int(first) + 1


def test_only_the_newest_pictures_are_kept() -> None:
    world = World(SetClock(), http_url="http://127.0.0.1:1")
    digests = [world.keep_picture(str(number).encode(), "image/png") for number in range(PICTURES_KEPT + 1)]
    assert world.picture(digests[0]) is None
    assert world.picture(digests[1]) == ("image/png", b"1")


def test_accounts_are_the_same_in_every_run_and_differ_between_channels() -> None:
    def opened(channel_id: str) -> XAccount | PageAccount:
        channel = Channel(id=channel_id, type="twitter", languages=("en",), calendar=Calendar(timezone="UTC"))
        account = Accounts().open(channel)
        assert isinstance(account, XAccount)
        return account

    assert opened("a") == opened("a")
    assert not set(opened("a").secrets) & set(opened("b").secrets)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"RIFF\x00\x00\x00\x00WAVE", ""),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", ""),
        (b"", ""),
    ],
)
def test_pictures_are_known_by_their_first_octets(content: bytes, kind: str) -> None:
    assert picture_type(content) == kind


def test_a_multipart_body_comes_apart_octet_by_octet() -> None:
    content = b"\r\n--x\r\r\n\x00--edge"
    body = (
        b'--edge\r\nContent-Disposition: form-data; name="caption"\r\n\r\nZa\xc5\xbc\xc3\xb3\xc5\x82\xc4\x87\r\n'
        b'--edge\r\nContent-Disposition: form-data; name="source"; filename="a.png"\r\n\r\n'
        + content
        + b"\r\n--edge--\r\n"
    )
    caption, source = exchange(body, "multipart/form-data; boundary=edge").parts()
    assert (caption.name, caption.content.decode(), caption.filename) == ("caption", "Zażółć", "")
    assert (source.name, source.content, source.filename) == ("source", content, "a.png")


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"--edge\r\n", "multipart/form-data; boundary=edge"),
        (b"--edge--", "multipart/form-data"),
        (b"--edge\r\nno header\r\n--edge--", "multipart/form-data; boundary=edge"),
        (b"--edge\r\nContent-Type: text/plain\r\n\r\nx\r\n--edge--", "multipart/form-data; boundary=edge"),
        (b"a=b", "text/plain"),
    ],
)
def test_bodies_that_are_no_form_are_malformed(body: bytes, content_type: str) -> None:
    with pytest.raises(Malformed):
        exchange(body, content_type).parts()


def test_links_are_wrapped_and_entities_lead_back() -> None:
    text = "A & B: https://example.org/a?b=c, example.com"
    shown, entities = wrapped(text, post_id="1", media_url="https://x.com/i/status/1/photo/1")
    assert shown.startswith("A &amp; B: https://t.co/")
    assert [entity["expanded_url"] for entity in entities] == [
        "https://example.org/a?b=c",
        "http://example.com",
        "https://x.com/i/status/1/photo/1",
    ]
    assert all(shown[entity["start"] : entity["end"]] == entity["url"] for entity in entities)
    assert len({entity["url"] for entity in entities}) == 3


@pytest.mark.parametrize("asked", ["", "26.0", "v26", "vv26.0", "v26.0.1", "latest"])
def test_what_is_no_version_is_refused(asked: str) -> None:
    with pytest.raises(Refused):
        answering_version(asked)


def test_living_versions_answer_for_themselves() -> None:
    assert [answering_version(version) for version in LIVING] == list(LIVING)


def test_nested_fields_are_read_by_their_outer_names() -> None:
    known = frozenset({"id", "attachments", "comments"})
    asked = "id,attachments{media{image,source},description},comments.limit(5){id}"
    assert node_fields(asked, known, node="Post") == ("id", "attachments", "comments")


HEADER = (
    b"From: a@example.org\r\nTo: b@example.org\r\nSubject: S\r\nDate: Mon, 02 Mar 2026 09:00:00 +0000\r\n"
    b"Message-ID: <1@example.org>\r\nMIME-Version: 1.0\r\n"
)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (HEADER + b"\r\nHello\r\n", ""),
        (HEADER + b"\r\nHello\nyou\r\n", "a bare CR or LF"),
        (HEADER + b"\r\nHello\ryou\r\n", "a bare CR or LF"),
        (HEADER, "no empty line after the header"),
        (HEADER + b"\r\n" + b"a" * 998 + b"\r\n", ""),
        (HEADER + b"\r\n" + b"a" * 999 + b"\r\n", "a line of 999 octets, 998 are allowed"),
        (HEADER + b"Subject: again\r\n\r\n", "2 Subject headers"),
        (HEADER.replace(b"From: a@example.org", b"From: nobody") + b"\r\n", "a From header without a proper address"),
        (HEADER.replace(b"To: b@example.org\r\n", b"") + b"\r\n", "no To header"),
        (b"", "no empty line after the header"),
    ],
)
def test_a_mail_is_judged_by_its_lines_and_header(content: bytes, fault: str) -> None:
    assert fault_in_mail(content) == fault


def test_a_multipart_mail_must_end_with_its_boundary() -> None:
    content = HEADER + b'Content-Type: multipart/mixed; boundary="edge"\r\n\r\n--edge\r\n\r\nHello\r\n'
    assert fault_in_mail(content).startswith("a broken part: ")
