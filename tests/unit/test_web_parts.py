"""What the subscriber pages are made of: languages, tokens, limits, addresses, and mails that nobody can bend."""

from __future__ import annotations

import email
import hashlib
import threading
from datetime import UTC, datetime, timedelta
from email.policy import default

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from publisher.channels.addresses import Mailbox
from publisher.cli.webserver import patient
from publisher.errors import PublisherError, SettingsError, TemporaryError
from publisher.ledger.listrecords import Suppression, Why
from publisher.newsletter.keys import ListKey, Purpose
from publisher.settings import FixedSettings
from publisher.web.address import read_address, read_proxies
from publisher.web.errands import Errands
from publisher.web.languages import chosen, negotiated, spoken
from publisher.web.limits import Limit
from publisher.web.mails import Notice, write
from publisher.web.site import network_of
from publisher.web.tokens import (
    CHANCE_BYTES,
    CONFIRM_WITHIN,
    UNDO_WITHIN,
    form_age,
    form_stamp,
    invitation_token,
    may_undo,
    read_invitation,
    undo_token,
)
from publisher.web.words import LANGUAGES, shipped_words

NOW = datetime(2027, 5, 3, 9, tzinfo=UTC)
KEY, OTHER = ListKey(bytes(range(32))), ListKey(bytes(32))
SENDER = Mailbox("City Library", "library@example.org")
SECOND = timedelta(seconds=1)


# --- languages -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "header", "language"),
    [
        ("fi", "de", "fi"),
        ("FI-fi", "", "fi"),
        ("xx", "de-AT,de;q=0.9", "de"),
        ("", "it, ca;q=0.8, en;q=0.9", "en"),
        ("", "fr;q=0, es;q=0.1", "es"),
        ("", "fr;q=x, *;q=0.5", "pl"),
        ("", "", "pl"),
        ("../../etc", "\x00,;;;q=,", "pl"),
    ],
)
def test_the_link_decides_then_the_browser_then_the_office(asked: str, header: str, language: str) -> None:
    assert negotiated(asked, header, usual="pl") == language


@given(st.text(), st.text(), st.text())
def test_whatever_is_asked_for_it_is_one_of_ours(asked: str, header: str, usual: str) -> None:
    assert negotiated(asked, header, usual=usual) in LANGUAGES


def test_a_list_is_told_about_in_a_language_that_its_readers_know() -> None:
    texts = {"pl": "Nowości", "es": "Noticias", "en": "News"}
    assert [chosen(texts, language) for language in ("pl", "ca", "fi")] == ["Nowości", "Noticias", "News"]
    assert spoken(texts, "ca") == "es"
    assert chosen({"pl": "Nowości"}, "fi") == "Nowości"
    assert chosen({}, "fi", otherwise="news") == "news"


# --- tokens ----------------------------------------------------------------------------------------------


def test_an_invitation_names_its_end_and_what_the_ledger_knows_it_by() -> None:
    token = invitation_token(KEY, chance=bytes(CHANCE_BYTES), now=NOW)
    found = read_invitation(KEY, token)
    assert found is not None
    assert found.expires_at == NOW + CONFIRM_WITHIN
    assert found.digest == hashlib.sha256(token.encode()).hexdigest()
    assert read_invitation(OTHER, token) is None


def test_an_invitation_with_any_letter_changed_is_none_of_ours() -> None:
    token = invitation_token(KEY, chance=b"0123456789abcdef", now=NOW)
    for place in range(len(token)):
        changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        assert read_invitation(KEY, changed) is None
    assert not [more for more in ("=", "==", "A", "\n") if read_invitation(KEY, token + more)]


def test_no_token_passes_for_one_of_another_kind() -> None:
    link = KEY.token(Purpose.PREFERENCES, list_name="", person=KEY.hash_of("anna@example.org"))
    invitation = invitation_token(KEY, chance=bytes(CHANCE_BYTES), now=NOW)
    assert read_invitation(KEY, link) is None
    assert all(KEY.read(invitation, purpose=purpose, lists=["", "news"]) is None for purpose in Purpose)


@given(st.text(max_size=80))
@example("\ud800")
@example("é")
def test_any_text_in_the_place_of_a_token_is_turned_down(text: str) -> None:
    left = Suppression(hash="ab", list="news", reason=Why.UNSUBSCRIBED, since=NOW)
    assert read_invitation(KEY, text) is None
    assert form_age(KEY, text, now=NOW) is None
    assert not may_undo(KEY, text, left=left, now=NOW)


def test_a_form_says_how_old_it_is() -> None:
    stamp = form_stamp(KEY, now=NOW)
    assert form_age(KEY, stamp, now=NOW + 5 * SECOND) == 5 * SECOND
    assert form_age(OTHER, stamp, now=NOW) is None
    assert form_age(KEY, stamp.replace("1", "2", 1), now=NOW) is None


def test_only_this_leaving_is_taken_back_and_only_for_an_hour() -> None:
    left = Suppression(hash="ab", list="news", reason=Why.UNSUBSCRIBED, since=NOW)
    later = Suppression(hash="ab", list="news", reason=Why.UNSUBSCRIBED, since=NOW + SECOND)
    other = Suppression(hash="cd", list="news", reason=Why.UNSUBSCRIBED, since=NOW)
    token = undo_token(KEY, left)
    assert may_undo(KEY, token, left=left, now=NOW + UNDO_WITHIN)
    assert not may_undo(KEY, token, left=left, now=NOW + UNDO_WITHIN + SECOND)
    assert not any(may_undo(KEY, token, left=one, now=NOW) for one in (later, other))


# --- limits ----------------------------------------------------------------------------------------------


def test_after_so_many_times_an_asker_waits_and_others_do_not() -> None:
    limit = Limit(2, 60 * SECOND)
    assert [limit.allows(b"a", now=NOW + number * SECOND) for number in range(3)] == [True, True, False]
    assert limit.allows(b"b", now=NOW)
    assert limit.allows(b"a", now=NOW + 60 * SECOND)


def test_no_more_askers_are_remembered_than_there_is_room_for() -> None:
    limit = Limit(1, 60 * SECOND, askers=10)
    for number in range(1000):
        limit.allows(number.to_bytes(2, "big"), now=NOW)
    assert len(limit) == 10


@pytest.mark.parametrize(
    ("host", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unix", "unix"),
    ],
)
def test_a_household_with_ipv6_is_one_client(host: str, network: str) -> None:
    assert network_of(host) == network


# --- settings --------------------------------------------------------------------------------------------


def settings(**values: str) -> FixedSettings:
    return FixedSettings("web", values)


def test_the_public_address_gives_names_and_a_path() -> None:
    address = read_address(settings(URL="https://Example.org/letters/"))
    assert (address.base, address.prefix) == ("https://Example.org/letters", "/letters")
    assert address.hosts == {"example.org", "localhost", "127.0.0.1", "[::1]"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "example.org",
        "http://example.org",
        "https://",
        "https://a@example.org",
        "https://example.org/?a",
        "ftp://a.b",
    ],
)
def test_an_address_that_readers_can_not_use_is_told(text: str) -> None:
    with pytest.raises(SettingsError, match="PUBLISHER_WEB_URL"):
        read_address(settings(URL=text))


def test_proxies_are_addresses_or_networks() -> None:
    assert read_proxies(settings(PROXIES="127.0.0.1, 10.0.0.0/8 ::1")) == ("127.0.0.1", "10.0.0.0/8", "::1")
    with pytest.raises(SettingsError, match=r"“proxy[.]example[.]org” is no address"):
        read_proxies(settings(PROXIES="proxy.example.org"))


# --- mails -----------------------------------------------------------------------------------------------

_HOSTILE = st.text(alphabet=st.one_of(st.characters(), st.sampled_from('\r\n\0:<>"{}\u2028é')), max_size=120)


@given(
    organisation=_HOSTILE,
    title=_HOSTILE,
    language=st.sampled_from(LANGUAGES),
    kind=st.sampled_from(["confirm", "known"]),
)
def test_no_name_bends_the_head_of_a_mail(organisation: str, title: str, language: str, kind: str) -> None:
    organisation, title = (text.encode(errors="replace").decode() for text in (organisation, title))
    notice = Notice(
        kind=kind,
        words=shipped_words(language),
        organisation=organisation,
        lists=[title],
        link="https://example.org/u/x",
    )
    payload = write(notice, sender=SENDER, address="anna@example.org", now=NOW, chance="ab12")
    mail = email.message_from_bytes(payload.body, policy=default)
    assert mail.keys() == [
        "From", "To", "Subject", "Date", "Message-ID", "Content-Language", "Auto-Submitted", "X-Auto-Response-Suppress",
        "MIME-Version", "Content-Type",
    ]  # fmt: skip
    assert mail["Subject"] == shipped_words(language)(f"mail.{kind}_subject")
    assert (mail["To"], mail["Auto-Submitted"]) == ("anna@example.org", "auto-generated")
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert all(len(line) <= 998 for line in payload.body.split(b"\r\n"))
    assert b"\n" not in payload.body.replace(b"\r\n", b"")


@given(_HOSTILE)
def test_no_name_becomes_html_in_a_mail(organisation: str) -> None:
    organisation = organisation.encode(errors="replace").decode()
    notice = Notice(
        kind="known",
        words=shipped_words("en"),
        organisation=f"<script>{organisation}",
        lists=["<b>"],
        link="https://a.b",
    )
    mail = email.message_from_bytes(
        write(notice, sender=SENDER, address="anna@example.org", now=NOW, chance="x").body, policy=default
    )
    html = mail.get_body(("html",)).get_content()  # type: ignore[attr-defined,union-attr]  a whole mail
    assert "<script" not in html
    assert "<b>" not in html


@pytest.mark.parametrize(
    "address", ["anna@example.org\r\nBcc: b@example.org", "anna@exa mple.org", "anna", "a\n@b.org"]
)
def test_an_address_that_would_bend_the_head_is_refused(address: str) -> None:
    notice = Notice(kind="known", words=shipped_words("en"), organisation="Library", lists=["News"], link="https://a.b")
    with pytest.raises(ValueError, match="not usable"):
        write(notice, sender=SENDER, address=address, now=NOW, chance="x")


# --- the errands ------------------------------------------------------------------------------------------


def test_what_can_not_be_sent_now_is_tried_again_and_no_fault_stops_the_others() -> None:
    done, tries = threading.Event(), []

    def troubled() -> None:
        tries.append(1)
        if len(tries) < 3:
            raise TemporaryError("the server is busy")
        done.set()

    def broken() -> None:
        raise PublisherError("no such channel")

    def absurd() -> None:
        raise ZeroDivisionError

    errands = Errands(delays=(timedelta(0), timedelta(0)))
    errands.start()
    assert all(errands.put(errand) for errand in (broken, absurd, troubled))
    assert done.wait(60)
    errands.close()
    assert len(tries) == 3


def test_what_is_due_is_done_before_the_end_and_nothing_is_taken_after_it() -> None:
    done: list[int] = []
    errands = Errands()
    for number in range(5):
        errands.put(lambda number=number: done.append(number))  # type: ignore[misc]
    errands.start()
    errands.close()
    assert done == [0, 1, 2, 3, 4]
    assert not errands.put(lambda: None)


def test_no_more_waits_than_there_is_room_for() -> None:
    errands = Errands(most=2)
    assert [errands.put(lambda: None) for _ in range(3)] == [True, True, False]


def test_a_chore_comes_again() -> None:
    again, seen = threading.Event(), []

    def chore() -> None:
        seen.append(1)
        if len(seen) == 3:
            again.set()

    errands = Errands()
    errands.repeat(chore, every=timedelta(0))
    errands.start()
    assert again.wait(60)
    errands.close()
    seen_at_the_end = len(seen)
    assert not errands.put(lambda: None)
    assert len(seen) == seen_at_the_end


# --- the ledger ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "used"),
    [
        ("sqlite:///var/publisher.db", "sqlite:///var/publisher.db?timeout=40"),
        ("sqlite:///a.db?x=1", "sqlite:///a.db?x=1&timeout=40"),
        ("sqlite:///a.db?timeout=5", "sqlite:///a.db?timeout=5"),
        ("postgresql://user@host/name", "postgresql://user@host/name"),
    ],
)
def test_the_pages_wait_longer_for_a_ledger_in_use(written: str, used: str) -> None:
    assert patient(written) == used
