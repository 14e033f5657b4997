"""All checks of an installation."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial

from publisher import checking
from publisher.abilities import Examination
from publisher.alerts import Silence
from publisher.alerts.configured import notifier
from publisher.app import App
from publisher.errors import PublisherError
from publisher.examining import files, mailings, storage, times
from publisher.examining.rounds import PATIENCE, Check, at_once
from publisher.model import Channel, Severity
from publisher.model.findings import Finding, Grade, broken, doubtful, fine
from publisher.schedulefile.schedule import Schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How the doctor looks. ``resolver`` is a name server's address, empty for this machine's own."""

    offline: bool = False
    resolver: str = ""
    patience: float = PATIENCE  #: seconds for everything together


def examine(app: App, reach: Reach) -> Iterator[Finding]:
    """What is so, and what is wrong. Raises nothing of ours: whatever goes wrong is a finding."""
    schedule = _schedule(app)
    checks = [Check("configuration", lambda: _configuration(app)), *_local(app, schedule)]
    if schedule is not None:
        look = partial(_look_at, app, schedule=schedule, reach=reach)
        checks += [Check(channel.id, partial(look, channel=channel)) for channel in schedule.channels.values()]
    found = list(at_once(checks, patience=reach.patience))
    yield from found
    if not any(finding.subject == "clock" for finding in found):
        yield doubtful(
            "clock",
            "was compared with nobody's: no platform was asked, or none told the time",
            mend="see that this machine's time service runs: timedatectl",
        )


def has_errors(findings: list[Finding]) -> bool:
    """Whether something will not go out as things are."""
    return any(finding.grade is Grade.ERROR for finding in findings)


def _schedule(app: App) -> Schedule | None:
    try:
        return app.load().schedule
    except PublisherError:
        return None  # the check of the configuration says why


def _configuration(app: App) -> Iterator[Finding]:
    problems = checking.check(app)
    file = str(app.options.schedules)
    for severity, grade, words in ((Severity.ERROR, broken, "error"), (Severity.WARNING, doubtful, "warning")):
        some = [problem for problem in problems if problem.severity is severity]
        if some:
            plural = "s" if len(some) > 1 else ""
            first = f"{some[0].place.file}:{some[0].place.line}  {some[0].message}"
            yield grade(
                "configuration", f"{len(some)} {words}{plural}, the first: {first}", mend="run: publisher check"
            )
    if not any(problem.severity in {Severity.ERROR, Severity.WARNING} for problem in problems):
        yield fine("configuration", f"{file} is sound")


def _local(app: App, schedule: Schedule | None) -> list[Check]:
    return [
        Check("time zones", lambda: times.examine_zones(schedule, now=app.clock.now())),
        Check("clock steps", times.examine_steadiness),
        Check("database", lambda: storage.examine(app.options.database)),
        Check("files", lambda: files.examine(app)),
        Check("alerts", lambda: _alerts(app)),
    ]


def _alerts(app: App) -> Iterator[Finding]:
    with closing(notifier(app.options.values, clock=app.clock)) as configured:
        if not isinstance(configured, Silence):
            yield fine("alerts", "somebody is told when something goes wrong")
            return
    yield doubtful(
        "alerts",
        "nobody is told when something goes wrong",
        mend="set PUBLISHER_ALERT_WEBHOOK or PUBLISHER_ALERT_MAIL (docs/alerts.md)",
    )


def _look_at(app: App, *, schedule: Schedule, channel: Channel, reach: Reach) -> Iterator[Finding]:
    """One channel: its credentials and, unless offline, what its platform says."""
    if channel.audience:
        yield from mailings.examine(app, schedule, channel)
    if reach.offline:
        app.connect(channel).close()
        yield fine(channel.id, "credentials are set; whether they are right was not asked (--offline)")
        return
    contact = schedule.project.contact
    yield from app.examine(
        channel,
        lambda settings: Examination(
            channel=channel, settings=settings, clock=app.clock, contact=contact, resolver=reach.resolver
        ),
    )
