"""Who hands over the mails of a mailing: this process, or others of ours when there are many, or they are signed."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import partial

from publisher.bulk.errands import Fate, Outgoing
from publisher.bulk.pool import Pool
from publisher.bulk.run import Crew, Crews
from publisher.bulk.servers import Server, Servers
from publisher.bulk.workers import Staff, Workers
from publisher.composing import reader_language
from publisher.delivery.letters import Letters
from publisher.ledger.records import Recipient

_PROGRAM = (sys.executable, "-m", "publisher.delivery.mailworker")


def crews(letters: Letters, servers: Servers, *, mails: int) -> Crews:
    """What begins to work with a mail server, for so many mails."""
    count = servers.crew_size(mails=mails, processors=os.cpu_count() or 1)
    here = partial(_here, letters)
    if not count:
        return here
    staff = Staff(
        count=count,
        command=_PROGRAM,
        writer=lambda: letters.writer.pack().decode("ascii"),
        language_of=lambda recipient: reader_language(recipient.reader, letters.channel),
        here=here,
    )

    def others(server: Server, news: Callable[[Fate | None], None]) -> Crew:
        return Workers(staff, server, news)

    return others


def _here(letters: Letters, server: Server, news: Callable[[Fate | None], None]) -> Pool:
    return Pool(server, write=partial(_mail_for, letters), news=news)


def _mail_for(letters: Letters, recipient: Recipient) -> Outgoing:
    """No line of a form letter begins with a dot."""
    return Outgoing(*letters.mail_for(recipient), has_dots=False)
