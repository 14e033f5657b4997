"""The key of the mailing lists: hashes that tell nobody anything, and links that act for one reader."""

from __future__ import annotations

import hmac
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.app import App, Options
from publisher.clock import SystemClock
from publisher.errors import SettingsError
from publisher.newsletter.keys import EVERYTHING, Grant, ListKey, Purpose, kept_key, key_of

KEY = ListKey(bytes(range(32)))
OTHER = ListKey(bytes(32))
ANNA = KEY.hash_of("anna@example.org")
LISTS = ["news", "press", EVERYTHING]


def test_a_hash_is_the_same_for_the_same_person_and_another_with_another_key() -> None:
    assert KEY.hash_of("Anna@example.org") == ANNA
    assert OTHER.hash_of("anna@example.org") != ANNA
    assert "anna" not in ANNA


def test_a_token_names_its_person_and_list() -> None:
    for name in LISTS:
        grant = KEY.read(
            KEY.token(Purpose.UNSUBSCRIBE, list_name=name, person=ANNA), purpose=Purpose.UNSUBSCRIBE, lists=LISTS
        )
        assert grant is not None
        assert (grant.list, grant.person) == (name, ANNA)


def test_a_token_is_of_no_use_for_another_purpose_or_installation() -> None:
    token = KEY.token(Purpose.UNSUBSCRIBE, list_name="news", person=ANNA)
    assert KEY.read(token, purpose=Purpose.PREFERENCES, lists=LISTS) is None
    assert OTHER.read(token, purpose=Purpose.UNSUBSCRIBE, lists=LISTS) is None


def test_a_token_about_a_list_that_is_gone_is_about_everything() -> None:
    token = KEY.token(Purpose.UNSUBSCRIBE, list_name="news", person=ANNA)
    assert KEY.read(token, purpose=Purpose.UNSUBSCRIBE, lists=["press"]) == Grant(person=ANNA, list=EVERYTHING)


@pytest.mark.parametrize("more", ["A", "=", "==", "====", "\n", " "])
def test_a_token_is_written_in_one_way_only(more: str) -> None:
    number = next(one for one in range(1000) if {*"-_"} <= {*_written(one)})
    token = _written(number)
    respelt = token.replace("-", "+").replace("_", "/")
    for other in (token + more, more + token, token[:-1], respelt):
        assert KEY.read(other, purpose=Purpose.UNSUBSCRIBE, lists=LISTS) is None


def _written(number: int) -> str:
    return KEY.token(Purpose.UNSUBSCRIBE, list_name="news", person=KEY.hash_of(f"{number}@example.org"))


def test_a_token_with_any_letter_changed_is_none_of_ours() -> None:
    token = KEY.token(Purpose.UNSUBSCRIBE, list_name="news", person=ANNA)
    for place in range(len(token)):
        changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        assert KEY.read(changed, purpose=Purpose.UNSUBSCRIBE, lists=LISTS) is None


@given(st.text(max_size=80))
def test_any_text_in_the_place_of_a_token_is_turned_down(text: str) -> None:
    assert KEY.read(text, purpose=Purpose.UNSUBSCRIBE, lists=LISTS) is None


def test_the_key_is_made_once_for_its_owner_alone_and_kept(tmp_path: Path) -> None:
    file = tmp_path / "var" / "publisher.db.key"
    made: list[str] = []
    threads = [threading.Thread(target=lambda: made.append(kept_key(file).hash_of("a@example.org"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 1
    assert len(made) == 8
    assert file.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in file.parent.iterdir()] == [file.name]


@pytest.mark.parametrize("text", ["", "abc", "ab" * 31, "xy" * 32])
def test_what_is_no_key_is_said_to_be_none(text: str) -> None:
    with pytest.raises(SettingsError, match=r"64 hexadecimal digits .*backup"):
        key_of(text, subject="publisher.db.key")


def test_a_key_says_nothing_about_itself() -> None:
    assert "00" not in repr(KEY)


def test_the_program_takes_the_key_that_is_set_and_else_keeps_one_beside_the_ledger(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'publisher.db'}"
    options = Options(schedules=tmp_path / "schedules.yaml", database=database)
    beside = App(options, clock=SystemClock()).list_key.hash_of("a@example.org")
    assert beside == kept_key(tmp_path / "publisher.db.key").hash_of("a@example.org")
    given = replace(options, values={"PUBLISHER_LIST_KEY": bytes(range(32)).hex()})
    assert App(given, clock=SystemClock()).list_key.hash_of("a@example.org") == KEY.hash_of("a@example.org")
    with pytest.raises(SettingsError, match="PUBLISHER_LIST_KEY"):
        _ = App(replace(options, values={"PUBLISHER_LIST_KEY": "no key"}), clock=SystemClock()).list_key


@given(st.binary(min_size=32, max_size=32), st.text())
def test_what_is_keyed_is_hmac(secret: bytes, value: str) -> None:
    expected = hmac.digest(secret, f"use\0{value}".encode(), "sha256")
    assert ListKey(secret).tag("use", value, size=32) == expected
