"""The addresses of the subscriber pages, as they stand in mails."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from publisher.newsletter.keys import EVERYTHING, ListKey, Purpose


@dataclass(frozen=True, slots=True)
class Links:
    """Makes addresses below ``base``, the public address of the subscriber pages (``PUBLISHER_WEB_URL``)."""

    base: str
    key: ListKey

    def unsubscribe(self, list_name: str, person: str) -> str:
        """Leaves this list, or all with `EVERYTHING`: a page that asks, and by POST what RFC 8058 wants."""
        return self._at(f"u/{self.key.token(Purpose.UNSUBSCRIBE, list_name=list_name, person=person)}")

    def preferences(self, person: str, *, list_name: str = EVERYTHING) -> str:
        """Shows what is kept of a person, and changes it."""
        return self._at(f"p/{self.key.token(Purpose.PREFERENCES, list_name=list_name, person=person)}")

    def confirm(self, token: str) -> str:
        """Confirms a subscription that somebody asked for with the form."""
        return self._at(f"confirm/{token}")

    def subscribe(self, list_name: str = "") -> str:
        """The form for everybody; also what stands in archived mails in the place of personal links."""
        return self._at(f"subscribe?list={quote(list_name, safe='')}" if list_name else "subscribe")

    def archive(self, list_name: str, language: str = "", key: str = "") -> str:
        """The archive of a list, of one of its languages, or one mail in it: of the delivery with this key."""
        parts = [quote(part, safe="") for part in (list_name, language) if part]
        return self._at("/".join(["archive", *parts, *([quote(key, safe="/")] if key else [])]))

    def feed(self, list_name: str, language: str) -> str:
        """The RSS feed of an archive."""
        return self._at(f"archive/{quote(list_name, safe='')}/{quote(language, safe='')}/rss.xml")

    def _at(self, path: str) -> str:
        return f"{self.base.rstrip('/')}/{path}"


def lists_meant(name: str, *, audiences: Mapping[str, Sequence[str]], known: Container[str]) -> tuple[str, ...]:
    """The lists that a link with this name is about; ``known`` are those in the ledger.

    Readers in a file, and those who get one mail for several lists, have links that name the audience: a file is a list
    of that name, and several lists are left together.
    """
    lists = tuple(audiences.get(name, ()))
    return lists if lists and name not in known else (name,)
