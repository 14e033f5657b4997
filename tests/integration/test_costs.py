"""What posts cost is counted in the ledger, and a monthly ceiling holds what would go beyond it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from running_parts import CHANNELS, DUE, Scene, post, scene

from publisher.sandbox.faults import Fault

LINK = "    link: https://www.example.org/news\n"


def channels(ceiling: str) -> str:
    priced = f'twitter:  {{ account: "@office", languages: [en], price: {{ post: 0.015, link: 0.20 }}, {ceiling} }}'
    return CHANNELS.replace('twitter:  { account: "@office", languages: [en] }', priced)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path) as made:
        yield made


def spent(office: Scene) -> Decimal:
    return office.ledger.charges.spent("twitter", month="2027-05", currency="USD")


def test_a_post_with_a_link_is_charged_at_the_price_of_a_link(office: Scene) -> None:
    office.write(post("one", to=["twitter"], more=LINK), post("two", to=["twitter"]), channels=channels(""))
    office.at(DUE)
    assert spent(office) == Decimal("0.215")


def test_what_would_go_beyond_the_ceiling_is_held_with_the_reason(office: Scene) -> None:
    posts = [post(name, to=["twitter"], more=LINK) for name in ("one", "two")]
    office.write(*posts, channels=channels("monthly_ceiling: 0.3"))
    office.at(DUE)
    assert sorted(office.state(name, "twitter") for name in ("one", "two")) == ["planned", "sent"]
    (held,) = office.ledger.deliveries.open()
    assert "more than the ceiling of 0.3 USD" in held.reason
    office.write(*posts, channels=channels("monthly_ceiling: 0.4"))
    office.at(DUE + timedelta(hours=1))
    assert {office.state(name, "twitter") for name in ("one", "two")} == {"sent"}


def test_a_second_try_is_no_second_charge(office: Scene) -> None:
    office.write(post("one", to=["twitter"], more=LINK), channels=channels("monthly_ceiling: 0.3"))
    office.inject("twitter", Fault.UNAVAILABLE)
    office.at(DUE)
    office.play(1)
    assert spent(office) <= Decimal("0.20")


def test_other_channels_cost_the_same_for_every_post(office: Scene) -> None:
    priced = CHANNELS.replace("account: office,", "account: office, price: { post: 0.5, currency: EUR },")
    office.write(post("one", to=["facebook"], more=LINK), channels=priced)
    office.at(DUE)
    assert office.ledger.charges.spent("facebook", month="2027-05", currency="EUR") == Decimal("0.5")
