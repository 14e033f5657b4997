"""The program of a process that sends for a mailing: ``python -m publisher.delivery.mailworker FD``.

It imports little, because there may be several of them.
"""

from __future__ import annotations

import logging
import sys

from publisher import logs  # before all others: it spares structlog a library of 5 MB
from publisher.bulk.errands import NotHere, Outgoing, Writer
from publisher.bulk.worker import serve
from publisher.ledger.records import Recipient
from publisher.newsletter.scribe import NoLetter, Scribe
from publisher.redaction import without_password


def writer_of(packed: str) -> Writer:
    """Fills in the letters that were told."""
    scribe = Scribe.unpack(packed.encode("ascii"))

    def write(recipient: Recipient) -> Outgoing:
        try:
            return Outgoing(*scribe.write(recipient.id, recipient.reader), has_dots=False)
        except NoLetter as error:
            raise NotHere(error.message) from None

    return write


def work(line: int) -> None:
    """Until the other end of the socket pair with this file descriptor is done; what goes wrong stands in the log."""
    logs.configure(level=logging.INFO, redact=without_password)
    serve(line, writer_of)


if __name__ == "__main__":
    work(int(sys.argv[1]))
