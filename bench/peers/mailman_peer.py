"""Mailman's personalised delivery of one mail to 500 members, several times: python mailman_peer.py FOLDER PORT.

Mailman puts each member's name and address into the header To; the words of the mail are the same for all of them.
"""

from __future__ import annotations

import json
import os
import sys
import time
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from mailman.app.lifecycle import create_list
from mailman.core.initialize import initialize
from mailman.database.transaction import transaction
from mailman.interfaces.domain import IDomainManager
from mailman.interfaces.mailinglist import IMailingList, Personalization
from mailman.interfaces.usermanager import IUserManager
from mailman.mta.personalized import PersonalizedDelivery
from mailman.testing.helpers import specialized_message_from_string
from zope.component import getUtility

MEMBERS = 500
NAME = "news@example.org"


def main() -> None:
    """Deliver it, and say how long it took."""
    folder, port = Path(sys.argv[1]), int(sys.argv[2])
    letters = json.loads((folder / "letters.json").read_text(encoding="utf-8"))
    readers = json.loads((folder / "readers.json").read_text(encoding="utf-8"))
    _start(folder / "mailman", port)
    members = readers[:MEMBERS]
    news = _list(members)
    times = max(1, len(readers) // len(members))
    post = specialized_message_from_string(_post(letters["de"]).as_string())
    began = time.perf_counter()
    agent = PersonalizedDelivery()
    for _ in range(times):
        agent.deliver(news, post, {"recipients": {member["address"] for member in members}})
    seconds = time.perf_counter() - began
    print(json.dumps({"mails": times * len(members), "seconds": seconds}))


def _start(folder: Path, port: int) -> None:
    folder.mkdir()
    settings = folder / "mailman.cfg"
    settings.write_text(
        f"[mailman]\nlayout: here\n[paths.here]\nvar_dir: {folder}\n"
        f"[mta]\nincoming: mailman.mta.null.NullMTA\nsmtp_host: 127.0.0.1\nsmtp_port: {port}\n",
        encoding="utf-8",
    )
    os.chdir(folder)
    initialize(str(settings))


def _list(members: list[dict[str, str]]) -> IMailingList:
    """A list that writes to each of its members by name."""
    with transaction():
        getUtility(IDomainManager).add("example.org")
        news = create_list(NAME)
        news.personalize = Personalization.full
        users = getUtility(IUserManager)
        for member in members:
            address = users.create_address(member["address"], member["name"])
            user = users.create_user(member["address"] + ".example", member["name"])
            user.link(address)
    return news


def _post(letter: dict[str, str]) -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    mail["From"] = "Biuro projektu <office@example.org>"
    mail["To"] = NAME
    mail["Subject"] = letter["subject"]
    mail["Message-ID"] = "<letter@example.org>"
    mail.set_content(letter["text"], cte="quoted-printable")
    mail.add_alternative(letter["html"], subtype="html", cte="quoted-printable")
    return mail


main()
