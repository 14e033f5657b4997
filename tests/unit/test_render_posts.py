"""The words of posts: what templates see, in which language, and how the text is tidied."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from picture_samples import JPEG
from render_samples import CALENDAR, PROJECT, TWITTER, announcement, conference, write

from publisher.errors import MissingTranslation
from publisher.model import Announcement, Channel, Digest, Draft, Form, Picture, Post, Registration, Venue
from publisher.render import Renderer
from publisher.render.event_view import EventView
from publisher.render.variables import VARIABLES, explained_filters


def draft(folder: Path, source: str, telling: Announcement | None = None) -> Draft:
    write(folder, {"invitation/social.j2": source})
    return Renderer([folder]).draft(telling or announcement(), form=Form.POST)


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("event.title", "Dni Inteligentnych Regionów"),
        ("event.when", "11–13 maja 2027, 09:00–16:30"),
        ("event|when('weekday')", "wtorek–czwartek, 11–13 maja 2027, 09:00–16:30"),
        ("event.dates|when('compact')", "11–13 maja 2027, 09:00–16:30"),
        ("event.zone", "czasu warszawskiego"),
        ("event.first|day", "11 maja 2027"),
        ("event.last|day('short')", "13 maja"),
        ("event.begin|time", "09:00"),
        ("event.end|time", "16:30"),
        ("event.first|month", "maj 2027"),
        ("event.first|relative", "za 2 tygodnie"),
        ("event.days", "3"),
        ("event.days_left", "14"),
        ("event.deadline_days_left", "3"),
        ("event.venue", "Opera i Filharmonia Podlaska"),
        ("event.address", "ul. Odeska 1, 15-406 Białystok"),
        ("event.town", "Białystok"),
        ("event.place", "Opera i Filharmonia Podlaska, Białystok"),
        ("event.online", "https://example.org/live"),
        ("event.step_free", "True"),
        ("event.organiser", "Urząd Marszałkowski"),
        ("event.spoken|join(' ')", "pl en"),
        ("event.spoken_names", "polski i angielski"),
        ("event.register", "https://example.org/register"),
        ("event.register_until|day('on')", "w piątek 30 kwietnia 2027"),
        ("event.deadline|when('on')", "w piątek 30 kwietnia 2027"),
        ("event.register_until_time is none", "True"),
        ("event.register_free", "True"),
        ("event.link", "https://example.org/register"),
        ("event.tags|join(' ')", "SmartRegions next2met"),
        ("event.mentions", "@interregeurope @example"),
        ("event.status", "confirmed"),
        ("event.id", "smart-regions-days-2027"),
        ("event.summary", "Trzy dni dobrych praktyk."),
        ("project.name", "Next2Met"),
        ("project.link", "https://example.org"),
        ("project.contact.name", "Biuro projektu"),
        ("project.contact.email", "office@example.org"),
        ("project.funding", "none"),
        ("project.hashtags|join(' ')", "Next2Met InterregEurope"),
        ("channel.id ~ channel.type ~ channel.account", "twittertwitter@example"),
        ("language", "pl"),
        ("today|day", "27 kwietnia 2027"),
        ("hashtags", "#Next2Met #InterregEurope #SmartRegions"),
        ("'Dzień Europy'|hashtag", "#DzieńEuropy"),
        ("when(event, 'compact')", "11–13 maja 2027, 09:00–16:30"),
        ("event|when('on')", "od 11 do 13 maja 2027, 09:00–16:30"),
        ("'w Białymstoku i okolicy'|nbsp", "w Białymstoku i okolicy"),
    ],
)
def test_templates_see_the_event_in_their_language(tmp_path: Path, expression: str, words: str) -> None:
    assert draft(tmp_path, f"{{{{ {expression} }}}}").text == words


def test_what_is_not_given_is_empty_and_no_error(tmp_path: Path) -> None:
    bare = conference(
        summary={}, venue=Venue(), organiser={}, spoken=(), registration=Registration(), tags=(), mentions={}
    )
    names = ["summary", "venue", "address", "town", "place", "online", "organiser", "spoken_names", "register"]
    names += ["mentions", "credit", "register_until or ''", "register_until_time or ''", "deadline_days_left or ''"]
    source = "[" + "".join(f"{{{{ event.{name} }}}}" for name in names) + "]{{ event.link }}"
    telling = announcement(bare, project=replace(PROJECT, contact=None))

    assert draft(tmp_path, source, telling).text == "[]https://example.org"
    assert (
        draft(tmp_path, "{% if not project.contact %}nobody{{ project.contact.name }}{% endif %}", telling).text
        == "nobody"
    )


@pytest.mark.parametrize(
    ("venue", "place"),
    [
        (Venue(name={"*": "Biblioteka"}), "Biblioteka"),
        (Venue(address={"*": "Karjalankatu 7, 15150 Lahti"}), "Lahti"),
        (
            Venue(name={"*": "Ayuntamiento"}, address={"*": "Plaza Mayor 1, 08001 Barcelona, España"}),
            "Ayuntamiento, Barcelona",
        ),
        (
            Venue(name={"*": "Library"}, address={"*": "1 Main Street, Dublin 2, D02 X285"}),
            "Library, 1 Main Street, Dublin 2, D02 X285",
        ),
        (
            Venue(name={"*": "Urząd Miasta Krakowa, Kraków"}, address={"*": "31-004 Kraków"}),
            "Urząd Miasta Krakowa, Kraków",
        ),
        (Venue(online="https://example.org/live"), "online"),
        (Venue(), ""),
    ],
)
def test_the_place_is_venue_and_town_or_else_online(tmp_path: Path, venue: Venue, place: str) -> None:
    assert draft(tmp_path, "[{{ event.place }}]", announcement(conference(venue=venue))).text == f"[{place}]"


def test_online_is_said_in_the_language(tmp_path: Path) -> None:
    telling = announcement(conference(venue=Venue(online="https://example.org/live")), language="fi")

    assert draft(tmp_path, "{{ event.place }}", telling).text == "verkossa"


@pytest.mark.parametrize(
    ("facts", "link"),
    [
        ({"link": "https://example.org/own"}, "https://example.org/own"),
        ({}, "https://example.org/register"),
        ({"registration": Registration()}, "https://example.org/live"),
        ({"registration": Registration(), "venue": Venue()}, "https://example.org"),
    ],
)
def test_the_link_to_show_is_the_nearest_to_the_event(tmp_path: Path, facts: dict[str, object], link: str) -> None:
    made = draft(tmp_path, "{{ event.link }}", announcement(conference(**facts)))

    assert made.text == made.link == link


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("Thank you", "https://example.org/register"),
        ("Thank you: {{ project.link }}.", "https://example.org"),
        ("{{ project.link }} {{ event.register }}", "https://example.org/register"),
    ],
)
def test_the_link_that_goes_with_a_post_is_one_that_it_shows(tmp_path: Path, text: str, link: str) -> None:
    assert draft(tmp_path, text, announcement(conference())).link == link


def test_a_text_that_lacks_the_language_says_which_and_for_whom(tmp_path: Path) -> None:
    partners = Channel(id="partners-fi", type="facebook", languages=("fi",), calendar=CALENDAR)
    telling = announcement(channel=partners, language="fi")

    with pytest.raises(MissingTranslation) as error:
        draft(tmp_path, "{{ event.title }}", telling)

    assert error.value.message == ("“invitation” goes to partners-fi in Finnish, but “title” has no “fi”.")
    assert error.value.subject == "events/smart-regions-days-2027"
    assert error.value.remedy == "Add  fi: …  here, or set  missing_translation: use en."


def test_a_text_that_the_template_does_not_use_may_lack_the_language(tmp_path: Path) -> None:
    assert (
        draft(tmp_path, "{{ event.when }}", announcement(language="de")).text
        == "vom 11. bis 13. Mai 2027, 9:00–16:30 Uhr"
    )


def test_a_blank_text_is_a_missing_one(tmp_path: Path) -> None:
    with pytest.raises(MissingTranslation):
        draft(tmp_path, "{{ event.title }}", announcement(conference(title={"pl": "  ", "en": "x"})))


def test_a_regional_language_takes_the_words_of_its_base(tmp_path: Path) -> None:
    assert draft(tmp_path, "{{ event.title }}", announcement(language="en-IE")).text == "Smart Regions Days"


def test_the_fallback_language_is_taken_for_the_whole_draft(tmp_path: Path) -> None:
    telling = announcement(language="fi", fallback="en")

    made = draft(tmp_path, "{{ event.when }} {{ event.title }}", telling)

    assert made.language == "en"
    assert made.text == "11–13 May 2027, 09:00–16:30 Smart Regions Days"


def test_a_picture_without_words_in_the_language_also_calls_for_the_fallback(tmp_path: Path) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(JPEG)
    pictured = conference(picture=Picture(path=photo, alt={"en": "A map on\na table."}, credit="UMWP"))

    made = draft(tmp_path, "{{ event.credit }} {{ event.title }}", announcement(pictured, fallback="en"))

    assert (made.language, made.text) == ("en", "UMWP Smart Regions Days")
    assert [media.alt for media in made.media] == ["A map on a table."]


def test_when_the_fallback_lacks_words_too_the_wanted_language_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingTranslation, match=r"in Finnish.*MissingTranslation.*in Spanish"):
        draft(tmp_path, "{{ event.title }}", announcement(language="fi", fallback="es"))


def test_white_space_is_tidied_and_the_text_is_composed(tmp_path: Path) -> None:
    source = "\n\n  Bia\u0142ystok z\u0307yje  \n\n\n\n\nkoniec\t\n\n"

    assert draft(tmp_path, source).text == "Białystok żyje\n\nkoniec"


def test_a_post_is_not_escaped(tmp_path: Path) -> None:
    assert draft(tmp_path, "{{ event.title }}", announcement(conference(title={"*": "A & <B>"}))).text == "A & <B>"


def test_half_a_surrogate_pair_can_still_be_sent(tmp_path: Path) -> None:
    assert draft(tmp_path, '{{ "a\\ud83db" }}').text.encode() == "a\ufffdb".encode()


def test_a_post_of_its_own_has_text_link_and_tags(tmp_path: Path) -> None:
    post = Post(
        id="europe-day", text={"pl": "9 maja!\nDzień Europy"}, link="https://example.org/9", tags=("DzieńEuropy",)
    )

    made = draft(
        tmp_path,
        "{{ post.text }}\n{{ post.link }} {{ hashtags }}{{ post.subject }}{{ post.credit }}",
        announcement(post),
    )

    assert made.text == "9 maja!\nDzień Europy\nhttps://example.org/9 #Next2Met #InterregEurope #DzieńEuropy"
    assert made.link == "https://example.org/9"


def test_a_digest_has_events_in_the_language_and_its_days(tmp_path: Path) -> None:
    digest = Digest(id="monthly", covers=timedelta(days=45), events=(conference(), conference(title={"pl": "Drugie"})))
    source = "{{ digest.first|month }} {{ digest.days }} {{ digest.last|day }}"
    source += "{% for event in digest.events %} {{ event.title }}{% endfor %}"

    made = draft(tmp_path, source, announcement(digest))

    assert made.text == "kwiecień 2027 45 11 czerwca 2027 Dni Inteligentnych Regionów Drugie"
    assert made.link == PROJECT.link


@pytest.mark.parametrize(
    ("number", "word"), [(1, "dzień"), (2, "dni"), (5, "dni!"), (12, "dni!"), (22, "dni"), (1.5, "dnia")]
)
def test_plurals_follow_the_language(tmp_path: Path, number: float, word: str) -> None:
    source = f'{{{{ {number}|plural(one="dzień", few="dni", many="dni!", other="dnia") }}}}'

    assert draft(tmp_path, source).text == word


def test_a_plural_form_that_is_not_given_is_the_other(tmp_path: Path) -> None:
    telling = announcement(language="fr")

    assert draft(tmp_path, '{{ 1000000|plural(one="jour", other="jours") }}', telling).text == "jours"


@pytest.mark.parametrize(
    ("tags", "line"),
    [
        (("#SmartRegions", " NEXT2MET "), "#Next2Met #InterregEurope #SmartRegions"),
        (("e-usługi", "dane otwarte", "podlaskie"), "#Next2Met #InterregEurope #EUsługi #DaneOtwarte #podlaskie"),
        (("!!!", ""), "#Next2Met #InterregEurope"),
        (("Bia\u0142ystok", "z\u0307ubr", "żubr"), "#Next2Met #InterregEurope #Białystok #żubr"),
    ],
)
def test_hashtags_are_readable_and_come_once(tmp_path: Path, tags: tuple[str, ...], line: str) -> None:
    assert draft(tmp_path, "{{ hashtags }}", announcement(conference(tags=tags))).text == line


def test_a_deadline_with_an_hour_shows_it(tmp_path: Path) -> None:
    closes = Registration(until=datetime(2027, 4, 30, 15, 0), until_has_time=True)  # noqa: DTZ001  wall time

    made = draft(tmp_path, "{{ event.register_until_time|time }}", announcement(conference(registration=closes)))

    assert made.text == "15:00"


def test_mentions_are_those_of_the_kind_of_channel(tmp_path: Path) -> None:
    telling = announcement(channel=replace(TWITTER, type="facebook"))

    assert draft(tmp_path, "[{{ event.mentions }}]", telling).text == "[]"


def test_the_same_words_come_out_each_time(tmp_path: Path) -> None:
    write(tmp_path, {"invitation/social.j2": "{{ event.when }} {{ hashtags }}"})
    renderer = Renderer([tmp_path])

    assert len({renderer.draft(announcement(), form=Form.POST) for _ in range(5)}) == 1


def test_every_name_that_the_list_explains_is_there_and_every_name_is_explained() -> None:
    explained = {name.removeprefix("event.") for name in VARIABLES if name.startswith("event.")}

    assert explained == {name for name in dir(EventView) if not name.startswith("_")}
    assert all(entry.meaning for entry in VARIABLES.values())
    assert VARIABLES["event.town"].examples == ("{{ event.town }}",)
    assert {"when", "day", "time", "month", "relative", "plural", "hashtag", "nbsp"} == set(explained_filters())


def test_hours_without_an_end_and_days_already_begun(tmp_path: Path) -> None:
    begun = conference(
        when=replace(conference().when, first=date(2027, 4, 25), last=date(2027, 4, 25), begin=time(18), end=None)
    )

    made = draft(tmp_path, "{{ event.when }} {{ event.days_left }} {{ event.first|relative }}", announcement(begun))

    assert made.text == "niedziela, 25 kwietnia 2027, godz. 18:00 -2 przedwczoraj"
