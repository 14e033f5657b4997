"""A schedule file under a running daemon, and many ways to break it: for `breakages.py` and its short form."""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from publisher.app import App, Options
from publisher.checking import check, has_errors
from publisher.clock import SystemClock
from publisher.errors import ScheduleUnreadable
from publisher.ledger.ledger import Ledger, open_ledger
from publisher.ledger.states import OPEN
from publisher.model import Calendar, Channel, DeliveryState, Problem
from publisher.sandbox import Sandbox
from publisher.settings import variable

CHANNELS = {"twitter": "twitter", "facebook": "facebook", "news": "email"}
READERS = ("anna@example.org", "bela@example.org")
TEMPLATE = "templates/invitation/social.j2"
MAIL_TEMPLATE = "templates/invitation/email.j2"

_EACH_MINUTE = 5

_HEAD = """\
version: 1
project: { name: Office, contact: { name: Office, email: office@example.org } }
defaults: { timezone: UTC, languages: [en] }
channels:
  twitter:  { account: "@office" }
  facebook: { account: office }
  news:     { type: email, audience: readers }
audiences:
  readers: { list: readers.csv, basis: consent }
events:
  - id: open-day
    when: 2031-05-11 10:00-16:00
    title: "Open day"
    changes:
      - { add: 1 week before at 09:00, template: invitation, to: [twitter, facebook, news] }
posts:
"""
_MAIL = """\
{% block subject %}{{ event.title }}{% endblock %}
{% block preheader %}Come{% endblock %}
{% block body %}<p>{{ event.title }}</p>{% endblock %}
{% block text %}{{ event.title }}{% endblock %}
"""


def good_file(*, begin: datetime, minutes: int) -> str:
    """A file with some posts on every channel each minute, and an event years ahead."""
    posts = (
        f"  - id: post-{number}\n    send: {begin + timedelta(minutes=number // _EACH_MINUTE):%Y-%m-%d %H:%M}\n"
        f'    to: [twitter, facebook, news]\n    text: {{ en: "News number {number}: all is well" }}\n'
        for number in range(minutes * _EACH_MINUTE)
    )
    return _HEAD + "".join(posts)


# --- damage: from the good text to the bytes of a bad one -------------------------------------------------------


def _cut(text: str, chance: random.Random) -> bytes:
    return text.encode()[: chance.randrange(len(text))]


def _garbage(text: str, chance: random.Random) -> bytes:
    content, at = text.encode(), chance.randrange(len(text))
    return content[:at] + chance.randbytes(chance.randint(1, 40)) + content[at:]


def _swapped_lines(text: str, chance: random.Random) -> bytes:
    lines = text.splitlines(keepends=True)
    one, other = chance.sample(range(len(lines)), 2)
    lines[one], lines[other] = lines[other], lines[one]
    return "".join(lines).encode()


def _lost_sign(text: str, chance: random.Random) -> bytes:
    at = chance.choice([match.start() for match in re.finditer(r'["{}\[\]:,-]', text)])
    return (text[:at] + text[at + 1 :]).encode()


def _lost_quote(text: str, chance: random.Random) -> bytes:
    at = chance.choice([match.start() for match in re.finditer('"', text)])
    return (text[:at] + text[at + 1 :]).encode()


def _tab(text: str, chance: random.Random) -> bytes:
    at = chance.choice([match.start() for match in re.finditer(r"(?m)^  +", text)])
    return (text[:at] + "\t" + text[at:].lstrip(" ")).encode()


def _conflict(text: str, chance: random.Random) -> bytes:
    lines = text.splitlines(keepends=True)
    at = chance.randrange(len(lines))
    lines[at : at + 1] = ["<<<<<<< ours\n", lines[at], "=======\n", lines[at], ">>>>>>> theirs\n"]
    return "".join(lines).encode()


def _same_id(text: str, chance: random.Random) -> bytes:
    one, other = chance.sample(re.findall(r"id: (\S+)\n", text), 2)
    return text.replace(f"id: {one}\n", f"id: {other}\n").encode()


def _odd_date(text: str, chance: random.Random) -> bytes:
    dates = re.findall(r"\d{4}-\d\d-\d\d", text)
    return text.replace(chance.choice(dates), chance.choice(["31.02.2031", "2031-02-30", "soon"]), 1).encode()


def _odd_key(text: str, chance: random.Random) -> bytes:
    at = chance.choice([match.start(1) for match in re.finditer(r"(?m)^ +(?:- )?([a-z])[a-z]+:", text)])
    return (text[:at] + "q" + text[at:]).encode()


def _nothing(_text: str, _chance: random.Random) -> bytes:
    return b""


DAMAGES = (
    _cut,
    _garbage,
    _swapped_lines,
    _lost_sign,
    _lost_quote,
    _tab,
    _conflict,
    _same_id,
    _odd_date,
    _odd_key,
    _nothing,
)


# --- ways of writing --------------------------------------------------------------------------------------------


def _in_place(file: Path, content: bytes) -> None:
    file.write_bytes(content)


def _renamed_over(file: Path, content: bytes) -> None:
    fresh = file.with_name(f".{file.name}.new")
    fresh.write_bytes(content)
    fresh.replace(file)


def _deleted_first(file: Path, content: bytes) -> None:
    file.unlink()
    file.write_bytes(content)


def _in_pieces(file: Path, content: bytes) -> None:
    """Half-written for a while: the pieces come a tenth of a second apart."""
    with file.open("wb") as writing:
        for start in range(0, len(content), len(content) // 4 + 1):
            time.sleep(0.1)
            writing.write(content[start : start + len(content) // 4 + 1])
            writing.flush()


def _by_link(file: Path, content: bytes) -> None:
    """The file becomes a link to another version, as configuration is laid out in containers."""
    versions = file.parent / "versions"
    versions.mkdir(exist_ok=True)
    version = versions / f"{time.monotonic_ns()}.yaml"
    version.write_bytes(content)
    link = file.with_name(".link")
    link.symlink_to(version)
    link.replace(file)


WRITINGS = (_in_place, _renamed_over, _deleted_first, _in_pieces, _by_link)


def _gone(file: Path) -> None:
    file.unlink()


def _folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def _dangling(file: Path) -> None:
    file.unlink()
    file.symlink_to("nowhere.yaml")


ABSENCES = (_gone, _folder, _dangling)

TEMPLATE_DAMAGES = ("{{ evnt.title }}", "{% if event %}", "{{ event.tilte }}", "{% include 'nothing/nowhere.j2' %}")


@dataclass(frozen=True)
class Breakage:
    """One way to break the file or a template; ``problems`` is what `publisher check` finds then."""

    name: str
    file: str
    carry_out: Callable[[Path], None]
    problems: tuple[Problem, ...] = ()

    @property
    def place(self) -> str:
        """Where the first error is: ``schedules.yaml:8:11``."""
        if not self.problems:
            return self.file
        first = next(problem.place for problem in self.problems if problem.severity == "error")
        return f"{Path(first.file).name}:{first.line}:{first.column}"


class Breaker:
    """Makes breakages by chance; what happens to leave the file good is none, and another one is made."""

    def __init__(self, folder: Path, scratch: Path, chance: random.Random) -> None:
        self._folder = folder
        self._scratch = scratch
        self._chance = chance

    def next(self) -> Breakage:
        """The next one."""
        kind = self._chance.random()
        if kind < 0.1:  # noqa: PLR2004  one in ten
            way = self._chance.choice(ABSENCES)
            return Breakage(way.__name__.strip("_"), "schedules.yaml", way)
        while True:
            found = self._of_template() if kind > 0.85 else self._of_file()  # noqa: PLR2004  three in twenty
            if has_errors(found.problems):
                return found

    def _of_file(self) -> Breakage:
        damage, write = self._chance.choice(DAMAGES), self._chance.choice(WRITINGS)
        content = damage((self._folder / "schedules.yaml").read_text(encoding="utf-8"), self._chance)
        return self._written(damage.__name__, write=write, file="schedules.yaml", content=content)

    def _of_template(self) -> Breakage:
        file, write = self._chance.choice([TEMPLATE, MAIL_TEMPLATE]), self._chance.choice(WRITINGS)
        damage = self._chance.choice(TEMPLATE_DAMAGES)
        content = (self._folder / file).read_text(encoding="utf-8").replace("{{ event.title }}", damage)
        return self._written("_template", write=write, file=file, content=content.encode())

    def _written(self, damage: str, *, write: Callable[[Path, bytes], None], file: str, content: bytes) -> Breakage:
        name = f"{damage.strip('_')}, {write.__name__.strip('_')}".replace("_", " ")
        return Breakage(name, file, lambda path: write(path, content), self._problems(file, content))

    def _problems(self, file: str, content: bytes) -> tuple[Problem, ...]:
        shutil.rmtree(self._scratch, ignore_errors=True)
        shutil.copytree(self._folder, self._scratch, ignore=shutil.ignore_patterns("var", "*.log"))
        (self._scratch / file).write_bytes(content)
        options = Options(schedules=self._scratch / "schedules.yaml", database="sqlite:///")
        try:
            return check(App(options, clock=SystemClock()))
        except ScheduleUnreadable:
            return ()


# --- the daemon -------------------------------------------------------------------------------------------------


@dataclass
class Office:
    """A folder with a good file, a sandbox in this process, and the daemon in a process of its own."""

    folder: Path
    sandbox: Sandbox
    good: dict[str, bytes] = field(default_factory=dict)

    def set_up(self, text: str) -> None:
        """Write what is good."""
        (self.folder / TEMPLATE).parent.mkdir(parents=True)
        self.good = {
            "schedules.yaml": text.encode(),
            TEMPLATE: b"Come: {{ event.title }}",
            MAIL_TEMPLATE: _MAIL.encode(),
        }
        for file, content in self.good.items():
            (self.folder / file).write_bytes(content)
        rows = ["email,name,language", *(f"{reader},Reader,en" for reader in READERS), ""]
        (self.folder / "readers.csv").write_text("\n".join(rows), encoding="utf-8")

    @contextmanager
    def daemon(self) -> Iterator[subprocess.Popen[bytes]]:
        """The daemon, running; stopped cleanly at the end."""
        with (self.folder / "daemon.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "publisher", "run"],
                cwd=self.folder,
                env=self._environment(),
                stdout=log,
                stderr=log,
            )
            try:
                yield process
            finally:
                process.terminate()
                process.wait(30)

    def _environment(self) -> dict[str, str]:
        own = {name: value for name, value in os.environ.items() if not name.startswith("PUBLISHER_")}
        for name, type_ in CHANNELS.items():
            channel = Channel(id=name, type=type_, languages=("en",), calendar=Calendar(timezone="UTC"))
            for setting, value in self.sandbox.settings_for(channel).items():
                own[variable(name, setting)] = value
        return own | {"PYTHONPATH": str(Path(__file__).parents[1]), "COLUMNS": "500"}

    def log(self) -> str:
        """What the daemon said so far."""
        return (self.folder / "daemon.log").read_text(encoding="utf-8")

    def wait_for(self, pattern: str, *, since: int, seconds: float = 60) -> float:
        """Wait until the log has this behind an offset; gives the instant (monotonic seconds)."""
        deadline = time.monotonic() + seconds
        while not re.search(pattern, self.log()[since:]):
            if time.monotonic() > deadline:
                raise TimeoutError(f"the log lacks {pattern}:\n{self.log()[since:]}")
            time.sleep(0.005)
        return time.monotonic()

    @contextmanager
    def ledger(self) -> Iterator[Ledger]:
        """The daemon's ledger."""
        ledger = open_ledger(f"sqlite:///{self.folder / 'var' / 'publisher.db'}")
        try:
            yield ledger
        finally:
            ledger.close()

    def plan(self) -> dict[str, tuple[object, ...]]:
        """What the ledger has planned, with everything that an edit could change."""
        with self.ledger() as ledger:
            return {
                row.key: (row.due_at, row.expires_at, row.step, row.template, row.state is DeliveryState.CANCELLED)
                for row in ledger.deliveries.all()
            }

    def break_once(self, breakage: Breakage) -> float:
        """Break, and wait until the error is named; gives the seconds from the end of the write."""
        since = len(self.log())
        breakage.carry_out(self.folder / breakage.file)
        began = time.monotonic()
        return self.wait_for(rf"\[error.* place=\S*{re.escape(breakage.place)}", since=since) - began

    def mend(self, file: str, chance: random.Random) -> float:
        """Write what is good in some way, and wait until that is taken over; gives the seconds it took."""
        path, since = self.folder / file, len(self.log())
        if path.is_dir():
            path.rmdir()
        ways = WRITINGS if path.exists() else (_in_pieces, _renamed_over)
        if path.is_symlink() and not path.exists():
            path.unlink()
        chance.choice(ways)(path, self.good[file])
        began = time.monotonic()
        return self.wait_for(r"\] mended ", since=since) - began

    def settle(self) -> None:
        """Wait until nothing that is due is still to go."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with self.ledger() as ledger:
                late = [row for row in ledger.deliveries.open() if row.due_at <= datetime.now(UTC)]
            if not late:
                return
            time.sleep(0.1)
        raise TimeoutError(f"still to go: {late}")

    def out(self) -> tuple[int, list[str]]:
        """How many posts and mails were due by now, and what is wrong with them: lost, or there twice."""
        with self.ledger() as ledger:
            rows = ledger.deliveries.all()
        wrong = [f"{row.key}: {row.state}" for row in rows if row.state not in OPEN | {DeliveryState.SENT}]
        wrong += [f"{row.key}: late" for row in rows if row.state in OPEN and row.due_at < datetime.now(UTC)]
        expected: Counter[tuple[str, str]] = Counter()
        for row in rows:
            if row.state is DeliveryState.SENT:
                number = row.source_id.removeprefix("post-")
                for reader in READERS if row.channel == "news" else ("",):
                    expected[row.channel + reader, number] += 1
        arrived = self._arrived()
        wrong += [f"{one}: lost" for one in (expected - arrived).elements()]
        wrong += [f"{one}: twice" for one in (arrived - expected).elements()]
        return expected.total(), wrong

    def _arrived(self) -> Counter[tuple[str, str]]:
        posts = [(post.channel_id, post.text) for name in ("twitter", "facebook") for post in self.sandbox.posted(name)]
        mails = [(f"news{mail.recipient}", mail.content.decode()) for mail in self.sandbox.mails("news")]
        found: Counter[tuple[str, str]] = Counter()
        for where, words in (*posts, *mails):
            match = re.search(r"News number (\d+): all is", words)
            found[where, match[1] if match else words] += 1
        return found
