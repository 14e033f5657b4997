"""A ledger on each of the databases that can keep one."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from postgres_server import Server, server

from publisher.ledger.ledger import Ledger, open_ledger

_numbers = count()


@pytest.fixture(scope="session")
def shared_server() -> Iterator[Server]:
    """A PostgreSQL server that nobody stops or fills: each test takes a database of its own there."""
    with server() as one:
        yield one


@pytest.fixture(params=["sqlite", "postgresql"])
def either_ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ledger]:
    """A fresh ledger: in a file for one run of the test, on a server for the other."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'ledger.db'}"
    else:
        url = request.getfixturevalue("shared_server").make(f"either{next(_numbers)}")
    opened = open_ledger(url)
    yield opened
    opened.close()
