"""The days of the week as texts name them, in the seven languages of the first project."""

from __future__ import annotations

_NAMES = (
    "poniedziałek monday maanantai maanantaina montag lunes dilluns lundi",
    "wtorek tuesday tiistai tiistaina dienstag martes dimarts mardi",
    "środa środę wednesday keskiviikko keskiviikkona mittwoch miércoles dimecres mercredi",
    "czwartek thursday torstai torstaina donnerstag jueves dijous jeudi",
    "piątek friday perjantai perjantaina freitag viernes divendres vendredi",
    "sobota sobotę saturday lauantai lauantaina samstag sonnabend sábado dissabte samedi",
    "niedziela niedzielę sunday sunnuntai sunnuntaina sonntag domingo diumenge dimanche",
)

WEEKDAY_NAMES: dict[str, set[int]] = {}
"""Name in small letters → days that are called so, 0 for Monday."""

for _number, _names in enumerate(_NAMES):
    for _name in _names.split():
        WEEKDAY_NAMES.setdefault(_name, set()).add(_number)
