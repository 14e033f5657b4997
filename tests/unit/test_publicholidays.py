"""Public holidays by country, each country by itself, and the same as the library's own."""

from __future__ import annotations

import subprocess
import sys

import pytest

from publisher.publicholidays import holidays_of, is_known


@pytest.mark.parametrize("code", ["PL", "FI", "ES-CT", "DE-MV", "IE", "FR"])
def test_the_holidays_are_those_of_the_library(code: str) -> None:
    import holidays

    country, _, part = code.partition("-")
    assert holidays_of(code, 2027) == dict(
        holidays.country_holidays(country, subdiv=part or None, years=2027, language="en_US")
    )


@pytest.mark.parametrize(
    ("code", "known"), [("PL", True), ("ES-CT", True), ("XX", False), ("PL-XX", False), ("PL-", False)]
)
def test_a_country_or_part_that_is_not_there_is_not_known(*, code: str, known: bool) -> None:
    assert is_known(code) is known


def test_one_country_is_loaded_without_the_others() -> None:
    program = (
        "import sys; from publisher.publicholidays import holidays_of; holidays_of('PL', 2027);"
        "print([name for name in sys.modules if name.startswith('holidays.countries.')])"
    )
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout

    assert loaded.strip() == "['holidays.countries.poland']"
