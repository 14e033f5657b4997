"""The program of a process that sends for a mailing: ``python -m publisher.delivery.mailworker FD``.

It imports little, because there may be several of them.
"""

from __future__ import annotations

import sys

sys.modules["rich"] = None  # type: ignore[assignment]  # structlog would draw tracebacks with it: 5 MB for nothing

from publisher.bulk.errands import NotHere, Outgoing, Writer  # noqa: E402
from publisher.bulk.worker import serve  # noqa: E402
from publisher.ledger.records import Recipient  # noqa: E402
from publisher.newsletter.scribe import NoLetter, Scribe  # noqa: E402


def writer_of(packed: str) -> Writer:
    """Fills in the letters that were told."""
    scribe = Scribe.unpack(packed.encode("ascii"))

    def write(recipient: Recipient) -> Outgoing:
        try:
            return Outgoing(*scribe.write(recipient.id, recipient.reader), has_dots=False)
        except NoLetter as error:
            raise NotHere(error.message) from None

    return write


if __name__ == "__main__":
    serve(int(sys.argv[1]), writer_of)
