from __future__ import annotations

import pytest
from importing_samples import SETTING, only

from publisher.importing.csvtable import looks_like_table, read_table
from publisher.importing.errors import SourceUnusable


def periods(text: str) -> list[str]:
    return [str(event.period) for event in read_table(text.encode(), SETTING).events]


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("2027-05-11", "2027-05-11"),
        ("11.05.2027", "2027-05-11"),
        ("2027-05-11 to 2027-05-13", "2027-05-11 to 2027-05-13"),
        ("11.05.2027 - 13.05.2027", "2027-05-11 to 2027-05-13"),
        ("2027-05-11 do 2027-05-13", "2027-05-11 to 2027-05-13"),
        ("2027-05-11 10:00-14:30", "2027-05-11 10:00-14:30"),
        ("2027-05-11 10.00", "2027-05-11 10:00"),
        ("2027-05-11T10:00", "2027-05-11 10:00"),
        ("2027-05-11 22:00-02:00", "2027-05-11 22:00-02:00"),
        ("2027-05-11 10:00 - 2027-05-13 12:00", "2027-05-11 to 2027-05-13 10:00-12:00"),
    ],
)
def test_when_is_read_as_people_write_it(when: str, expected: str) -> None:
    assert periods(f"title,when\nOpen day,{when}\n") == [expected]


@pytest.mark.parametrize(
    ("header", "row", "expected"),
    [
        ("data", "2027-05-11", "2027-05-11"),
        ("start,end", "2027-05-11,2027-05-13", "2027-05-11 to 2027-05-13"),
        ("start,end", "2027-05-11 10:00,2027-05-11 12:00", "2027-05-11 10:00-12:00"),
        ("start,end", "2027-05-11 10:00,12:00", "2027-05-11 10:00-12:00"),
        ("od,do,godziny", "11.05.2027,13.05.2027,9:00-16:30", "2027-05-11 to 2027-05-13 09:00-16:30"),
        ("date,hours", "2027-05-11,17:00", "2027-05-11 17:00"),
    ],
)
def test_dates_may_stand_in_several_columns(header: str, row: str, expected: str) -> None:
    assert periods(f"title,{header}\nOpen day,{row}\n") == [expected]


@pytest.mark.parametrize("when", ["05/11/2027", "2027-02-30", "soon", "2027-05-11 25:00", "1850-01-01", "2027-05-11 x"])
def test_a_date_that_is_none_leaves_out_its_row(when: str) -> None:
    harvest = read_table(f"title,when\nBad,{when}\nGood,2027-05-11\n".encode(), SETTING)
    assert only(harvest).title == {"": "Good"}
    assert harvest.notes[0].startswith("Line 2 was left out")


def test_polish_columns_semicolons_and_windows_1250() -> None:
    content = "Tytuł;Data;Miejsce;Opis;Uwagi\nŻółć, gęś;11.05.2027;Opera;Opis;x\n".encode("windows-1250")
    harvest = read_table(content, SETTING)
    event = only(harvest)
    assert (event.title, event.venue, event.summary) == ({"": "Żółć, gęś"}, "Opera", {"": "Opis"})
    assert harvest.notes == (
        "The table is not in UTF-8; it was read as windows-1250.",
        "Columns that are not known were left out: Uwagi.",
    )


def test_words_come_in_their_languages() -> None:
    event = only(read_table(b"id,title_pl,title_en,when,link\nday,Dzien,Day,2027-05-11,https://example.org\n", SETTING))
    assert event.title == {"pl": "Dzien", "en": "Day"}
    assert (event.id, event.uid, event.link) == ("day", "table:day", "https://example.org")


def test_line_breaks_within_quotes_become_spaces() -> None:
    assert only(read_table(b'title,when\r\n"Open\r\nday",2027-05-11\r\n', SETTING)).title == {"": "Open day"}


def test_an_unclosed_quotation_mark_is_told_with_its_line() -> None:
    content = b'title,when\n"' + b"Open day,2027-05-11\n" * 10_000
    with pytest.raises(SourceUnusable, match=r"at line \d+"):
        read_table(content, SETTING)


def test_a_table_is_known_by_its_header() -> None:
    assert looks_like_table("\ufefftytuł;data\n")
    assert not looks_like_table("email,name,language\n")
    assert not looks_like_table("")


def test_utf_16_with_its_mark_is_read() -> None:
    assert only(read_table("title\twhen\nŻółć\t2027-05-11\n".encode("utf-16"), SETTING)).title == {"": "Żółć"}


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("sep=;\r\nTytuł;Data\r\nX;11.05.2027\r\n", "2027-05-11"),
        ("Tytuł;Data\nX;11.05.2027 r.\n", "2027-05-11"),
        ("Subject,Start Date,Start Time,End Time\nX,2027-05-11,10:00,12:00\n", "2027-05-11 10:00-12:00"),
        ("Temat\tData rozpoczęcia\tCzas rozpoczęcia\nX\t11.05.2027\t9:00\n", "2027-05-11 09:00"),
        ("Wydarzenie,Data rozpoczęcia,Data zakończenia\nX,11.05.2027,12.05.2027\n", "2027-05-11 to 2027-05-12"),
        (
            "Subject,Start Date,Start Time,End Date,End Time\nX,2027-05-11,10:00,2027-05-12,16:00\n",
            "2027-05-11 to 2027-05-12 10:00-16:00",
        ),
    ],
)
def test_tables_of_other_programs_are_understood(table: str, expected: str) -> None:
    assert looks_like_table(table)
    assert periods(table) == [expected]


@pytest.mark.parametrize("clock", ["10:00 AM", "noon", "25:99"])
def test_a_time_that_is_none_leaves_out_its_row(clock: str) -> None:
    harvest = read_table(f"title,start date,start time\nX,2027-05-11,{clock}\n".encode(), SETTING)
    assert harvest.events == ()
    assert "Line 2 was left out" in harvest.notes[0]


def test_two_rows_of_one_id_and_day_are_told() -> None:
    harvest = read_table(b"id,title,date\n1,A,2027-05-11\n1,B,2027-05-11\n", SETTING)
    assert "“A” was left out" in harvest.notes[0]
