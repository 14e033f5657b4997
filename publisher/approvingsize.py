"""Saying yes to an unusual number of readers (`publisher.delivery.sizeguard`)."""

from __future__ import annotations

from dataclasses import dataclass

from publisher.app import App
from publisher.approving import subject_of_row
from publisher.authorship import author_of
from publisher.consent import check_other
from publisher.delivery.sizeguard import cell_of
from publisher.errors import SettingsError
from publisher.ledger.ledger import Ledger
from publisher.ledger.records import Approval, Delivery, Seen
from publisher.ledger.states import OPEN
from publisher.schedulefile.schedule import Schedule


@dataclass(frozen=True, slots=True)
class SizeApprover:
    """Notes who says yes to how many readers."""

    app: App
    schedule: Schedule
    ledger: Ledger

    def approve(self, key: str, *, size: int, who: str) -> list[Delivery]:
        """Note a yes for all mailings of this key, or below it, that are still to go; gives them.

        Raises `SettingsError` when there is none, or when this person may not.
        """
        rows = [row for row in self.ledger.deliveries.matching(key) if self._has_readers(row)]
        open_rows = [row for row in rows if row.state in OPEN]
        if not open_rows:
            now = ", ".join(sorted({str(row.state) for row in rows}))
            reason = f"that can't be done: it is {now}" if rows else "the ledger has no such mailing"
            raise SettingsError(reason, subject=key, remedy="copy the key of a mailing from: publisher status")
        for row in open_rows:
            self._approve(row, size=size, who=who)
        return open_rows

    def _has_readers(self, row: Delivery) -> bool:
        channel = self.schedule.channels.get(row.channel)
        return channel is not None and bool(channel.audience)

    def _approve(self, row: Delivery, *, size: int, who: str) -> None:
        entry, cell = self.schedule.entry(row.entry_name), cell_of(row, size)
        author = author_of(entry, self.schedule.path) if entry is not None else ""
        check_other(self.schedule.channels[row.channel].approval, who=who, author=author, key=row.key)
        approval = Approval(
            key=row.key,
            language=cell.language,
            subject=subject_of_row(row),
            who=who,
            author=author,
            given_at=self.app.clock.now(),
            sha256=cell.sha256,
            local=cell.local,
        )
        self.ledger.approvals.give(approval, Seen(text="", payload="", readers=size))
