"""The pages wired together for one installation."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta

from starlette.types import ASGIApp

from publisher.app import App
from publisher.ledger.ledger import Ledger
from publisher.newsletter.links import Links
from publisher.web.address import SETTINGS, read_address
from publisher.web.errands import Errands
from publisher.web.guard import DEADLINES, Deadlines, Guard
from publisher.web.office import Offices
from publisher.web.postman import Postman
from publisher.web.reception import Reception
from publisher.web.site import app as site
from publisher.web.words import all_words

OWN_WORDS = "web"
"""The folder beside the schedule file where an office may put words of its own."""

_TIDY_EVERY = timedelta(minutes=10)


@contextmanager
def opened(app: App, ledger: Ledger, *, deadlines: Deadlines = DEADLINES) -> Iterator[ASGIApp]:
    """The pages, with what works behind them. Raises `SettingsError` or `ScheduleUnreadable`."""
    address = read_address(app.settings_of(SETTINGS))
    words = all_words(app.options.schedules.parent / OWN_WORDS)
    offices = Offices(app, ledger)
    errands = Errands()
    reception = Reception(
        ledger=ledger,
        key=app.list_key,
        offices=offices,
        links=Links(address.base, app.list_key),
        errands=errands,
        postman=Postman(app, offices),
        words=words,
    )
    with closing(errands):
        errands.repeat(lambda: _tidy(ledger, app), every=_TIDY_EVERY)
        errands.start()
        yield Guard(site(reception, address=address, clock=app.clock), address.hosts, address.prefix, deadlines)


def _tidy(ledger: Ledger, app: App) -> None:
    """What was not confirmed in time is kept no longer."""
    ledger.signups.expire(now=app.clock.now())
