"""What people are told about a broken template: the line, the word, and the nearest right one. Never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest
from render_samples import NEWS, announcement, write

from publisher.errors import TemplateBroken
from publisher.model import Form, Post
from publisher.render import Renderer


def broken(folder: Path, template: str, **changes: object) -> TemplateBroken:
    write(folder, {"invitation/social.pl.j2": template})
    with pytest.raises(TemplateBroken) as error:
        Renderer([folder]).draft(announcement(**changes), form=Form.POST)
    return error.value


@pytest.mark.parametrize(
    ("source", "message", "remedy"),
    [
        ("{{ evnt.title }}", "There is no variable “evnt” here", "Did you mean “event”?"),
        ("{{ xyzzy }}", "There is no variable “xyzzy” here", "There are: event, post, digest"),
        ("{{ event.titel }}", "There is no “titel” in event", "Did you mean “title”?"),
        ("{{ event.zzz }}", "There is no “zzz” in event", "It has: address, begin"),
        ("{{ project.contact.mail }}", "There is no “mail” in contact", "Did you mean “email”?"),
        ("{{ event['titel'] }}", "There is no “titel” in event", "Did you mean “title”?"),
        ("{% set d = {'open': 1} %}{{ d.opne }}", "There is no “opne” in dict", "Did you mean “open”?"),
        ("{{ post.text }}", "There is no variable “post” here", "This announcement has no post"),
        ("{{ reader.name }}", "There is no variable “reader” here", "This announcement has no reader"),
        ("{{ event.title|wen }}", "There is no filter “wen”", "Did you mean “when”?"),
        ("{{ event.title|zzzzz }}", "There is no filter “zzzzz”", "See the list of filters"),
        ("{% inclde 'x' %}", "There is no tag “inclde”", "Did you mean “include”?"),
        ("{% if event.title", "can't be understood: unexpected end", "Look for a missing }}"),
        ("{% if event.title %}x", "can't be understood", "{% end… %}"),
        ("{% include '_parts/wrods.j2' %}", "“_parts/wrods.j2” is in none of", "Did you mean “_parts/words.j2”?"),
        ("{% from '_parts/words.j2' import x %}{{ x }}", "does not export the requested name", "Check the name"),
        ("{{ 1 / 0 }}", "fails: ZeroDivisionError: division by zero", "Mend this line"),
        ("{{ event.title + 1 }}", "fails: can only concatenate str", "Mend this line"),
        ("{{ event.register_until_time.hour }}", "“hour” is asked of an empty value", "{% if … %}"),
        ("{{ event.register_until_time|time }}", "“time” takes an hour, not an empty value", "{% if event.begin %}"),
        ("{{ event.title|day }}", "“day” takes a day, not “Dni", "Ask first"),
        ("{{ event.when|when }}", "“when” takes an event, not “11–13", '{{ event|when("compact") }}'),
        ("{{ event|when('proze') }}", "There is no style “proze”", "Did you mean “prose”?"),
        ("{{ event.first|day('zzz') }}", "There is no style “zzz”", "There are: prose, short, weekday, on"),
        ("{{ 3|plural(one='dzień') }}", "“plural” has no form for 3 in “pl”", 'Add few="…"'),
        ("{{ 3|plural(ein='Tag') }}", "“plural” knows no form ein", "The forms are zero, one"),
        ("{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}", "calls itself without end", "Look for a macro"),
    ],
)
def test_each_mistake_names_the_word_and_the_mend(tmp_path: Path, *, source: str, message: str, remedy: str) -> None:
    write(tmp_path, {"_parts/words.j2": "x"})

    error = broken(tmp_path, f"first line\n{source}")

    assert message in error.message
    assert remedy in error.remedy
    assert error.subject.endswith("invitation/social.pl.j2:2")
    assert "Traceback" not in str(error)
    assert "\n" not in str(error)


def test_the_subject_is_the_path_as_people_type_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    error = broken(Path("templates"), "{{ evnt }}")

    assert (
        str(error) == "templates/invitation/social.pl.j2:1: There is no variable “evnt” here. → Did you mean “event”?"
    )


def test_a_mistake_in_a_part_is_placed_in_the_part(tmp_path: Path) -> None:
    write(tmp_path, {"_parts/a.j2": "x\n\n{{ event.titel }}", "_parts/b.j2": "\n{{ x|nofilter }}"})

    assert broken(tmp_path, '{% include "_parts/a.j2" %}').subject.endswith("_parts/a.j2:3")
    assert broken(tmp_path, '\n\n{% include "_parts/b.j2" %}').subject.endswith("_parts/b.j2:2")


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__ }}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ event._event }}",
        "{{ event['__class__'] }}",
        "{{ event.__init__.__globals__ }}",
        "{{ cycler.__init__.__globals__.os }}",
        "{{ '{0.__class__}'.format(event) }}",
        "{{ (event|attr('__class__')).x }}",
    ],
)
def test_templates_can_not_reach_into_python(tmp_path: Path, source: str) -> None:
    error = broken(tmp_path, source)

    assert "reaches for what is closed to templates" in error.message or "here is no" in error.message


@pytest.mark.parametrize("source", ["{% do [].append(1) %}", "{{ [1].append(2) }}", "{{ {}.update({1: 2}) }}"])
def test_templates_change_nothing(tmp_path: Path, source: str) -> None:
    broken(tmp_path, source)


@pytest.mark.parametrize(
    "source",
    [
        "{{ 'a' * 1000000000 }}",
        "{{ 1000000000 * ['a'] }}",
        "{{ 10 ** 10 ** 10 }}",
        "{% for i in range(1000000000) %}x{% endfor %}",
        "{% for i in range(1000) %}{% for j in range(1000) %}xxxxx{{ j }}{% endfor %}{% endfor %}",
    ],
)
def test_templates_can_not_fill_the_memory(tmp_path: Path, source: str) -> None:
    assert "The template fails: " in broken(tmp_path, source).message


def test_numbers_may_be_multiplied_and_lines_drawn(tmp_path: Path) -> None:
    write(tmp_path, {"invitation/social.j2": "{{ 3 * 4 }} {{ '-' * 5 }} {{ range(3)|list }}"})

    assert Renderer([tmp_path]).draft(announcement(), form=Form.POST).text == "12 ----- [0, 1, 2]"


def test_nothing_random_is_to_be_had(tmp_path: Path) -> None:
    assert "no filter “random”" in broken(tmp_path, "{{ [1, 2]|random }}").message
    assert "no variable “lipsum”" in broken(tmp_path, "{{ lipsum() }}").message


def test_a_template_that_gives_nothing_is_broken(tmp_path: Path) -> None:
    error = broken(tmp_path, "{% if event.days > 5 %}x{% endif %}\n  \n")

    assert error.message == "The template gives an empty text."
    assert "check the conditions" in error.remedy


def test_a_file_that_is_not_utf_8_names_the_line(tmp_path: Path) -> None:
    (tmp_path / "invitation").mkdir()
    (tmp_path / "invitation" / "social.j2").write_bytes("one\ntwo\ngęś".encode("iso-8859-2"))

    with pytest.raises(TemplateBroken, match=r"social\.j2:3: The template is not saved as UTF-8.* → Save it again"):
        Renderer([tmp_path]).draft(announcement(), form=Form.POST)


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    (tmp_path / "invitation").mkdir()
    (tmp_path / "invitation" / "social.j2").write_bytes("\ufeffgęś\r\n{{ event.days }}\r\n".encode())

    assert Renderer([tmp_path]).draft(announcement(), form=Form.POST).text == "gęś\n3"


def test_a_column_that_the_list_lacks_names_the_nearest(tmp_path: Path) -> None:
    from publisher.model import Reader

    blocks = "{% block subject %}x{% endblock %}{% block preheader %}{% endblock %}{% block body %}{{ reader.compny }}"
    write(tmp_path, {"invitation/email.j2": f"{blocks}{{% endblock %}}{{% block text %}}x{{% endblock %}}"})
    reader = Reader(address="a@example.org", attributes={"Company": "x"})

    with pytest.raises(TemplateBroken, match=r"no “compny” in reader\. → Did you mean “company”"):
        Renderer([tmp_path]).draft(announcement(channel=NEWS), form=Form.MAIL, reader=reader)


def test_a_post_has_no_event(tmp_path: Path) -> None:
    error = broken(tmp_path, "{{ event.title }}", source=Post(id="p", text={"pl": "x"}))

    assert error.message == "There is no variable “event” here."
    assert "This announcement has no event" in error.remedy
