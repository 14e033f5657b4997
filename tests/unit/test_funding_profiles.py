"""Funding profiles: those that come along, own ones beside the file, and the emblem."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest
from checked_files import checked

from publisher.emblem import BLUE, HEIGHT, WIDTH, YELLOW, png, stars, svg
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
    (folder / "profiles" / "emblem.png").write_bytes(png())
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


def test_the_emblem_has_twelve_stars_on_a_circle_of_a_third_of_its_height() -> None:
    found = stars(180.0)
    assert len(found) == 12
    for corners in found:
        x, y = (sum(point[axis] for point in corners) / 10 for axis in (0, 1))
        assert ((x - 135) ** 2 + (y - 90) ** 2) ** 0.5 == pytest.approx(60)
        top = min(corners, key=lambda point: point[1])
        assert top == pytest.approx((x, y - 10))
    assert min(corners[0][1] for corners in found) == pytest.approx(20)


def test_the_emblem_is_reflex_blue_and_yellow() -> None:
    pixels = decoded(png())
    assert pixels[0][0] == BLUE == (0x00, 0x33, 0x99)
    assert pixels[HEIGHT // 2][WIDTH // 2] == BLUE
    assert pixels[HEIGHT // 2 - HEIGHT // 3][WIDTH // 2] == YELLOW == (0xFF, 0xCC, 0x00)
    assert len(pixels) * 3 == len(pixels[0]) * 2


def test_the_files_of_the_emblem_are_as_drawn() -> None:
    assert decoded((PROFILES / "eu-emblem.png").read_bytes()) == decoded(png())
    assert (PROFILES / "eu-emblem.svg").read_text(encoding="utf-8") == svg()


def decoded(content: bytes) -> list[list[tuple[int, ...]]]:
    """The pixels of a PNG whose lines have no filter."""
    at = content.index(b"IDAT")
    (length,) = struct.unpack(">I", content[at - 4 : at])
    lines = zlib.decompress(content[at + 4 : at + 4 + length])
    size = WIDTH * 3 + 1
    rows = [lines[begin + 1 : begin + size] for begin in range(0, len(lines), size)]
    return [[tuple(row[pixel : pixel + 3]) for pixel in range(0, len(row), 3)] for row in rows]
