"""What the law asks of a mail: who writes, and how to get no more of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from publisher.model import Form, Severity
from publisher.rules.copy import Complaint, Copy
from publisher.rules.registry import rule
from publisher.sentences import sentence

_MAIL = (Form.MAIL,)
_HEADER = re.compile(rb"^List-Unsubscribe:", re.MULTILINE | re.IGNORECASE)
_WAY_OUT = re.compile(
    r"unsubscribe|wypis|rezygn|opt-?out|abmeld|austrag|peru|desuscri|baja|desinscr|désinscri|désabonn", re.IGNORECASE
)
_OWN = ("internal", "staff", "employees", "pracownicy", "wewnętrzn")


@rule("email-unsubscribe", Severity.ERROR, forms=_MAIL)
def there_is_a_way_out(copy: Copy) -> Iterator[Complaint]:
    """A link that people see, and a header that programs see; not for one's own staff."""
    audience = copy.schedule.audiences.get(copy.announcement.channel.audience)
    if audience is not None and audience.basis.casefold().startswith(_OWN):
        return
    head = copy.payload.body.partition(b"\r\n\r\n")[0]
    if not _HEADER.search(head):
        yield Complaint(
            sentence("The mail has no header List-Unsubscribe."),
            sentence("Give the channel a sender: its server writes the header."),
        )
    ways = [link for link in copy.page.links if _WAY_OUT.search(f"{link.target} {link.words}")]
    if not ways:
        yield Complaint(
            sentence("The mail has no link with which readers get no more of them."),
            sentence("Give the project a contact, or put such a link into the template."),
        )


@rule("email-sender", Severity.ERROR, forms=_MAIL)
def it_says_who_writes(copy: Copy) -> Iterator[Complaint]:
    """The name of the office and an address at which it can be reached."""
    project = copy.announcement.project
    contact = project.contact
    name, address = (contact.name, contact.email) if contact else (project.name, "")
    shown = f"{copy.page.text} {' '.join(link.target for link in copy.page.links)}"
    if (name and name not in shown and project.name not in shown) or (address and address not in shown):
        yield Complaint(
            sentence("The mail does not say who writes it, or how to reach them."),
            sentence("Name the contact of the project at its end, as the foot of the layout does."),
        )


@rule("layout-role", Severity.ERROR, forms=_MAIL)
def tables_are_no_tables(copy: Copy) -> Iterator[Complaint]:
    """Tables that only put things beside each other say so, or screen readers count their cells."""
    if any(role not in ("presentation", "none") for role in copy.page.tables):
        yield Complaint(
            sentence("A table that is there for the layout does not say so; screen readers count its cells."),
            sentence('Write  <table role="presentation">'),
            words="<table",
        )
