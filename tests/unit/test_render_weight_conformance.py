"""Weighted length against the conformance suite that X published with twitter-text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from publisher.render import weighted_length
from publisher.render.weight import count_links

SUITE = Path(__file__).parent / "conformance"


def _cases(name: str) -> list[Any]:
    cases = yaml.safe_load((SUITE / f"{name}.yml").read_text(encoding="utf-8"))
    return [pytest.param(case, id=f"{number}: {case['description']}") for number, case in enumerate(cases)]


@pytest.mark.parametrize("case", _cases("weights"))
def test_a_text_weighs_what_the_suite_says(case: dict[str, Any]) -> None:
    assert weighted_length(case["text"]) == case["weight"]


@pytest.mark.parametrize("case", _cases("addresses"))
def test_as_many_addresses_are_seen_as_the_suite_says(case: dict[str, Any]) -> None:
    assert count_links(case["text"]) == len(case["urls"])


def test_an_address_with_a_label_of_64_characters_is_none() -> None:
    assert weighted_length(f"https://{'a' * 63}.org") == 23
    assert weighted_length(f"https://{'a' * 64}.org") == 76
