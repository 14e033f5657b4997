"""Everything that people may write in a template, with its meaning and examples.

The list is made from the docstrings of the views and filters, so that the documentation can't differ from the code.
A docstring is a sentence; what stands in it between double backquotes are its examples.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from publisher.render.addressee import ReaderView
from publisher.render.event_view import EventView
from publisher.render.filters import FILTERS
from publisher.render.mail_views import EmblemView, LogoView, PictureView
from publisher.render.views import (
    ChannelView,
    ContactView,
    DigestView,
    FundingView,
    ListView,
    PostView,
    ProjectView,
)


class Explained(NamedTuple):
    """What a name stands for, and pieces of templates that show it."""

    meaning: str
    examples: tuple[str, ...]


_EXAMPLE = re.compile(r":? *``(.+?)``")

_COMMON: Mapping[str, str] = {
    "language": "The language of this announcement: ``{{ language }}``.",
    "today": "The day on which the words will be read: ``{{ today|day }}``.",
    "hashtags": "Tags of the project and of the event or post, each once: ``{{ hashtags }}``.",
    "subject": "Only in the layout of a mail, its subject: ``{{ subject }}``.",
    "preheader": "Only in the layout of a mail, the line that inboxes show after the subject: ``{{ preheader }}``.",
    "body": "Only in the layout of a mail, the block `body` of a template that names no layout itself: ``{{ body }}``.",
    "archive_link": "Where a mail can be read on the web, or empty: ``{{ archive_link }}``.",
    "preferences_link": "In mails, the reader's page about what they get, or empty: ``{{ preferences_link }}``.",
    "unsubscribe_link": "In mails, the page on which the reader leaves the list, or empty: ``{{ unsubscribe_link }}``.",
    'reader["…"]': 'A further column of the list, by its header: ``{{ reader["company"] }}`` ``{{ reader.company }}``.',
}


def _explained(doc: str | None, name: str) -> Explained:
    """The meaning without its examples. A variable whose example is no piece of a template is shown as it is."""
    text = " ".join((doc or "").split())
    examples = tuple(example for example in _EXAMPLE.findall(text) if example.startswith("{"))
    meaning = _EXAMPLE.sub("", text).rstrip(" .") + "."
    return Explained(meaning, examples or (f"{{{{ {name} }}}}",))


def _of_view(name: str, view: type) -> dict[str, Explained]:
    members = {key: member for key, member in vars(view).items() if isinstance(member, property) and key[0] != "_"}
    return {f"{name}.{key}": _explained(member.__doc__, f"{name}.{key}") for key, member in members.items()}


VARIABLES: Mapping[str, Explained] = {
    **_of_view("event", EventView),
    **_of_view("post", PostView),
    **_of_view("digest", DigestView),
    **_of_view("project", ProjectView),
    **_of_view("project.contact", ContactView),
    **_of_view("funding", FundingView),
    **_of_view("channel", ChannelView),
    **_of_view("picture", PictureView),
    **_of_view("emblem", EmblemView),
    **_of_view("logo", LogoView),
    **_of_view("list", ListView),
    **_of_view("reader", ReaderView),
    **{name: _explained(doc, name) for name, doc in _COMMON.items()},
}
"""Name → meaning and examples."""


def explained_filters(filters: Mapping[str, Callable[..., object]] = FILTERS) -> dict[str, Explained]:
    """The filters that publisher adds to those of Jinja."""
    return {name: _explained(function.__doc__, name) for name, function in filters.items()}
