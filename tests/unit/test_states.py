"""The states of a delivery, against the table in the design."""

from __future__ import annotations

import pytest

from publisher.errors import IllegalTransition
from publisher.ledger import states
from publisher.model import DeliveryState

S = DeliveryState

DESIGN = {
    S.PLANNED: {S.PENDING, S.CANCELLED, S.EXPIRED},
    S.PENDING: {S.SENDING, S.CANCELLED, S.EXPIRED},
    S.SENDING: {S.SENT, S.RETRY_WAIT, S.FAILED, S.UNKNOWN},
    S.RETRY_WAIT: {S.SENDING, S.CANCELLED, S.EXPIRED},
    S.UNKNOWN: {S.SENT, S.PENDING, S.NEEDS_HUMAN},
    S.NEEDS_HUMAN: {S.SENT, S.PENDING, S.CANCELLED},
    S.SENT: set(),
    S.FAILED: set(),
    S.CANCELLED: set(),
    S.EXPIRED: set(),
}
"""What happens by itself, and what a person can say of something uncertain."""

BESIDE_IT = {(S.RETRY_WAIT, S.PENDING), (S.FAILED, S.PENDING), (S.FAILED, S.CANCELLED), (S.CANCELLED, S.PLANNED)}
"""A person asks for another try now, or after a refusal; another time took its place, or it is back in the file."""

PAIRS = [(old, new) for old in S for new in S]


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_a_change_is_legal_if_the_design_says_so_and_only_then(old: S, new: S) -> None:
    if new in DESIGN[old] or (old, new) in BESIDE_IT:
        states.check("key", old=old, new=new)
    else:
        with pytest.raises(IllegalTransition, match=f"it is {old} and can't become {new}") as caught:
            states.check("key", old=old, new=new)
        assert caught.value.remedy == "see what happened to it: publisher why key"


def test_every_state_is_in_the_table() -> None:
    assert set(states.LEGAL) == set(S)


def test_every_state_can_be_reached() -> None:
    reachable = {S.PLANNED}.union(*states.LEGAL.values())
    assert reachable == set(S)


def test_nothing_leads_away_from_what_is_published_or_too_late() -> None:
    assert not states.LEGAL[S.SENT] | states.LEGAL[S.EXPIRED]


def test_what_may_be_out_is_never_sent_again_without_a_word_from_a_person() -> None:
    assert set(states.OUT) == {S.SENDING, S.SENT, S.UNKNOWN, S.NEEDS_HUMAN}
    assert not any(
        S.SENDING in states.LEGAL[state] or S.RETRY_WAIT in states.LEGAL[state] for state in states.UNCERTAIN
    )


def test_a_delivery_is_still_to_go_or_may_be_out_or_is_over() -> None:
    over = {S.FAILED, S.CANCELLED, S.EXPIRED}
    assert states.OPEN | states.OUT | over == set(S)
    assert not states.OPEN & states.OUT
    assert states.UNCERTAIN < states.OUT
    assert states.WAITING <= states.OPEN
