"""Other programs with the same mail: nodemailer with its pool, Django, and Mailman's personalised delivery."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from mail_office import LANGUAGES, readers
from sinks import BUILT

_PEERS = Path(__file__).with_name("peers")
_NAME = "Zbigniew Müller-Żak"  #: a name that stands nowhere else
_LONGEST = 600  #: seconds


def _python(environment: str) -> str:
    return str(BUILT / environment / "bin" / "python")


@dataclass(frozen=True, slots=True)
class Peer:
    """A program, and how to start it; it is given a folder and a port."""

    name: str
    command: tuple[str, str]


PEERS = (
    Peer("nodemailer, pooled", ("node", str(_PEERS / "nodemailer_peer.js"))),
    Peer("Mailman, personalised", (_python("mailman"), str(_PEERS / "mailman_peer.py"))),
    Peer("Django send_messages", (_python("django"), str(_PEERS / "django_peer.py"))),
)


def rates(*, port: int, mails: int, composed: Callable[[str, str], bytes]) -> Iterator[tuple[str, float]]:
    """The name of each peer, and how many mails a second it hands to this server.

    ``composed`` gives our mail in a language for a reader of some name.
    """
    with tempfile.TemporaryDirectory(prefix="peers") as name:
        folder = Path(name)
        _write(folder, mails, composed)
        for peer in PEERS:
            ran = subprocess.run(
                [*peer.command, str(folder), str(port)],
                env=os.environ | {"MODULES": str(BUILT / "node" / "node_modules")},
                check=True,
                capture_output=True,
                text=True,
                timeout=_LONGEST,
            )
            told = json.loads(ran.stdout.splitlines()[-1])
            yield peer.name, told["mails"] / told["seconds"]


def _write(folder: Path, mails: int, composed: Callable[[str, str], bytes]) -> None:
    letters = {language: _letter(composed(language, _NAME)) for language in LANGUAGES}
    people = [
        {
            "address": reader.address,
            "name": reader.name,
            "language": reader.language,
            "token": hashlib.sha256(reader.address.encode()).hexdigest()[:40],
        }
        for reader in readers(mails)
    ]
    (folder / "letters.json").write_text(json.dumps(letters), encoding="utf-8")
    (folder / "readers.json").write_text(json.dumps(people), encoding="utf-8")


def _letter(mail: bytes) -> dict[str, str]:
    """Subject, text and HTML, with marks where something personal stands."""
    read = message_from_bytes(mail, _class=EmailMessage, policy=default)
    parts = {part.get_content_subtype(): part.get_content() for part in read.walk() if not part.is_multipart()}
    words = {"subject": str(read["Subject"]), "text": parts["plain"], "html": parts["html"]}
    token = _token(str(read["List-Unsubscribe"]))
    return {part: said.replace(_NAME, "%NAME%").replace(token, "%TOKEN%") for part, said in words.items()}


def _token(unsubscribe: str) -> str:
    """What a link for unsubscribing ends with."""
    return unsubscribe.partition(">")[0].rpartition("/")[2]
