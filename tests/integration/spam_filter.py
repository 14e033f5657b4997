"""What a spam filter says of mails: Debian's SpamAssassin, not installed, with the tests that need no network.

`make install-dev` unpacks it into ``.debian``. Nothing is given for being known or trusted, and nothing is learned, so
that a score speaks of the mail alone.
"""

from __future__ import annotations

import mailbox
import re
import subprocess
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from postfix_server import DEBIAN

_PATIENCE = 170  #: seconds
_NO_CREDIT = ("ALL_TRUSTED", "MAILING_LIST_MULTI", "DKIM_VALID", "DKIM_VALID_AU", "DKIM_VALID_EF")
_OF_TESTS = ("RCVD_ILLEGAL_IP",)  #: addresses of servers from the ranges for examples, RFC 5737
_PREFERENCES = "use_bayes 0\nuse_auto_welcomelist 0\nbayes_auto_learn 0\nreport_safe 0\n" + "".join(
    f"score {rule} 0\n" for rule in (*_NO_CREDIT, *_OF_TESTS)
)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What it says of one mail."""

    score: float
    rules: tuple[str, ...]


def judge(mails: Sequence[bytes], *, folder: Path) -> list[Judgement]:
    """One judgement for each, in this order. ``folder`` is for what it needs meanwhile."""
    box = folder / "mails.mbox"
    box.write_bytes(b"".join(_in_a_box(number, mail) for number, mail in enumerate(mails)))
    (folder / "preferences").write_text(_PREFERENCES, encoding="ascii")
    command = [
        *("perl", "-T", *(f"-I{path}" for path in _modules())),
        *(str(DEBIAN / "usr/bin/spamassassin"), "--local", "--mbox", "--nocreate-prefs"),
        f"--configpath={DEBIAN / 'usr/share/spamassassin'}",
        f"--siteconfigpath={DEBIAN / 'etc/spamassassin'}",
        f"--prefspath={folder / 'preferences'}",
        str(box),
    ]
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "LANG": "C.UTF-8"}
    ran = subprocess.run(command, env=environment, capture_output=True, check=False, timeout=_PATIENCE)
    assert ran.returncode == 0, ran.stderr.decode()
    (folder / "judged.mbox").write_bytes(ran.stdout)
    with closing(mailbox.mbox(folder / "judged.mbox")) as judgements:
        judged = {int(mail["X-Number"]): _judgement(mail["X-Spam-Status"]) for mail in judgements}
    return [judged[number] for number in range(len(mails))]


def _modules() -> list[Path]:
    """Where the unpacked packages have their modules."""
    return [DEBIAN / "usr/share/perl5", *DEBIAN.glob("usr/lib/*-linux-gnu/perl5/*")]


def _in_a_box(number: int, mail: bytes) -> bytes:
    """As it stands in a mailbox, with its number; it judges them in no order."""
    lines = re.sub(rb"^(>*From )", rb">\1", mail.replace(b"\r\n", b"\n"), flags=re.MULTILINE)
    return b"From office@example.org Fri May  7 10:00:00 2027\nX-Number: %d\n%s\n" % (number, lines)


def _judgement(status: str) -> Judgement:
    found = re.search(r"score=(-?[\d.]+).*?tests=([A-Z0-9_,\s]*)", status)
    assert found is not None, status
    return Judgement(float(found[1]), tuple(re.findall(r"[A-Z0-9_]+", found[2])))
