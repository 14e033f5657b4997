"""What a bench found, under the machine, the day and the command: printed, and kept in `results/`."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

_RESULTS = Path(__file__).parent / "results"


class Report:
    """The results of one run. Made before it begins, so that the load is that of other work on the machine."""

    def __init__(self, bench: str, **variables: object) -> None:
        self._file = _RESULTS / f"{bench}.txt"
        self._command = " ".join([f"make bench-{bench}", *(f"{name}={value}" for name, value in variables.items())])
        self._load = os.getloadavg()[0]

    def keep(self, lines: Iterable[str]) -> None:
        """Print the lines below their head, and write them down instead of the last run's."""
        system = f"{platform.machine()}, {platform.system()}, Python {platform.python_version()}"
        head = [
            f"machine: {os.cpu_count()} cores, {system}; load before the start: {self._load:.1f}",
            f"date: {datetime.now(UTC):%Y-%m-%d}",
            f"command: {self._command}",
        ]
        text = "\n".join([*head, "", *lines, ""])
        print(text)
        self._file.write_text(text, encoding="utf-8")
