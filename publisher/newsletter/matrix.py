"""Who of an audience gets which language, and who gets nothing: shown before a mailing begins. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from publisher.ledger.listrecords import Candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """The candidates of a mailing, counted."""

    readers: Mapping[tuple[str, str], int]  #: by the language that they chose (empty: none) and the one that they get
    excluded: Mapping[str, int]  #: by the word for the reason

    @property
    def candidates(self) -> int:
        """All of them."""
        return sum(self.readers.values()) + sum(self.excluded.values())

    @property
    def size(self) -> int:
        """How many get a mail."""
        return sum(self.readers.values())


def matrix_of(candidates: Iterable[Candidate]) -> Matrix:
    """Count them; they may be many, and are gone through once."""
    readers, excluded = Counter[tuple[str, str]](), Counter[str]()
    for one in candidates:
        if one.exclusion is not None:
            excluded[one.exclusion.reason] += 1
        else:
            got = one.reader.language
            readers[got if one.own is None else one.own, got] += 1
    return Matrix(readers=dict(readers.most_common()), excluded=dict(excluded.most_common()))
