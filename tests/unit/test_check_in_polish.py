"""``publisher check --lang pl``: what is said about bad files, from the first word to the last."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from publisher.app import App, Options
from publisher.checking import check
from publisher.clock import SimulatedClock
from publisher.explanations import codes, explanation
from publisher.sentences import Speaker

NOW = datetime(2027, 1, 11, 9, tzinfo=UTC)

SOUND = """\
version: 1
project:
  name: Biuro
  hashtags: [Biuro]
  contact: { name: Biuro, email: biuro@example.org }
defaults: { timezone: Europe/Warsaw, languages: [pl, en], quiet_hours: 20:00-07:30, weekends: no, holidays: [PL] }
blackouts:
  - { from: 2027-12-20, to: 2027-12-31, why: Przerwa }
channels:
  twitter: { account: "@biuro", languages: [pl] }
  facebook: { languages: [pl, en] }
  maile: { type: email, audience: czytelnicy, languages: [pl] }
audiences:
  czytelnicy: { list: czytelnicy.csv, basis: consent }
cadences:
  konferencja:
    - { send: 2 weeks before at 10:00, template: invitation, to: [twitter, facebook, maile] }
events:
  - id: otwarty
    cadence: konferencja
    when: 2027-05-12 10:00-16:00
    title: { pl: Dzień otwarty, en: Open day }
    summary: { pl: Zapraszamy., en: Welcome. }
    where: { venue: { pl: Ratusz, en: Town hall } }
    register: { link: https://example.org/zapisy, until: 2027-05-05 }
posts:
  - id: powitanie
    send: 2027-05-07 12:00
    to: [twitter, facebook]
    text: { pl: Witamy, en: Welcome }
digests:
  - { id: miesiac, send: 2027-05-04 09:00, to: [maile], covers: next 45 days, if_empty: skip }
"""

#: What is written in place of something in the sound file.
SLIPS = (
    ('account: "@biuro"', "account: @biuro"),
    ("text: { pl: Witamy, en: Welcome }", "text: Witamy #Biuro"),
    ("pl: Dzień otwarty, en", "pl: Dane, mapy, en"),
    ("when: 2027-05-12", "when: 12.05.2027"),
    ("until: 2027-05-05", "until: 05/06/2027"),
    ("until: 2027-05-05", "until: 2027-06-31"),
    ("until: 2027-05-05", "until: 2027-05-20"),
    ("    title:", "    tilte:"),
    ("venue:", "vanue:"),
    ("- id: powitanie", "- nazwa: powitanie"),
    ("- id: powitanie", "-id: powitanie"),
    ("- id: powitanie", "- id: otwarty"),
    ("- id: powitanie", '- id: "powitanie'),
    ("to: [twitter, facebook]\n", "to: [twiter]\n"),
    ("cadence: konferencja", "cadence: konferncja"),
    ("template: invitation", "template: invitaton"),
    ("2 weeks before", "2 weeks befor"),
    ("before at 10:00", "before 10"),
    ("2 weeks before at 10:00", "kiedyś"),
    ("send: 2027-05-07", "send: 2027-03-28"),
    ("send: 2027-05-07 12:00", "send: 2027-03-28 02:30"),
    ("send: 2027-05-07 12:00", "send: 2027-05-03 12:00"),
    ("send: 2027-05-07 12:00", "send: 2026-05-07 12:00"),
    ("send: 2027-05-07 12:00", "send: Monday 2027-05-07 12:00"),
    ("send: 2027-05-07 12:00", "send: every second Monday at 09:00"),
    ("send: 2027-05-07 12:00", "send: 5 days before at 10:00"),
    ("    send: 2027-05-07", "\tsend: 2027-05-07"),
    ("    send: 2027-05-07", "\u00a0   send: 2027-05-07"),
    ("weekends: no", "weekends: może"),
    ("holidays: [PL]", "holidays: [Polska]"),
    ("timezone: Europe/Warsaw", "timezone: Warszawa"),
    ("quiet_hours: 20:00-07:30", "quiet_hours: 20-7"),
    ("languages: [pl, en], quiet", "languages: [PL], quiet"),
    ("from: 2027-12-20", "from: 2028-12-20"),
    ("covers: next 45 days", "covers: miesiąc"),
    ("if_empty: skip", "if_empty: nic"),
    ("text: { pl: Witamy, en: Welcome }", f'text: {{ pl: "{"Witamy. " * 50}", en: Welcome }}'),
    ("text: { pl: Witamy, en: Welcome }", "text: { pl: Witamy }"),
    ("text: { pl: Witamy, en: Welcome }", "text: {{ event.title }}"),
    ("    register:", "    image: { file: plakat.jpg }\n    register:"),
    ("    register:", "    image: { file: plakat.jpg, alt: { pl: Plakat, en: Plakat } }\n    register:"),
    ("languages: [pl] }\n  f", 'languages: [pl], token: "0123456789abcdef" }\n  f'),
    ("posts:", "<<<<<<< HEAD\nposts:"),
)

#: Words that Polish does not have.
ENGLISH = re.compile(r"(?<![-\w])(the|The|is|are|this|[Tt]here|has|with|Write|Delete|Use|Swap|Did you mean)(?![-\w])")
#: What stands in quotes may be English: a name, or a time as it is written in the file.
QUOTED = re.compile("„[^”]*”|“[^”]*”|`[^`]*`")


def said_in_polish(content: str, folder: Path) -> str:
    """All that is said about a file, without what it quotes."""
    (folder / "czytelnicy.csv").write_text("email,language\njan@example.org,pl\n")
    path = folder / "schedules.yaml"
    path.write_text(content)
    problems = check(App(Options(schedules=path, database="sqlite://"), clock=SimulatedClock(NOW)))
    speak = Speaker("pl")
    return "\n".join(QUOTED.sub("", f"{speak.say(one.message)} {speak.say(one.hint)}") for one in problems)


def test_nothing_is_said_about_the_sound_file(tmp_path: Path) -> None:
    assert said_in_polish(SOUND, tmp_path) == ""


@pytest.mark.parametrize(("right", "wrong"), SLIPS)
def test_a_slip_is_told_without_english_words(right: str, wrong: str, tmp_path: Path) -> None:
    assert right in SOUND
    said = said_in_polish(SOUND.replace(right, wrong, 1), tmp_path)
    assert said
    assert ENGLISH.findall(said) == []


@pytest.mark.parametrize("code", [code for code in codes() if explanation(code).wrong])
def test_the_example_of_a_page_is_told_without_english_words(code: str, tmp_path: Path) -> None:
    said = said_in_polish(explanation(code).wrong, tmp_path)
    assert said
    assert ENGLISH.findall(said) == []
