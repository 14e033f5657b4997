"""An e-mail channel beside its account: the next mail as providers see it, and how the last ones were taken."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

from publisher.app import App
from publisher.channels.email_sample import examine_mail
from publisher.delivery.providers import COMPLAINTS_PER_THOUSAND
from publisher.model import Channel
from publisher.model.findings import Finding, doubtful, fine
from publisher.plan import default_window
from publisher.preview import Previewer
from publisher.schedulefile.schedule import Schedule

#: So many mailings back; one reader who complained may have slipped.
_LOOKED_AT, _SLIP = 5, 1


def examine(app: App, schedule: Schedule, channel: Channel) -> Iterator[Finding]:
    """What can be told without the network. Raises `LedgerError`."""
    yield from _next_mail(app, schedule, channel)
    yield from _complaints(app, channel)


def _next_mail(app: App, schedule: Schedule, channel: Channel) -> Iterator[Finding]:
    """As it would go out; what keeps it from being made is told by `publisher check`."""
    plan = app.plan(schedule, default_window(app.clock.now()))
    ahead = next((one for one in plan if one.channel.id == channel.id and one.goes_out), None)
    entry = schedule.entry(f"{ahead.kind}s/{ahead.source_id}") if ahead is not None else None
    if ahead is None or entry is None:
        return
    composed = Previewer(app, schedule).preview(ahead, entry, language=ahead.languages[0]).composed
    if composed is not None:
        yield from examine_mail(composed.payload.body, subject=channel.id)


def _complaints(app: App, channel: Channel) -> Iterator[Finding]:
    ledger = app.existing_ledger()
    if ledger is None:
        return
    with closing(ledger):
        complained, got = ledger.mailings.complaints(channel.id, most=_LOOKED_AT)
    if not got:
        return
    words = f"{complained:,} of {got:,} readers of the last mailings reported them as spam"
    if complained > _SLIP and complained * 1000 >= COMPLAINTS_PER_THOUSAND * got:
        mend = "write to fewer people, to those who asked for it: Google and Yahoo take 0.3 % as the limit"
        yield doubtful(channel.id, words, mend=mend)
    else:
        yield fine(channel.id, words)
