"""Mends are small edits at known places; every other byte stays."""

from __future__ import annotations

import difflib

import pytest
from schedule_samples import FORMS

from publisher.model import Edit, Place
from publisher.schedulefile.fix import Fixed, applied, fix
from publisher.schedulefile.load import load

FILE = "s.yaml"

BROKEN = """\
# Our schedule   (with  odd   spacing)
channels:
  twitter:   { account: @office,   languages: [pl] }   # ours
posts:
  - id:    hello
\tsend: 07.05.2027 12:00
    to: [ twitter ]
    text: Zapraszamy #Next2Met   # a remark
    link:\u00a0https://example.org

  - id: quoted
    send: “2027-05-08 12:00”
    to: twitter
    text: Godziny: od 9 do 16
"""


def fixed(content: bytes | str) -> Fixed:
    data = content if isinstance(content, bytes) else content.encode()
    return fix(data, file=FILE, problems=lambda reading: load(reading, channel_types=FORMS).problems)


def test_everything_that_can_be_mended_is_mended_and_the_rest_stays() -> None:
    found = fixed(BROKEN)
    assert fixed(found.after).mended == ()
    before, after = BROKEN.splitlines(), found.text_after.splitlines()
    changed = [line[2:] for line in difflib.ndiff(before, after) if line.startswith("+ ")]
    assert changed == [
        '  twitter:   { account: "@office",   languages: [pl] }   # ours',
        "    send: 2027-05-07 12:00",
        '    text: "Zapraszamy #Next2Met"   # a remark',
        "    link: https://example.org",
        '    send: "2027-05-08 12:00"',
        '    text: "Godziny: od 9 do 16"',
    ]
    assert [problem.code for problem in found.mended] == [
        "needs-quotes",
        "tab",
        "date-format",
        "lost-hashtag",
        "odd-space",
        "smart-quotes",
        "needs-quotes",
    ]


def test_windows_1250_becomes_utf_8() -> None:
    found = fixed("project:\r\n  name: Województwo łódzkie\r\n".encode("cp1250"))
    assert found.after == "project:\r\n  name: Województwo łódzkie\r\n".encode()
    assert [problem.code for problem in found.mended] == ["encoding"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_the_encoding_of_a_sound_file_stays(encoding: str) -> None:
    text = "blackouts:\r\n  - { from: 2027-05-01, to: 3.05.2027, why: Święto }\r\n"
    assert fixed(text.encode(encoding)).after == text.replace("3.05.2027", "2027-05-03").encode(encoding)


@pytest.mark.parametrize(
    "content",
    [
        "version: 1\n",
        "a: 1\n  b: 2\n",
        "events:\n  - id: a\n    when: 05/11/2027\n",
        "events:\n<<<<<<< ours\n=======\n>>>>>>> theirs\n",
        "",
        b"\xff\xfe\xff",
    ],
)
def test_what_needs_a_person_is_left_alone(content: bytes | str) -> None:
    assert not fixed(content).has_changed


def test_of_edits_that_overlap_the_first_is_made() -> None:
    def edit(begin: int, end: int, text: str) -> Edit:
        return Edit(Place(FILE, 1, begin, 1, end), text)

    assert applied("abcdef", [edit(4, 6, "X"), edit(1, 3, "Y"), edit(2, 4, "Z"), edit(7, 7, "!")]) == "YcXf!"
