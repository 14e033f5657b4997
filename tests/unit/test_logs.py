"""The log: lines for people, without what must stay secret."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
import structlog

from publisher.logs import configure


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    yield
    structlog.reset_defaults()


def test_a_fault_of_ours_is_shown_without_the_values_of_variables(capsys: pytest.CaptureFixture[str]) -> None:
    configure(level=logging.DEBUG)
    token = "x" * 40
    try:
        len(token) // 0
    except ZeroDivisionError:
        structlog.get_logger("publisher.test").exception("unforeseen error")
    shown = capsys.readouterr().err
    assert "unforeseen error" in shown
    assert "ZeroDivisionError" in shown
    assert token not in shown


def test_what_is_empty_is_left_out_and_what_is_too_detailed_is_not_shown(capsys: pytest.CaptureFixture[str]) -> None:
    configure(level=logging.INFO)
    log = structlog.get_logger("publisher.test")
    log.info("sent", key="one", url=None)
    log.debug("a detail")
    shown = capsys.readouterr().err
    assert "key=one" in shown
    assert "url" not in shown
    assert "a detail" not in shown
