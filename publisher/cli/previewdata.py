"""What ``publisher preview`` shows, gathered from the file, the templates and the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from publisher.cli.pausing import Paused
from publisher.cli.plans import period
from publisher.crowding import remarks
from publisher.errors import SettingsError
from publisher.model import Severity

if TYPE_CHECKING:
    from publisher.app import App
    from publisher.costs import Costs
    from publisher.ledger.ledger import Ledger
    from publisher.linkcards.kept import KeptCard
    from publisher.model import Planned, Problem
    from publisher.preview import Preview, Previewer
    from publisher.previewpage.board import Showing
    from publisher.schedulefile.load import Loaded
    from publisher.schedulefile.schedule import Schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked for: ids or keys, a channel, a language, a period. Empty: everything."""

    ids: Sequence[str] = ()
    channel: str | None = None
    language: str | None = None
    begin: str | None = None
    end: str | None = None

    def names(self, planned: Planned) -> bool:
        """Whether an id, a key, or the beginning of one up to a slash names this delivery."""
        is_named = not self.ids or any(f"{planned.key}/".startswith(f"{name.rstrip('/')}/") for name in self.ids)
        return is_named and self.channel in (None, planned.channel.id) and self._speaks(planned.languages)

    def _speaks(self, languages: Sequence[str]) -> bool:
        return self.language is None or self.language in languages


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The previews, and what is known of them beside the file."""

    schedule: Schedule
    loaded: Loaded
    planned: list[Planned]
    previews: list[Preview]
    previewer: Previewer
    costs: Costs
    paused: Paused
    ledger: Ledger | None

    @property
    def has_errors(self) -> bool:
        """Whether anything can't go out, or is left out."""
        return self.loaded.has_errors or any(one.is_stopped for one in self.previews)


def gather(app: App, wanted: Wanted) -> View:
    """Compose what is asked for, and nothing else. Raises `ScheduleUnreadable` or `SettingsError`."""
    from publisher.approving import with_standing
    from publisher.costs import costs_shown
    from publisher.preview import Previewer

    schedule, loaded = app.schedule()
    _known(schedule, [name.partition("/")[0] for name in wanted.ids], channel=wanted.channel)
    ledger = app.existing_ledger()
    asked = period(app, schedule, begin=wanted.begin, end=wanted.end)
    everything = app.plan(schedule, asked, ledger=ledger)
    planned = [one for one in everything if wanted.names(one)]
    close = remarks(everything, schedule, now=app.clock.now())
    previewer = Previewer(app, schedule)
    composed = [one for one in previewer.previews(planned) if wanted.language in (None, one.language)]
    pages = _pages(app)
    previews = [_looked_at(_noted(one, loaded, close), schedule, pages) for one in with_standing(composed, ledger)]
    return View(
        schedule=schedule,
        loaded=loaded,
        planned=planned,
        previews=previews,
        previewer=previewer,
        costs=costs_shown(previews, previewer),
        paused=Paused(ledger),
        ledger=ledger,
    )


def showing(view: View, app: App) -> Showing:
    """The same for the page."""
    from publisher.approving import last_seen
    from publisher.previewpage.board import Showing
    from publisher.previewpage.linkcard import ShownLinkCard
    from publisher.previewpage.worddiff import since_approved

    since = {
        (one.planned.key, one.language): since_approved(
            one, approval, seen, readers=view.previewer.readers(one.planned.channel)
        )
        for one, approval, seen in last_seen(view.previews, view.ledger)
    }
    pauses = {name: str(found) for name in view.schedule.channels if (found := view.paused.of(name))}
    return Showing(
        project=view.schedule.project,
        file=view.schedule.path,
        planned=view.planned,
        previews=view.previews,
        now=app.clock.now(),
        notes={key: [f"costs {cost}"] for key, cost in view.costs.items()},
        pauses=pauses,
        since=since,
        link_cards={link: ShownLinkCard.read(link, seen) for link, seen in _pages(app).items()},
        fingerprints={
            view.schedule.path.name: view.schedule.sha256,
            "templates": _fingerprint(app.template_folders),
        },
    )


def _noted(preview: Preview, loaded: Loaded, close: Mapping[str, Problem]) -> Preview:
    """With the warnings and remarks of its entry, and that it is ``close`` to another mail.

    What is an error keeps an entry from being here at all.
    """
    name = preview.entry.name if preview.entry is not None else ""
    noted = [one for one in loaded.problems if one.severity is not Severity.ERROR and name in one.about.split(", ")]
    noted += [close[preview.planned.key]] if preview.planned.key in close else []
    return replace(preview, noted=tuple(noted)) if noted else preview


def _pages(app: App) -> Mapping[str, KeptCard]:
    """What the daemon found at the links, by address; nothing, and at no cost, before it has looked at any."""
    file = app.beside_ledger(".cards")
    if not file.exists():
        return {}
    from publisher.linkcards.kept import KeptCards

    return KeptCards(file).all()


def _looked_at(preview: Preview, schedule: Schedule, pages: Mapping[str, KeptCard]) -> Preview:
    """With what the card lacks that a platform draws for the link of a post without a picture."""
    draft, planned, entry = preview.draft, preview.planned, preview.entry
    if not pages or draft is None or draft.subject or draft.media or entry is None:
        return preview
    from publisher.hints import card_hints
    from publisher.render.campaigns import untagged

    page = untagged(draft.link)
    place = entry.places.get("link") or planned.place or entry.place
    of_step = (one.ignored for one in entry.steps if (one.words, one.template) == (planned.step, planned.template))
    if page not in pages or "og-card" in schedule.ignored | entry.ignored | next(of_step, frozenset()):
        return preview
    return replace(preview, noted=(*preview.noted, *card_hints(page, pages[page].card, place=place, about=entry.name)))


def _fingerprint(folders: Iterable[Path]) -> str:
    """Over the names and contents of all templates, in the order in which they are looked for."""
    digest = sha256()
    for folder in folders:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            digest.update(f"{path.relative_to(folder)}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _known(schedule: Schedule, ids: list[str], *, channel: str | None) -> None:
    """Raise `SettingsError` for names that the file does not have."""
    from publisher.schedulefile.names import suggestion

    known = [entry.source.id for entry in schedule.entries]
    for name in ids:
        if name not in known:
            raise SettingsError("the file has nothing of this id", subject=name, remedy=suggestion(name, known))
    if channel is not None and channel not in schedule.channels:
        raise SettingsError(
            "there is no such channel", subject=channel, remedy=suggestion(channel, list(schedule.channels))
        )
