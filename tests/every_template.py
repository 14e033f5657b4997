"""A schedule file in which every template that comes along goes out once, in all seven languages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from publisher.plan import Window
from publisher.shipped import shipped
from publisher.timing.instants import to_instant

LANGUAGES = ("pl", "en", "fi", "de", "ca", "es", "fr")
TEMPLATES = sorted(path.parent.name for path in shipped("templates").glob("*/about.yaml"))
CORRECTING = ("cancelled", "postponed")

WINDOW = Window(*(to_instant(datetime(2027, month, 1), "Europe/Warsaw") for month in (3, 7)))  # noqa: DTZ001  wall time
"""When all of it goes out."""

_STEPS = {
    "save-the-date": "5 weeks before at 10:00",
    "invitation": "4 weeks before at 10:00",
    "programme": "3 weeks before at 10:00",
    "last-call": "1 day before registration closes at 10:00",
    "tomorrow": "1 day before at 10:00",
    "today": "first day at 08:30",
    "link-now": "1 hour before",
    "thank-you": "2 days after the end at 10:00",
}
_EVENTS = {
    "confirmed": _STEPS,
    "postponed": {"postponed": "3 weeks before at 11:00"},
    "cancelled": {"cancelled": "3 weeks before at 12:00"},
}
_HEAD = f"""\
version: 1
project: {{ name: Office, link: "https://example.org", contact: {{ name: Office, email: office@example.org }} }}
defaults: {{ timezone: Europe/Warsaw, languages: [{", ".join(LANGUAGES)}] }}
channels:
  twitter: {{ account: "@office" }}
  facebook: {{ account: office }}
  news: {{ type: email, audience: readers }}
audiences:
  readers: {{ list: readers.csv, basis: consent }}
events:
"""
_EVENT = """\
  - id: {id}
    status: {status}
    when: 2027-05-11 to 2027-05-12
    hours: 09:00-16:30
    title: {{ {title} }}
    summary: {{ {summary} }}
    where: {{ venue: Opera, address: "Main Street 1, Town", online: "https://example.org/live" }}
    register: {{ link: "https://example.org/register", until: 2027-04-30 }}
    changes:
"""


def everything(*, title: Mapping[str, str], summary: Mapping[str, str], to: str, put_right: str) -> str:
    """The file with these words by language, to these channels of it; ``put_right`` are those for corrections."""
    text, words = _HEAD, {"title": _by_language(title), "summary": _by_language(summary)}
    for status, steps in _EVENTS.items():
        those = to if status == "confirmed" else put_right
        text += _EVENT.format(id=status, status=status, **words)
        text += "".join(f"      - {{ add: {when}, template: {name}, to: [{those}] }}\n" for name, when in steps.items())
    text += f"posts:\n  - {{ id: hello, send: 2027-04-01 10:00, to: [{to}], text: {{ {words['summary']} }} }}\n"
    return text + f"digests:\n  - {{ id: month, send: 2027-04-20 10:00, to: [{to}], covers: next 60 days }}\n"


def readers(name: str) -> str:
    """Their list: one for each language, all with this name."""
    return "email,name,language\n" + "".join(f"rea-{code}@example.org,{name},{code}\n" for code in LANGUAGES)


def _by_language(words: Mapping[str, str]) -> str:
    return ", ".join(f'{code}: "{said}"' for code, said in words.items())
