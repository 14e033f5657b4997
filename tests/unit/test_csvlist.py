"""Mailing lists in CSV files, as people make them."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import pytest
from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email
from hypothesis import given
from hypothesis import strategies as st

from publisher.errors import AudienceError
from publisher.model import Problem, Reader, Severity
from publisher.newsletter.csvlist import open_list
from publisher.newsletter.validity import _SPECIAL, BadAddress, normal_address


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "readers.csv"


class Whole(NamedTuple):
    """A list that was gone through."""

    readers: tuple[Reader, ...]
    problems: list[Problem]
    columns: tuple[str, ...]


def read_list(path: Path) -> Whole:
    opened = open_list(path)
    return Whole(tuple(opened.readers), opened.problems, opened.columns)


def read(path: Path, content: str | bytes) -> Whole:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_list(path)


def addresses(found: Whole) -> list[str]:
    return [reader.address for reader in found.readers]


def test_a_plain_list_is_read(path: Path) -> None:
    found = read(path, "email,name,language,city\nanna@example.org,Anna Żółw,pl,Kraków\njan@example.org,,,\n")
    anna, jan = found.readers
    assert (anna.address, anna.name, anna.language, dict(anna.attributes)) == (
        "anna@example.org",
        "Anna Żółw",
        "pl",
        {"city": "Kraków"},
    )
    assert (jan.name, jan.language, dict(jan.attributes)) == ("", "", {"city": ""})
    assert found.columns == ("email", "name", "language", "city")
    assert not found.problems


@pytest.mark.parametrize(
    "content",
    [
        "email;name\nanna@example.org;Anna\n",
        "email\tname\r\nanna@example.org\tAnna\r\n",
        "name,EMAIL\rAnna,anna@example.org\r",
        "\ufeffEmail,Name\nanna@example.org,Anna",
        "sep=;\nemail;name\nanna@example.org;Anna\n",
        '\n\n"Name"," email "\n"Anna"," anna@EXAMPLE.org "\n,\n\n',
    ],
)
def test_what_programs_save_is_read(path: Path, content: str) -> None:
    found = read(path, content)
    assert [(reader.address, reader.name) for reader in found.readers] == [("anna@example.org", "Anna")]
    assert not found.problems


def test_a_cell_may_go_over_several_lines(path: Path) -> None:
    found = read(path, 'email,address\nanna@example.org,"1 Main Street\nKraków, ""PL"""\njan@example.org,\n')
    assert addresses(found) == ["anna@example.org", "jan@example.org"]
    assert found.readers[0].attributes["address"] == '1 Main Street\nKraków, "PL"'


@pytest.mark.parametrize(
    ("code", "language"), [("pl", "pl"), ("PL", "pl"), ("pl-PL", "pl"), ("de_AT", "de"), ("ca", "ca"), ("", "")]
)
def test_a_language_is_its_code(path: Path, code: str, language: str) -> None:
    found = read(path, f"email,language\nanna@example.org,{code}\n")
    assert found.readers[0].language == language
    assert not found.problems


def test_an_unknown_language_is_a_warning_and_the_reader_stays(path: Path) -> None:
    found = read(path, "email,language\nanna@example.org,polish\n")
    assert addresses(found) == ["anna@example.org"]
    assert [(problem.code, problem.place.column) for problem in found.problems] == [("unknown-language", 18)]


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("anna", "it has no @"),
        ("anna@one@example.org", "it has more than one @"),
        ("Anna <anna@example.org>", "here stands a name with it, and only the address is expected"),
        ("anna b@example.org", "it has a space in it"),
        ("@example.org", "nothing stands before the @"),
        ("anna@", "nothing stands after the @"),
        ('"anna,b"@example.org', "it has a comma or semicolon in it"),
        ("żółw@example.org", "before the @ it has a letter that English does not have"),
        (f"{'a' * 65}@example.org", "before the @ it has more than 64 characters"),
        ("anna@example", "after the @ it has no ending like .pl or .org"),
        ("anna@example..org", "it has two dots in a row"),
        ("mailto:anna@example.org", "it begins with “mailto:”; write what stands behind that"),
        ("anna@example.org.", "after the @ it begins or ends with a dot"),
        (".anna@example.org", "before the @ it begins or ends with a dot"),
        ("anna\u200b@example.org", "it has an invisible character in it"),
        ("x" * 65 + "@example.org", "before the @ it has more than 64 characters"),
        ("anna@[192.0.2.1]", "after the @ it has numbers, and no name of a domain"),
        ("anna@printer.local", "its domain is one that no mail reaches"),
        ("anna@exa_mple.org", "after the @ it has a sign that no domain has"),
        ("anna@-example.org", "An email address cannot have a hyphen immediately after the @-sign"),
    ],
)
def test_why_an_address_is_refused(address: str, reason: str) -> None:
    with pytest.raises(BadAddress) as refused:
        normal_address(address)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("anna,Anna", "bad-address"),
        ("anna@localhost,Anna", "bad-address"),
        ("żółw@example.org,Anna", "bad-address"),
        ("Anna <anna@example.org>,Anna", "bad-address"),
        (",Anna", "bad-address"),
        ("anna@example.org", "bad-row"),
        ("anna@example.org,Anna,x", "bad-row"),
        ("anna@example.org,An\0na", "bad-row"),
        ('"anna"@example.org,Anna', "bad-row"),
        ('anna@example.org,"Anna', "bad-row"),
    ],
)
def test_a_bad_row_is_a_warning_and_the_others_stay(path: Path, row: str, code: str) -> None:
    found = read(path, f"email,name\nfirst@example.org,First\n{row}\nlast@example.org,Last\n")
    (problem,) = found.problems
    assert addresses(found) == ["first@example.org", "last@example.org"]
    assert (problem.code, problem.severity, problem.place.line) == (code, Severity.WARNING, 3)
    assert problem.place.file == str(path)
    assert 1 <= problem.place.column <= problem.place.end_column
    assert problem.hint
    assert "anna@" not in problem.message.lower()


def test_a_quote_that_is_never_closed_costs_one_row(path: Path) -> None:
    rows = "".join(f"reader{number}@example.org,R\n" for number in range(100))
    found = read(path, f'email,name\n"open@example.org,Open\n{rows}')
    assert len(found.readers) == 100
    assert [problem.message for problem in found.problems] == ["Row 2 can't be used: a quote is opened and not closed."]


def test_an_address_gets_one_mail(path: Path) -> None:
    found = read(path, "email\nAnna@example.org\nanna@EXAMPLE.ORG\njan@example.org\nanna@example.org\n")
    assert addresses(found) == ["Anna@example.org", "jan@example.org"]
    assert [(problem.code, problem.place.line) for problem in found.problems] == [
        ("duplicate-address", 3),
        ("duplicate-address", 5),
    ]
    assert "line 2" in found.problems[0].message


def test_addresses_for_examples_and_in_other_scripts_are_taken(path: Path) -> None:
    found = read(path, "email\na@example.org\nb@office.example\nc@żółw.example.org\n")
    assert addresses(found) == ["a@example.org", "b@office.example", "c@żółw.example.org"]


def test_a_name_is_one_line(path: Path) -> None:
    found = read(path, 'email,name\nanna@example.org,"Anna\nBcc: all@example.org"\n')
    assert found.readers[0].name == "Anna Bcc: all@example.org"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "is empty"),
        ("\n \n", "is empty"),
        ("sep=;\n", "No column"),
        ("contact,name\nanna@example.org,Anna\n", "No column is named “email”.*“contact”, “name”"),
        ("anna@example.org\njan@example.org\n", "No column is named “email”.*found: none"),
        ("email,name,Email\na@example.org,,\n", "“email” is there twice"),
        ("email,name\n", "no readers"),
        ("email\nanna\n", "None of the rows.*line 2"),
        ("email,name\nŻółw,ą\n".encode("cp1250"), "line 2.*Windows-1250"),
        ("email\na@example.org\n".encode("utf-16"), "UTF-16"),
        ("email\na@example.org\n".encode("utf-16-le"), "UTF-16"),
        ("email,name\na@example.org,Łódź\n".encode() + "b@example.org,Żółw\n".encode("cp1250"), "line 3.*Windows-1250"),
        (b"email\n\x81\x83\xff\n", "no text file"),
        ("email\na@example.org\n".encode("utf-32"), "UTF-32"),
        (b"\x00" * 100, "no text file"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "no text file"),
        (b"PK\x03\x04 a workbook", "a spreadsheet, and not a CSV"),
        ("email;name\na@example.org;Jürgen Größ\n".encode("cp1252"), "looks like Windows-1252"),
        ("email;name\na@example.org;Pekka Mäkelä – „Oy“\n".encode("cp1252"), "looks like Windows-1252"),
        ("email;name\na@example.org;Świętochłowice\n".encode("iso8859-2"), "looks like ISO-8859-2"),
        ("email;name\na@example.org;Świętochłowice\n".encode("cp1250"), "looks like Windows-1250"),
        ("email;name\na@example.org;Gdańsk\n".encode("cp1250"), "Windows-1252 or Windows-1250"),
        ("email;name\na@example.org;Zażółć gęślą\n".encode("cp852"), "CP852"),
    ],
)
def test_a_list_that_can_not_be_used_is_told_with_the_mend(path: Path, content: str | bytes, words: str) -> None:
    with pytest.raises(AudienceError, match=words) as caught:
        read(path, content)
    assert caught.value.subject == str(path)
    assert caught.value.remedy
    assert "anna@" not in str(caught.value)


def test_a_file_that_is_none_is_told(path: Path) -> None:
    with pytest.raises(AudienceError, match="no such file"):
        read_list(path)
    with pytest.raises(AudienceError, match="folder"):
        read_list(path.parent)
    with pytest.raises(AudienceError, match="can't be read"):
        read_list(path.parent / ("x" * 400))


@given(st.binary(max_size=300))
def test_no_file_ends_in_a_traceback(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "odd.csv"
    path.write_bytes(b"email,name\n" + content)
    with suppress(AudienceError):
        assert read_list(path).readers


LOCAL = st.text("abcXYZ09.-_+!'\"@ żł<>", max_size=8)
DOMAIN = st.text("abcX09.-_ż ", max_size=12).map(lambda text: f"{text}.org")


@given(st.builds("{}@{}".format, LOCAL, DOMAIN))
def test_the_quick_answer_is_the_thorough_one(address: str) -> None:
    try:
        thorough = validate_email(address, check_deliverability=False, allow_smtputf8=False).normalized
    except EmailNotValidError:
        thorough = ""
    try:
        quick = normal_address(address)
    except BadAddress:
        quick = ""
    assert quick == thorough


def test_a_long_list_is_read_in_seconds(path: Path) -> None:
    rows = (f'reader.{number}@mail-{number}.example.org,"Reader, {number}",pl\n' for number in range(20_000))
    begin = time.perf_counter()
    found = read(path, "email,name,language\n" + "".join(rows))
    assert len(found.readers) == 20_000
    assert time.perf_counter() - begin < 30


def test_the_domains_that_are_left_to_the_library_are_those_with_rules_of_their_own() -> None:
    assert sorted(_SPECIAL) == sorted(f".{name}" for name in SPECIAL_USE_DOMAIN_NAMES)


@pytest.mark.parametrize(
    ("header", "further"),
    [
        ("E-mail;Imię i nazwisko;Język", set()),
        ("adres e-mail,name,language", set()),
        ("EMAIL,name,Adres", {"Adres"}),
        ("mail,name,address", {"address"}),
        ("Email *;Name;Preferred language", set()),
        ("Adres poczty elektronicznej;Imię i nazwisko;Język", set()),
        ("E-Mail-Adresse;Name;Sprache", set()),
        ("Sähköpostiosoite;Koko nimi;Kieli", set()),
        ("Correo electrónico;Nombre;Idioma", set()),
        ("Adreça electrònica;Nom i cognoms;Llengua", set()),
        ("Adresse e-mail;Nom;Langue", set()),
        ("Courriel;Prénom et nom;langue", set()),
        ("E-mail 1 - Value;Name;Language", set()),
        ("Subscriber,Name,Language", set()),
    ],
)
def test_columns_may_be_called_as_people_call_them(path: Path, header: str, further: set[str]) -> None:
    delimiter = ";" if ";" in header else ","
    (reader,) = read(path, f"{header}\n{delimiter.join(('anna@example.org', 'Anna', 'en'))}\n").readers
    assert (reader.address, reader.name) == ("anna@example.org", "Anna")
    assert set(reader.attributes) == further


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("First Name,Middle Name,Last Name,E-mail Address", "Anna,Ewa,Nowak,anna@example.org"),
        ("Nazwisko,Imię,Adres e-mail", "Nowak,Anna,anna@example.org"),
        ("Vorname,Nachname,E-Mail-Adresse", "Anna,Nowak,anna@example.org"),
        ("Nom,Prénom,Courriel", "Nowak,Anna,anna@example.org"),
        ("Nombre,Apellidos,Correo electrónico", "Anna,Nowak,anna@example.org"),
        ("Nom,Cognoms,Correu electrònic", "Anna,Nowak,anna@example.org"),
        ("Etunimi,Sukunimi,Sähköposti", "Anna,Nowak,anna@example.org"),
        ("Subscriber,Name,Last name", "anna@example.org,Anna,Nowak"),
        ("Name,Given Name,Family Name,E-mail 1 - Value", "Anna Nowak,Ania,Nowak,anna@example.org"),
        ("Email Address,First Name,Last Name,name", "anna@example.org,Ania,N.,Anna Nowak"),
    ],
)
def test_a_name_in_several_columns_is_put_together(path: Path, header: str, row: str) -> None:
    (reader,) = read(path, f"{header}\n{row}\n").readers
    assert reader.name == "Anna Nowak"


@pytest.mark.parametrize(
    ("header", "left", "there"),
    [
        ("email,Status", "unsubscribed", "active"),
        ("Adres email,Status", "wypisany", "aktywny"),
        ("Subscriber,Status", "Unconfirmed", "Active"),
        ("Email Address,UNSUB_TIME", "2021-01-01 10:00:00", ""),
        ("email,unsubscribed", "yes", "no"),
        ("E-Mail-Adresse,Zustand", "abgemeldet", "gut"),
    ],
)
def test_who_left_where_a_file_comes_from_gets_no_mail(path: Path, header: str, left: str, there: str) -> None:
    found = read(path, f"{header}\nanna@example.org,{left}\njan@example.org,{there}\n")
    assert addresses(found) == ["jan@example.org"]
    (problem,) = found.problems
    assert f"says “{left}”" in problem.message
    assert "anna" not in problem.message


def test_cells_of_an_export_are_what_they_were(path: Path) -> None:
    (reader,) = read(path, "email,name,phone\nanna@example.org,'=Anna,'+48 500\n").readers
    assert (reader.name, reader.attributes["phone"]) == ("=Anna", "+48 500")
