"""The words of mails: four blocks, a page around them, nothing that breaks out."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest
from render_samples import NEWS, announcement, conference, write

from publisher.errors import MissingTranslation, TemplateBroken
from publisher.model import Draft, Form, Reader
from publisher.render import Renderer

BLOCKS = {
    "subject": "{{ event.title }}",
    "preheader": "{{ event.when }}",
    "body": "<h1>{{ event.title }}</h1>",
    "text": "{{ event.title }}\n\n\n\n{{ event.when }}",
}


def mail_template(**changes: str | None) -> str:
    blocks = BLOCKS | changes
    return "\n".join(
        f"{{% block {name} %}}{words}{{% endblock %}}" for name, words in blocks.items() if words is not None
    )


def draft(
    folder: Path, source: str, *, title: str = "Dni", reader: Reader | None = None, language: str = "pl"
) -> Draft:
    write(folder, {"invitation/email.j2": source})
    telling = announcement(conference(title={"pl": title, "en": title}), channel=NEWS, language=language)
    return Renderer([folder]).draft(telling, form=Form.MAIL, reader=reader)


def test_a_mail_without_a_layout_gets_an_accessible_page(tmp_path: Path) -> None:
    made = draft(tmp_path, mail_template(), title="Zażółć")

    assert made.subject == "Zażółć"
    assert made.preheader == "11–13 maja 2027, 09:00–16:30"
    assert made.text == "Zażółć\n\n11–13 maja 2027, 09:00–16:30"
    assert made.html.startswith('<!DOCTYPE html><html lang="pl">')
    assert "<title>Zażółć</title>" in made.html
    assert 'name="viewport"' in made.html
    assert "<h1>Zażółć</h1>" in made.html
    assert made.html.count("11–13&nbsp;maja 2027") == 1
    assert made.language == "pl"
    assert made.link == "https://example.org/register"


def test_the_folder_s_layout_is_put_around_a_mail_that_names_none(tmp_path: Path) -> None:
    layout = '<html lang="{{ language }}"><title>{{ subject }}</title><p>{{ preheader }}</p>'
    layout += "{{ body }}<i>{{ project.name }}</i></html>"
    write(tmp_path, {"_layout/mail.j2": layout})

    made = draft(tmp_path, mail_template(), title="A & B")

    assert "<title>A &amp; B</title>" in made.html
    assert "<h1>A &amp; B</h1><i>Next2Met</i>" in made.html
    assert "<p>11–13&nbsp;maja 2027, 09:00–16:30</p>" in made.html


def test_a_mail_that_extends_a_layout_is_the_whole_page(tmp_path: Path) -> None:
    layout = "<html><title>{{ subject }}</title><main>{% block body %}{{ body }}{% endblock %}</main>"
    layout += "{% block foot %}foot{% endblock %}</html>"
    write(tmp_path, {"_layout/wide.j2": layout, "_layout/mail.j2": "<html>not this one {{ body }}</html>"})
    source = '{% extends "_layout/wide.j2" %}{% set greeting = "Hej" %}' + mail_template(
        body="<b>{{ greeting }} {{ event.title }}</b>"
    )

    made = draft(tmp_path, source, title="<i>")

    assert "<title>&lt;i&gt;</title>" in made.html
    assert "<main><b>Hej &lt;i&gt;</b></main>foot" in made.html
    assert made.subject == "<i>"


def test_a_layout_may_give_a_block_that_the_mail_leaves_out(tmp_path: Path) -> None:
    layout = "<html>{% block body %}{% endblock %}{% block preheader %}from the layout{% endblock %}</html>"
    write(tmp_path, {"_layout/base.j2": layout})

    made = draft(tmp_path, '{% extends "_layout/base.j2" %}' + mail_template(preheader=None))

    assert made.preheader == "from the layout"


class Elements(HTMLParser):
    """What a mail program would make of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_a_mail_may_add_to_the_blocks_of_a_layout_of_a_layout(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "_layout/base.j2": "<html>{% block body %}base{% endblock %}{% block text %}base{% endblock %}</html>",
            "_layout/wide.j2": '{% extends "_layout/base.j2" %}{% block text %}wide, {{ super() }}{% endblock %}',
        },
    )
    own = mail_template(body="<b>own, {{ super() }}</b>", text="own, {{ super() }}")

    made = draft(tmp_path, '{% extends "_layout/wide.j2" %}' + own)

    assert "<b>own, base</b>" in made.html
    assert made.text == "own, wide, base"


HOSTILE = "<script>alert(1)</script>\"'&{# 1 #}"


def test_a_hostile_title_is_escaped_in_html_and_left_alone_in_text(tmp_path: Path) -> None:
    made = draft(tmp_path, mail_template(body='<h1 title="{{ event.title }}">{{ event.title }}</h1>'), title=HOSTILE)
    page = Elements()
    page.feed(made.html)

    assert ("h1", {"title": HOSTILE}) in page.found
    assert {tag for tag, _ in page.found} == {"html", "head", "meta", "title", "body", "div", "h1"}
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in made.html
    assert made.subject == HOSTILE
    assert made.text.startswith(HOSTILE)


def test_a_hostile_reader_is_escaped_too(tmp_path: Path) -> None:
    reader = Reader(address="a@example.org", name="<img src=x onerror=y>", attributes={"Company Name": "<b>"})

    made = draft(tmp_path, mail_template(body="<p>{{ reader.name }} {{ reader.company_name }}</p>"), reader=reader)

    assert "<img" not in made.html
    assert "<p>&lt;img src=x onerror=y&gt; &lt;b&gt;</p>" in made.html


@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r", "\u2028", "\x85", "\x0b", "\x00"])
def test_no_title_can_add_a_header(tmp_path: Path, line_end: str) -> None:
    made = draft(tmp_path, mail_template(), title=f"Dni{line_end}Bcc: other@example.org")

    assert made.subject == "Dni Bcc: other@example.org"


def test_subject_and_preheader_are_one_line_each(tmp_path: Path) -> None:
    made = draft(tmp_path, mail_template(subject="\n  a\n   b  ", preheader="\nc\n\nd\n"))

    assert (made.subject, made.preheader) == ("a b", "c d")


@pytest.mark.parametrize("name", ["subject", "preheader", "body", "text"])
def test_a_missing_block_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(TemplateBroken, match=f"lacks the block “{name}”; it has: .* → Write {{% block {name} %}}"):
        draft(tmp_path, mail_template(**{name: None}))


@pytest.mark.parametrize("name", ["subject", "body", "text"])
def test_an_empty_block_that_a_mail_needs_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(TemplateBroken, match=f"The block “{name}” of the mail stays empty"):
        draft(tmp_path, mail_template(**{name: "{% if 0 %}x{% endif %} "}))


def test_a_mail_may_do_without_a_preheader(tmp_path: Path) -> None:
    assert draft(tmp_path, mail_template(preheader="")).preheader == ""


def test_a_mistake_in_a_block_has_its_line(tmp_path: Path) -> None:
    with pytest.raises(TemplateBroken, match=r"email\.j2:3: There is no “titel” in event"):
        draft(tmp_path, mail_template(body="{{ event.titel }}"))


def test_styles_are_put_into_the_elements_and_rules_for_small_screens_stay(tmp_path: Path) -> None:
    style = "<style>h1 { color: #123456 } @media (max-width: 480px) { h1 { font-size: 20px } }</style>"
    write(tmp_path, {"_layout/mail.j2": f"<html><head>{style}</head><body>{{{{ body }}}}</body></html>"})

    made = draft(tmp_path, mail_template())

    assert '<h1 style="color: #123456;">' in made.html
    assert "@media (max-width: 480px)" in made.html


def test_no_file_and_no_address_is_loaded_for_styles(tmp_path: Path) -> None:
    secret = tmp_path / "secret.css"
    secret.write_text("h1 { color: #badbad }")
    links = f'<link rel="stylesheet" href="{secret}"><link rel="stylesheet" href="file://{secret}">'
    links += '<link rel="stylesheet" href="https://example.org/x.css">'
    write(tmp_path, {"_layout/mail.j2": f"<html><head>{links}</head><body>{{{{ body }}}}</body></html>"})

    assert "badbad" not in draft(tmp_path, mail_template()).html


def test_a_reader_speaks_the_language_of_the_mail_unless_the_list_says_another(tmp_path: Path) -> None:
    source = mail_template(
        text="{{ reader.name or 'friend' }} {{ reader.language }} {{ reader['Town'] | default('?') }}"
    )

    assert draft(tmp_path, source).text == "friend pl ?"
    known = Reader(address="a@example.org", name="Jan", language="en", attributes={"town": "Lahti"})
    assert draft(tmp_path, source, reader=known).text == "Jan en Lahti"


def test_the_reader_s_address_is_not_for_templates(tmp_path: Path) -> None:
    with pytest.raises(TemplateBroken, match="no “address” in reader"):
        draft(tmp_path, mail_template(text="{{ reader.address }}"), reader=Reader(address="a@example.org"))


def test_a_missing_language_is_told_for_mails_too(tmp_path: Path) -> None:
    with pytest.raises(MissingTranslation, match="goes to news in German, but “title” has no “de”"):
        draft(tmp_path, mail_template(), language="de")


def test_one_letter_words_are_bound_in_html_without_losing_the_escaping(tmp_path: Path) -> None:
    made = draft(
        tmp_path, mail_template(body="<p>{{ event.title|nbsp }}|{{ event.title|e|nbsp }}</p>"), title="Dni i <noce>"
    )

    assert made.html.count("Dni i&nbsp;&lt;noce&gt;") == 2
