"""Spaces at which no line breaks: in the HTML of mails, and nowhere else."""

from __future__ import annotations

import pytest

from publisher.render.typography import bind, bind_html, read_in_html


@pytest.mark.parametrize(
    ("language", "text", "bound"),
    [
        ("pl", "Spotkanie w Białymstoku i o danych", "Spotkanie w~Białymstoku i~o~danych"),
        ("pl", "A w domu", "A~w~domu"),
        ("pl", "12 maja 2027 r., godz. 16:30, 10 zł", "12~maja 2027~r., godz.~16:30, 10~zł"),
        ("pl", "rok 2027 i kino", "rok 2027 i~kino"),
        ("en", "I saw a film on 12 May 2027", "I saw a film on 12~May 2027"),
        ("fi", "tiistaina 12. toukokuuta klo 9.00", "tiistaina 12.~toukokuuta klo~9.00"),
        ("de", "vom 11. bis 13. Mai, 9:00–16:30 Uhr", "vom 11. bis 13.~Mai, 9:00–16:30~Uhr"),
        ("de-AT", "15. Jänner", "15.~Jänner"),
        ("es", "el 12 de mayo, a las 9:00", "el 12~de mayo, a las~9:00"),
        ("ca", "el 30 d’abril i el 12 de maig, 16.30 h", "el 30~d’abril i el 12~de maig, 16.30~h"),
        ("fr", "du 1er au 14 mai, de 9 h à 16 h 30", "du 1er au 14~mai, de 9~h à~16~h~30"),
        ("fr", "Où : un « atelier » ?", "Où~: un «~atelier~»~?"),
        ("sv", "12 maj 2027", "12~maj 2027"),
        ("en", "12 Mayors", "12 Mayors"),
    ],
)
def test_what_belongs_together_stays_on_one_line(language: str, text: str, bound: str) -> None:
    assert bind(text, language) == bound.replace("~", "\u00a0")


def test_addresses_styles_and_the_title_stay_as_they_are() -> None:
    page = (
        "<title>w domu</title><style>a b { margin: 0 1 h }</style><!-- w domu -->"
        '<p title="w domu">w domu <a href="https://example.org/?q=w domu">i tu</a></p>'
    )

    assert bind_html(page, "pl") == page.replace(">w domu <a", ">w\u00a0domu <a").replace(">i tu<", ">i\u00a0tu<")


def test_what_people_read_holds_no_tags_and_no_styles() -> None:
    assert read_in_html("<style>p { x: y }</style><p>Dzień <b>dobry</b></p>").split() == ["Dzień", "dobry"]
