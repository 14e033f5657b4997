"""The words of the subscriber pages: whole in every language, and an office may have its own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from publisher.errors import SettingsError
from publisher.web.words import LANGUAGES, all_words, holes, shipped_words

WEB = Path(__file__).parents[2] / "publisher" / "web"
ENGLISH = shipped_words("en").texts


def test_there_are_words_in_seven_languages() -> None:
    assert sorted(file.stem for file in (WEB / "words").glob("*.yaml")) == sorted(LANGUAGES)
    assert len(LANGUAGES) == 7


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_language_lacks_words_or_has_others(language: str) -> None:
    texts = shipped_words(language).texts
    assert sorted(texts) == sorted(ENGLISH)
    assert [key for key, text in texts.items() if not text.strip() or text != text.strip()] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_language_lacks_a_hole_or_has_another(language: str) -> None:
    texts = shipped_words(language).texts
    assert {key: holes(text) for key, text in texts.items()} == {key: holes(text) for key, text in ENGLISH.items()}


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {"en"}))
def test_nothing_was_left_in_english(language: str) -> None:
    texts = shipped_words(language).texts
    same = {key for key, text in texts.items() if text == ENGLISH[key]}
    assert same <= {"consent.version", "subscribe.name", "site.error"}  # a name is called so in German, too


def test_every_key_is_used_and_every_used_key_is_there() -> None:
    source = "".join(file.read_text(encoding="utf-8") for file in [*WEB.glob("*.py"), *WEB.glob("pages/*.j2")])
    named = set(re.findall(r"""say\(f?"([a-z]+\.[a-z_]+)\"""", source))
    named |= {"settings.bad_day", "settings.held", "subscribe.long_name"}
    parts = ("mail.", "problem.", "subscribe.")  # their keys are put together
    assert named <= set(ENGLISH)
    assert [key for key in ENGLISH if key not in named and not key.startswith(parts)] == []
    put_together = [key.partition(".")[2] for key in ENGLISH if key not in named]
    for key in put_together:
        assert re.search(rf"[\"_{{}}]{key.rpartition('_')[2]}\b", source), key


def test_an_office_may_have_words_of_its_own(tmp_path: Path) -> None:
    own = "consent: { version: '2027-01', text: 'Tak, proszę o wiadomości ({organisation}).' }"
    (tmp_path / "pl.yaml").write_text(own, encoding="utf-8")
    words = all_words(tmp_path)
    assert words["pl"]("consent.text", organisation="Library") == "Tak, proszę o wiadomości (Library)."
    assert words["pl"]("leave.button") == shipped_words("pl")("leave.button")
    assert words["en"].texts == ENGLISH


@pytest.mark.parametrize(
    ("own", "complaint"),
    [
        ("consent: { txt: x }", "there are no words called consent.txt"),
        ("consent: { text: 'Hello {name}' }", r"consent.text has braces .*\{organisation\}"),
        ("consent: { text: 'Hello {' }", "consent.text has braces"),
        ("consent: yes", "can't be read"),
        ("- a", "can't be read"),
        ("a: [", "can't be read"),
    ],
)
def test_what_is_wrong_with_words_of_its_own_is_said(tmp_path: Path, own: str, complaint: str) -> None:
    (tmp_path / "pl.yaml").write_text(own, encoding="utf-8")
    with pytest.raises(SettingsError, match=complaint):
        all_words(tmp_path)


def test_what_fills_a_hole_is_taken_as_it_is() -> None:
    assert "{organisation} {0.__class__}" in shipped_words("en")("sent.text", address="{organisation} {0.__class__}")
