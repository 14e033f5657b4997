"""Every feature that a mail uses is one that Gmail, Outlook on Windows and Apple Mail have, or can do without."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from mail_features import SUPPORT, Features
from picture_samples import JPEG, PNG
from render_samples import NEWS, PROJECT, announcement, conference

from publisher.model import Digest, Event, EventStatus, Form, Picture, Post, Source
from publisher.render import Renderer
from publisher.schedulefile.profiles import shipped_profile

TEMPLATES = Path(__file__).parents[2] / "templates"
NAMES = sorted(folder.name for folder in TEMPLATES.iterdir() if not folder.name.startswith("_"))

ENHANCEMENTS: Mapping[str, str] = {
    "css-at-media": "Outlook shows the wide page, which it has room for; the page narrows by itself elsewhere.",
    "css-at-media-prefers-color-scheme": "Gmail and Outlook choose the colours of dark mode themselves.",
    "html-meta-color-scheme": "Only tells that there are colours for dark mode.",
    "css-important": "Stands in rules for narrow and dark screens alone; Outlook has neither.",
    "css-border-radius": "Corners of the button that are not round are no harm.",
    "css-max-height": "Hides the preheader a second time, behind display: none.",
    "css-overflow": "The same.",
    "css-overflow-wrap": "Breaks addresses that are wider than a phone; Outlook's page is wide enough.",
    "css-max-width": "Outlook gets 600 pixels by a table of its own.",
    "css-display": "Outlook leaves the space of the button to mso-padding-alt on its cell.",
    "css-display-none": "Where the preheader is not hidden, it is a line of one pixel in the page's colour.",
    "html-dir": "Left to right is what programs do by themselves.",
    "html-style": "Everything that a mail can't do without stands in style attributes; the rest is for phones.",
    "css-font-size": "In part: sizes are in pixels here, which all have.",
    "css-font-weight": "In part: it is bold here, which all have.",
    "css-text-align": "In part: it is left or center here, which all have.",
    "css-text-decoration": "In part: it is underline or none here; a link without a line is in bold.",
    "html-height": "Outlook passes over the size of pictures in the mail itself, and takes it from their resolution.",
    "html-width": "The same: so they are saved with 192 dots per inch, twice as fine as they are seen.",
    "html-body": "Its colour stands in the table too.",
    "html-doctype": "Programs that show mails in a page of their own have one.",
    "css-padding": "Outlook has it where it is used, on cells of tables.",
    "css-margin": "Outlook has it where it is used, on paragraphs and headings.",
    "css-width": "Outlook takes it on tables and cells; pictures have it as an attribute.",
    "css-height": "Pictures keep their shape by it; Outlook does so by itself.",
    "css-border": "Outlook has it where it is used, on cells of tables.",
    "css-line-height": "Lines that are closer are read none the worse.",
    "css-selector-class": "Stands in rules for phones and dark mode alone; Outlook has neither.",
    "css-selector-descendant": "The same.",
    "css-selector-grouping": "The same.",
    "css-selector-type": "The same.",
}
"""What one of them lacks, and why a mail is none the worse."""


def _source(name: str) -> Source:
    photo = Picture(path=Path("photo.jpg"), alt={"*": "A map"})
    event: Event = conference(picture=photo)
    if name == "post":
        return Post(id="hello", text={"*": "Hello."}, picture=photo)
    if name == "digest":
        return Digest(id="monthly", covers=date.resolution * 45, events=(event,))
    return replace(event, status=EventStatus.CONFIRMED)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A page of every template, with everything that it can show."""
    folder = tmp_path_factory.mktemp("pictures")
    (folder / "photo.jpg").write_bytes(JPEG)
    (folder / "logo.png").write_bytes(PNG)
    project = replace(PROJECT, profile=shipped_profile("interreg-europe-2014-2020"), logo=folder / "logo.png")
    renderer = Renderer([TEMPLATES])
    return {name: _page(renderer, name, folder=folder, project=project) for name in NAMES}


def _page(renderer: Renderer, name: str, *, folder: Path, project: object) -> str:
    source = _source(name)
    if not isinstance(source, Digest):
        picture = Picture(path=folder / "photo.jpg", alt={"*": "A map"})
        source = replace(source, picture=picture)
    telling = announcement(source, template=name, channel=NEWS, project=project)
    return renderer.draft(telling, form=Form.MAIL).html


def _lacking(feature: str) -> list[str]:
    return [program for program, answer in SUPPORT[feature].items() if answer != "y"]


@pytest.mark.parametrize("name", NAMES)
def test_a_mail_uses_nothing_that_a_program_lacks_and_it_needs(name: str, pages: dict[str, str]) -> None:
    found = Features(pages[name]).found
    unknown = sorted(feature for feature in found if feature not in SUPPORT)
    lacking = {one: _lacking(one) for one in sorted(found & SUPPORT.keys()) if one not in ENHANCEMENTS}

    assert unknown == []
    assert {feature: programs for feature, programs in lacking.items() if programs} == {}


def test_no_reason_is_given_for_what_all_programs_have_or_no_mail_uses(pages: dict[str, str]) -> None:
    found = set().union(*(Features(page).found for page in pages.values()))

    assert sorted(one for one in ENHANCEMENTS if one not in found or not _lacking(one)) == []


def test_a_feature_that_programs_lack_would_be_found() -> None:
    page = '<p style="display: flex; background-image: url(x)">a</p><svg></svg><style>p > b { gap: 1vw }</style>'
    found = Features(page).found

    assert {"css-background-image", "html-svg", "css-gap", "css-unit-vw", "css-selector-child"} <= found
    assert all(_lacking(one) for one in ("css-background-image", "html-svg", "css-gap"))


@pytest.mark.parametrize("name", NAMES)
def test_every_table_is_for_layout_and_every_picture_has_words_and_a_size(name: str, pages: dict[str, str]) -> None:
    page = pages[name]

    assert page.count("<table") == page.count('role="presentation"')
    images = [part.partition(">")[0] for part in page.split("<img")[1:]]
    assert len(images) >= 2
    assert all('alt="' in image and 'alt=""' not in image and 'width="' in image for image in images)


@pytest.mark.parametrize("name", NAMES)
def test_the_emblem_stands_on_white_in_the_first_screen_beside_the_statement(name: str, pages: dict[str, str]) -> None:
    before, _, after = pages[name].partition('src="cid:emblem"')
    plate, statement = before.rpartition('<td class="plate"')[2], after.partition("</table>")[0]

    assert 'bgcolor="#ffffff"' in plate
    assert "Unię Europejską" in statement
    assert before.rpartition("<body")[2].count("<img") == 2  # the logo, and the emblem itself


@pytest.mark.parametrize("name", NAMES)
def test_a_mail_is_far_smaller_than_what_gmail_cuts(name: str, pages: dict[str, str]) -> None:
    assert len(pages[name].encode()) < 25_000
