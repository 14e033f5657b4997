"""People in a file put on a list: what becomes of each row, all in one transaction, and out again unchanged."""

from __future__ import annotations

import io
import tempfile
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from xlsxwriter import Workbook

from publisher.errors import AudienceError
from publisher.ledger.ledger import Ledger, open_ledger
from publisher.ledger.listrecords import (
    EVERY_LIST,
    Agreement,
    How,
    MailList,
    Newcomer,
    Suppression,
    Why,
    Wording,
)
from publisher.newsletter.cells import as_text, harmless, meant
from publisher.newsletter.exports import rows_of, write_csv, write_xlsx
from publisher.newsletter.imports import Import, ImportReport, RowFate, import_file, lines, rehearse_import
from publisher.newsletter.keys import ListKey

NOW = datetime(2027, 5, 3, 9, tzinfo=UTC)
KEY = ListKey(bytes(range(32)))
WORDING = Wording(language="pl", words="Chcę dostawać nowości.", version="2027-01")
AGREEMENT = Agreement(how=How.IMPORT, at=NOW, proof="consent; imported by ola", wording=WORDING)
LETTERS = "abcABC żółć'\"=+-@＝,;|ß漢😀."


@pytest.fixture
def ledger(either_ledger: Ledger) -> Ledger:
    make_list(either_ledger)
    return either_ledger


def make_list(ledger: Ledger) -> None:
    ledger.lists.add(
        MailList(name="news", title={"en": "News"}, list_id="news.example.org", basis="consent", created_at=NOW)
    )


def imported(ledger: Ledger, file: Path, *, now: datetime = NOW, agreement: Agreement = AGREEMENT) -> ImportReport:
    return import_file(Import(file=file, list_name="news", agreement=agreement, now=now), ledger, KEY)


def fates(report: ImportReport) -> dict[int, str]:
    return {row.line: str(row.fate) for row in sorted(report.rows, key=lambda row: row.line)}


def on_list(ledger: Ledger) -> dict[str, dict[str, str]]:
    found = ledger.members.of(["news"])
    return {one.address: {"name": one.name, "language": one.language, **one.attributes} for one in found}


PEOPLE = """\
E-mail;Imię i nazwisko;Język;miasto
anna@example.org;Anna Nowak;pl;Łódź
ANNA@example.org;Anna;;
jan@example.org;Jan;Finnish;
no address;x;pl;
;x;pl;
zażółć@example.org;x;pl;
ola@bücher.example;Ola;fi-FI;Turku
short@example.org;x
gone@example.org;Gone;pl;
"""


def test_every_row_is_told_what_became_of_it(ledger: Ledger, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text(PEOPLE, encoding="utf-8")
    gone = KEY.hash_of("gone@example.org")
    ledger.suppressions.add(Suppression(hash=gone, list=EVERY_LIST, reason=Why.ERASED, since=NOW))
    report = imported(ledger, file)
    assert fates(report) == {
        2: "added",
        3: "duplicate",
        4: "added",
        5: "bad-address",
        6: "bad-address",
        7: "bad-address",
        8: "added",
        9: "bad-row",
        10: "suppressed",
    }
    words = {row.line: str(row.words) for row in report.remarks}
    assert words[3] == "it stands in line 2"
    assert words[4] == "“Finnish” is no language code; they get the main language"
    assert report.unknown_languages == 1
    assert words[6] == "it has no address"
    assert words[9] == "it has 2 cells, the header has 4"
    assert words[10] == "this person was erased at their own wish"
    assert on_list(ledger) == {
        "anna@example.org": {"name": "Anna Nowak", "language": "pl", "miasto": "Łódź"},
        "jan@example.org": {"name": "Jan", "language": "", "miasto": ""},
        "ola@bücher.example": {"name": "Ola", "language": "fi", "miasto": "Turku"},
    }
    assert ledger.subscribers.by_hash(gone) is None


def test_the_record_of_consent_names_file_row_and_the_very_words(ledger: Ledger, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    imported(ledger, tmp_path / "people.csv")
    anna = ledger.subscribers.by_hash(KEY.hash_of("anna@example.org"))
    assert anna is not None
    (record,) = ledger.subscribers.consents(anna.id)
    assert (record.list, record.how, record.at, record.wording) == ("news", How.IMPORT, NOW, WORDING)
    assert record.proof == "consent; imported by ola; people.csv, line 2"


def test_an_import_again_changes_what_is_different_and_nothing_else(ledger: Ledger, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("email,name,city\nanna@example.org,Anna,Lublin\njan@example.org,Jan,\n", encoding="utf-8")
    imported(ledger, file)
    file.write_text("email,name,city\nanna@example.org,,Łódź\njan@example.org,,\n", encoding="utf-8")
    assert fates(imported(ledger, file)) == {2: "changed", 3: "already-there"}
    assert on_list(ledger)["anna@example.org"] == {"name": "Anna", "language": "", "city": "Łódź"}
    anna = ledger.subscribers.by_hash(KEY.hash_of("anna@example.org"))
    assert anna is not None
    assert len(ledger.subscribers.consents(anna.id)) == 1


def test_other_words_that_somebody_on_the_list_said_yes_to_are_kept_once(ledger: Ledger, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("email,name\nanna@example.org,Anna\njan@example.org,\n", encoding="utf-8")
    imported(ledger, file)
    file.write_text("email,name\nanna@example.org,\njan@example.org,Jan\n", encoding="utf-8")
    newer = Wording(language="pl", words="Chcę dostawać nowości i zaproszenia.", version="2027-06")
    for _ in range(2):
        imported(ledger, file, agreement=replace(AGREEMENT, wording=newer))
    for address, line in (("anna@example.org", 2), ("jan@example.org", 3)):
        person = ledger.subscribers.by_hash(KEY.hash_of(address))
        assert person is not None
        first, second = ledger.subscribers.consents(person.id)
        assert (first.wording, second.wording) == (WORDING, newer)
        assert second.proof.endswith(f"people.csv, line {line}")


def test_who_has_unsubscribed_is_not_brought_back_and_who_was_let_back_in_is(ledger: Ledger, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("email\nanna@example.org\n", encoding="utf-8")
    imported(ledger, file)
    anna = KEY.hash_of("anna@example.org")
    ledger.memberships.leave(anna, ["news"], agreement=Agreement(how=How.ONE_CLICK, at=NOW), now=NOW)
    assert fates(imported(ledger, file)) == {2: "suppressed"}
    assert on_list(ledger) == {}
    ledger.suppressions.lift(anna, list_name="news")
    assert fates(imported(ledger, file)) == {2: "added"}
    assert set(on_list(ledger)) == {"anna@example.org"}


def test_a_rehearsal_tells_the_same_and_keeps_nothing(ledger: Ledger, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text(PEOPLE, encoding="utf-8")
    rehearsed = rehearse_import(Import(file=file, list_name="news", agreement=AGREEMENT, now=NOW), ledger, KEY)
    assert on_list(ledger) == {}
    found = ledger.lists.get("news")
    assert found is not None
    assert found.columns == ()
    assert imported(ledger, file).rows == rehearsed.rows


def test_several_chunks_are_one_transaction(ledger: Ledger, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    rows = [f"r{number}@example.org" for number in range(1203)]
    file.write_text("\n".join(["email", *rows]), encoding="utf-8")
    report = imported(ledger, file)
    assert report.counts[RowFate.ADDED] == 1203
    assert list(on_list(ledger)) == rows


LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", "email,name\nola@example.org,Żółw\n".encode("cp1250"), r"not in UTF-8 \(line 2\).*Windows-1250"),
        ("a.csv", "email\nola@example.org\n".encode("utf-16"), "UTF-16"),
        ("a.csv", b"", "empty"),
        ("a.csv", b"nam,x\n", "“email”"),
        ("a.csv", b"emial,x\n", "Did you mean “emial”"),
        ("a.csv", b"ola@example.org,Ola\n", "names of the columns above it"),
        ("a.csv", b"email,x,x\n", "there twice"),
        ("a.xlsx", b"email\nola@example.org\n", "a text file.*call it: a.csv"),
        ("a.xlsx", b"", "the file is empty"),
        ("a.xls", b"\n<html><table><td>email", "a web page"),
        ("a.xlsx", b"PK\x03\x04 the rest is missing", "damaged"),
        ("a.xlsx", LOCKED, "locked with a password"),
        ("a.csv", b"Readers of 2027;\n;\nemail;name\n", "stand in line 3: delete what is above"),
        ("missing.csv", None, "no such file"),
        ("missing.xlsx", None, "no such file"),
    ],
)
def test_a_file_that_can_not_be_used_is_told_and_puts_nobody_on_the_list(
    name: str, content: bytes | None, words: str, tmp_path: Path
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    ledger = open_ledger(f"sqlite:///{tmp_path / 'ledger.db'}")
    make_list(ledger)
    with pytest.raises(AudienceError, match=words):
        imported(ledger, tmp_path / name)
    assert on_list(ledger) == {}
    ledger.close()


def test_a_spreadsheet_gives_its_cells_as_people_see_them(ledger: Ledger, tmp_path: Path) -> None:
    file = tmp_path / "people.xlsx"
    with Workbook(str(file), {"default_date_format": "yyyy-mm-dd"}) as book:
        book.add_worksheet("empty")
        sheet = book.add_worksheet("people")
        sheet.write_row(2, 0, ["email", "phone", "since when", "share", "is member"])
        sheet.write_row(4, 0, ["anna@example.org", 48501234567])
        sheet.write_datetime(4, 2, datetime(2026, 1, 31))  # noqa: DTZ001  a spreadsheet knows no zones
        sheet.write_row(4, 3, [0.5, True])
    assert fates(imported(ledger, file)) == {5: "added"}
    assert on_list(ledger)["anna@example.org"] == {
        "name": "",
        "language": "",
        "phone": "48501234567",
        "since when": "2026-01-31",
        "share": "0.5",
        "is member": "yes",
    }


def test_people_who_left_where_the_file_comes_from_are_not_put_on_the_list(ledger: Ledger, tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    rows = "anna@example.org,subscribed\njan@example.org,Unsubscribed\nola@example.org,Unconfirmed\n"
    file.write_text(f"Email Address,Status\n{rows}JAN@example.org,subscribed\n", encoding="utf-8")
    report = imported(ledger, file)
    assert fates(report) == {2: "added", 3: "departed", 4: "departed", 5: "duplicate"}
    assert str(next(report.remarks).words) == "the column “Status” says “Unsubscribed”"
    assert list(on_list(ledger)) == ["anna@example.org"]


def test_the_sheet_with_people_is_read_and_others_like_it_are_told(ledger: Ledger, tmp_path: Path) -> None:
    file = tmp_path / "people.xlsx"
    with Workbook(str(file)) as book:
        left, about, now = (book.add_worksheet(name) for name in ("left", "about", "now"))
        further, prices = (book.add_worksheet(name) for name in ("further", "prices"))
        left.write_column(0, 0, ["email", "gone@example.org"])
        left.hide()
        about.write(0, 0, "These are our readers.")
        now.write_column(0, 0, ["email", "anna@example.org"])
        further.write_column(0, 0, ["E-mail", "jan@example.org"])
        prices.write_column(0, 0, ["price", "5"])
        now.activate()
    report = imported(ledger, file)
    assert list(on_list(ledger)) == ["anna@example.org"]
    assert (report.sheet, report.unread) == ("now", ("further",))
    (said,) = lines(report, shown=False)
    assert said.startswith("Only the sheet “now” was read. There are people on others, too: further.")


def test_merged_cells_hold_for_each_of_their_rows(ledger: Ledger, tmp_path: Path) -> None:
    file = tmp_path / "people.xlsx"
    with Workbook(str(file)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(1, 1, ["email", "language"])
        sheet.write_column(2, 1, ["anna@example.org", "ola@example.org", "jan@example.org"])
        sheet.merge_range(2, 2, 3, 2, "fi")
    imported(ledger, file)
    assert {address: one["language"] for address, one in on_list(ledger).items()} == {
        "anna@example.org": "fi",
        "ola@example.org": "fi",
        "jan@example.org": "",
    }


def test_what_a_spreadsheet_is_called_makes_no_difference(ledger: Ledger, tmp_path: Path) -> None:
    with Workbook(str(tmp_path / "people.xlsx")) as book:
        book.add_worksheet().write_column(0, 0, ["email", "anna@example.org"])
    for name in ("people.csv", "people.xls"):
        (tmp_path / name).write_bytes((tmp_path / "people.xlsx").read_bytes())
        imported(ledger, tmp_path / name)
    assert list(on_list(ledger)) == ["anna@example.org"]


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("＝1+1", "'＝1+1"),
        ("Anna;=1+1; @x", "Anna;'=1+1; '@x"),
        ("Anna-Ewa; b=c", "Anna-Ewa; b=c"),
    ],
)
def test_no_cell_acts_also_where_the_semicolon_parts_them(text: str, cell: str) -> None:
    assert harmless(text) == cell
    assert meant(cell) == text


def test_cells_are_texts_as_people_see_them() -> None:
    assert as_text(datetime(2026, 1, 31, 9, 30)) == "2026-01-31 09:30"  # noqa: DTZ001  a spreadsheet knows no zones
    assert as_text(date(2026, 1, 31)) == "2026-01-31"
    assert as_text(time(9, 30)) == "09:30:00"
    assert [as_text(cell) for cell in (None, 5.0, False)] == ["", "5", "no"]


@given(st.text(max_size=20))
def test_no_cell_is_a_formula_and_its_text_comes_back(text: str) -> None:
    cell = harmless(text)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert meant(cell) == text


TEXTS = st.text(alphabet=LETTERS, max_size=12).map(lambda text: " ".join(text.split()))
PERSON = st.fixed_dictionaries(
    {"name": TEXTS, "language": st.sampled_from(["", "pl", "fi"]), "city": TEXTS, "=x": TEXTS}
)


@pytest.mark.parametrize(("name", "write"), [("a.csv", write_csv), ("a.xlsx", write_xlsx)])
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(people=st.lists(PERSON, min_size=1, max_size=6))
def test_what_is_exported_and_imported_again_is_the_same(
    name: str, write: object, people: list[dict[str, str]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        before, after = (open_ledger(f"sqlite:///{folder}/{side}.db") for side in ("before", "after"))
        for one in (before, after):
            make_list(one)
        for number, person in enumerate(people):
            address = f"r{number}@example.org"
            newcomer = Newcomer(
                hash=KEY.hash_of(address),
                address=address,
                name=person["name"],
                language=person["language"],
                attributes={"city": person["city"], "=x": person["=x"]},
            )
            before.memberships.join(newcomer, ["news"], agreement=AGREEMENT, now=NOW)
        what = before.lists.get("news")
        assert what is not None
        stream = io.BytesIO()
        write(rows_of(before, what), stream)  # type: ignore[operator]
        file = Path(folder) / name
        file.write_bytes(stream.getvalue())
        imported(after, file)
        assert on_list(after) == on_list(before)
        before.close()
        after.close()
