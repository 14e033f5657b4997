"""Cards that were read, kept in a file beside the ledger: the preview shows them without a network."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from publisher.linkcards.card import LinkCard

_MOST = 1_000


@dataclass(frozen=True, slots=True)
class KeptCard:
    """A card, and when it was read (aware UTC)."""

    card: LinkCard
    at: datetime


class KeptCards:
    """The file. What can't be read or written there costs only the cards: the next look gets them anew."""

    def __init__(self, file: Path, *, most: int = _MOST) -> None:
        self._file = file
        self._most = most

    def of(self, link: str) -> KeptCard | None:
        """The card of a link, if it was read."""
        return self.all().get(link)

    def all(self) -> dict[str, KeptCard]:
        """Every card that was read, by link."""
        try:
            written = json.loads(self._file.read_text(encoding="utf-8"))
            return {link: _seen(one) for link, one in written.items()}
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return {}

    def keep(self, link: str, card: LinkCard, *, at: datetime) -> None:
        """Note a card; the oldest ones make room."""
        seen = self.all() | {link: KeptCard(card, at)}
        newest = sorted(seen.items(), key=lambda one: one[1].at)[-self._most :]
        written = {name: {"at": one.at.isoformat(), **asdict(one.card)} for name, one in newest}
        fresh = self._file.with_name(f".{self._file.name}.{os.getpid()}.new")
        with suppress(OSError):
            fresh.write_text(json.dumps(written, ensure_ascii=False, indent=1), encoding="utf-8")
            fresh.replace(self._file)


def _seen(written: dict[str, Any]) -> KeptCard:
    at = datetime.fromisoformat(written.pop("at"))
    return KeptCard(LinkCard(**written), at)
