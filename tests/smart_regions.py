"""An event in the seven languages of a project, for tests that write about it in all of them."""

from __future__ import annotations

TITLE = {
    "pl": "Dni Inteligentnych Regionów",
    "en": "Smart Regions Days",
    "fi": "Älykkäiden alueiden päivät",
    "de": "Tage der intelligenten Regionen",
    "es": "Jornadas de Regiones Inteligentes",
    "ca": "Jornades de Regions Intel·ligents",
    "fr": "Journées des régions intelligentes",
}
SUMMARY = {
    "pl": "Trzy dni dobrych praktyk o danych i usługach.",
    "en": "Three days of good practice in data and services.",
    "fi": "Kolme päivää hyviä käytäntöjä datasta ja palveluista.",
    "de": "Drei Tage gute Praxis zu Daten und Diensten.",
    "es": "Tres días de buenas prácticas sobre datos y servicios.",
    "ca": "Tres dies de bones pràctiques sobre dades i serveis.",
    "fr": "Trois jours de bonnes pratiques sur les données et les services.",
}
