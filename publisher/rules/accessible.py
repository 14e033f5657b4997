"""The HTML of a mail for everybody: contrast, language, headings, words of links (WCAG 2.1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise

from publisher.model import Form, Severity
from publisher.rules.colours import contrast, hexadecimal
from publisher.rules.copy import Complaint, Copy
from publisher.rules.page import Page, TextStyle, frame_of, in_the_dark
from publisher.rules.registry import rule
from publisher.sentences import sentence

_MAIL = (Form.MAIL,)
_ENOUGH, _ENOUGH_IF_LARGE = 4.5, 3.0
_LARGE, _LARGE_IF_BOLD = 24, 18.66
"""Pixels: 18 and 14 points. WCAG 2.1, large scale text."""

#: Words that say nothing about where a link leads, in the seven languages.
_EMPTY_WORDS = frozenset(
    words
    for line in (
        "here|click here|click|more|read more|link|this link",
        "tutaj|tu|kliknij tutaj|kliknij|więcej|czytaj więcej",
        "tästä|täältä|klikkaa tästä|lue lisää|lisää",
        "hier|hier klicken|klicken sie hier|mehr|weiterlesen|mehr lesen",
        "aquí|haga clic aquí|haz clic aquí|más|leer más",
        "feu clic aquí|més|llegiu-ne més",
        "ici|cliquez ici|en savoir plus|lire la suite|plus",
    )
    for words in line.split("|")
)


@rule("contrast", Severity.ERROR, forms=_MAIL)
def text_can_be_read(copy: Copy) -> Iterator[Complaint]:
    """4.5 to 1, and 3 to 1 for large text (success criterion 1.4.3), in the light and in the dark."""
    for words, style, ratio in _unreadable(copy.page):
        yield Complaint(
            sentence(
                "“{words}” can hardly be read: {colour} on {ground} has a contrast of {ratio:.1f} to 1.",
                words=words,
                colour=style.colour,
                ground=style.ground,
                ratio=ratio,
            ),
            sentence("Take a darker colour, or a lighter ground: it must be {least:g} to 1.", least=_least(style)),
            words=style.colour,
        )
    for words, style, ratio in _unreadable_in_the_dark(copy):
        yield Complaint(
            sentence(
                "“{words}” can hardly be read on a dark screen: {colour} on {ground}, a contrast of {ratio:.1f} to 1.",
                words=words,
                colour=style.colour,
                ground=style.ground,
                ratio=ratio,
            ),
            sentence(
                "Change the colours under  @media (prefers-color-scheme: dark):  {least:g} to 1.", least=_least(style)
            ),
            words=style.colour,
        )


def _unreadable_in_the_dark(copy: Copy) -> Iterable[tuple[str, TextStyle, float]]:
    """The same on a dark screen. To style a page takes time, and many mails have the same frame."""
    return () if _is_clear_in_the_dark(frame_of(copy.draft.html)) else _unreadable(copy.dark_page)


@lru_cache(maxsize=64)
def _is_clear_in_the_dark(frame: str) -> bool:
    return not any(_unreadable(Page.of(in_the_dark(frame))))


def _unreadable(page: Page) -> Iterator[tuple[str, TextStyle, float]]:
    """The first words of each pair of colours that are too much alike, with their contrast."""
    seen = set()
    for piece in page.pieces:
        style = piece.style
        colours = (hexadecimal(style.colour), hexadecimal(style.ground))
        if style.is_hidden or not all(colours) or (colours, _least(style)) in seen:
            continue
        seen.add((colours, _least(style)))
        ratio = contrast(*colours)
        if ratio < _least(style):
            yield " ".join(piece.text.split())[:40], style, ratio


def _least(style: TextStyle) -> float:
    is_large = style.size >= (_LARGE_IF_BOLD if style.is_bold else _LARGE)
    return _ENOUGH_IF_LARGE if is_large else _ENOUGH


@rule("html-lang", Severity.ERROR, forms=_MAIL)
def the_page_says_its_language(copy: Copy) -> Iterator[Complaint]:
    """So that it is read aloud in the right voice (success criterion 3.1.1)."""
    if copy.page.language.partition("-")[0].casefold() != copy.language:
        yield Complaint(
            sentence("The page of the mail does not say that it is in “{code}”.", code=copy.language),
            sentence('Write  <html lang="{{{{ language }}}}">'),
            words="<html",
        )


@rule("headings", Severity.WARNING, forms=_MAIL)
def headings_are_in_order(copy: Copy) -> Iterator[Complaint]:
    """One first, none left out on the way down (success criteria 1.3.1 and 2.4.6)."""
    found = copy.page.headings
    if found and found[0] != 1:
        yield Complaint(
            sentence("The first heading is an <h{level}>.", level=found[0]),
            sentence("Begin with <h1>."),
            words=f"<h{found[0]}",
        )
    for before, after in pairwise(found):
        if after > before + 1:
            yield Complaint(
                sentence("After an <h{before}> comes an <h{after}>.", before=before, after=after),
                sentence("Write <h{right}>.", right=before + 1),
                words=f"<h{after}",
            )
            return


@rule("link-text", Severity.WARNING, forms=_MAIL)
def links_say_where_they_lead(copy: Copy) -> Iterator[Complaint]:
    """Many people jump from link to link and hear nothing but their words (success criterion 2.4.4)."""
    for link in copy.page.links:
        words = " ".join(link.words.split())
        if words.casefold().strip(" .…»→>!") in _EMPTY_WORDS:
            yield Complaint(
                sentence("The words of a link, “{words}”, don't say where it leads.", words=words),
                sentence("Name the page: “programme of the conference” instead of “here”."),
                words=words,
            )
        elif words.startswith(("http://", "https://", "www.")):
            yield Complaint(
                sentence("The words of a link are its address: “{words}”.", words=words[:60]),
                sentence("Name the page that it leads to."),
                words=words,
            )
