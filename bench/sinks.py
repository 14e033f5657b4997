"""The servers and senders beside ours in the benches of mail: each a process of its own, on loopback."""

from __future__ import annotations

import mmap
import os
import re
import socket
import struct
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
BUILT = ROOT / ".bench"
"""Where `make` puts what it compiles and installs for benches alone."""

DEBIAN = ROOT / ".debian"
"""Where `make` unpacks Debian's packages."""

_PATIENCE = 30  #: seconds until a server listens, or ends
_COUNTERS = struct.Struct("=QQQ")


class Counters:
    """What the sink of `sink.c` has taken so far."""

    def __init__(self, file: Path) -> None:
        with file.open("rb") as opened:
            self._memory = mmap.mmap(opened.fileno(), _COUNTERS.size, prot=mmap.PROT_READ)

    @property
    def mails(self) -> int:
        """How many mails."""
        return int(self._now()[0])

    @property
    def size(self) -> int:
        """Bytes in them."""
        return int(self._now()[1])

    @property
    def last(self) -> int:
        """When the last one was taken: nanoseconds on the clock of `time.monotonic_ns`."""
        return int(self._now()[2])

    def _now(self) -> tuple[int, ...]:
        return _COUNTERS.unpack(self._memory[: _COUNTERS.size])


@contextmanager
def own_sink(record: Path | None = None) -> Iterator[tuple[int, Counters]]:
    """The sink in C, which takes more than any sender sends; gives its port, and what it counts."""
    with tempfile.TemporaryDirectory() as folder:
        counters = Path(folder) / "counters"
        arguments = [str(BUILT / "sink"), str(counters), *([str(record)] if record is not None else [])]
        with _listening(arguments) as port:
            yield port, Counters(counters)


@contextmanager
def delayed(port: int, *, milliseconds: float) -> Iterator[int]:
    """A way to a server on which everything takes so long in each direction; gives its port."""
    with _listening([str(BUILT / "delay"), str(port), str(milliseconds)]) as near:
        yield near


@contextmanager
def smtp_sink() -> Iterator[int]:
    """Postfix's smtp-sink; gives its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    with _running([_of_postfix("smtp-sink"), "-u", _somebody(), f"127.0.0.1:{port}", "1000"]):
        _wait_for(port)
        yield port


def smtp_source(port: int, *, mails: int, size: int, sessions: int = 16) -> float:
    """Let Postfix's smtp-source send over connections that it keeps; gives the seconds that it took."""
    numbers = ["-s", str(sessions), "-m", str(mails), "-l", str(size)]
    people = ["-f", "office@example.org", "-t", "reader@example.org"]
    began = time.perf_counter()
    subprocess.run(
        [_of_postfix("smtp-source"), "-d", *numbers, *people, f"127.0.0.1:{port}"], env=_environment(), check=True
    )
    return time.perf_counter() - began


def _of_postfix(program: str) -> str:
    return str(DEBIAN / "usr" / "sbin" / program)


def _environment() -> dict[str, str]:
    folders = [DEBIAN / "usr/lib/postfix", *DEBIAN.glob("usr/lib/*-linux-gnu")]
    return os.environ | {"LD_LIBRARY_PATH": ":".join(map(str, folders))}


def _somebody() -> str:
    """smtp-sink does not want to be root."""
    return "nobody" if os.geteuid() == 0 else os.environ.get("USER", "nobody")


@contextmanager
def _listening(arguments: Sequence[str]) -> Iterator[int]:
    """A program that prints its port when it is ready."""
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
        try:
            said = process.stdout.readline() if process.stdout else ""
            if not re.fullmatch(r"\d+\n", said):
                raise RuntimeError(f"{arguments[0]} does not listen")
            yield int(said)
        finally:
            process.terminate()
            process.wait(_PATIENCE)


@contextmanager
def _running(arguments: Sequence[str]) -> Iterator[None]:
    with subprocess.Popen(arguments, env=_environment()) as process:
        try:
            yield
        finally:
            process.terminate()
            process.wait(_PATIENCE)


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError("smtp-sink does not listen")
