"""What says the same in two languages, however each writes it, and what does not."""

from __future__ import annotations

from pathlib import Path

import pytest
from checked_files import checked

from publisher.rules.figures import figures
from publisher.rules.tongues import foreign


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("pl", "11 maja 2027, 9:00"), ("en", "11 May 2027, 9 am")),
        (("pl", "od 14:30"), ("en", "from 2.30 pm")),
        (("de", "um 14 Uhr"), ("fr", "à 14 h")),
        (("fr", "9 h 30"), ("fi", "klo 9.30")),
        (("es", "12 de mayo"), ("en", "May 12")),
        (("ca", "1 d’abril"), ("de", "1. April")),
        (("de", "12.05.2027"), ("en", "2027-05-12")),
        (("pl", "1 200 osób"), ("en", "1,200 people")),
        (("de", "2,5 Mio."), ("en", "2.5 million")),
        (("pl", "zob. https://example.org/2027"), ("en", "see https://example.org/2028")),
        (("en", "the 21st of May"), ("pl", "21 maja")),
        (("ca", "de 9.00 a 16.30 h"), ("de", "9:00–16:30 Uhr")),
        (("es", "a las 16.30"), ("en", "at 4.30 pm")),
        (("pl", "w XXI wieku"), ("en", "in the 21st century")),
        (("fr", "au XIXe siècle"), ("de", "im 19. Jahrhundert")),
    ],
)
def test_figures_are_the_same_in_every_way_of_writing_them(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert figures(one[1], one[0]) == figures(other[1], other[0])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("pl", "11 maja"), ("en", "12 May")),
        (("pl", "11 maja"), ("en", "11 June")),
        (("pl", "o 9:00"), ("en", "at 9 pm")),
        (("pl", "120 miejsc"), ("en", "210 places")),
        (("de", "2,5 Mio."), ("en", "25 million")),
    ],
)
def test_other_figures_are_others(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert figures(one[1], one[0]) != figures(other[1], other[0])


def codes(summary: str, folder: Path) -> list[str]:
    text = f"events:\n  - id: fair\n    when: 2027-05-11\n    title: Fair\n    summary:\n{summary}"
    return [one.code for one in checked(text, folder)]


@pytest.mark.parametrize(
    "summary",
    [
        "      pl: Trzy dni w 6 regionach.\n      en: Three days in six regions.\n",
        "      pl: Więcej na https://example.org/pl\n      en: More at https://example.org/en\n",
        "      pl: Smart Regions Days 2027\n      en: Smart Regions Days 2027\n",
        "      pl: Interreg Europe Next2Met Białystok Lahti\n      en: Interreg Europe Next2Met Białystok Lahti\n",
    ],
)
def test_what_agrees_is_left_alone(tmp_path: Path, summary: str) -> None:
    assert codes(summary, tmp_path) == []


@pytest.mark.parametrize(
    ("summary", "code"),
    [
        ("      pl: Zapisy do 30 kwietnia.\n      en: Registration until 20 April.\n", "translation-parity"),
        ("      pl: Sala 3, 40 miejsc.\n      en: Room 4, 40 seats.\n", "translation-parity"),
        ("      pl: Więcej na https://example.org\n      en: More about it soon.\n", "translation-parity"),
        ("      pl: Dane i usługi w regionie.\n      en: Dane i usługi w regionie.\n", "untranslated"),
        ("      pl: Zapraszamy.\n      en: Zapraszamy na spotkanie w ratuszu i do rozmowy.\n", "untranslated"),
    ],
)
def test_what_differs_is_a_warning_at_the_second_language(tmp_path: Path, summary: str, code: str) -> None:
    assert codes(summary, tmp_path) == [code]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Visitors look at the stands in the yard of the office.", "pl"),
        ("Goście oglądają stoiska na dziedzińcu i w ratuszu się bawią.", "en"),
        ("Besucher sehen die Stände auf dem Hof und im Rathaus.", "fr"),
        ("Les invitamos a los talleres para las pequeñas empresas y los municipios.", "ca"),
    ],
)
def test_a_text_in_another_language_is_noticed(text: str, language: str) -> None:
    assert foreign(text, language) is not None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Smart Regions Days", "pl"),
        ("Otwarte dane bez tajemnic", "pl"),
        ("Els joves i les dades obertes de la regió", "ca"),
        ("Opera i Filharmonia Podlaska", "en"),
        ("Datos abiertos para la región de Cataluña", "es"),
        ("Presentació del llibre «El arte de la guerra y las mujeres» a les 9 amb els autors", "ca"),
    ],
)
def test_a_text_in_its_own_language_or_a_name_is_left_alone(text: str, language: str) -> None:
    assert foreign(text, language) is None


def test_the_language_that_is_written_first_is_what_the_others_are_held_against(tmp_path: Path) -> None:
    summary = "      pl: Sala 30.\n      en: Room 40.\n      fr: Salle 30.\n"
    text = f"events:\n  - id: fair\n    when: 2027-05-11\n    title: Fair\n    summary:\n{summary}"
    (found,) = checked(text, tmp_path)
    assert (found.place.line, found.message) == (7, "Polish and English differ: 30 against 40.")


def test_a_month_that_differs_is_told_as_its_number(tmp_path: Path) -> None:
    text = "events:\n  - id: fair\n    when: 2027-05-11\n    title: Fair\n    summary:\n"
    (found,) = checked(f"{text}      pl: Zapisy do 3 kwietnia.\n      en: Register by 3 May.\n", tmp_path)
    assert found.message == "Polish and English differ: 04 against 05."
