"""The pages for readers of one office."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from web_parts import Library, library


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Library]:
    """An office with its pages served."""
    with library(tmp_path) as one:
        yield one
