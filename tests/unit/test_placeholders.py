"""What was meant to be filled in never goes out."""

from __future__ import annotations

from pathlib import Path

import pytest
from render_samples import NEWS, announcement, conference, write

from publisher.errors import PlaceholderLeft
from publisher.model import Form, Reader
from publisher.render import Renderer
from publisher.render.placeholders import placeholder_in


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Hello {{ name }}!", "{{ name }}"),
        ("Hello {{name", "{{"),
        ("{% if x %}", "{% if x %}"),
        ("Witaj, {imię}", "{imię}"),
        ("Hi ${first_name}", "${first_name}"),
        ("{event.title}", "{event.title}"),
        ("o godz. XX:XX", "XX:XX"),
        ("w dniu XX.XX.2027", "XX.XX"),
        ("w dniu xx.xx.xxxx r.", "xx.xx.xxxx"),
        ("DD.MM.RRRR", "DD.MM.RRRR"),
        ("at HH:MM", "HH:MM"),
        ("[TODO] add the place", "[TODO]"),
        ("Place: [TBC]", "[TBC]"),
        ("[do uzupełnienia]", "[do uzupełnienia]"),
        ("[TODO: hall]", "[TODO: hall]"),
        ("Lorem Ipsum dolor", "Lorem Ipsum"),
        ("Hi *|FNAME|*", "*|FNAME|*"),
    ],
)
def test_placeholders_are_found(text: str, found: str) -> None:
    assert placeholder_in(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "11–13 maja 2027, 09:00–16:30",
        "XX wiek, XXX edycja, MMXXVII",
        "Dni otwarte [online]",
        "TODO EL MUNDO [todo el día]",
        "https://example.org/xx.xx/{",
        "Zniżka 20 %} 5",
        "a { b } c",
        "«Smart Regions»",
        "office@xx.xx",
        "TBC Bank, HH Hamburg",
        "{ }",
        "50% {1}",
    ],
)
def test_ordinary_words_are_none(text: str) -> None:
    assert placeholder_in(text) in ("", "%}")


def test_one_in_the_file_is_told_with_its_field(tmp_path: Path) -> None:
    write(tmp_path, {"invitation/social.j2": "{{ event.title }}"})
    telling = announcement(conference(title={"pl": "Dni XX.XX"}))

    with pytest.raises(PlaceholderLeft, match=r"“XX\.XX” was never filled in") as error:
        Renderer([tmp_path]).draft(telling, form=Form.POST)

    assert (error.value.field, error.value.subject) == ("title", "events/smart-regions-days-2027")


def test_one_in_the_template_is_told_with_its_file(tmp_path: Path) -> None:
    write(tmp_path, {"invitation/social.j2": "{{ event.title }} [TODO]"})

    with pytest.raises(PlaceholderLeft) as error:
        Renderer([tmp_path]).draft(announcement(), form=Form.POST)

    assert (error.value.field, error.value.path) == ("", tmp_path / "invitation" / "social.j2")


@pytest.mark.parametrize("block", ["subject", "preheader", "body", "text"])
def test_one_in_any_part_of_a_mail_stops_it(tmp_path: Path, block: str) -> None:
    words = {name: "x {name}" if name == block else "x" for name in ("subject", "preheader", "body", "text")}
    source = "".join(f"{{% block {name} %}}{text}{{% endblock %}}" for name, text in words.items())
    write(tmp_path, {"invitation/email.j2": source})

    with pytest.raises(PlaceholderLeft, match=r"\{name\}"):
        Renderer([tmp_path]).draft(announcement(channel=NEWS), form=Form.MAIL)


def test_what_a_list_says_of_a_reader_is_none(tmp_path: Path) -> None:
    blocks = "".join(
        f"{{% block {name} %}}x {{{{ reader.name }}}}{{% endblock %}}" for name in ("subject", "preheader")
    )
    rest = "{% block body %}x {{ reader.name }}{% endblock %}{% block text %}x{% endblock %}"
    write(tmp_path, {"invitation/email.j2": blocks + rest})
    reader = Reader(address="reader@example.org", name="{x}")

    assert Renderer([tmp_path]).draft(announcement(channel=NEWS), form=Form.MAIL, reader=reader).subject == "x {x}"
