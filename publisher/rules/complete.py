"""What readers need to know is there, once, and about the right event."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from urllib.parse import urlsplit

from publisher.model import Channel, Event, EventStatus, Post, Severity, Source
from publisher.rules.copy import Complaint, Copy, Sheet
from publisher.rules.figures import hours
from publisher.rules.registry import rule, sheet_rule
from publisher.schedulefile.monthnames import MONTHS
from publisher.schedulefile.schedule import Entry
from publisher.sentences import sentence, verbatim
from publisher.timing.phrases import Fixed
from publisher.timing.spoken import spoken_day

_NEAR = timedelta(days=31)
_WITHIN = timedelta(days=7)
_MONTH = "|".join(sorted(map(re.escape, MONTHS), key=len, reverse=True))
_DATE = re.compile(
    rf"(?P<until>(?:until|till|by|since|from|do|od|bis|seit|ab|hasta|desde|fins|des|jusqu['’]au|depuis|le|au)\s+(?:el\s+|al\s+|dem\s+|zum\s+|dnia\s+)?)?"  # noqa: RUF001
    rf"(?<![\d.–-])(?P<day>\d{{1,2}})\.?\s*(?:de\s+|d['’])?(?P<month>{_MONTH})\b(?!\s*(?:de\s+|del\s+)?\d{{4}}|\s+(?:mennessä|asti|saakka|alkaen)\b)",  # noqa: RUF001
    re.IGNORECASE,
)
_LASTS = re.compile(
    r"\b(?:until|till|by|before|do|przed|bis|vor|hasta|antes|fins|abans|jusqu['’]à|avant|mennessä|asti|saakka)\b",  # noqa: RUF001
    re.IGNORECASE,
)
_NO_HOST = re.compile(
    r"localhost|127\.\d+\.\d+\.\d+|10\.\d+\.\d+\.\d+|192\.168\.\d+\.\d+|\[?::1\]?|[\w.-]+\.(?:local|localhost|internal|test|invalid)"
    r"|(?:staging|stage|preprod|dev)[.-][\w.-]+",
    re.IGNORECASE,
)
_LINK = re.compile(r"https?://[^\s<>\"')]+")


@rule("when-complete", Severity.ERROR)
def people_can_find_it(copy: Copy) -> Iterator[Complaint]:
    """An event with neither a place nor a link, and nobody to ask: whoever wants to come can't."""
    event = copy.announcement.source
    if not isinstance(event, Event) or event.status is not EventStatus.CONFIRMED:
        return
    venue, project = event.venue, copy.announcement.project
    links = (venue.online, event.link, event.registration.link, project.link)
    if venue.name or venue.address or any(links) or project.contact:
        return
    yield Complaint(
        sentence("The event has neither a place nor a link, and nobody to ask: people can't find it."),
        sentence("Add  where: {{ venue: … }}  or  link: …"),
        field="where",
    )


@rule("status-text", Severity.ERROR)
def what_is_off_is_said_to_be_off(copy: Copy) -> Iterator[Complaint]:
    """An event that was cancelled or postponed, announced as if it took place."""
    event = copy.announcement.source
    if not isinstance(event, Event) or event.status not in (EventStatus.CANCELLED, EventStatus.POSTPONED):
        return
    if copy.announcement.template != event.status.value:
        yield Complaint(
            sentence(
                "The event is {status}, and “{template}” announces it as if it took place.",
                status=verbatim(event.status.value),
                template=copy.announcement.template,
            ),
            sentence("Use the template “{template}”, or drop the step.", template=event.status.value),
            field="status",
        )


@sheet_rule("date-in-text", Severity.WARNING)
def dates_are_those_of_the_event(sheet: Sheet) -> Iterator[Complaint]:
    """A date typed into the title or the summary, near the event and not one of its days: it was forgotten there."""
    event = sheet.entry.source
    if not isinstance(event, Event):
        return
    first, last, until = event.when.first, event.when.last, event.registration.until
    for field, _, words in sheet.texts:
        if not field.startswith(("title", "summary")):
            continue
        for found in _DATE.finditer(words):
            day = _day(first.year, MONTHS[found["month"].casefold()], int(found["day"]))
            if day is None or found["until"] or first <= day <= last or (until is not None and day == until.date()):
                continue
            if first - _NEAR <= day <= last + _NEAR:
                yield Complaint(
                    sentence(
                        "The text says {said}, and the event is on {day}.", said=spoken_day(day), day=spoken_day(first)
                    ),
                    sentence("Take the date out, the templates say it; or correct it, in every language."),
                    field=field,
                )


@sheet_rule("date-in-text", Severity.WARNING)
def hours_are_those_of_the_event(sheet: Sheet) -> Iterator[Complaint]:
    """The only hour in the title or the summary, when the event is not on then: it was forgotten there."""
    event = sheet.entry.source
    if not isinstance(event, Event) or event.when.begin is None:
        return
    begin, end, until = event.when.begin, event.when.end or time.max, event.registration.until
    doors = time(max(begin.hour - 1, 0), begin.minute)
    for field, language, words in sheet.texts:
        said = hours(words, language) if field.startswith(("title", "summary")) else frozenset()
        if len(said) != 1 or _LASTS.search(words) or end < begin:
            continue
        [hour] = said
        if not doors <= hour <= end and (until is None or hour != until.time()):
            yield Complaint(
                sentence(
                    "The text says {said}, and the event begins at {hour}.", said=f"{hour:%H:%M}", hour=f"{begin:%H:%M}"
                ),
                sentence("Take the hour out, the templates say it; or correct it, in every language."),
                field=field,
            )


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


@sheet_rule("duplicate-post", Severity.ERROR)
def nothing_is_posted_twice(sheet: Sheet) -> Iterator[Complaint]:
    """The same text on the same account within a week: the platform refuses the second one."""
    entry, mine = sheet.entry, _moment(sheet.entry)
    if mine is None:
        return
    is_before = True
    for other in sheet.schedule.entries:
        if other is entry:
            is_before = False
            continue
        theirs = _moment(other)
        if theirs is None or not timedelta() <= mine - theirs <= _WITHIN or (mine == theirs and not is_before):
            continue
        shared = [name for step in entry.steps for name in step.to if any(name in one.to for one in other.steps)]
        for channel in (sheet.schedule.channels[name] for name in shared):
            if not channel.audience and _same(entry.source, other.source, channel):
                yield Complaint(
                    sentence(
                        "“{other}” posts the same text on {channel} within a week.",
                        other=other.source.id,
                        channel=channel.id,
                    ),
                    sentence("Change the words of one of them, or delete it."),
                    field="text",
                )


def _moment(entry: Entry) -> datetime | None:
    """When a post goes out that goes out once."""
    if not isinstance(entry.source, Post) or not entry.steps:
        return None
    phrase = entry.steps[0].phrase
    return phrase.local if isinstance(phrase, Fixed) else None


def _same(one: Source, other: Source, channel: Channel) -> bool:
    """Whether two posts say the same in some language; a link or a hashtag makes a post another one."""
    if not (isinstance(one, Post) and isinstance(other, Post)) or (one.link, one.tags) != (other.link, other.tags):
        return False
    texts = [{**post.text, **post.text_for.get(channel.type, {})} for post in (one, other)]
    return any(
        texts[0].get(language, "").split() == texts[1].get(language, "-").split() for language in channel.languages
    )


# --- links --------------------------------------------------------------------------------------------------


@rule("link-host", Severity.ERROR)
def links_lead_out(copy: Copy) -> Iterator[Complaint]:
    """A link into the own machine, the own network or a site for trying things out."""
    for link in _links(copy):
        host = urlsplit(link).hostname or ""
        if _NO_HOST.fullmatch(host):
            yield Complaint(
                sentence("Nobody outside can open {link}.", link=link),
                sentence("Write the public address of the page."),
                words=link,
            )


@rule("link-https", Severity.WARNING)
def links_are_encrypted(copy: Copy) -> Iterator[Complaint]:
    """Browsers warn of a page without TLS, and anybody on the way can change what it says."""
    for link in _links(copy):
        if link.startswith("http://") and not _NO_HOST.fullmatch(urlsplit(link).hostname or ""):
            yield Complaint(
                sentence("{link} leads to a page without encryption; browsers warn of it.", link=link),
                sentence("Write https:// instead of http://, if the page opens that way."),
                words=link,
            )


def _links(copy: Copy) -> list[str]:
    return list(dict.fromkeys([*_LINK.findall(copy.draft.text), *filter(None, [copy.draft.link])]))
