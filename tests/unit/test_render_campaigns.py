"""Links that tell where readers come from."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from publisher.model import Announcement, Calendar, Channel, Post, Project
from publisher.render.campaigns import tagged, untagged

CHANNEL = Channel(id="fb-pl", type="facebook", languages=("pl",), calendar=Calendar(timezone="UTC"), utm=True)
POST = Post(id="europe-day-2027", text={"pl": "Dzień Europy"})
ABOUT = Announcement(
    template="post",
    source=POST,
    project=Project(name="Next2Met"),
    channel=CHANNEL,
    language="pl",
    due_local=datetime(2027, 5, 9, 9),  # noqa: DTZ001  a wall time
)
ADDED = "utm_source=fb-pl&utm_medium=social&utm_campaign=europe-day-2027&utm_content=post-pl"


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("https://example.org/a", f"https://example.org/a?{ADDED}"),
        ("https://example.org", f"https://example.org?{ADDED}"),
        ("https://example.org/a?b=1&c=%C5%82", f"https://example.org/a?b=1&c=%C5%82&{ADDED}"),
        ("https://example.org/a?b=1#part", f"https://example.org/a?b=1&{ADDED}#part"),
        ("https://example.org/łąka", f"https://example.org/łąka?{ADDED}"),
    ],
)
def test_a_link_gets_channel_announcement_and_language(link: str, expected: str) -> None:
    assert tagged(link, ABOUT) == expected


@pytest.mark.parametrize(
    "link", ["", "mailto:office@example.org", "https://example.org/?utm_source=poster", "tel:+4885"]
)
def test_what_is_no_link_to_a_page_or_has_its_own_parameters_stays(link: str) -> None:
    assert tagged(link, ABOUT) == link


@pytest.mark.parametrize(
    "link", ["https://example.org/a?b=1&c=2#part", "https://example.org/a", "https://example.org/?x"]
)
def test_the_page_itself_is_found_again(link: str) -> None:
    assert untagged(tagged(link, ABOUT)) == link


def test_nothing_is_added_where_nobody_asked_for_it() -> None:
    assert tagged("https://example.org", replace(ABOUT, channel=replace(CHANNEL, utm=False))) == "https://example.org"


def test_a_mail_channel_is_the_medium_email() -> None:
    mail = replace(CHANNEL, audience="partners")
    assert "utm_medium=email" in tagged("https://example.org", replace(ABOUT, channel=mail))
