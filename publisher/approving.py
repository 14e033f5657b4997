"""Approving: what waits for it, how it stands with each delivery in each language, and saying yes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from publisher.app import App
from publisher.consent import check_other, standing
from publisher.errors import SettingsError
from publisher.model import Planned, PlanState
from publisher.plan import Window, default_window, is_approved
from publisher.preview import Preview, Previewer
from publisher.schedulefile.schedule import Schedule
from publisher.sentences import sentence

if TYPE_CHECKING:  # a preview without a ledger needs no SQLAlchemy
    from publisher.ledger.ledger import Ledger
    from publisher.ledger.records import Approval, Delivery, Seen

_WAITS = (PlanState.PLANNED, PlanState.MOVED)


class Approver:
    """Looks at what waits for approval as the file has it now, and notes who says yes."""

    def __init__(self, app: App, schedule: Schedule, ledger: Ledger) -> None:
        self._app = app
        self._ledger = ledger
        self._schedule = schedule
        self._previewer = Previewer(app, schedule)

    def named(self, name: str) -> list[Preview]:
        """Everything of this key, or below it, that is still to go out. Raises `SettingsError` when there is none."""
        clean = name.rstrip("/")
        rows = self._ledger.deliveries.matching(clean)
        open_keys = {row.key for row in rows if row.state in ("planned", "pending", "retry_wait")}
        if rows and not open_keys:
            now = ", ".join(sorted({str(row.state) for row in rows}))
            raise SettingsError(
                f"that can't be done: it is {now}", subject=name, remedy="it needs no approval any more"
            )
        begin = min((row.due_at for row in rows), default=None)
        found = [
            one
            for one in self._planned(begin)
            if (one.key in open_keys if rows else f"{one.key}/".startswith(f"{clean}/"))
        ]
        if not found:
            raise SettingsError("there is no such delivery", subject=name, remedy="copy a key from: publisher status")
        return self._previews(found)

    def waiting(self) -> list[Preview]:
        """What has to be approved and is not, by time. What the ledger knows to be over is left out."""
        found = [one for one in self._planned(None) if not is_approved(one.channel.approval, 0)]
        rows = self._ledger.deliveries.of_sources({one.source_id for one in found})
        over = {row.key for row in rows if row.state not in ("planned", "pending", "retry_wait")}
        previews = self._previews(one for one in found if one.key not in over)
        return [one for one in previews if not one.standing.is_settled]

    def approve(self, preview: Preview, *, who: str) -> bool:
        """Note a yes; False when this person has given it before. Raises `SettingsError` when they may not."""
        from publisher.authorship import author_of
        from publisher.ledger.records import Approval

        planned, cell, entry = preview.planned, preview.cell, preview.entry
        if cell is None or entry is None or preview.composed is None:
            reason = preview.problems[0].message if preview.problems else "it can't be made"
            raise SettingsError(
                f"this can't be approved: {reason}", subject=planned.key, remedy="mend it first: publisher check"
            )
        author = author_of(entry, self._schedule.path)
        check_other(planned.channel.approval, who=who, author=author, key=planned.key)
        approval = Approval(
            key=cell.key,
            language=cell.language,
            subject=subject_of(planned),
            who=who,
            author=author,
            given_at=self._app.clock.now(),
            sha256=cell.sha256,
            local=cell.local,
        )
        return self._ledger.approvals.give(approval, _seen(preview, readers=self._previewer.readers(planned.channel)))

    def since(self, previews: Iterable[Preview]) -> dict[str, datetime]:
        """Since when each delivery is known to the ledger, and so waits (aware UTC)."""
        return self._ledger.approvals.known_since([one.planned.key for one in previews])

    def _planned(self, begin: datetime | None) -> list[Planned]:
        """What goes out from now on, and back to ``begin``."""
        usual = default_window(self._app.clock.now())
        window = Window(min(begin or usual.begin, usual.begin), usual.end)
        return [one for one in self._app.plan(self._schedule, window) if one.goes_out]

    def _previews(self, planned: Iterable[Planned]) -> list[Preview]:
        return with_standing(self._previewer.previews(planned), self._ledger)


def with_standing(previews: Iterable[Preview], ledger: Ledger | None) -> list[Preview]:
    """The same previews, each with how it stands with its approval."""
    found = list(previews)
    given: dict[str, list[Approval]] = {}
    for approval in ledger.approvals.of_keys(one.planned.key for one in found) if ledger is not None else ():
        given.setdefault(approval.key, []).append(approval)
    return [_standing(one, given.get(one.planned.key, ()), ledger) for one in found]


def held_again(planned: Sequence[Planned], previewer: Previewer, ledger: Ledger | None) -> list[Planned]:
    """The same deliveries; those that were approved and are something else by now are held, with the reason."""
    asked = [one for one in planned if one.state in _WAITS and not is_approved(one.channel.approval, 0)]
    void = {one.planned.key for one in with_standing(previewer.previews(asked), ledger) if not one.standing.is_settled}
    return [_held(one) if one.key in void else one for one in planned]


def subject_of(planned: Planned) -> str:
    """What stays the same when an announcement gets another time."""
    return f"{planned.kind}s/{planned.source_id}/{planned.template}/{planned.channel.id}"


def subject_of_row(row: Delivery) -> str:
    """The same for a delivery in the ledger."""
    return f"{row.kind}s/{row.source_id}/{row.template}/{row.channel}"


def _held(one: Planned) -> Planned:
    return replace(one, state=PlanState.HELD, reason=sentence("changed since it was approved"))


def _standing(preview: Preview, approvals: Sequence[Approval], ledger: Ledger | None) -> Preview:
    policy, cell = preview.planned.channel.approval, preview.cell
    if cell is None or is_approved(policy, 0):
        return preview
    found = standing(policy, cell, approvals)
    if found.last is None and ledger is not None:  # its time was edited, and so its key
        before = ledger.approvals.of_subject(subject_of(preview.planned), language=preview.language)
        found = replace(found, last=before[-1] if before else None)
    return replace(preview, standing=found)


def _seen(preview: Preview, *, readers: int) -> Seen:
    from publisher.ledger.records import Seen

    composed = preview.composed
    if composed is None:
        raise ValueError("nothing was composed")
    draft = composed.draft
    return Seen(
        text=draft.text,
        payload=composed.payload.body.decode("utf-8", "replace"),
        subject=draft.subject,
        preheader=draft.preheader,
        link=draft.link,
        media=tuple((one.path.name, one.sha256, one.alt) for one in draft.media),
        readers=readers,
    )


def last_seen(previews: Iterable[Preview], ledger: Ledger | None) -> Iterator[tuple[Preview, Approval, Seen]]:
    """What was approved last in the place of each preview that is something else now."""
    for one in previews:
        last = one.standing.last
        if (
            ledger is not None
            and last is not None
            and last not in one.standing.by
            and (was := ledger.approvals.seen(last))
        ):
            yield one, last, was
