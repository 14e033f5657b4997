"""Mails in files: single ones, mbox files, Maildir folders; packed or not."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from publisher.incoming.files import UnreadableMail, files, mails

ONE = b"From: a@example.org\nSubject: one\n\nFirst.\n"
TWO = b"From: b@example.org\nSubject: two\n\nFrom here it goes on.\n\nFrom me to you.\n"
MBOX = (
    b"From MAILER-DAEMON Tue May 11 08:00:05 2027\n"
    + ONE
    + b"\nFrom b@example.org  Wed May 12 09:00:00 2027\n"
    + TWO
    + b"\n"
)


def _subjects(path: Path) -> list[str]:
    return [found.content.partition(b"Subject: ")[2].partition(b"\n")[0].strip().decode() for found in mails(path)]


def test_a_file_is_a_mail(tmp_path: Path) -> None:
    (tmp_path / "one.eml").write_bytes(ONE)
    assert [found.content for found in mails(tmp_path / "one.eml")] == [ONE]


def test_an_mbox_has_several_and_lines_in_their_texts_divide_nothing(tmp_path: Path) -> None:
    (tmp_path / "mbox").write_bytes(MBOX)
    assert [(found.number, len(found.content) > 20) for found in mails(tmp_path / "mbox")] == [(1, True), (2, True)]
    assert _subjects(tmp_path / "mbox") == ["one", "two"]


def test_line_ends_make_no_difference(tmp_path: Path) -> None:
    (tmp_path / "mbox").write_bytes(MBOX.replace(b"\n", b"\r\n"))
    assert _subjects(tmp_path / "mbox") == ["one", "two"]


def test_packed_files_are_unpacked_by_what_they_are_not_by_their_name(tmp_path: Path) -> None:
    (tmp_path / "packed").write_bytes(gzip.compress(MBOX))
    assert _subjects(tmp_path / "packed") == ["one", "two"]


def test_a_maildir_gives_new_and_read_mails_and_not_those_under_way(tmp_path: Path) -> None:
    for name, content in (("new/1", ONE), ("cur/2:2,S", TWO), ("tmp/3", ONE)):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(content)
    assert [file.name for file in files(tmp_path)] == ["2:2,S", "1"]
    assert _subjects(tmp_path) == ["two", "one"]


def test_another_folder_gives_its_files(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "b.eml").write_bytes(TWO)
    (tmp_path / "a.eml").write_bytes(ONE)
    (tmp_path / ".hidden").write_bytes(ONE)
    assert _subjects(tmp_path) == ["one", "two"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "it is empty"),
        (b" \r\n", "it is empty"),
        (b"\x1f\x8bnot gzip at all", "damaged"),
        (gzip.compress(ONE)[:-9], "damaged"),
    ],
    ids=["nothing", "white", "no-gzip", "cut"],
)
def test_what_is_no_mail_is_said(tmp_path: Path, content: bytes, why: str) -> None:
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(UnreadableMail, match=why):
        list(mails(tmp_path / "x"))


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(UnreadableMail, match="No such file"):
        list(mails(tmp_path / "nothing"))
