"""What a page says of itself, and how it is kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.linkcards.card import LinkCard, read_card
from publisher.linkcards.kept import KeptCards

URL = "https://example.org/events/open-day"
NOW = datetime(2027, 5, 3, 9, tzinfo=UTC)
PAGE = """<!DOCTYPE html><html lang="pl"><head><meta charset="utf-8"><title>Dzień otwarty | Urząd</title>
<meta property="og:title" content="Dzie&#324; otwarty &amp; kiermasz">
<meta content='Zapraszamy "wszystkich"' property='og:description'>
<meta name=description content="dla wyszukiwarek">
<meta property="og:image" content="/images/open.jpg"><meta property="og:image" content="/images/second.jpg">
<meta property="og:image:width" content="1200"><meta property="og:image:height" content="630">
<meta property="og:image:alt" content="Tłum przed urzędem"><meta property="og:site_name" content="Urząd">
</head><body><meta property="og:title" content="not this one"></body></html>"""


def test_a_page_tells_title_description_picture_and_site() -> None:
    assert read_card(PAGE.encode(), url=URL, content_type="text/html; charset=utf-8") == LinkCard(
        title="Dzień otwarty & kiermasz",
        description='Zapraszamy "wszystkich"',
        image="https://example.org/images/open.jpg",
        image_alt="Tłum przed urzędem",
        image_width=1200,
        image_height=630,
        site="Urząd",
    )


def test_what_is_said_to_x_goes_first() -> None:
    page = '<meta property="og:title" content="for all"><meta name="twitter:title" content="for X">'
    assert read_card(page.encode(), url=URL).title == "for X"


def test_a_page_without_a_card_has_its_title_and_lacks_the_rest() -> None:
    card = read_card(b"<title>\n Open day </title><p>Welcome", url=URL)
    assert card.title == "Open day"
    assert card.lacks == ("og:description", "og:image")


def test_letters_of_an_old_page_are_read_as_its_server_says() -> None:
    page = '<meta property="og:title" content="Żółw">'.encode("iso-8859-2")
    assert read_card(page, url=URL, content_type="text/html; charset=iso-8859-2").title == "Żółw"


@pytest.mark.parametrize("content_type", ["application/pdf", "image/png", "application/json"])
def test_what_is_no_page_has_no_card(content_type: str) -> None:
    assert read_card(PAGE.encode(), url=URL, content_type=content_type) == LinkCard()


@pytest.mark.parametrize(
    "image", ["javascript:alert(1)", "data:image/png;base64,AAAA", "file:///etc/passwd", "http://["]
)
def test_a_picture_is_a_web_address_or_none(image: str) -> None:
    assert read_card(f'<meta property="og:image" content="{image}">'.encode(), url=URL).image == ""


@pytest.mark.parametrize(
    ("width", "height", "small"),
    [("1200", "630", False), ("300", "630", True), ("1200", "200", True), ("wide", "", False)],
)
def test_a_small_picture_is_noticed(width: str, height: str, *, small: bool) -> None:
    page = f'<meta property="og:image:width" content="{width}"><meta property="og:image:height" content="{height}">'
    assert read_card(page.encode(), url=URL).is_small is small


@given(st.binary(max_size=3000))
def test_any_bytes_are_read(content: bytes) -> None:
    found = read_card(b"<head><meta property=og:title content=" + content, url=URL)
    assert "<meta" not in found.title or b"<meta" in content


@pytest.mark.parametrize("piece", ["<meta ", "<meta a='", '<meta content="', "<title", "<meta " + "a=b " * 300])
def test_markup_that_is_left_open_again_and_again_takes_no_time(piece: str) -> None:
    assert read_card((piece * (2_000_000 // len(piece))).encode(), url=URL).image == ""


def test_cards_are_found_again(tmp_path: Path) -> None:
    KeptCards(tmp_path / "cards").keep(URL, LinkCard(title="Ł"), at=NOW)
    KeptCards(tmp_path / "cards").keep("https://example.org/b", LinkCard(), at=NOW)
    seen = KeptCards(tmp_path / "cards").of(URL)
    assert seen is not None
    assert (seen.card, seen.at) == (LinkCard(title="Ł"), NOW)


def test_the_oldest_cards_make_room(tmp_path: Path) -> None:
    kept = KeptCards(tmp_path / "cards", most=3)
    for number in range(5):
        kept.keep(f"{URL}/{number}", LinkCard(), at=NOW + timedelta(seconds=number))
    assert kept.of(f"{URL}/1") is None
    assert kept.of(f"{URL}/2") is not None


@pytest.mark.parametrize(
    "written", ["", "[]", "{", '{"a": 1}', '{"a": {"at": "now"}}', '{"a": {"at": "2027-05-03", "x": 1}}']
)
def test_a_damaged_file_costs_the_cards_only(tmp_path: Path, written: str) -> None:
    file = tmp_path / "cards"
    file.write_text(written, encoding="utf-8")
    assert KeptCards(file).of(URL) is None
    KeptCards(file).keep(URL, LinkCard(), at=NOW)
    assert KeptCards(file).of(URL) is not None


def test_a_place_that_cant_be_written_to_costs_the_cards_only(tmp_path: Path) -> None:
    (tmp_path / "a-file").touch()
    for file in (tmp_path / "a-file" / "cards", tmp_path / "missing" / "cards"):
        KeptCards(file).keep(URL, LinkCard(), at=NOW)
        assert KeptCards(file).of(URL) is None
    assert [path.name for path in tmp_path.iterdir()] == ["a-file"]
