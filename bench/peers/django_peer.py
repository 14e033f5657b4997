"""Django's ``send_messages`` sends the mails of a folder over one connection: python django_peer.py FOLDER PORT."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import django
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

BATCH = 500


def main() -> None:
    """Send them, and say how long it took."""
    folder, port = Path(sys.argv[1]), int(sys.argv[2])
    letters = json.loads((folder / "letters.json").read_text(encoding="utf-8"))
    readers = json.loads((folder / "readers.json").read_text(encoding="utf-8"))
    settings.configure(USE_TZ=True, EMAIL_HOST="127.0.0.1", EMAIL_PORT=port)
    django.setup()
    began = time.perf_counter()
    with get_connection("django.core.mail.backends.smtp.EmailBackend") as connection:
        for start in range(0, len(readers), BATCH):
            batch = readers[start : start + BATCH]
            connection.send_messages([_mail(letters[reader["language"]], reader) for reader in batch])
    print(json.dumps({"mails": len(readers), "seconds": time.perf_counter() - began}))


def _mail(letter: dict[str, str], reader: dict[str, str]) -> EmailMultiAlternatives:
    text, html = (
        letter[part].replace("%NAME%", reader["name"]).replace("%TOKEN%", reader["token"]) for part in ("text", "html")
    )
    unsubscribe = {
        "List-Unsubscribe": f"<https://lists.example.org/u/{reader['token']}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    to = f"{reader['name']} <{reader['address']}>"
    mail = EmailMultiAlternatives(
        letter["subject"], text, "Biuro projektu <office@example.org>", [to], headers=unsubscribe
    )
    mail.attach_alternative(html, "text/html")
    return mail


main()
