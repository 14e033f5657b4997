"""Which name was meant: close spellings, and words that people use for the ones of the file."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher, get_close_matches

from publisher.sentences import Sentence, sentence

#: What people write → what it is called. Polish words and those of other tools.
ALIASES = {
    "projekt": "project",
    "domyślne": "defaults",
    "kanały": "channels",
    "odbiorcy": "audiences",
    "lists": "audiences",
    "wydarzenia": "events",
    "posty": "posts",
    "wpisy": "posts",
    "biuletyny": "digests",
    "newsletters": "digests",
    "opis": "summary",
    "description": "summary",
    "tytuł": "title",
    "tytul": "title",
    "nazwa": "title",
    "name": "title",
    "data": "when",
    "date": "when",
    "kiedy": "when",
    "termin": "when",
    "gdzie": "where",
    "miejsce": "where",
    "location": "where",
    "place": "where",
    "organizator": "organiser",
    "języki": "languages",
    "language": "languages",
    "lang": "languages",
    "treść": "text",
    "tekst": "text",
    "body": "text",
    "temat": "subject",
    "wyślij": "send",
    "at": "send",
    "time": "send",
    "szablon": "template",
    "do": "to",
    "channel": "to",
    "obraz": "image",
    "zdjęcie": "image",
    "picture": "image",
    "photo": "image",
    "zapisy": "register",
    "rejestracja": "register",
    "strefa": "timezone",
    "tz": "timezone",
    "zone": "timezone",
    "url": "link",
    "x": "twitter",
    "fb": "facebook",
    "mail": "email",
    "e-mail": "email",
    "przyczyna": "why",
    "reason": "why",
    "steps": "changes",
    "szkic": "draft",
    "potwierdzone": "confirmed",
    "potwierdzony": "confirmed",
    "przełożone": "postponed",
    "przełożony": "postponed",
    "odwołane": "cancelled",
    "odwołany": "cancelled",
    "brak": "none",
    "wersja": "version",
    "ustawienia": "defaults",
    "przerwy": "blackouts",
    "żałoba": "blackouts",
    "scenariusze": "cadences",
    "schematy": "cadences",
    "listy": "audiences",
    "konto": "account",
    "typ": "type",
    "rodzaj": "type",
    "streszczenie": "summary",
    "podsumowanie": "summary",
    "nagłówek": "title",
    "heading": "title",
    "headline": "title",
    "start": "when",
    "dates": "when",
    "godziny": "hours",
    "venue": "where",
    "lokalizacja": "where",
    "adres": "address",
    "organizer": "organiser",
    "język": "languages",
    "tłumaczenie": "spoken",
    "message": "text",
    "wiadomość": "text",
    "kiedy wysłać": "send",
    "when to send": "send",
    "wzór": "template",
    "kanał": "to",
    "dokąd": "to",
    "recipients": "to",
    "obrazek": "image",
    "grafika": "image",
    "photo_file": "file",
    "plik": "file",
    "opis alternatywny": "alt",
    "alt_text": "alt",
    "podpis": "credit",
    "autor": "credit",
    "registration": "register",
    "zgłoszenia": "register",
    "termin zgłoszeń": "until",
    "deadline": "until",
    "do kiedy": "until",
    "bezpłatne": "free",
    "adres www": "link",
    "strona": "link",
    "website": "link",
    "hasztagi": "tags",
    "hashtagi": "tags",
    "keywords": "tags",
    "oznacz": "mention",
    "mentions": "mention",
    "zmiany": "changes",
    "stan": "status",
    "state": "status",
    "kadencja": "cadence",
    "scenariusz": "cadence",
    "cisza": "quiet_hours",
    "cisza nocna": "quiet_hours",
    "weekendy": "weekends",
    "święta": "holidays",
    "spóźnione": "if_late",
    "late": "if_late",
    "akceptacja": "approval",
    "zatwierdzenie": "approval",
    "niepewne": "on_unknown",
    "próba": "canary",
    "zwykła liczba": "usual_size",
    "sprostowanie": "correction",
    "kontakt": "contact",
    "finansowanie": "funding",
    "dofinansowanie": "funding",
    "podstawa": "basis",
    "podstawa prawna": "basis",
    "lista": "list",
    "dodaj": "add",
    "usuń": "drop",
    "remove": "drop",
    "powód": "why",
    "od": "from",
    "cancelled event": "cancelled",
    "canceled": "cancelled",
    "roboczy": "draft",
    "zarys": "draft",
    "dwoje": "two",
    "dwie": "two",
    "dwie osoby": "two",
    "two people": "two",
    "2": "two",
    "każdy": "anyone",
    "ktokolwiek": "anyone",
    "jedna osoba": "anyone",
    "później": "move later",
    "wcześniej": "move earlier",
    "pomiń": "skip",
    "mimo to": "send anyway",
    "wyślij mimo to": "send anyway",
}

#: The same for groups that do not have the first one.
_ALIASES_ELSEWHERE = {
    "when": "send",
    "date": "send",
    "data": "send",
    "kiedy": "send",
    "termin": "send",
    "on": "send",
    "send": "when",
    "title": "text",
    "text": "title",
    "opis": "text",
    "name": "id",
    "nazwa": "name",
    "channels": "to",
    "description": "alt",
}

_LONGEST_NAME = 60
#: A name that was not written to its end is recognised from so many letters on.
_SHORTEST = 4
#: A name of fewer letters resembles too many others.
_FEWEST = 3
#: How alike two names must be to suggest one for the other (difflib's ratio).
_ALIKE = 0.65
#: A second name that is nearly as close makes the first one a guess.
_CLEARLY = 0.05


def is_name(text: str) -> bool:
    """Whether this may be an id or the name of a channel: it becomes part of the keys of deliveries."""
    return re.fullmatch(r"\w[\w.-]{0,79}", text) is not None


def meant(name: str, known: Iterable[str]) -> str:
    """The known name that was probably meant; empty when that is not sure."""
    names = list(known)
    written = name[:_LONGEST_NAME].casefold().strip()
    for one in names:
        if written in (one.casefold(), ALIASES.get(one.casefold())) or _PLAIN_ALIASES.get(_plain(written)) == one:
            return one
    if (other := _ALIASES_ELSEWHERE.get(written, "")) in names:
        return other
    longer = [one for one in names if len(written) >= _SHORTEST and one.casefold().startswith(written)]
    if len(longer) == 1:
        return longer[0]
    close = get_close_matches(written, names, n=2, cutoff=_ALIKE) if len(written) >= _FEWEST else []
    if len(close) > 1 and _likeness(written, close[0]) - _likeness(written, close[1]) < _CLEARLY:
        return ""
    return close[0] if close else ""


def _plain(word: str) -> str:
    """Without the marks that people leave out on a foreign keyboard."""
    apart = unicodedata.normalize("NFD", word.casefold().replace("ł", "l"))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


_PLAIN_ALIASES = {_plain(word): name for word, name in ALIASES.items()}


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, other, one).ratio()


def suggestion(name: str, known: Iterable[str]) -> Sentence:
    """A sentence that helps: the name that was meant, or those that there are."""
    names = list(known)
    if guess := meant(name, names):
        return sentence("Did you mean “{near}”?", near=guess)
    return _all_of(names)


def named(name: str, known: Mapping[str, int]) -> Sentence:
    """The same for the names that the file gives, each with its line: the one that was meant, and all of them."""
    if guess := meant(name, known):
        return sentence("Did you mean “{near}” (line {line})? {all}", near=guess, line=known[guess], all=_all_of(known))
    return _all_of(known)


def _all_of(names: Iterable[str]) -> Sentence:
    if listed := ", ".join(names):
        return sentence("You have: {listed}.", listed=listed)
    return sentence("There is none yet.")
