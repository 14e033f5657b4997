"""What every template says, in every language, on every channel, for one event: for people who speak it to read.

``make golden`` writes the files anew; look at every line that changes.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path

from smart_regions import SUMMARY, TITLE

from publisher.model import (
    NO_LIST,
    Announcement,
    Calendar,
    Channel,
    Contact,
    Digest,
    Draft,
    Event,
    EventStatus,
    Form,
    ListFacts,
    Post,
    Project,
    Reader,
    Registration,
    Source,
    Venue,
    When,
)
from publisher.render import Renderer, weighted_length
from publisher.render.typography import read_in_html
from publisher.schedulefile.profiles import shipped_profile

TEMPLATES = Path(__file__).parents[2] / "templates"
GOLDEN = Path(__file__).parent / "golden" / "templates"
NAMES = sorted(folder.name for folder in TEMPLATES.iterdir() if not folder.name.startswith("_"))
LANGUAGES = ("pl", "en", "fi", "de", "es", "ca", "fr")
CHANNELS = {"twitter": Form.POST, "facebook": Form.POST, "email": Form.MAIL}

PROJECT = Project(
    name="Next2Met",
    link="https://example.org/next2met",
    contact=Contact(name="Next2Met", email="office@example.org"),
    funding="interreg-europe-2014-2020",
    profile=shipped_profile("interreg-europe-2014-2020"),
    hashtags=("Next2Met", "InterregEurope"),
)
DAYS = Event(
    id="smart-regions-days-2027",
    status=EventStatus.CONFIRMED,
    when=When(
        first=date(2027, 5, 11), last=date(2027, 5, 13), timezone="Europe/Warsaw", begin=time(9), end=time(16, 30)
    ),
    title=TITLE,
    summary=SUMMARY,
    venue=Venue(
        name={"*": "Opera i Filharmonia Podlaska"},
        address={"*": "ul. Odeska 1, 15-406 Białystok"},
        online="https://example.org/live",
        step_free=True,
    ),
    organiser={"*": "Województwo Podlaskie"},
    spoken=("pl", "en"),
    registration=Registration(
        link="https://example.org/register",
        until=datetime(2027, 5, 10, 12),  # noqa: DTZ001  wall time
        until_has_time=True,
        free=True,
    ),
    tags=("SmartRegions", "Białystok"),
    mentions={"twitter": ("@interregeurope",), "facebook": ("@interregeurope",)},
)
ELSEWHERE = Event(
    id="webinar",
    status=EventStatus.CONFIRMED,
    when=When(
        first=date(2027, 6, 1), last=date(2027, 6, 1), timezone="Europe/Helsinki", begin=time(13), end=time(14, 30)
    ),
    title={"*": "Open data webinar"},
    venue=Venue(online="https://example.org/webinar"),
)
POST = Post(
    id="europe-day",
    text={
        "pl": "9 maja świętujemy Dzień Europy!\n\nZapraszamy na rynek w Białymstoku.",
        "en": "On 9 May we celebrate Europe Day!\n\nMeet us on the market square in Białystok.",
        "fi": "Juhlimme Eurooppa-päivää 9. toukokuuta!\n\nTavataan Białystokin torilla.",
        "de": "Am 9. Mai feiern wir den Europatag!\n\nWir sehen uns auf dem Marktplatz in Białystok.",
        "es": "¡El 9 de mayo celebramos el Día de Europa!\n\nNos vemos en la plaza del mercado de Białystok.",
        "ca": "El 9 de maig celebrem el Dia d’Europa!\n\nEns veiem a la plaça del mercat de Białystok.",
        "fr": "Le 9 mai, nous fêtons la Journée de l’Europe!\n\nRetrouvons-nous sur la place du marché de Białystok.",
    },
    link="https://example.org/europe-day",
    tags=("EuropeDay",),
)
LIST = ListFacts(
    title={
        "pl": "Nowości z regionu",
        "en": "News of the region",
        "fi": "Alueen uutiset",
        "de": "Neues aus der Region",
        "es": "Noticias de la región",
        "ca": "Notícies de la regió",
        "fr": "Nouvelles de la région",
    },
    footer={"*": "Województwo Podlaskie, ul. Kard. S. Wyszyńskiego 1, Białystok"},
    unsubscribe="https://letters.example.org/u/",
    preferences="https://letters.example.org/p/",
    archive="https://letters.example.org/archive/news/",
    key="somewhere/1",
)
_RENDERER = Renderer([TEMPLATES])


def written(name: str, language: str) -> str:
    """All that one template says in one language; ``~`` is a space at which no line breaks."""
    return "\n".join(f"=== {kind}\n{_shown(draft(name, language, kind))}\n" for kind in CHANNELS)


def draft(name: str, language: str, kind: str) -> Draft:
    """The words for one channel."""
    announcement = announced(name, language, kind, source_of(name))
    reader = Reader(address="reader@example.org", name="Anna", language=language) if kind == "email" else None
    return _RENDERER.draft(announcement, form=CHANNELS[kind], reader=reader)


def announced(name: str, language: str, kind: str, source: Source) -> Announcement:
    """One template, in one language, for one kind of channel."""
    channel = Channel(id="somewhere", type=kind, languages=(language,), calendar=Calendar(timezone="Europe/Warsaw"))
    return Announcement(
        template=name,
        source=source,
        project=PROJECT,
        channel=channel,
        language=language,
        due_local=datetime(2027, 5, 10, 10),  # noqa: DTZ001  wall time
        list=LIST if kind == "email" else NO_LIST,
    )


def source_of(name: str) -> Source:
    """What a template tells about here."""
    if name == "post":
        return POST
    return Digest(id="monthly", covers=timedelta(days=45), events=(DAYS, ELSEWHERE)) if name == "digest" else DAYS


def _shown(words: Draft) -> str:
    if not words.subject:
        return f"[{weighted_length(words.text)}]\n{words.text}"
    page = read_in_html(words.html).replace("&nbsp;", "~").replace("\u00a0", "~")
    page = page.replace("\u034f", "")  # fills the line behind the preheader, so that inboxes show nothing else
    lines = [line for line in (" ".join(line.split()) for line in page.splitlines()) if line]
    html = "\n".join(lines)
    return f"Subject: {words.subject}\nPreheader: {words.preheader}\n--- html\n{html}\n--- text\n{words.text}"


if __name__ == "__main__":
    for _name in NAMES:
        for _language in LANGUAGES:
            _file = GOLDEN / _name / f"{_language}.txt"
            _file.parent.mkdir(parents=True, exist_ok=True)
            _file.write_text(written(_name, _language), encoding="utf-8")
