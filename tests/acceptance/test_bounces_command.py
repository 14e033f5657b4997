"""``publisher bounces`` as it is typed."""

from __future__ import annotations

import json
import re
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from bounce_mails import FOLDER, content
from office import run

from publisher.ledger.ledger import open_ledger
from publisher.ledger.listrecords import Agreement, How, MailList, Newcomer
from publisher.newsletter.keys import kept_key

DOCUMENT = Path(__file__).parents[2] / "docs" / "bounces.md"
NOW = datetime(2027, 5, 11, 8, 0, tzinfo=UTC)
FULL = b"To: x\nFrom: MAILER-DAEMON@mx\nSubject: failure notice\n\n<ben@example.com>:\n552 5.2.2 mailbox full\n"
HARD = b"To: x\nFrom: MAILER-DAEMON@mx\nSubject: failure notice\n\n<anna@example.net>:\n550 5.1.1 user unknown\n"


def test_the_commands_of_the_page_print_what_it_shows(tmp_path: Path) -> None:
    (tmp_path / "returned").mkdir()
    (tmp_path / "returned" / "full.eml").write_bytes(FULL)
    (tmp_path / "returned" / "unknown.eml").write_bytes(HARD)
    blocks = re.findall(r"```console\n\$ publisher (.*?)\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 2
    for command, output in blocks:
        words = [word for part in command.split() for word in _expanded(tmp_path, part)]
        assert run(tmp_path, *words).stdout == output


def _expanded(folder: Path, word: str) -> list[str]:
    return [str(file.relative_to(folder)) for file in sorted(folder.glob(word))] if "*" in word else [word]


def test_it_needs_neither_a_file_nor_a_ledger_and_makes_none(tmp_path: Path) -> None:
    (tmp_path / "x.eml").write_bytes(HARD)
    ran = run(tmp_path, "bounces", "ingest", "x.eml", "--format", "json")
    assert ran.returncode == 0
    (record,) = json.loads(ran.stdout)
    assert {name: record[name] for name in ("file", "recipient", "kind", "reason", "status", "recorded")} == {
        "file": "x.eml",
        "recipient": "anna@example.net",
        "kind": "hard",
        "reason": "user-unknown",
        "status": "5.1.1",
        "recorded": False,
    }
    assert [file.name for file in tmp_path.iterdir()] == ["x.eml"]


def test_all_the_mails_of_a_folder_are_read(tmp_path: Path) -> None:
    ran = run(tmp_path, "bounces", "ingest", str(FOLDER), "--format", "json")
    assert len({record["file"] for record in json.loads(ran.stdout)}) >= 250
    assert ran.stderr == ""


def test_addresses_are_shortened_unless_they_are_asked_for(tmp_path: Path) -> None:
    (tmp_path / "x.eml").write_bytes(HARD)
    assert "anna@" not in run(tmp_path, "bounces", "ingest", "x.eml").stdout
    assert "anna@example.net" in run(tmp_path, "bounces", "ingest", "x.eml", "--show-addresses").stdout


def test_what_cannot_be_read_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    (tmp_path / "x.eml").write_bytes(HARD)
    (tmp_path / "empty.eml").write_bytes(b"")
    (tmp_path / "junk.eml").write_bytes(bytes(range(256)))
    ran = run(tmp_path, "bounces", "ingest", "nothing.eml", "empty.eml", "junk.eml", "x.eml")
    assert ran.returncode == 1
    assert ran.stderr.splitlines() == [
        "nothing.eml: can't be read: No such file or directory",
        "empty.eml: can't be read: it is empty",
    ]
    assert [line.partition(":")[0] for line in ran.stdout.splitlines()] == ["junk.eml", "x.eml"]


def test_what_is_about_a_reader_is_counted_in_the_ledger_and_shown(tmp_path: Path) -> None:
    (tmp_path / "x.eml").write_bytes(content("qmail-no-mailbox.eml"))
    _subscribe(tmp_path, "kasia.nomailbox@example.net")
    first = run(tmp_path, "bounces", "ingest", "x.eml")
    assert first.stdout == "x.eml: k…@example.net: hard: user-unknown 5.1.1: suppressed\n", first.stderr
    assert "k…@example.net  1, last " in run(tmp_path, "bounces", "scores").stdout
    (row,) = json.loads(run(tmp_path, "bounces", "scores", "--format", "json").stdout)
    assert (row["address"], row["bounces"], row["action"]) == ("k…@example.net", 1, "suppressed")
    whole = run(tmp_path, "bounces", "scores", "--show-addresses")
    assert "kasia.nomailbox@example.net" in whole.stdout
    assert "addresses shown" in whole.stderr


def _subscribe(folder: Path, address: str) -> None:
    """Put somebody on a list in the usual ledger."""
    (folder / "var").mkdir()
    person = kept_key(folder / "var" / "publisher.db.key").hash_of(address)
    with closing(open_ledger(f"sqlite:///{folder / 'var' / 'publisher.db'}")) as ledger:
        ledger.lists.add(MailList(name="news", title={"en": "News"}, list_id="n.x", basis="consent", created_at=NOW))
        newcomer = Newcomer(hash=person, address=address)
        ledger.memberships.join(newcomer, ["news"], agreement=Agreement(how=How.FORM, at=NOW), now=NOW)


def test_without_a_mailbox_fetch_says_which_setting_is_missing(tmp_path: Path) -> None:
    ran = run(tmp_path, "bounces", "fetch", "--once")
    assert ran.returncode == 2
    assert "PUBLISHER_BOUNCES_IMAP_URL" in ran.stderr


def test_an_address_of_a_mailbox_is_never_repeated(tmp_path: Path) -> None:
    ran = run(tmp_path, "bounces", "fetch", "--once", PUBLISHER_BOUNCES_IMAP_URL="imap://bob:hush@mail.example.org")
    assert ran.returncode == 2
    assert "clear text" in ran.stderr
    assert "hush" not in ran.stderr
