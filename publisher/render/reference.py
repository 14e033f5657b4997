"""The page of all variables and filters for people who write templates: ``docs/template-reference.md``.

Everything on it comes from the docstrings (`publisher.render.variables`); what the examples give is rendered, for one
event, post and digest, in Polish and in English. ``make docs`` writes it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from types import MappingProxyType

from publisher.model import (
    Announcement,
    Calendar,
    Channel,
    Contact,
    Digest,
    Event,
    EventStatus,
    ListFacts,
    Picture,
    Post,
    Profile,
    Project,
    Reader,
    Registration,
    Source,
    Venue,
    When,
)
from publisher.render.addressee import LINKS, OneReader
from publisher.render.engine import Engine
from publisher.render.filters import scene
from publisher.render.templates import TemplateFolders
from publisher.render.variables import VARIABLES, Explained, explained_filters
from publisher.render.views import variables_for

LANGUAGES = ("pl", "en")

_INTRODUCTION = """\
# Variables and filters of templates

This page is made from the program (`make docs`). How templates work is told in [templates.md](templates.md).

The examples are rendered for an event of three days, two weeks before it begins. An example has two outputs where
Polish and English differ. What is not given in the schedule file is an empty text, or none.
"""

_GROUPS = {
    "event": "In announcements of an event",
    "post": "In posts",
    "digest": "In digests",
    "project": "Everywhere: who speaks",
    "channel": "Everywhere: where the words go",
    "list": "In mails: what readers know of the list",
    "reader": "In mails: who reads",
    "": "Further variables",
}

_CHANNEL = Channel(
    id="news-pl",
    type="email",
    languages=LANGUAGES,
    calendar=Calendar(timezone="Europe/Warsaw"),
    account="@wojpodlaskie",
)
_PROJECT = Project(
    name="Next2Met",
    link="https://www.interregeurope.eu/next2met",
    contact=Contact(name="Biuro projektu", email="office@example.org"),
    funding="interreg-europe-2021-2027",
    profile=Profile(
        statement={"en": "Co-funded by the European Union", "pl": "Współfinansowane przez Unię Europejską"},
        emblem=Path(__file__).parents[1] / "profiles" / "eu-emblem.png",
        emblem_alt={"en": "Emblem of the European Union", "pl": "Emblemat Unii Europejskiej"},
    ),
    hashtags=("Next2Met", "InterregEurope"),
)
_PICTURE = Picture(
    path=Path("picture.jpg"), alt={"*": "Uczestnicy warsztatu pochylają się nad mapą."}, credit="fot. UMWP"
)
_EVENT = Event(
    id="smart-regions-days-2027",
    status=EventStatus.CONFIRMED,
    when=When(
        first=date(2027, 5, 11), last=date(2027, 5, 13), timezone="Europe/Warsaw", begin=time(9), end=time(16, 30)
    ),
    title={"pl": "Dni Regionów: dane i usługi w praktyce", "en": "Smart Regions Days: data and services in practice"},
    summary={"pl": "Trzy dni dobrych praktyk.", "en": "Three days of good practice."},
    venue=Venue(
        name={"*": "Opera i Filharmonia Podlaska"},
        address={"*": "ul. Odeska 1, 15-406 Białystok"},
        online="https://example.org/live",
        step_free=True,
    ),
    organiser={"pl": "Urząd Marszałkowski", "en": "Marshal's Office"},
    spoken=LANGUAGES,
    registration=Registration(
        link="https://example.org/register",
        until=datetime(2027, 4, 30, 12, 0),  # noqa: DTZ001  wall time
        until_has_time=True,
        free=True,
    ),
    picture=_PICTURE,
    tags=("SmartRegions",),
    mentions=MappingProxyType({"email": ("@interregeurope",)}),
)
_POST = Post(
    id="europe-day-2027",
    text={"pl": "9 maja świętujemy Dzień Europy!", "en": "On 9 May we celebrate Europe Day!"},
    subject={"pl": "Dzień Europy", "en": "Europe Day"},
    link="https://example.org/europe-day",
    picture=_PICTURE,
    tags=("EuropeDay",),
)
_DIGEST = Digest(id="monthly-pl", covers=timedelta(days=45), events=(_EVENT,))
_READER = Reader(address="anna@example.org", name="Anna", language="pl", attributes={"Company": "Example Ltd"})
_PAGES = "https://news.example.org"
_LIST = ListFacts(
    title={"pl": "Nowości z regionu", "en": "News of the region"},
    footer={"pl": "Wydaje urząd marszałkowski.", "en": "Published by the Marshal's Office."},
    archive=f"{_PAGES}/archive/news/",
    key="invitation",
)
_OF_THE_LAYOUT = {"subject": "Zaproszenie", "preheader": "Trzy dni, Białystok", "body": "<p>Dzień dobry …</p>"}


def page() -> str:
    """The whole page, in Markdown."""
    return "\n".join([_INTRODUCTION, *_variables(), "## Filters", "", *_table(explained_filters())])


def rendered(example: str, name: str, language: str) -> str:
    """What an example gives; ``name`` is the variable that it is about."""
    announcement = Announcement(
        template="invitation",
        source=_source(name),
        project=_PROJECT,
        channel=_CHANNEL,
        language=language,
        due_local=datetime(2027, 4, 27, 10, 0),  # noqa: DTZ001  wall time
        list=_LIST,
    )
    reader = OneReader.of(_READER)
    links = {name: reader.link(f"{_PAGES}/{name[0]}/", part) for name, part in LINKS.items()}
    variables = {**_OF_THE_LAYOUT, **variables_for(announcement), **links, "reader": reader.view(language)}
    with scene(language, announcement.due_local.date()):
        return Engine(TemplateFolders(()), autoescape=False, trees={}).compile(example).render(variables).strip()


def _source(name: str) -> Source:
    sources: Mapping[str, Source] = {"post": _POST, "digest": _DIGEST}
    return sources.get(name.partition(".")[0], _EVENT)


def _variables() -> Iterator[str]:
    for group, heading in _GROUPS.items():
        yield f"## {heading}"
        yield ""
        yield from _table({name: entry for name, entry in VARIABLES.items() if _group(name) == group})


def _group(name: str) -> str:
    owner = name.partition(".")[0].partition("[")[0]
    return owner if owner in _GROUPS else ""


def _table(entries: Mapping[str, Explained]) -> Iterator[str]:
    yield "| name | meaning | example | gives |"
    yield "|---|---|---|---|"
    for name, entry in entries.items():
        for number, example in enumerate(entry.examples):
            head = (f"`{name}`", _cell(entry.meaning)) if number == 0 else ("", "")
            yield f"| {head[0]} | {head[1]} | `{_cell(example)}` | {_outputs(example, name)} |"
    yield ""


def _outputs(example: str, name: str) -> str:
    made = {language: _cell(rendered(example, name, language)) for language in LANGUAGES}
    if len(set(made.values())) == 1:
        return made["en"]
    return "<br>".join(f"{language}: {words}" for language, words in made.items())


def _cell(text: str) -> str:
    """A bar would end the cell, a tag would be one."""
    return text.replace("|", "\\|").replace("<p>", "&lt;p&gt;").replace("</p>", "&lt;/p&gt;")


if __name__ == "__main__":
    sys.stdout.write(page())
