"""A mail for the page: what the inbox shows, and the page itself without its pictures.

Pictures are put in by the script of the page when a mail is looked at, so that each is in the file once. Without the
script a mail looks as with images off.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from email.policy import default

from publisher.model import Project
from publisher.preview import Preview
from publisher.previewpage.pictures import Album

_EMBEDDED = re.compile(r"""src=(["'])cid:([a-z]+(?:-\d+)?)\1""")
_PREHEADER = 90
"""Signs that an inbox shows behind the subject, roughly: phones show fewer, wide screens more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownMail:
    """What the card of a mail needs. ``is_dark_itself``: it brings its own colours for dark screens."""

    sender: str
    subject: str
    teaser: str
    html: str
    is_dark_itself: bool


def mail_view(preview: Preview, album: Album, project: Project) -> ShownMail | None:
    """The view of a mail; None for what has no words."""
    draft = preview.draft
    if draft is None:
        return None

    shown = {f"picture-{number}": media for number, media in enumerate(preview.media, start=1)} | dict(draft.logos)

    def picture(found: re.Match[str]) -> str:
        media = shown.get(found[2])
        small = album.thumbnail(media) if media is not None else None
        return f'data-picture="{small.name}"' if small else ""

    return ShownMail(
        sender=_sender(preview) or project.name,
        subject=draft.subject,
        teaser=(draft.preheader or draft.text.replace("\n", " "))[:_PREHEADER],
        html=_EMBEDDED.sub(picture, draft.html),
        is_dark_itself="prefers-color-scheme" in draft.html,
    )


def _sender(preview: Preview) -> str:
    """The name in the From of the very mail, else the address."""
    if preview.composed is None:
        return ""
    head = BytesHeaderParser(policy=default).parsebytes(preview.composed.payload.body.partition(b"\r\n\r\n")[0])
    senders = head["From"].addresses if head["From"] else ()
    return next((one.display_name or one.addr_spec for one in senders), "")
