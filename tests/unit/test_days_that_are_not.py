"""Days that no calendar has, written as people write them at home."""

from __future__ import annotations

import pytest

from publisher.schedulefile.localdates import meant
from publisher.timing.words import NoSuchDay


@pytest.mark.parametrize(
    ("written", "message", "hint"),
    [
        ("31 June 2027 at 10:00", "31 June 2027 does not exist: June 2027 has 30 days.", "2027-06-30 or 2027-07-01"),
        ("31.06.2027 10:00", "31 June 2027 does not exist: June 2027 has 30 days.", "2027-06-30 or 2027-07-01"),
        ("29 lutego 2027", "29 February 2027 does not exist: 2027 is not a leap year.", "2027-02-28 or 2027-03-01"),
        ("12.13.2027", "There is no month 13.", "2027-12-13"),
    ],
)
def test_a_day_that_there_is_not_is_told_as_such_with_those_beside_it(written: str, message: str, hint: str) -> None:
    with pytest.raises(NoSuchDay) as caught:
        meant(written)
    assert (str(caught.value.message), str(caught.value.hint)) == (message, f"Did you mean {hint}?")


@pytest.mark.parametrize("written", ["8 weeks before at 10:00", "every Monday at 09:00", "2027-06-31", "first day"])
def test_what_is_no_day_of_a_country_is_left_to_others(written: str) -> None:
    assert meant(written) is None
