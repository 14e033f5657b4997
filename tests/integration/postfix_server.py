"""A real Postfix of the tests' own, on loopback, that puts every mail into one folder: Debian's package, not installed.

`make install-dev` unpacks it into ``.debian``. Its daemons get a configuration, a queue and a mailbox that go away with
them; nothing is installed and no service is started. Postfix separates its rights, so it has to be started by root.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DEBIAN = Path(__file__).parents[2] / ".debian"
"""Where Debian's packages are unpacked."""

DOMAINS = ("example.org", "example.com")
"""Whose mails it takes."""

_PATIENCE = 60  #: seconds
_OWNER = "daemon"  #: any user but root and nobody; Debian has it from the start
_GROUP = "mail"  #: any group but that user's
_QUEUES = (
    "active",
    "bounce",
    "corrupt",
    "defer",
    "deferred",
    "flush",
    "hold",
    "incoming",
    "maildrop",
    "pid",
    "private",
    "public",
    "saved",
    "trace",
)

_MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
daemon_directory = {debian}/usr/lib/postfix/sbin
command_directory = {debian}/usr/sbin
mail_owner = {owner}
setgid_group = {group}
import_environment = MAIL_CONFIG MAIL_LOGTAG LD_LIBRARY_PATH={libraries}
myhostname = mx.example.org
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.1/32
mydestination =
local_recipient_maps =
virtual_mailbox_domains = {domains}
virtual_mailbox_base = {folder}
virtual_mailbox_maps = static:box/
virtual_minimum_uid = 1
virtual_uid_maps = static:{user}
virtual_gid_maps = static:{user}
smtpd_relay_restrictions = reject_unauth_destination
smtpd_client_connection_count_limit = 0
strict_rfc821_envelopes = yes
strict_8bitmime_body = yes
strict_mime_encoding_domain = yes
smtpd_forbid_bare_newline = normalize
"""
_MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
error unix - - n - - error
retry unix - - n - - error
proxymap unix - - n - - proxymap
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""


class PostfixServer:
    """A running Postfix."""

    def __init__(self, folder: Path, port: int) -> None:
        self._folder = folder
        self.port = port

    @property
    def url(self) -> str:
        """For the setting SMTP_URL."""
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        """What it wrote about itself."""
        return (self._folder / "log").read_text(encoding="utf-8")

    def mails(self, count: int) -> list[bytes]:
        """The mails that arrived, as soon as there are so many, with line ends as on the wire."""
        deadline = time.monotonic() + _PATIENCE
        while len(there := sorted((self._folder / "box" / "new").glob("*"))) < count:
            assert time.monotonic() < deadline, f"{len(there)} of {count} mails arrived\n{self.log}"
            time.sleep(0.05)
        return [path.read_bytes().replace(b"\n", b"\r\n") for path in there]


@contextmanager
def postfix() -> Iterator[PostfixServer]:
    """A Postfix that runs meanwhile."""
    assert os.geteuid() == 0, "Postfix separates its rights: run this test as root, in a container for example"
    folder = Path(tempfile.mkdtemp(prefix="mx"))
    try:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        _furnish(folder, port)
        environment = {"PATH": os.defpath, "LD_LIBRARY_PATH": libraries()}
        master = [str(DEBIAN / "usr/lib/postfix/sbin/master"), "-c", str(folder / "etc"), "-d"]
        with subprocess.Popen(master, env=environment, cwd=folder, process_group=0, stderr=subprocess.PIPE) as process:
            try:
                _wait_for(process, port)
                yield PostfixServer(folder, port)
            finally:
                process.terminate()
                process.wait(_PATIENCE)
    finally:
        shutil.rmtree(folder)


def libraries() -> str:
    """Where programs of unpacked packages find theirs: a value of LD_LIBRARY_PATH."""
    return ":".join(str(path) for path in (DEBIAN / "usr/lib/postfix", *DEBIAN.glob("usr/lib/*-linux-gnu")))


def _furnish(folder: Path, port: int) -> None:
    """Configuration, queue and mailbox, with the owners that Postfix wants to see."""
    folder.chmod(0o755)
    for name in ("etc", "queue", "data", "box"):
        (folder / name).mkdir()
    for name in _QUEUES:
        queue = folder / "queue" / name
        queue.mkdir(0o700)
        shutil.chown(queue, "root" if name == "pid" else _OWNER)
    shutil.chown(folder / "data", _OWNER)
    shutil.chown(folder / "box", "nobody")
    main = _MAIN.format(
        folder=folder,
        debian=DEBIAN,
        owner=_OWNER,
        group=_GROUP,
        libraries=libraries(),
        domains=" ".join(DOMAINS),
        user=pwd.getpwnam("nobody").pw_uid,
    )
    (folder / "etc" / "main.cf").write_text(main, encoding="utf-8")
    (folder / "etc" / "master.cf").write_text(_MASTER.format(port=port), encoding="utf-8")


def _wait_for(process: subprocess.Popen[bytes], port: int) -> None:
    """Until it greets."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        assert process.poll() is None, process.stderr.read().decode() if process.stderr else ""
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
                if connection.recv(3) == b"220":
                    return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("Postfix did not begin to listen")
