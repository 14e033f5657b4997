"""No false alarm: what comes along breaks no rule, in any language, on any channel, under any funding."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from checked_files import checked

from publisher.app import App, Options
from publisher.checking import check
from publisher.clock import SimulatedClock

ROOT = Path(__file__).parents[2]
LANGUAGES = ("pl", "en", "fi", "de", "ca", "es", "fr")
TITLES = {
    "pl": "Dni Inteligentnych Regionów",
    "en": "Smart Regions Days",
    "fi": "Älykkäiden alueiden päivät",
    "de": "Tage der klugen Regionen",
    "ca": "Jornades de regions intel·ligents",
    "es": "Jornadas de regiones inteligentes",
    "fr": "Journées des régions intelligentes",
}
SUMMARIES = {
    "pl": "Trzy dni dobrych praktyk z sześciu regionów i rozmowy o danych.",
    "en": "Three days of good practice from six regions, and talks about data.",
    "fi": "Kolme päivää kuuden alueen hyviä käytäntöjä ja puhetta datasta.",
    "de": "Drei Tage gute Praxis aus sechs Regionen und Gespräche über Daten.",
    "ca": "Tres dies de bones pràctiques de sis regions i converses sobre les dades.",
    "es": "Tres días de buenas prácticas de seis regiones y charlas sobre los datos.",
    "fr": "Trois jours de bonnes pratiques de six régions et des échanges sur les données.",
}
STEPS = {
    "save-the-date": "8 weeks before at 10:00",
    "invitation": "4 weeks before at 10:00",
    "programme": "1 week before at 10:00",
    "last-call": "3 days before registration closes at 09:30",
    "tomorrow": "1 day before at 12:00",
    "today": "first day at 08:30",
    "link-now": "1 hour before",
    "thank-you": "2 days after the end at 11:00",
}


def calendar(funding: str, status: str) -> str:
    """An event with all templates in all languages, a post and a digest."""
    words = {
        name: "\n".join(f'      {code}: "{text}"' for code, text in texts.items())
        for name, texts in (("t", TITLES), ("s", SUMMARIES))
    }
    steps = "\n".join(
        f"    - {{ send: {send}, template: {name}, to: [twitter, facebook, news] }}" for name, send in STEPS.items()
    )
    return f"""\
project:
  name: Next2Met
  link: https://www.interregeurope.eu/next2met
  contact: {{ name: Project office, email: office@example.org }}
  funding: {funding}
  hashtags: [Next2Met, InterregEurope]
defaults: {{ timezone: Europe/Warsaw, languages: [{", ".join(LANGUAGES)}] }}
channels:
  twitter:
  facebook:
  news: {{ type: email, audience: readers }}
audiences:
  readers: {{ list: readers.csv, basis: consent }}
cadences:
  all:
{steps}
events:
  - id: days
    status: {status}
    cadence: all
    when: 2027-05-11 to 2027-05-13
    hours: 09:00-16:30
    title:
{words["t"]}
    summary:
{words["s"]}
    where: {{ venue: Opera, address: "Odeska 1, Białystok", online: "https://example.org/live", step_free: yes }}
    spoken: [pl, en]
    register: {{ link: "https://example.org/register", until: 2027-04-30, free: yes }}
    link: https://www.interregeurope.eu/next2met/days
posts:
  - id: data
    send: 2027-05-07 12:00
    to: [twitter, facebook, news]
    text:
{words["s"]}
    link: https://www.interregeurope.eu/next2met
digests:
  - {{ id: monthly, send: every Monday at 09:00, to: [twitter, facebook, news], covers: next 45 days }}
"""


@pytest.mark.slow
@pytest.mark.parametrize("status", ["confirmed", "postponed", "cancelled"])
@pytest.mark.parametrize(
    "funding", ["none", "interreg-europe-2014-2020", "interreg-europe-2021-2027", "fe-polska-2021-2027"]
)
def test_the_templates_break_no_rule(tmp_path: Path, funding: str, status: str) -> None:
    (tmp_path / "readers.csv").write_text("email\nreader@example.org\n")
    found = {(one.code, one.message) for one in checked(calendar(funding, status), tmp_path)}
    right = {"left-out", "moved"} | ({"profile-period"} if "2014" in funding else set())
    # The page of registration is not known to name the funding: that is for a person to see.
    right |= {"fund-social"} if funding.startswith("interreg") else set()
    right.add("mails-too-close")  # it is the calendar that sends all templates to one list
    assert {(code, message) for code, message in found if code not in right} == set()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "day"),
    [
        ("schedules.yaml", datetime(2027, 1, 11, 9, tzinfo=UTC)),
        *(
            ("examples/next2met/schedules.yaml", datetime(year, 1, 2, 9, tzinfo=UTC))
            for year in (2019, 2020, 2021, 2022, 2023)
        ),
    ],
)
def test_the_calendars_that_come_along_break_no_rule(file: str, day: datetime) -> None:
    app = App(Options(schedules=ROOT / file, database="sqlite://"), clock=SimulatedClock(day))
    of_its_dates = ("moved", "left-out", "step-in-past", "mails-too-close")
    found = [one for one in check(app) if one.code not in of_its_dates]
    assert [(one.code, one.place.line, one.message) for one in found] == []
