"""Run the rules, and tell what they found as problems, each at the place where it is mended."""

from __future__ import annotations

import re
from collections.abc import Iterator

from publisher.errors import TemplateBroken
from publisher.model import Place, Problem, Severity
from publisher.render.templates import read, shown
from publisher.rules import letters, relative
from publisher.rules.copy import Complaint, Copy, Sheet
from publisher.rules.registry import OF_COPIES, OF_SHEETS
from publisher.schedulefile.schedule import Entry, Schedule, Step
from publisher.sentences import sentence
from publisher.shipped import shipped

_SUSPICIOUS = re.compile(letters.SUSPICIOUS)


def judge(copy: Copy, *, step: Step | None) -> Iterator[Problem]:
    """What is wrong with one announcement, as far as the file does not say that it is meant so."""
    ignored = _ignored(copy.schedule, copy.entry) | (step.ignored if step else frozenset())
    for one in OF_COPIES:
        severity = one.severity_in(copy.profile)
        if severity is None or copy.form not in one.forms or one.name in ignored:
            continue
        for complaint in one.look(copy):
            yield _problem(one.name, severity, complaint, about=copy.entry.name, place=_place(complaint, copy, step))


def judge_entry(schedule: Schedule, entry: Entry) -> Iterator[Problem]:
    """What is wrong with an entry as it stands in the file."""
    sheet, ignored = Sheet(schedule=schedule, entry=entry), _ignored(schedule, entry)
    for one in OF_SHEETS:
        severity = one.severity_in(schedule.project.profile)
        if one.name in ignored:
            continue
        for complaint in one.look(sheet):
            place = _in_entry(complaint.field, entry) or entry.place
            yield _problem(one.name, severity, complaint, about=entry.name, place=place)


def suspicious_languages(entry: Entry, schedule: Schedule) -> frozenset[str]:
    """The languages (``*`` for all) in which the words of an entry may break a rule of copies.

    Only what is made of them tells.
    """
    statements = schedule.project.profile.statement
    return frozenset(
        language
        for _, language, words in Sheet(schedule=schedule, entry=entry).texts
        if _SUSPICIOUS.search(words)
        or relative.is_suspicious(words)
        or letters.is_loud(words)
        or (language in statements and statements[language] in words)
    )


def _ignored(schedule: Schedule, entry: Entry) -> frozenset[str]:
    return schedule.ignored | entry.ignored


def _problem(name: str, severity: Severity, complaint: Complaint, *, about: str, place: Place) -> Problem:
    ignore = sentence("{hint} If it is meant so:  ignore: [{rule}]  with a  why: …", hint=complaint.hint, rule=name)
    return Problem(
        code=name,
        severity=severity,
        message=complaint.message,
        hint=ignore if severity is Severity.ERROR else complaint.hint,
        place=place,
        about=about,
    )


# --- places -------------------------------------------------------------------------------------------------


def _place(complaint: Complaint, copy: Copy, step: Step | None) -> Place:
    """The field that is named or that holds the words; else the line of the template; else the step."""
    if complaint.field and (found := _in_entry(complaint.field, copy.entry)):
        return found
    sheet = Sheet(schedule=copy.schedule, entry=copy.entry)
    for field, language, words in sheet.texts if complaint.words else ():
        if complaint.words in words and language in (copy.language, "*") and (found := _in_entry(field, copy.entry)):
            return found
    at_the_step = step.template_place or step.place if step else copy.entry.place
    return _in_template(complaint.words, copy) or at_the_step


def _in_entry(field: str, entry: Entry) -> Place | None:
    """Where a field stands: ``summary.pl``, else ``summary``."""
    while field:
        if field in entry.places:
            return entry.places[field]
        field = field.rpartition(".")[0]
    return None


def _in_template(words: str, copy: Copy) -> Place | None:
    """Where the words stand in a template of the office; of those that come along people can change the step."""
    if copy.template is None or not words or copy.template.is_relative_to(shipped("templates")):
        return None
    try:
        lines = read(copy.template).splitlines()
    except TemplateBroken:  # somebody is writing it just now
        return None
    for number, line in enumerate(lines, 1):
        if (column := line.find(words)) >= 0:
            return Place(shown(copy.template), number, column + 1, number, column + 1 + len(words))
    return None
