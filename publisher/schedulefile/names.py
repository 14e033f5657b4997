"""Which name was meant: close spellings, and words that people use for the ones of the file."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

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
}


#: A field whose name holds one of these is a credential.
_SECRETS = ("token", "secret", "passw", "hasło", "haslo", "api_key", "apikey", "api-key", "consumer_key", "smtp_url")

_LONGEST_NAME = 60


def is_name(text: str) -> bool:
    """Whether this may be an id or the name of a channel: it becomes part of the keys of deliveries."""
    return re.fullmatch(r"\w[\w.-]{0,79}", text) is not None


def is_secret(name: str) -> bool:
    """Whether a field of this name would hold a password or token."""
    return any(word in name.casefold() for word in _SECRETS)


def meant(name: str, known: Iterable[str]) -> str:
    """The known name that was probably meant; empty when there is none worth suggesting."""
    names = list(known)
    written = name[:_LONGEST_NAME].casefold()
    for one in names:
        if written in (one.casefold(), ALIASES.get(one.casefold())) or ALIASES.get(written) == one:
            return one
    close = get_close_matches(written, names, n=1, cutoff=0.6)
    return close[0] if close else ""


def suggestion(name: str, known: Iterable[str]) -> str:
    """A sentence that helps: the name that was meant, or those that there are."""
    names = list(known)
    if guess := meant(name, names):
        return f"Did you mean “{guess}”?"
    return f"You have: {', '.join(names)}." if names else "There is none yet."
