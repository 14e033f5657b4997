"""A name server on loopback, with records from a dictionary."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rrset


@contextmanager
def name_server(records: Mapping[tuple[str, str], Sequence[str]], *, silent: bool = False) -> Iterator[str]:
    """Serves ``{("example.org", "TXT"): ['"v=spf1 -all"']}``; gives its address with the port."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listening.bind(("127.0.0.1", 0))
    listening.settimeout(0.05)
    stopped = threading.Event()

    def serve() -> None:
        while not stopped.is_set():
            try:
                asked, sender = listening.recvfrom(4096)
            except TimeoutError:
                continue
            if not silent:
                listening.sendto(_answer(dns.message.from_wire(asked), records).to_wire(), sender)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{listening.getsockname()[1]}"
    finally:
        stopped.set()
        thread.join(5)
        listening.close()


def _answer(query: dns.message.Message, records: Mapping[tuple[str, str], Sequence[str]]) -> dns.message.Message:
    answer = dns.message.make_response(query)
    answer.flags |= dns.flags.RA
    [question] = query.question
    name, kind = str(question.name).rstrip(".").lower(), question.rdtype.name
    if (name, kind) in records:
        answer.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *records[name, kind]))
    elif not any(known == name for known, _ in records):
        answer.set_rcode(dns.rcode.NXDOMAIN)
    return answer
