"""Conditions on readers as far as the database can look at them by itself: what they say about the language.

The rest is left out, so that the database gives rather too many people than too few, and whoever asks looks at each
of them once more (`publisher.segments.conditions`). Other fields are compared whatever their capitals and however their
letters are composed, which SQLite can't; when somebody came is known only of all their lists together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import singledispatch
from typing import TypeAlias

from sqlalchemy import ColumnElement, and_, func, not_, or_

from publisher.ledger.list_tables import subscribers
from publisher.segments.conditions import All, Any, Condition, Is, IsSet, Not
from publisher.segments.grammar import LANGUAGE

Clause: TypeAlias = ColumnElement[bool] | None
"""None: the database can't look at it."""

_LANGUAGE = func.lower(func.trim(subscribers.c.language))


@singledispatch
def exactly(_condition: Condition) -> Clause:
    """A clause that holds for the same people."""
    return None


@exactly.register
def _(condition: Is) -> Clause:
    return _LANGUAGE.in_([condition.value]) if condition.field == LANGUAGE else None


@exactly.register
def _(condition: IsSet) -> Clause:
    return _LANGUAGE != "" if condition.field == LANGUAGE else None


@exactly.register
def _(condition: Not) -> Clause:
    inner = exactly(condition.inner)
    return not_(inner) if inner is not None else None


@exactly.register
def _(condition: All) -> Clause:
    return _of_all(map(exactly, condition.parts), and_)


@exactly.register
def _(condition: Any) -> Clause:
    return _of_all(map(exactly, condition.parts), or_)


@singledispatch
def at_least(condition: Condition) -> Clause:
    """A clause that holds for the same people, and perhaps for others."""
    return exactly(condition)


@at_least.register
def _(condition: All) -> Clause:
    """One part less lets more people in."""
    known = [clause for clause in map(at_least, condition.parts) if clause is not None]
    return and_(*known) if known else None


@at_least.register
def _(condition: Any) -> Clause:
    return _of_all(map(at_least, condition.parts), or_)


def _of_all(clauses: Iterable[Clause], join: Callable[..., ColumnElement[bool]]) -> Clause:
    found = list(clauses)
    known = [clause for clause in found if clause is not None]
    return join(*known) if len(known) == len(found) else None
