"""Codes of languages and time zones, and what somebody is told who wrote something else."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from publisher.schedulefile.codes import read_language
from publisher.schedulefile.fields import Zone

ZONES = TypeAdapter(Zone)


def told(name: str) -> str:
    """The hint for a zone that there is not."""
    with pytest.raises(ValidationError) as caught:
        ZONES.validate_python(name)
    (error,) = caught.value.errors()
    return str(error["ctx"]["hint"])


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Europe/Bialystok", "Europe/Warsaw"),
        ("Białystok", "Europe/Warsaw"),
        ("Europe/Warszawa", "Europe/Warsaw"),
        ("Poland!", "Europe/Warsaw"),
        ("Americas/New_York", "America/New_York"),
        ("Helsinky", "Europe/Helsinki"),
    ],
)
def test_a_city_without_a_zone_is_answered_with_the_zone_in_which_it_lies(written: str, meant: str) -> None:
    assert told(written) == f"Did you mean {meant}?"


@pytest.mark.parametrize("written", ["CEST", "GMT+2", "Nowhere", "Europe/", "x" * 5000, "../../etc/passwd"])
def test_nothing_is_made_up_for_what_names_no_city(written: str) -> None:
    assert told(written) == "Use a city, like Europe/Warsaw."


@pytest.mark.parametrize(("written", "usual"), [("eng", "en"), ("deu", "de"), ("iw", "he"), ("POL", "pl")])
def test_a_language_goes_by_one_code_alone_since_templates_and_readers_are_found_by_it(
    written: str, usual: str
) -> None:
    with pytest.raises(Exception, match=f"“{written}” is no language code") as caught:
        read_language(written)
    assert f"Did you mean “{usual}”?" in repr(caught.value)


@pytest.mark.parametrize("code", ["pl", "de-AT", "pt-BR", "szl", "zh-TW"])
def test_what_there_is_stays_as_it_is(code: str) -> None:
    assert read_language(code) == code
