"""Breakages: that the schedule file is broken now, since when, and by what. `publisher status` reads it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import Engine, delete, insert, select

from publisher.ledger.database import reading
from publisher.ledger.records import Breakage
from publisher.ledger.tables import breakages
from publisher.model import Place, Problem, Severity
from publisher.sentences import verbatim


class Breakages:
    """The table of breakages. A ledger belongs to one schedule file, so there is one row or none."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def note(self, breakage: Breakage) -> None:
        """The file is broken like this now."""
        row = {
            "file": breakage.file,
            "since": breakage.since,
            "errors": breakage.errors,
            "problems": [_stored(problem) for problem in breakage.problems],
        }
        with self._engine.begin() as connection:
            connection.execute(delete(breakages))
            connection.execute(insert(breakages).values(**row))

    def clear(self) -> None:
        """The file is good again."""
        with self._engine.begin() as connection:
            connection.execute(delete(breakages))

    def current(self) -> Breakage | None:
        """How the file is broken now; None when it is good."""
        with reading(self._engine) as connection:
            row = connection.execute(select(breakages)).mappings().first()
        if row is None:
            return None
        problems = tuple(_problem(one) for one in row["problems"])
        return Breakage(file=row["file"], since=row["since"], errors=row["errors"], problems=problems)


def _stored(problem: Problem) -> dict[str, Any]:
    return {
        "code": problem.code,
        "message": str(problem.message),
        "hint": str(problem.hint),
        "place": asdict(problem.place),
        "about": problem.about,
    }


def _problem(stored: dict[str, Any]) -> Problem:
    return Problem(
        code=stored["code"],
        severity=Severity.ERROR,
        message=verbatim(stored["message"]),
        hint=verbatim(stored["hint"]),
        place=Place(**stored["place"]),
        about=stored["about"],
    )
