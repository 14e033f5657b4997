"""``publisher lists`` as people use it: made, filled, looked at, exported, and people who want to be forgotten."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
from office import json_of, open_office, run

DOCS = Path(__file__).parents[2] / "docs" / "lists.md"
PEOPLE = """\
E-mail,name,language,tags
anna@example.org,Anna,pl,press
ANNA@example.org,,,
jan,,,
ola@example.org,,fi,
"""
MAKE = ("lists", "create", "news", "--title", "pl=Nowości", "--basis", "consent")


@pytest.fixture
def office(tmp_path: Path) -> Path:
    open_office(tmp_path)
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    return tmp_path


@pytest.fixture
def filled(office: Path) -> Path:
    run(office, *MAKE)
    run(office, "lists", "import", "news", "people.csv")
    return office


def test_the_commands_of_the_page_print_what_it_shows(office: Path) -> None:
    (block,) = re.findall(r"```console\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    sessions = re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
    assert len(sessions) == 3
    for session in sessions:
        command, _, output = session.partition("\n")
        ran = run(office, *shlex.split(command)[1:])
        assert (ran.stdout, ran.stderr) == (output, "")


def test_the_list_id_has_the_domain_of_the_contact_and_stays(office: Path) -> None:
    assert run(office, *MAKE).returncode == 0
    run(office, "lists", "edit", "news", "--title", "en=News", "--sender", "Ola <ola@other.example>", "--public")
    (found,) = json_of(office, "lists", "show")
    assert (found["list_id"], found["title"]) == ("news.example.org", {"pl": "Nowości", "en": "News"})
    assert (found["sender"], found["public"], found["readers"]) == ("Ola <ola@other.example>", True, 0)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("lists", "create", "News!", "--title", "en=x", "--basis", "x"), "small letters"),
        (("lists", "create", "Nowości z Łodzi", "--title", "en=x", "--basis", "x"), "something like: nowosci-z-lodzi;"),
        (("lists", "create", "Ω", "--title", "en=x", "--basis", "x"), "something like: news;"),
        (("lists", "create", "press", "--title", "News", "--basis", "x"), "--title “News”|“News” does not begin"),
        (("lists", "create", "press", "--basis", "x"), "needs a name that people understand"),
        (("lists", "create", "press", "--title", "en=x", "--basis", " "), "needs a reason"),
        (("lists", "create", "press", "--title", "en=x", "--basis", "x", "--sender", "nobody"), "no mailbox"),
        ((*MAKE,), "there is a list of this name"),
        (("lists", "show", "newz"), "did you mean “news”"),
        (("lists", "import", "news", "nothing.csv"), "no such file"),
        (("lists", "import", "people.csv", "news"), "the list comes first.*publisher lists import news people.csv"),
        (("lists", "export", "news", "--out", "out.ods"), "call it: out.csv"),
        (("lists", "export", "news", "--out", "out.xlsx", "--format", "csv"), "call it: out.csv"),
        (("lists", "export", "news", "--out", "no-folder/out.csv"), r"can't be written \(No such file or directory\)"),
        (("lists", "suppress", "anna@example.org", "--list", "News"), "did you mean “news”"),
        (("lists", "lift", "anna@example.org", "--list", "friends"), "there are: news"),
        (("lists", "import", "news", "people.csv", "--consent", "I want it"), "is missing → .*--consent-lang pl"),
        (("lists", "import", "news", "people.csv", "--consent", "I", "--consent-lang", "zz"), "“zz” is no lang"),
        (("lists", "add", "news", "anna", "--proof", "phone"), "it has no @"),
        (("lists", "add", "news", "b@example.org", "--proof", "phone", "--language", "polish"), "two letters"),
        (("lists", "add", "news", "b@example.org", "--proof", "x", "--set", "E-mail=c@d.pl"), "“E-mail” is no further"),
        (("lists", "suppress", "anna@example.org", "--why", "anna@example.org asked"), "without the address"),
        (("lists", "lift", "anna@example.org"), "nothing stands in the way"),
        (("lists", "erase", "anna@example.org"), "--yes"),
    ],
)
def test_what_can_not_be_is_told_in_one_line_with_the_mend(
    arguments: tuple[str, ...], words: str, filled: Path
) -> None:
    ran = run(filled, *arguments)
    assert ran.returncode in (1, 2)
    assert re.search(words, ran.stderr), ran.stderr
    assert " → " in ran.stderr
    assert len(ran.stderr.splitlines()) == 1


def test_an_import_is_told_as_json_with_masked_addresses(office: Path) -> None:
    run(office, *MAKE)
    report = json_of(office, "lists", "import", "news", "people.csv", "--dry-run")
    assert report["kept"] is False
    assert {fate: count for fate, count in report["counts"].items() if count} == {
        "added": 2,
        "duplicate": 1,
        "bad-address": 1,
    }
    assert [row["address"] for row in report["rows"]] == ["a…@example.org", "A…@example.org", "j…", "o…@example.org"]
    assert json_of(office, "lists", "show", "news")[0]["readers"] == 0
    shown = run(office, "lists", "import", "news", "people.csv", "--show-addresses", "--format", "json")
    assert json.loads(shown.stdout)["rows"][0]["address"] == "anna@example.org"
    assert "addresses shown" in shown.stderr


def test_the_report_speaks_polish(office: Path) -> None:
    run(office, *MAKE)
    ran = run(office, "lists", "import", "news", "people.csv", "--dry-run", "--lang", "pl")
    assert "wiersz 3: pominięto: adres jest w pliku dwa razy: A…@example.org: stoi już w wierszu 2" in ran.stdout
    assert "2 dodano" in ran.stdout


def test_what_is_wrong_with_a_whole_file_is_told_in_polish_too(office: Path) -> None:
    run(office, *MAKE)
    (office / "old.csv").write_bytes("email;name\na@example.org;Łucja\n".encode("cp1250"))
    ran = run(office, "lists", "import", "news", "old.csv", "--lang", "pl")
    assert ran.returncode == 1
    assert "old.csv: Lista nie jest zapisana w UTF-8 (wiersz 2)" in ran.stderr
    assert "→ Zapisz ją jeszcze raz jako „CSV UTF-8”" in ran.stderr


def test_a_file_with_a_header_alone_says_that_it_put_nobody_on_the_list(office: Path) -> None:
    run(office, *MAKE)
    (office / "empty.csv").write_text("email,name\n", encoding="utf-8")
    ran = run(office, "lists", "import", "news", "empty.csv")
    assert (ran.returncode, ran.stdout) == (0, "Below its header the file is empty: nobody was put on the list.\n")


def test_where_there_is_no_list_the_command_that_makes_one_is_told(office: Path) -> None:
    run(office, "run", "--once", "--sandbox")
    ran = run(office, "lists", "import", "news", "people.csv")
    assert "there is no such list → make it: publisher lists create" in ran.stderr


def test_the_ending_of_a_file_says_how_a_list_is_written(filled: Path) -> None:
    run(filled, "lists", "export", "news", "--out", "out.XLSX")
    assert (filled / "out.XLSX").read_bytes().startswith(b"PK")


def test_the_audience_of_a_file_can_be_closed_to_somebody(filled: Path) -> None:
    ran = run(filled, "lists", "suppress", "anna@example.org", "--list", "readers")
    assert (ran.returncode, ran.stdout) == (0, "a…@example.org: nothing is written to them by readers\n")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_is_for_its_owner_alone_and_comes_back_unchanged(kind: str, filled: Path) -> None:
    ran = run(filled, "lists", "export", "news", "--format", kind, "--out", f"out.{kind}")
    assert ran.returncode == 0, ran.stderr
    assert "addresses shown" in ran.stderr
    assert (filled / f"out.{kind}").stat().st_mode & 0o777 == 0o600
    counts = json_of(filled, "lists", "import", "news", f"out.{kind}")["counts"]
    assert {fate: count for fate, count in counts.items() if count} == {"already-there": 2}


def test_an_export_goes_to_standard_output_as_it_is(filled: Path) -> None:
    ran = run(filled, "lists", "export", "news")
    assert ran.stdout == "\ufeffemail,name,language,tags\nanna@example.org,Anna,pl,press\nola@example.org,,fi,\n"


def test_whoever_is_taken_off_or_suppressed_is_not_brought_back_by_an_import(filled: Path) -> None:
    run(filled, "lists", "remove", "news", "anna@example.org", "--why", "asked by phone")
    run(filled, "lists", "suppress", "ola@example.org", "--why", "wrong person")
    found = run(filled, "lists", "import", "news", "people.csv")
    assert "2 left out, must not be written to" in found.stdout
    story = run(filled, "lists", "find", "anna@example.org").stdout
    assert "consent to news withdrawn" in story
    assert "asked by phone" in story
    assert "anna@" not in story
    assert run(filled, "lists", "add", "news", "ola@example.org", "--proof", "phone").returncode == 2
    assert run(filled, "lists", "lift", "ola@example.org").returncode == 0
    assert run(filled, "lists", "add", "news", "ola@example.org", "--proof", "phone").returncode == 0


def test_whoever_is_erased_is_known_to_nobody_and_never_comes_back(filled: Path) -> None:
    assert json_of(filled, "lists", "find", "anna@example.org")["subscriber"]["name"] == "Anna"
    data = json.loads(run(filled, "lists", "data", "anna@example.org").stdout)
    assert data["consents"][0]["proof"].endswith("people.csv, line 2")
    assert run(filled, "lists", "erase", "anna@example.org", "--yes").returncode == 0
    after = json.loads(run(filled, "lists", "data", "anna@example.org").stdout)
    assert (after["subscriber"], after["consents"], after["subscriptions"]) == (None, [], [])
    assert [one["reason"] for one in after["not_written_to"]] == ["erased"]
    run(filled, "lists", "import", "news", "people.csv")
    assert json_of(filled, "lists", "show", "news")[0]["readers"] == 1
    kept = b"".join(file.read_bytes() for file in (filled / "var").glob("publisher.db*"))
    assert b"ola@example.org" in kept
    assert b"anna@example.org" not in kept


def test_the_matrix_shows_who_would_get_which_language_and_which_words_are_missing(filled: Path) -> None:
    file = filled / "schedules.yaml"
    written = file.read_text(encoding="utf-8").replace("list: lists/readers.csv, basis: consent", "list: news")
    file.write_text(written.replace(", missing_translation: use pl", ""), encoding="utf-8")
    run(filled, "lists", "suppress", "anna@example.org")
    fine = run(filled, "lists", "matrix", "hello")
    assert fine.returncode == 0, fine.stderr
    assert "2 candidates, 1 get it" in fine.stdout
    assert re.search(r"fi +gets en +1", fine.stdout)
    file.write_text(file.read_text(encoding="utf-8").replace(", en: Hello!", ""), encoding="utf-8")
    ran = run(filled, "lists", "matrix", "posts/hello", "--format", "json")
    (found,) = json.loads(ran.stdout)
    assert ran.returncode == 1
    assert found["readers"] == [{"reads": "fi", "gets": "en", "count": 1}]
    assert found["excluded"] == {"suppressed": 1}
    assert [one["language"] for one in found["missing"]] == ["en"]


def test_a_backup_reminds_of_the_key_of_the_lists(filled: Path) -> None:
    ran = run(filled, "backup", "copy.db")
    assert ran.returncode == 0, ran.stderr
    assert "publisher.db.key: the key of the mailing lists; keep a copy of it as well" in ran.stdout
