"""Contrast on dark screens: the colours that a mail chooses for them itself, held against WCAG 2.1."""

from __future__ import annotations

from pathlib import Path

import pytest
from checked_files import checked

from publisher.rules.page import Page, in_the_dark

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
