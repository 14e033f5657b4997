"""Contrast on dark screens: the colours that a mail chooses for them itself, held against WCAG 2.1."""

from __future__ import annotations

from pathlib import Path

import pytest
from checked_files import checked

from publisher.rules.page import Page, frame_of, in_the_dark

FILE = """\
project: { name: Office, link: "https://example.org", contact: { name: Office, email: office@example.org } }
defaults: { languages: [en] }
channels:
  news: { type: email, audience: readers }
audiences:
  readers: { list: readers.csv, basis: consent }
posts:
  - id: hello
    send: 2027-05-07 12:00
    to: [news]
    subject: Office hours
    text: We are open on Monday again.
"""
LAYOUT = """\
<!DOCTYPE html>
<html lang="{{ language }}">
<head><title>{{ subject }}</title>
<style>
body { background-color: #ffffff; color: #1f2328; }
.small { color: #46505c; }
@media (max-width: 420px) { .small { color: #ffffff !important; } }
@media (prefers-color-scheme: dark) {
  body { background-color: #101418 !important; color: #e8ecf1 !important; }
  DARK
}
</style></head>
<body>
<h1>{{ subject }}</h1>
<div>{{ body }}</div>
<p class="small"><a href="mailto:{{ project.contact.email }}" style="color: inherit">{{ project.contact.name }}</a></p>
<p class="small">{{ project.name }} sends these mails.</p>
<p><a style="color: GIVEN" href="mailto:{{ project.contact.email }}?subject=unsubscribe">Unsubscribe</a></p>
</body>
</html>
"""


def found(folder: Path, *, dark: str, given: str = "inherit") -> list[str]:
    """What ``check`` says of a layout with these rules for dark screens, and this colour in an attribute."""
    layout = folder / "templates" / "_layout" / "mail.j2"
    layout.parent.mkdir(parents=True)
    layout.write_text(LAYOUT.replace("DARK", dark).replace("GIVEN", given), encoding="utf-8")
    (folder / "readers.csv").write_text("email\nreader@example.org\n", encoding="utf-8")
    return [f"{one.code}: {one.message}" for one in checked(FILE, folder)]


def test_a_colour_that_stays_dark_on_a_dark_screen_is_told(tmp_path: Path) -> None:
    [problem] = found(tmp_path, dark="")
    assert problem.startswith("contrast: “Office sends these mails.” can hardly be read on a dark screen: #46505c on")


def test_colours_for_dark_screens_that_can_be_read_are_no_problem(tmp_path: Path) -> None:
    assert found(tmp_path, dark=".small { color: #c3ccd6 !important; }") == []


def test_a_colour_in_an_attribute_is_as_dark_as_before(tmp_path: Path) -> None:
    [problem] = found(tmp_path, dark=".small { color: #c3ccd6 !important; }", given="#003399")
    assert problem.startswith("contrast: “Unsubscribe” can hardly be read on a dark screen: #003399 on #101418")


@pytest.mark.parametrize("rules", ["", "@media (max-width: 420px) { p { color: #ffffff; } }"])
def test_a_mail_without_colours_for_the_dark_is_not_looked_at_twice(rules: str) -> None:
    assert in_the_dark(f"<html><style>{rules}</style><p>Words</p></html>") == ""


def test_rules_for_the_dark_take_the_place_of_those_that_are_written_into_the_page() -> None:
    page = (
        "<style>@media screen and (prefers-color-scheme:dark)"
        "{ p.a { color: #fff !important } p { color: red } }</style>"
        '<p class="a" style="color: #000">One</p><p style="color: #111">Two</p>'
    )
    colours = [piece.style.colour for piece in Page.of(in_the_dark(page)).pieces]
    assert colours == ["#fff", "#111"]


PAGE = '<style>%s</style><p style="color: #000">%s <a href="%s">there</a><img src="%s" alt="%s"></p>'
WORDS = [("Come", "/a", "cid:a", "A hall"), ("Go", "mailto:b", "cid:b", "Snow")]


def test_mails_that_differ_in_words_addresses_and_pictures_alone_have_one_frame() -> None:
    one, other = (frame_of(PAGE % ("p > a { color: red }", *words)) for words in WORDS)
    assert one == other


@pytest.mark.parametrize(
    "styles",
    [
        "p > a { color: red }",
        "@media (width < 400px) { p > a { color: red } }",
        "<!-- p > a { color: red } -->",
    ],
)
def test_a_frame_keeps_all_styles(styles: str) -> None:
    assert f"<style>{styles}</style>" in frame_of(PAGE % (styles, *WORDS[0]))


def test_a_frame_keeps_the_colours_in_attributes_whatever_the_words_are() -> None:
    words = ('say title="or', "/a", "cid:a", "1 > 0")
    page = PAGE % ("p { margin: 0 }", *words) + '<b title="<style>" style="color: #123">"</b>'
    assert ['style="color: #000"' in frame_of(page), 'style="color: #123"' in frame_of(page)] == [True, True]


def test_where_colours_hang_on_addresses_each_mail_is_a_frame_of_its_own() -> None:
    pages = [PAGE % ('a[href^="mailto:"] { color: red }', *words) for words in WORDS]
    assert [frame_of(page) for page in pages] == pages


def test_of_two_mails_of_one_frame_both_are_told(tmp_path: Path) -> None:
    one, other = (found(tmp_path / name, dark="") for name in ("one", "other"))
    assert len(one) == 1
    assert one == other


def test_a_link_that_is_dark_by_its_address_alone_is_told(tmp_path: Path) -> None:
    dark = '.small { color: #c3ccd6 !important; } a[href*="unsubscribe"] { color: #003399 !important; }'
    [problem] = found(tmp_path, dark=dark)
    assert problem.startswith("contrast: “Unsubscribe” can hardly be read on a dark screen: #003399 on #101418")
