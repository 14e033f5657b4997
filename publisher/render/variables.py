"""Everything that people may write in a template, with its meaning and an example.

The list is made from the docstrings of the views and filters, so that the documentation can't differ from the code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from publisher.render.event_view import EventView
from publisher.render.filters import FILTERS
from publisher.render.views import ChannelView, ContactView, DigestView, PostView, ProjectView, ReaderView


class Explained(NamedTuple):
    """What a name stands for. ``example`` may be empty."""

    meaning: str
    example: str = ""


_EXAMPLE = re.compile(r"``(.+?)``")

_COMMON: Mapping[str, Explained] = {
    "language": Explained("The language of this announcement.", "pl"),
    "today": Explained("The day on which the words will be read.", "{{ event.first|relative }} counts from it"),
    "hashtags": Explained("Tags of the project and of the event or post, each once.", "#Next2Met #SmartRegions"),
    "subject": Explained("Only in the layout of a mail: its subject."),
    "preheader": Explained("Only in the layout of a mail: the line that inboxes show after the subject."),
    "body": Explained("Only in the layout of a mail: the block `body` of a template that names no layout itself."),
    'reader["…"]': Explained(
        "Mails: a further column of the list, by its header.", 'reader["company"] or reader.company'
    ),
}


def _explained(doc: str | None) -> Explained:
    text = " ".join((doc or "").split())
    found = _EXAMPLE.search(text)
    return Explained(text, found[1] if found else "")


def _of_view(name: str, view: type) -> dict[str, Explained]:
    members = {key: member for key, member in vars(view).items() if isinstance(member, property) and key[0] != "_"}
    return {f"{name}.{key}": _explained(member.__doc__) for key, member in members.items()}


VARIABLES: Mapping[str, Explained] = {
    **_of_view("event", EventView),
    **_of_view("post", PostView),
    **_of_view("digest", DigestView),
    **_of_view("project", ProjectView),
    **_of_view("project.contact", ContactView),
    **_of_view("channel", ChannelView),
    **_of_view("reader", ReaderView),
    **_COMMON,
}
"""Name → meaning and example."""


def explained_filters(filters: Mapping[str, Callable[..., object]] = FILTERS) -> dict[str, Explained]:
    """The filters that publisher adds to those of Jinja."""
    return {name: _explained(function.__doc__) for name, function in filters.items()}
