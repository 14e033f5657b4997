"""Words that are true on one day only, in seven languages: taken at their word, or left alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from checked_files import checked

from publisher.rules.relative import said_in

HEAD = 'channels:\n  twitter: { account: "@office", languages: [%s] }\ncadences:\n  short: [%s]\nevents:\n'
STEP = "{ send: %s, template: own, to: [twitter] }"


def day_words(text: str, language: str) -> list[tuple[str, int]]:
    return [(said.word, said.offset) for said in said_in(text, language)]


@pytest.mark.parametrize(
    ("language", "text", "offset"),
    [
        ("pl", "Jutro startujemy!", 1),
        ("pl", "Spotykamy się pojutrze w ratuszu.", 2),
        ("pl", "Wczoraj byliśmy w Lahti.", -1),
        ("pl", "Dziś o 17 zaczynamy debatę w ratuszu miejskim.", 0),
        ("en", "See you tomorrow!", 1),
        ("en", "We meet the day after tomorrow.", 2),
        ("en", "It's today!", 0),
        ("fi", "Nähdään huomenna!", 1),
        ("fi", "Kokous oli eilen.", -1),
        ("de", "Morgen ist es so weit!", 1),
        ("de", "Wir sehen uns morgen im Rathaus.", 1),
        ("de", "Übermorgen beginnt die Messe.", 2),
        ("es", "¡Nos vemos mañana!", 1),
        ("es", "La feria abre pasado mañana.", 2),
        ("ca", "Ens veiem demà!", 1),
        ("fr", "C’est demain", 1),
        ("fr", "Le salon ouvre après-demain.", 2),
    ],
)
def test_a_word_for_a_day_is_found(language: str, text: str, offset: int) -> None:
    assert [found for _, found in day_words(text, language)] == [offset]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("pl", "Razem na lepsze jutro"),
        ("pl", "Polityka spójności dziś i jutro"),
        ("pl", "już dziś prosimy o zarezerwowanie tego terminu w kalendarzu."),
        ("pl", "Zapisz się już dziś i nie przegap żadnego spotkania w tym roku"),
        ("en", "Cities of tomorrow"),
        ("en", "Tomorrow's skills, today's schools"),
        ("en", "Register today and save your seat"),
        ("en", "Cohesion policy today and tomorrow"),
        ("de", "Guten Morgen, Region!"),
        ("de", "Städte von morgen"),
        ("de", "Regionen heute und morgen"),
        ("es", "Abrimos a las 10 de la mañana"),
        ("es", "Por la mañana, taller; por la tarde, visita"),
        ("es", "Las ciudades del mañana"),
        ("es", "Hoy en día todo es digital en nuestros pueblos"),
        ("ca", "Les ciutats de demà"),
        ("ca", "Avui dia tot és digital als nostres pobles"),
        ("fr", "Les villes de demain"),
        ("fr", "La région d’aujourd’hui"),
        ("sv", "Vi ses imorgon"),
    ],
)
def test_a_word_that_speaks_of_no_day_is_left_alone(language: str, text: str) -> None:
    assert day_words(text, language) == []


def check_event(
    folder: Path, *, words: str, send: str, when: str = "2027-05-11 10:00-14:00", more: str = ""
) -> list[str]:
    own = folder / "templates" / "own"
    own.mkdir(parents=True)
    (own / "social.j2").write_text(words, encoding="utf-8")
    event = f"  - {{ id: fair, cadence: short, when: {when}, title: Fair, where: {{ venue: Hall }}{more} }}\n"
    problems = checked(HEAD % ("en", STEP % send) + event, folder)
    return [f"{Path(one.place.file).name}:{one.place.line} {one.code}" for one in problems]


def test_tomorrow_is_right_on_the_day_before(tmp_path: Path) -> None:
    assert check_event(tmp_path, words="See you tomorrow!", send="1 day before at 10:00") == []


def test_tomorrow_is_wrong_two_days_before_and_told_in_the_template(tmp_path: Path) -> None:
    found = check_event(tmp_path, words="Fair\nSee you tomorrow!", send="2 days before at 10:00")
    assert found == ["social.j2:2 past-or-late"]


def test_what_a_template_that_comes_along_says_at_the_wrong_time_is_told_at_the_step(tmp_path: Path) -> None:
    step = "{ send: 2 days before at 10:00, template: tomorrow, to: [twitter] }"
    event = "  - { id: fair, status: draft, cadence: short, when: 2027-05-11, title: Fair, where: { venue: Hall } }\n"
    found = [one for one in checked(HEAD % ("en", step) + event, tmp_path) if one.code == "past-or-late"]
    assert [(Path(one.place.file).name, one.place.line) for one in found] == [("schedules.yaml", 4)]


def test_registration_may_close_tomorrow(tmp_path: Path) -> None:
    more = ", register: { link: 'https://example.org', until: 2027-05-04 }"
    words = "Registration closes tomorrow."
    assert check_event(tmp_path, words=words, send="1 day before registration closes at 10:00", more=more) == []


def test_the_words_of_an_entry_are_held_against_each_day_on_which_they_go_out(tmp_path: Path) -> None:
    more = ", summary: The fair begins tomorrow."
    words = "{{ event.summary }}"
    found = check_event(tmp_path, words=words, send="1 week before at 10:00", more=more)
    assert found == ["schedules.yaml:6 past-or-late"]


def test_the_subject_of_a_mail_speaks_of_days_too(tmp_path: Path) -> None:
    own = tmp_path / "templates" / "own"
    own.mkdir(parents=True)
    (own / "email.j2").write_text(
        '{% extends "_layout/mail.j2" %}{% block subject %}Fair, tomorrow{% endblock %}{% block preheader %}'
        "{% endblock %}{% block body %}<h1>Fair</h1>{% endblock %}"
        "{% block text %}Fair\nhttps://example.org{% endblock %}",
        encoding="utf-8",
    )
    (tmp_path / "readers.csv").write_text("email\nreader@example.org\n", encoding="utf-8")
    text = (
        "project: { name: Office, link: 'https://example.org', contact: { name: Office, email: office@example.org } }\n"
        "channels:\n  news: { type: email, audience: readers, languages: [en] }\n"
        "audiences:\n  readers: { list: readers.csv, basis: internal }\n"
        "cadences:\n  short: [{ send: %s before at 10:00, template: own, to: [news] }]\n"
        "events:\n  - { id: fair, cadence: short, when: 2027-05-11 10:00-14:00, title: Fair, where: { venue: Hall } }\n"
    )
    assert checked(text % "1 day", tmp_path) == ()
    assert [one.code for one in checked(text % "2 days", tmp_path)] == ["past-or-late"]


POST = 'channels:\n  twitter: { languages: [en] }\nposts:\n  - { id: a, send: %s, to: [twitter], text: "%s" }\n'


@pytest.mark.parametrize(
    ("send", "text", "codes"),
    [
        ("2027-05-08 12:00", "Tomorrow, 9 May, is Europe Day.", []),
        ("2027-05-07 12:00", "Tomorrow, 9 May, is Europe Day.", ["past-or-late"]),
        ("2027-05-07 12:00", "Tomorrow we are open.", []),
    ],
)
def test_a_post_is_held_against_the_date_that_it_names(tmp_path: Path, send: str, text: str, codes: list[str]) -> None:
    assert [one.code for one in checked(POST % (send, text), tmp_path)] == codes


def test_a_post_that_is_moved_to_another_day_says_no_longer_tomorrow(tmp_path: Path) -> None:
    moved = "defaults: { weekends: no }\n" + POST % ("2027-05-08 12:00", "Tomorrow we are open.")
    assert [one.code for one in checked(moved, tmp_path) if one.code != "moved"] == ["past-or-late"]


@pytest.mark.parametrize(("day", "codes"), [("Tuesday", []), ("Wednesday", ["past-or-late"])])
def test_a_day_of_the_week_is_one_of_the_event(tmp_path: Path, day: str, codes: list[str]) -> None:
    text = f"events:\n  - {{ id: fair, when: 2027-05-11, title: Fair, summary: See you on {day}! }}\n"
    assert [one.code for one in checked(text, tmp_path)] == codes


@pytest.mark.parametrize(
    ("language", "words"),
    [("fi", "Ilmoittaudu 31. toukokuuta mennessä."), ("fi", "Haku on auki 31. toukokuuta asti."), ("pl", "Do 31 maja")],
)
def test_a_day_until_which_something_may_be_done_is_no_day_of_the_event(
    tmp_path: Path, language: str, words: str
) -> None:
    text = f"events:\n  - {{ id: fair, when: 2027-06-02, title: Fair, summary: {{ {language}: {words} }} }}\n"
    assert [one.code for one in checked(text, tmp_path)] == []


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "The third Friday of the month is our day."),
        ("pl", "Trzeci piątek miesiąca to nasz dzień, jak każdy piątek."),
        ("fi", "Kuukauden ensimmäinen perjantai on meidän."),
        ("de", "Jeden ersten Freitag im Monat sind wir da."),
        ("es", "El primer viernes del mes abrimos."),
        ("ca", "El primer divendres del mes obrim."),
        ("fr", "Le premier vendredi du mois est le nôtre."),
        ("en", "Call us Monday to Friday, and register by Friday."),
        ("pl", "Zapisy do piątku, biuro czynne poniedziałek–piątek."),
    ],
)
def test_a_day_of_the_week_that_comes_again_or_ends_something_is_none_of_the_event(
    tmp_path: Path, language: str, words: str
) -> None:
    text = f'events:\n  - {{ id: fair, when: 2027-05-11, title: Fair, summary: {{ {language}: "{words}" }} }}\n'
    assert [one.code for one in checked(text, tmp_path)] == []
