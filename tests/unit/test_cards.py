"""The card of an event without a picture: on it what matters, large enough, in every language; and the emblem."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, time
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest
from picture_samples import PNG
from PIL import Image
from render_samples import NEWS, PROJECT, TWITTER, announcement, conference

from publisher.channels import transport
from publisher.errors import MediaError
from publisher.model import Card, Channel, Digest, Draft, Envelope, EventStatus, Form, Media, Picture, Post, When
from publisher.pictures.card import INK, LEAST_TEXT, SMALLEST, check_card, draw_card, set_lines
from publisher.pictures.emblem import REFLEX_BLUE, WHITE, YELLOW, emblem, emblem_plate, star
from publisher.pictures.lettering import bold, drawable, regular
from publisher.render import Renderer
from publisher.render.cards import spoken
from publisher.schedulefile.profiles import shipped_profile

TEMPLATES = Path(__file__).parents[2] / "templates"
RENDERER = Renderer([TEMPLATES])
FACEBOOK = Channel(id="facebook", type="facebook", languages=("pl",), calendar=TWITTER.calendar)
FUNDED = replace(PROJECT, profile=shipped_profile("interreg-europe-2014-2020"))
NOW = datetime(2027, 4, 13, 8, tzinfo=UTC)
SIZES = [(1200, 675), (1200, 630)]
LANGUAGES = ("pl", "en", "fi", "de", "ca", "es", "fr")
FULL = Card(
    title="Dni Inteligentnych Regionów: miękka cyfryzacja w praktyce",
    label="Zaproszenie",
    when="11–13 maja 2027, 09:00–16:30",
    place="Opera i Filharmonia Podlaska, Białystok",
    speaker="Next2Met",
    statement="Projekt współfinansowany przez Unię Europejską z Europejskiego Funduszu Rozwoju Regionalnego w ramach "
    "programu Interreg Europa.",
)


def card_of(
    language: str = "pl", *, channel: Channel = TWITTER, template: str = "invitation", **facts: object
) -> Media:
    event = conference(title={"*": "Dni Inteligentnych Regionów"}, **facts)
    telling = announcement(event, channel=channel, template=template, language=language, project=FUNDED)
    [media] = RENDERER.draft(telling, form=Form.POST).media
    return media


ALTS = {
    "pl": "Zaproszenie: Dni Inteligentnych Regionów, 11–13 maja 2027, 09:00–16:30, "
    "Opera i Filharmonia Podlaska, Białystok. Next2Met. Projekt współfinansowany przez Unię Europejską",
    "en": "Invitation: Dni Inteligentnych Regionów, 11–13 May 2027",
    "fi": "Kutsu: Dni Inteligentnych Regionów, 11.–13.",
    "de": "Einladung: ",
    "ca": "Invitació: ",
    "es": "Invitación: ",
    "fr": "Invitation: ",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_people_who_do_not_see_the_card_are_told_all_that_is_on_it(language: str) -> None:
    media = card_of(language, organiser={}, summary={})

    assert media.alt.startswith(ALTS[language])
    assert media.card is not None
    assert all(part in media.alt for part in (media.card.title, media.card.when, media.card.place, media.card.speaker))
    assert media.card.statement in media.alt


@pytest.mark.parametrize(
    ("card", "words"),
    [
        (Card(title="Kto korzysta?", label="Dziś", when="2 maja"), "Dziś: Kto korzysta? 2 maja."),
        (Card(title="Dni", speaker="UMWP"), "Dni. UMWP."),
    ],
)
def test_sentences_end_once(card: Card, words: str) -> None:
    assert spoken(card) == words


def test_a_card_is_drawn_for_an_event_on_posts_alone_and_can_be_switched_off() -> None:
    photo = Picture(path=Path("none.png"), alt={"*": "x"})
    event = conference()
    assert card_of().card
    for source, channel, form in [
        (event, replace(TWITTER, card=False), Form.POST),
        (event, NEWS, Form.MAIL),
        (Post(id="p", text={"*": "Hello"}), TWITTER, Form.POST),
        (Digest(id="d", covers=date.resolution), TWITTER, Form.POST),
    ]:
        assert RENDERER.media(announcement(source, channel=channel), form=form) == ()
    with pytest.raises(MediaError, match="no picture"):
        RENDERER.media(announcement(conference(picture=photo)), form=Form.POST)


def test_without_funding_there_is_no_statement_and_no_emblem() -> None:
    [media] = RENDERER.media(announcement(conference()), form=Form.POST)
    assert media.card is not None
    assert media.card.statement == ""
    assert YELLOW not in colours(draw_card(media.card, SMALLEST))


def test_the_label_says_what_the_announcement_is() -> None:
    off = {"status": EventStatus.CANCELLED}
    assert card_of(template="cancelled", **off).alt.startswith("Odwołane: ")
    assert card_of("fr", template="save-the-date", organiser={}, summary={}).alt.startswith("Date à retenir: ")


@pytest.mark.parametrize("channel", [TWITTER, FACEBOOK], ids=lambda channel: channel.type)
def test_the_payload_has_the_bytes_that_go_out(channel: Channel) -> None:
    draft = Draft(language="pl", text="Dni", media=(card_of(channel=channel),))
    envelope = Envelope(key="k", due_at=NOW, channel=channel, project=FUNDED)
    [media] = transport(channel.type).compose(draft, envelope).media

    assert media.sha256 == hashlib.sha256(media.content).hexdigest()
    assert (media.width, media.height) == Image.open(BytesIO(media.content)).size
    assert (media.width, media.height) == {"twitter": (1200, 675), "facebook": (1200, 630)}[channel.type]
    assert len(media.content) == media.size < 200_000
    assert media.alt == draft.media[0].alt


# --- how it looks ---------------------------------------------------------------------------------------


def colours(png: bytes) -> set[tuple[int, ...]]:
    found = Image.open(BytesIO(png)).convert("RGB").getcolors(10**6)
    return {colour for _, colour in found or () if isinstance(colour, tuple)}


def luminance(colour: tuple[int, ...]) -> float:
    """WCAG 2.1, relative luminance."""
    parts = [part / 255 for part in colour]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("size", SIZES)
def test_every_letter_contrasts_with_the_ground_as_wcag_wants_it(size: tuple[int, int]) -> None:
    drawn = colours(draw_card(FULL, size))
    inks = {line.colour for line in set_lines(FULL, *size)}

    assert inks | {WHITE} <= drawn
    assert min(contrast(ink, WHITE) for ink in inks) >= 4.5
    assert contrast(INK, WHITE) >= 15
    assert contrast(REFLEX_BLUE, WHITE) >= 10


TITLES = ["Dni", "Konferencja " * 5, "Konferencja podsumowująca " * 10, "W" * 100, "Ångström—" * 20]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("title", TITLES, ids=lambda title: f"{len(title)} characters")
def test_every_word_is_there_within_the_edges_and_large_enough(title: str, size: tuple[int, int]) -> None:
    card = replace(FULL, title=title.strip())
    lines = set_lines(card, *size)
    there = "".join("".join(line.text for line in lines).split())

    for part in (card.title, card.when, card.place, card.speaker, card.statement):
        assert "".join(part.split()) in there
    for line in lines:
        assert line.size >= LEAST_TEXT
        assert line.at[0] >= 64
        assert line.at[0] + line.typeface.at(line.size).getlength(line.text) <= size[0] - 60
        assert line.at[1] + line.size * 1.15 <= size[1]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("title", TITLES, ids=lambda title: f"{len(title)} characters")
def test_no_line_runs_into_the_next(title: str, size: tuple[int, int]) -> None:
    lines = [line for line in set_lines(replace(FULL, title=title), *size) if line.at[1] < size[1] - 172]
    assert all(above.at[1] + above.size <= below.at[1] for above, below in pairwise(lines))


def test_a_short_title_is_larger_than_a_long_one_and_usual_ones_are_legible_on_a_phone() -> None:
    sizes = [max(line.size for line in set_lines(replace(FULL, title=title), *SMALLEST)) for title in TITLES[:3]]
    assert sizes == sorted(sizes, reverse=True)
    body = [line.size for line in set_lines(FULL, *SMALLEST) if line.at[1] < SMALLEST[1] - 172]
    assert min(body) * 360 / 1200 >= 12  # points on a phone that is 360 wide


@pytest.mark.parametrize("field", ["title", "place", "statement", "speaker"])
def test_words_that_have_no_room_are_told_and_never_cut(field: str) -> None:
    card = replace(FULL, **{field: "Konferencja podsumowująca " * 40})
    with pytest.raises(MediaError, match=r"have no room on it.*Shorten the title or the place.*card: no"):
        check_card(card)


def test_the_seven_alphabets_are_in_the_typeface() -> None:
    letters = "ąćęłńóśźżő äöåÄÖÅß çéèêëàâùûüÿœæîïô ñáíúü¿¡ ŀĿ·l·l Š Ž „”“’‘«»–—…€№"
    assert drawable(letters)[1] == ""
    assert "".join(drawable(letters)[0].split()) == "".join(letters.split())
    assert not any(face.lacks(letter) for face in (bold(), regular()) for letter in letters if letter != " ")


def test_a_line_neither_begins_with_a_sign_nor_ends_with_one_letter() -> None:
    assert drawable("(15 h – 16 h 30)")[0] == "(15\u00a0h\u00a0– 16\u00a0h\u00a030)"
    assert drawable("Journées : à Lyon i w Turku")[0] == "Journées\u00a0: à\u00a0Lyon i\u00a0w\u00a0Turku"


def test_emoji_are_left_out_and_letters_that_are_missing_are_told() -> None:
    assert drawable("Dzień Europy 🎉👩🏽‍💻!") == ("Dzień Europy\u00a0!", "")
    assert drawable("09:00\u2009–\u200916:30") == ("09:00\u00a0–\u00a016:30", "")
    with pytest.raises(MediaError, match=r"can't show “漢”.*card: no"):
        check_card(replace(FULL, title="漢 Dni"))


@pytest.mark.parametrize("size", SIZES)
def test_the_same_words_give_the_same_bytes(size: tuple[int, int]) -> None:
    first = draw_card(FULL, size)
    draw_card.cache_clear()
    assert draw_card(replace(FULL), size) == first
    assert draw_card(replace(FULL, when="12 maja"), size) != first


def test_the_logo_is_shown_instead_of_the_name_and_is_not_higher_than_the_emblem() -> None:
    logo = BytesIO()
    Image.new("RGBA", (900, 500), (250, 0, 250, 255)).save(logo, "PNG")
    image = Image.open(BytesIO(draw_card(replace(FULL, logo=logo.getvalue()), SMALLEST))).convert("RGB")
    shown = [(x, y) for x in range(1200) for y in range(630) if image.getpixel((x, y)) == (250, 0, 250)]
    height = max(y for _, y in shown) - min(y for _, y in shown) + 1

    assert 90 < height <= 104
    assert "Next2Met" not in [line.text for line in set_lines(replace(FULL, logo=PNG), *SMALLEST)]


# --- the emblem -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("height", [60, 104, 240])
def test_the_emblem_follows_its_geometry(height: int) -> None:
    """Annex IX of Regulation (EU) 2021/1060; a star's centre lies on a circle of a third of the height."""
    image = emblem(height)

    assert image.size == (height * 3 // 2, height)
    assert image.getpixel((0, 0)) == REFLEX_BLUE == (0, 51, 153)
    assert image.getpixel((height * 3 // 4, height // 2)) == REFLEX_BLUE
    for dx, dy in ((0, -1), (0, 1), (-1, 0), (1, 0)):  # at 12, 6, 9 and 3 o'clock
        centre = (height * 3 // 4 + dx * height // 3, height // 2 + dy * height // 3)
        assert image.getpixel(centre) == YELLOW == (255, 204, 0)


def test_the_emblem_has_twelve_stars_that_stand_upright() -> None:
    image = emblem(240).convert("RGB")
    left = {
        (x, y)
        for x in range(image.width)
        for y in range(image.height)
        if isinstance(pixel := image.getpixel((x, y)), tuple) and pixel[0] > 128
    }
    stars = 0
    while left:
        stars += 1
        edge = [left.pop()]
        while edge:
            x, y = edge.pop()
            near = {(x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)} & left
            left -= near
            edge += near
    assert stars == 12
    corners = star((0.0, 0.0), 18.0)
    assert min(y for _, y in corners) == pytest.approx(-18)
    assert corners[0] == pytest.approx((0, -18))
    assert corners[3][1] == pytest.approx(corners[7][1])  # mirrored


def test_the_plate_of_the_emblem_is_white_all_around() -> None:
    image = Image.open(BytesIO(emblem_plate(120))).convert("RGB")
    edge = [image.getpixel((x, y)) for x in range(image.width) for y in (0, 5, image.height - 1)]
    edge += [image.getpixel((x, y)) for y in range(image.height) for x in (0, 5, image.width - 1)]

    assert set(edge) == {WHITE}
    assert image.getpixel((12, 12)) == REFLEX_BLUE
    assert image.size == (204, 144)


def test_a_card_says_whose_clock_its_hours_are_on() -> None:
    when = When(first=date(2027, 3, 16), last=date(2027, 3, 16), timezone="Europe/Dublin", begin=time(14))
    media = card_of("en", when=when)
    assert media.card is not None
    assert media.card.when == "16 March 2027, 14:00 Dublin time (15:00 Warsaw time)"
    assert media.card.when in media.alt
