"""A mail as its reader's program sees it."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage


def read(content: bytes) -> EmailMessage:
    """The mail, in which nothing is wrong."""
    parsed = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    assert not [defect for part in parsed.walk() for defect in part.defects]
    return parsed


def part(mail: EmailMessage, kind: str) -> str:
    """Its text (``plain``) or page (``html``), with line ends as they are here."""
    body = mail.get_body((kind,))
    assert isinstance(body, EmailMessage)
    return str(body.get_content()).replace("\r\n", "\n")
