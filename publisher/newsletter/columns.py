"""What the columns of a table of people are: by our names, by those of people, and by those of other programs."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

EMAIL, NAME, LANGUAGE = "email", "name", "language"
_OURS = (EMAIL, NAME, LANGUAGE)

# Written as `_small` gives it. Address books (Outlook, Google), programs for newsletters (Mailchimp, MailerLite,
# GetResponse, FreshMail), and people: en, pl, de, fi, es, ca, fr.
_EMAILS = (
    "mail", "email address", "email addresses", "email 1 value", "email 1 address", "email primary", "subscriber",
    "address", "adres email", "adres mail", "adres mailowy", "adres poczty elektronicznej", "poczta elektroniczna",
    "poczta", "email adresse", "emailadresse", "mailadresse", "mail adresse", "sähköposti", "sähköpostiosoite",
    "email osoite", "correo electrónico", "correo electronico", "dirección de correo electrónico",
    "dirección de correo", "dirección de email", "correo", "correu electrònic", "correu electronic",
    "adreça electrònica", "adreça de correu electrònic", "adreça de correu", "adreça email", "correu", "adresse email",
    "adresse mail", "adresse électronique", "adresse de messagerie", "courriel", "adresse courriel",
    "adresse de courriel", "courrier électronique", "mél", "adres",
)  # fmt: skip
_NAMES = (
    "full name", "display name", "imię i nazwisko", "imie i nazwisko", "nazwisko i imię", "nazwa",
    "vollständiger name", "vor und nachname", "vorname nachname", "nombre completo", "nombre y apellidos", "nombre",
    "nom complet", "nom i cognoms", "prénom et nom", "nom et prénom", "nom", "koko nimi", "nimi",
)  # fmt: skip
_LANGUAGES = (
    "lang", "language code", "lang code", "preferred language", "locale", "język", "jezyk", "język preferowany",
    "preferowany język", "język korespondencji", "idioma", "idioma preferido", "lengua", "lenguaje", "langue",
    "langue préférée", "sprache", "bevorzugte sprache", "kieli", "llengua", "idioma preferit", "llengua preferida",
)  # fmt: skip
_CALLED = {EMAIL: _EMAILS, NAME: _NAMES, LANGUAGE: _LANGUAGES}

_FIRST = frozenset({
    "first name", "firstname", "fname", "given name", "forename", "imię", "imie", "vorname", "prénom", "prenom",
    "etunimi", "nombre de pila", "nom de pila",
})  # fmt: skip
_LAST = frozenset({
    "last name", "lastname", "lname", "surname", "family name", "nazwisko", "nachname", "familienname", "apellido",
    "apellidos", "cognom", "cognoms", "nom de famille", "sukunimi",
})  # fmt: skip
_HALF_A_NAME = frozenset({"name", "nombre", "nom", "nimi"})
"""A first name where a column beside it has last names, and in French the other way round."""


@dataclass(frozen=True, slots=True)
class Header:
    """The columns: ours by our names, the others as they are called; some may have no name."""

    columns: tuple[str, ...]
    names: tuple[int, ...]  #: where the parts of a name stand, in their order

    def name_of(self, cells: Sequence[str]) -> str:
        """What the person of a row is called."""
        return " ".join(filter(None, (cells[place] for place in self.names)))

    def cell(self, column: str, cells: Sequence[str]) -> str:
        """What a row has in one of our columns; nothing where there is no such one."""
        return cells[self.columns.index(column)] if column in self.columns else ""


def header_of(headers: Sequence[str]) -> Header:
    """What the columns under these headers are.

    What people call otherwise is taken for one of ours where none has our name: beside ``email``, ``Adres`` is where
    somebody lives.
    """
    small = [_small(header) for header in headers]
    found = list(headers)
    for name, others in _CALLED.items():
        for place in _places(headers, small, name=name, others=others):
            found[place] = name
    return Header(tuple(found), _parts_of_name(small, found))


def is_known(header: str) -> bool:
    """Whether we know a column by this header, or by our own name."""
    return any(_small(header) in (name, *others) for name, others in _CALLED.items())


def _places(headers: Sequence[str], small: Sequence[str], *, name: str, others: Sequence[str]) -> Sequence[int]:
    """All columns with our name, else the first with the likeliest other one."""
    ours = [place for place, header in enumerate(headers) if header.casefold() == name]
    return ours or [small.index(other) for other in (name, *others) if other in small][:1]


def _parts_of_name(small: Sequence[str], found: Sequence[str]) -> tuple[int, ...]:
    first, last = _first_of(small, _FIRST), _first_of(small, _LAST)
    if NAME not in found:
        return (*first, *last)
    whole = found.index(NAME)
    is_half = small[whole] in _HALF_A_NAME and bool(first) != bool(last)
    return (*first, whole, *last) if is_half else (whole,)


def _first_of(small: Sequence[str], names: Collection[str]) -> tuple[int, ...]:
    return tuple(place for place, header in enumerate(small) if header in names)[:1]


def _small(header: str) -> str:
    """Small letters without what stands between words; an asterisk is a form's sign for what must be filled in."""
    return re.sub(r"\be mail", "email", re.sub(r"[\s_*:.-]+", " ", header.casefold()).strip())
