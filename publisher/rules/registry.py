"""The table of rules. A rule of copies looks at what goes out, a rule of sheets at an entry in the file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeAlias

from publisher.model import Form, Profile, Severity
from publisher.rules.copy import Complaint, Copy, Sheet

OfCopy: TypeAlias = Callable[[Copy], Iterator[Complaint]]
OfSheet: TypeAlias = Callable[[Sheet], Iterator[Complaint]]

_BOTH = (Form.POST, Form.MAIL)


class Rule(NamedTuple):
    """One rule of copies. Without a severity of its own it holds where a funding profile asks for it."""

    name: str
    severity: Severity | None
    forms: tuple[Form, ...]
    look: OfCopy

    def severity_in(self, profile: Profile) -> Severity | None:
        """How bad a breach is; None where the rule does not hold. A profile may take a rule more or less seriously."""
        return profile.rules.get(self.name, self.severity)


class SheetRule(NamedTuple):
    """One rule of sheets."""

    name: str
    severity: Severity
    look: OfSheet

    def severity_in(self, profile: Profile) -> Severity:
        """How bad a breach is."""
        return profile.rules.get(self.name, self.severity)


OF_COPIES: list[Rule] = []
OF_SHEETS: list[SheetRule] = []


def rule(name: str, severity: Severity | None = None, *, forms: tuple[Form, ...] = _BOTH) -> Callable[[OfCopy], OfCopy]:
    """Enter a rule of copies into the table."""

    def enter(look: OfCopy) -> OfCopy:
        OF_COPIES.append(Rule(name, severity, forms, look))
        return look

    return enter


def sheet_rule(name: str, severity: Severity) -> Callable[[OfSheet], OfSheet]:
    """Enter a rule of sheets into the table."""

    def enter(look: OfSheet) -> OfSheet:
        OF_SHEETS.append(SheetRule(name, severity, look))
        return look

    return enter


def rules() -> tuple[str, ...]:
    """The names of all rules, sorted."""
    return tuple(sorted({one.name for one in OF_COPIES} | {one.name for one in OF_SHEETS}))
