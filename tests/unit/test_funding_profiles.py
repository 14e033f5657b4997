"""Funding profiles: those that come along, own ones beside the file, and the emblem."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from checked_files import checked
from PIL import Image

from publisher.pictures.emblem import emblem
from publisher.pictures.fitting import as_png
from publisher.schedulefile.profiles import shipped_profile

SHIPPED = ("interreg-europe-2014-2020", "interreg-europe-2021-2027", "fe-polska-2021-2027")
LANGUAGES = {"pl", "en", "fi", "de", "ca", "es", "fr"}
PROFILES = Path(__file__).parents[2] / "publisher" / "profiles"

OWN = """\
statement:
  en: Paid for by our region
emblem: emblem.png
emblem_alt: { en: Arms of our region }
from: 2025-01-01
to: 2028-12-31
rules:
  fund-statement: error
"""
FILE = "project: { name: Office, funding: our-region }\n"


@pytest.mark.parametrize("name", SHIPPED)
def test_a_profile_that_comes_along_has_words_in_all_seven_languages(name: str) -> None:
    profile = shipped_profile(name)
    assert set(profile.statement) == set(profile.emblem_alt) == LANGUAGES
    assert len(set(profile.statement.values())) == len(LANGUAGES)
    assert profile.unofficial == ("ca",)
    assert profile.rules
    assert profile.first is not None
    assert profile.last is not None
    assert profile.first < profile.last


def test_no_funding_asks_for_nothing() -> None:
    profile = shipped_profile("none")
    assert (profile.statement, dict(profile.rules), profile.emblem) == ({}, {}, None)


def own(folder: Path, text: str) -> list[tuple[str, int, str]]:
    """What ``check`` says of a file with a profile of its own: file, line and code."""
    (folder / "profiles").mkdir()
    (folder / "profiles" / "our-region.yaml").write_text(text, encoding="utf-8")
    (folder / "profiles" / "emblem.png").write_bytes(as_png(emblem(120)))
    return [(Path(one.place.file).name, one.place.line, one.code) for one in checked(FILE, folder)]


def test_an_own_profile_stands_beside_the_file(tmp_path: Path) -> None:
    assert own(tmp_path, OWN) == []


@pytest.mark.parametrize(
    ("right", "wrong", "line", "code"),
    [
        ("statement:\n", "statment:\n", 1, "unknown-key"),
        ("fund-statement: error", "fund-statment: error", 8, "unknown-name"),
        ("fund-statement: error", "fund-statement: severe", 8, "bad-value"),
        ("emblem: emblem.png", "emblem: arms.png", 3, "bad-picture"),
        ("from: 2025-01-01", "from: 2025-02-30", 5, "no-such-date"),
    ],
)
def test_a_mistake_in_an_own_profile_is_told_at_its_place(
    tmp_path: Path, right: str, wrong: str, line: int, code: str
) -> None:
    assert own(tmp_path, OWN.replace(right, wrong)) == [("our-region.yaml", line, code)]


def test_a_profile_that_is_not_there_is_a_warning(tmp_path: Path) -> None:
    assert [one.code for one in checked(FILE, tmp_path)] == ["unknown-name"]


# --- the emblem ---------------------------------------------------------------------------------------------


def test_the_file_of_the_emblem_is_as_drawn() -> None:
    kept = Image.open(PROFILES / "eu-emblem.png")
    drawn = Image.open(BytesIO(as_png(emblem(120))))
    assert (kept.size, kept.tobytes()) == (drawn.size, drawn.tobytes())


@pytest.mark.parametrize(("card", "codes"), [("yes", []), ("no", ["fund-social"])])
def test_a_card_with_emblem_and_statement_names_the_funding(tmp_path: Path, card: str, codes: list[str]) -> None:
    text = (
        "project: { name: Smart, hashtags: [InterregEurope], funding: interreg-europe-2021-2027 }\n"
        f"channels:\n  twitter: {{ languages: [en], card: {card} }}\n"
        "cadences:\n  short: [{ send: 1 week before at 10:00, template: invitation, to: [twitter] }]\n"
        "events:\n  - { id: fair, cadence: short, when: 2027-05-11, title: Fair, where: { venue: Hall },"
        " link: 'https://example.com/fair' }\n"
    )
    assert [one.code for one in checked(text, tmp_path)] == codes
