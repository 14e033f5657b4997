# ruff: noqa: RUF001  apostrophes as these languages write them
"""The few words of our own that stand in a feed, per language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from publisher.model import EventStatus
from publisher.render.grammar import base_language


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """Labels, each followed by a colon where it is used."""

    register: str
    deadline: str
    online: str
    organiser: str
    spoken: str
    step_free: str  #: a whole phrase
    postponed: str  #: before a title
    postponed_from: str  #: before the date that no longer holds
    cancelled: str
    cancelled_on: str

    def before_title(self, status: EventStatus) -> str:
        """What a title must say first, or empty."""
        return {EventStatus.POSTPONED: self.postponed, EventStatus.CANCELLED: self.cancelled}.get(status, "")

    def before_date(self, status: EventStatus) -> str:
        """What stands before a date that no longer holds, or empty."""
        return {EventStatus.POSTPONED: self.postponed_from, EventStatus.CANCELLED: self.cancelled_on}.get(status, "")


_PHRASES: Mapping[str, Phrases] = {
    "pl": Phrases(
        register="Zapisy",
        deadline="Zapisy do",
        online="Online",
        organiser="Organizator",
        spoken="Języki",
        step_free="Wejście bez schodów",
        postponed="Przełożone",
        postponed_from="Przełożone, pierwotny termin",
        cancelled="Odwołane",
        cancelled_on="Odwołane, planowany termin",
    ),
    "en": Phrases(
        register="Registration",
        deadline="Register by",
        online="Online",
        organiser="Organiser",
        spoken="Languages",
        step_free="Step-free access",
        postponed="Postponed",
        postponed_from="Postponed, original date",
        cancelled="Cancelled",
        cancelled_on="Cancelled, planned for",
    ),
    "fi": Phrases(
        register="Ilmoittautuminen",
        deadline="Ilmoittaudu viimeistään",
        online="Verkossa",
        organiser="Järjestäjä",
        spoken="Kielet",
        step_free="Esteetön sisäänkäynti",
        postponed="Siirretty",
        postponed_from="Siirretty, alkuperäinen ajankohta",
        cancelled="Peruttu",
        cancelled_on="Peruttu, suunniteltu ajankohta",
    ),
    "de": Phrases(
        register="Anmeldung",
        deadline="Anmeldung bis",
        online="Online",
        organiser="Veranstalter",
        spoken="Sprachen",
        step_free="Stufenloser Zugang",
        postponed="Verschoben",
        postponed_from="Verschoben, ursprünglicher Termin",
        cancelled="Abgesagt",
        cancelled_on="Abgesagt, geplanter Termin",
    ),
    "es": Phrases(
        register="Inscripción",
        deadline="Inscripción hasta el",
        online="En línea",
        organiser="Organiza",
        spoken="Idiomas",
        step_free="Acceso sin escalones",
        postponed="Aplazado",
        postponed_from="Aplazado, fecha inicial",
        cancelled="Cancelado",
        cancelled_on="Cancelado, fecha prevista",
    ),
    "ca": Phrases(
        register="Inscripció",
        deadline="Data límit d’inscripció",
        online="En línia",
        organiser="Organitza",
        spoken="Idiomes",
        step_free="Accés sense graons",
        postponed="Ajornat",
        postponed_from="Ajornat, data inicial",
        cancelled="Anul·lat",
        cancelled_on="Anul·lat, data prevista",
    ),
    "fr": Phrases(
        register="Inscription",
        deadline="Inscription jusqu’au",
        online="En ligne",
        organiser="Organisation",
        spoken="Langues",
        step_free="Accès de plain-pied",
        postponed="Reporté",
        postponed_from="Reporté, date initiale",
        cancelled="Annulé",
        cancelled_on="Annulé, date prévue",
    ),
}


def phrases_in(language: str) -> Phrases:
    """The phrases of a language; English ones for a language without a table."""
    return _PHRASES.get(base_language(language), _PHRASES["en"])
