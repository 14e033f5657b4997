"""Our mailings for the benches of mail: a ledger with planned readers, and the process that delivers them, watched."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from mail_office import LEDGER, readers, write_office
from memory import Watch
from sinks import ROOT

from publisher.app import App, Options
from publisher.clock import SimulatedClock
from publisher.daemon import Daemon
from publisher.ledger.ledger import Ledger
from publisher.ledger.listrecords import Candidate
from publisher.model import Reader
from publisher.plan import Window
from publisher.settings import variable

CHANNEL = "news"
SETTINGS = {"FROM": "Biuro projektu <office@example.org>", "WEB_URL": "https://lists.example.org"}
"""What the channel has set, beside the server and keys."""

_DUE = datetime(2026, 1, 1, 9, tzinfo=UTC)
_BEFORE = _DUE - timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Run:
    """What came of one mailing.

    ``processor`` is the time for which it and what it started kept processors busy, in seconds; ``worker`` and ``tree``
    are peaks of memory in bytes.
    """

    mails: int
    seconds: float
    processor: float
    worker: int
    tree: int

    @property
    def rate(self) -> float:
        """Mails a second."""
        return self.mails / self.seconds


@contextmanager
def office(mails: int, *, on_unknown: str = "assume_sent") -> Iterator[Path]:
    """A folder with a ledger in which so many readers of one mailing are planned.

    ``on_unknown`` is what the channel does about uncertain ones.
    """
    with tempfile.TemporaryDirectory(prefix="office") as name:
        folder = Path(name)
        write_office(folder, on_unknown=on_unknown)
        with closing(ledger_of(folder)) as ledger:
            _plan(folder, ledger)
            (row,) = ledger.deliveries.all()
            ledger.recipients.enrol(row.key, map(Candidate, readers(mails)), now=_BEFORE)
        yield folder


def ledger_of(folder: Path) -> Ledger:
    """Its ledger."""
    return _app(folder).open_ledger()


def deliver(folder: Path, *, mails: int, settings: Mapping[str, str]) -> Run:
    """Deliver the mailing of this office, in a process of its own. ``settings`` are those of the channel."""
    command = [sys.executable, str(Path(__file__).with_name("mail_sender.py")), str(folder)]
    process = subprocess.Popen(command, env=environment(settings), stdout=subprocess.PIPE, text=True)
    with process, Watch(process.pid) as watch:
        said = process.stdout.read() if process.stdout else ""
    if process.returncode:
        raise RuntimeError(f"the mailing was not sent: {said}")
    told = json.loads(said)
    return Run(mails=mails, seconds=told["seconds"], processor=told["processor"], worker=watch.worker, tree=watch.tree)


def watched(folder: Path, *, settings: Mapping[str, str]) -> Watch:
    """The memory that ``publisher run --once`` takes for the mailing of this office."""
    command = [sys.executable, "-m", "publisher", "run", "--once"]
    process = subprocess.Popen(
        command, cwd=folder, env=environment(settings), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    with process, Watch(process.pid) as watch:
        process.wait()
    return watch


def deliver_copy(folder: Path, *, mails: int, settings: Mapping[str, str]) -> Run:
    """The same, so that the office can be used again."""
    with tempfile.TemporaryDirectory(prefix="copy") as name:
        copy = Path(name) / "office"
        shutil.copytree(folder, copy)
        return deliver(copy, mails=mails, settings=settings)


def sample(folder: Path) -> Callable[[str, str], bytes]:
    """Makes the mail of this office in a language for a reader of some name."""
    app = _app(folder)
    schedule, _ = app.schedule()
    composer = app.composer(schedule)
    (planned,) = app.plan(schedule, Window(_BEFORE, _DUE + timedelta(days=1)))
    (entry,) = schedule.entries

    def composed(language: str, name: str) -> bytes:
        reader = Reader(address="reader@example.org", name=name, language=language)
        made = composer.compose(planned, entry, channel=planned.channel, language=language, reader=reader)
        return made.payload.body

    return composed


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """With these settings for the channel, and no others of publisher's."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("PUBLISHER_")}
    ours = {variable(CHANNEL, name): value for name, value in settings.items()}
    return own | ours | {"PYTHONPATH": str(ROOT)}


def _plan(folder: Path, ledger: Ledger) -> None:
    """The daemon takes the file over an hour before the mailing is due."""
    with closing(Daemon(_app(folder), ledger, stop=threading.Event())) as daemon:
        daemon.once()


def _app(folder: Path) -> App:
    options = Options(
        schedules=folder / "schedules.yaml",
        database=f"sqlite:///{folder / LEDGER}",
        values=environment(SETTINGS),
    )
    return App(options, clock=SimulatedClock(_BEFORE))
