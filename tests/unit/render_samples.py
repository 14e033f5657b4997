"""An event, its channels and template folders for the tests of words."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from publisher.model import (
    Announcement,
    Calendar,
    Channel,
    Contact,
    Event,
    EventStatus,
    Project,
    Registration,
    Source,
    Venue,
    When,
)

CALENDAR = Calendar(timezone="Europe/Warsaw")
TWITTER = Channel(id="twitter", type="twitter", languages=("pl",), calendar=CALENDAR, account="@example")
NEWS = Channel(id="news", type="email", languages=("pl", "en"), calendar=CALENDAR, audience="partners")
LAST_MINUTE = datetime(2027, 4, 30, 23, 59)  # noqa: DTZ001  wall time
PROJECT = Project(
    name="Next2Met",
    link="https://example.org",
    contact=Contact(name="Biuro projektu", email="office@example.org"),
    hashtags=("Next2Met", "InterregEurope"),
)


def conference(**changes: Any) -> Event:  # noqa: ANN401  any field of an event
    facts: dict[str, Any] = {
        "id": "smart-regions-days-2027",
        "status": EventStatus.CONFIRMED,
        "when": When(
            first=date(2027, 5, 11),
            last=date(2027, 5, 13),
            timezone="Europe/Warsaw",
            begin=time(9),
            end=time(16, 30),
        ),
        "title": {"pl": "Dni Inteligentnych Regionów", "en": "Smart Regions Days"},
        "summary": {"pl": "Trzy dni dobrych praktyk.", "en": "Three days of good practice."},
        "venue": Venue(
            name={"*": "Opera i Filharmonia Podlaska"},
            address={"*": "ul. Odeska 1, 15-406 Białystok"},
            online="https://example.org/live",
            step_free=True,
        ),
        "organiser": {"*": "Urząd Marszałkowski"},
        "spoken": ("pl", "en"),
        "registration": Registration(link="https://example.org/register", until=LAST_MINUTE, free=True),
        "tags": ("SmartRegions", "next2met"),
        "mentions": {"twitter": ("@interregeurope", "@example")},
    }
    return Event(**(facts | changes))


def announcement(source: Source | None = None, **changes: Any) -> Announcement:  # noqa: ANN401  any field of an announcement
    facts: dict[str, Any] = {
        "template": "invitation",
        "source": source or conference(),
        "project": PROJECT,
        "channel": TWITTER,
        "language": "pl",
        "due_local": datetime(2027, 4, 27, 10, 0),  # noqa: DTZ001  wall time
    }
    return Announcement(**(facts | changes))


def write(folder: Path, files: dict[str, str]) -> Path:
    """Template files below ``folder``, by their names."""
    for name, source in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, encoding="utf-8")
    return folder
