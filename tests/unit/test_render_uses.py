"""What is read off a template without running it: which facts it shows, and which it looks at more closely."""

from __future__ import annotations

from pathlib import Path

import pytest
from render_samples import write

from publisher.render.analyst import Analyst
from publisher.render.engine import Engine
from publisher.render.templates import TemplateFolders
from publisher.render.uses import Comparison, Look, Uses

SHOWN, LINES, VALUE = Look.SHOWN, Look.LINES, Look.VALUE


def uses(folder: Path, source: str, **parts: str) -> Uses | None:
    write(folder, {"own/social.j2": source, **{f"_parts/{name}.j2": text for name, text in parts.items()}})
    engine = Engine(TemplateFolders([folder]), autoescape=False, trees={})
    return Analyst(engine.tree).uses("own/social.j2")


@pytest.mark.parametrize(
    ("source", "fact", "look"),
    [
        ("{{ event.title }}", "event.title", SHOWN),
        ("{{ event['title'] }}", "event.title", SHOWN),
        ("{% if event.online %}x{% endif %}", "event.online", SHOWN),
        ("{{ event.venue or event.title }}", "event.venue", SHOWN),
        ("{{ event | when('compact') }}", "event.dates", SHOWN),
        ("{{ event.title | truncate(9) | upper }}", "event.title", SHOWN),
        ("{{ event.first | day('on') }}", "event.first", SHOWN),
        ("{{ 'a' ~ event.title }}", "event.title", SHOWN),
        ("{% if event.end is none %}x{% endif %}", "event.end", SHOWN),
        ("{% macro m(x) %}{% if x %}{{ x }}{% endif %}{% endmacro %}{{ m(event.title) }}", "event.title", SHOWN),
        ("{{ hashtags }}", "hashtags", SHOWN),
        ("{% for line in post.text.splitlines() %}{{ line }}{% endfor %}", "post.text", LINES),
        ("{{ post.text.split('\\n\\n')[0] }}", "post.text", LINES),
        ("{% for line in post.text.splitlines() %}{{ line | length }}{% endfor %}", "post.text", VALUE),
        ("{{ event.title | length }}", "event.title", VALUE),
        ("{{ event.title.upper() }}", "event.title", VALUE),
        ("{{ event.first.year }}", "event.first", VALUE),
        ("{% if event.title == event.summary %}x{% endif %}", "event.title", VALUE),
        ("{% set t = event.title %}{{ t }}", "event.title", VALUE),
        ("{% for code in event.spoken %}{{ code }}{% endfor %}", "event.spoken", VALUE),
        ("{{ words[event.status] }}", "event.status", VALUE),
        ("{% macro m(x) %}{{ x[0] }}{% endmacro %}{{ m(event.title) }}", "event.title", VALUE),
        ("{% call m() %}{{ event.title }}{% endcall %}", "event.title", VALUE),
        ("{% filter upper %}{{ event.title }}{% endfilter %}", "event.title", VALUE),
        ("{% with t = event.title %}{{ t }}{% endwith %}", "event.title", VALUE),
        ("{% if today > event.first %}x{% endif %}", "today", VALUE),
    ],
)
def test_the_closest_look_at_a_fact_counts(tmp_path: Path, *, source: str, fact: str, look: Look) -> None:
    found = uses(tmp_path, source)

    assert found is not None
    assert found.looks[fact] is look


def test_a_comparison_with_a_constant_is_known_by_its_outcome(tmp_path: Path) -> None:
    found = uses(tmp_path, "{% if event.days_left >= 0 %}x{% endif %}")

    assert found is not None
    assert found.comparisons == {Comparison("event.days_left", "gteq", 0)}
    assert found.looks == {"event.days_left": SHOWN}


def test_what_included_and_imported_files_do_counts_too(tmp_path: Path) -> None:
    source = "{% from '_parts/a.j2' import m with context %}{% include '_parts/b.j2' %}{{ m(event.venue) }}"
    found = uses(tmp_path, source, a="{% macro m(x) %}{{ x ~ event.title }}{% endmacro %}", b="{{ event.summary[0] }}")

    assert found is not None
    assert found.looks == {"event.venue": SHOWN, "event.title": SHOWN, "event.summary": VALUE}
    assert not found.is_straight


@pytest.mark.parametrize(
    "source",
    [
        "{{ event }}",
        "{% for event in digest.events %}{{ event.title }}{% endfor %}",
        "{% set event = post %}{{ event.title }}",
        "{{ event[language] }}",
        "{% include language ~ '.j2' %}",
        "{% include '_parts/missing.j2' %}",
        "{% from '_parts/a.j2' import m as n with context %}{{ n(event.title) }}",
        "{% import '_parts/a.j2' as a %}{{ a.m(event.title) }}",
        "{% macro m(x) %}{{ x }}{% endmacro %}{% if m(event.title) == 'x' %}y{% endif %}",
        "{% block a %}{{ event.title }}{% endblock %}{% if self.a() | length > 9 %}y{% endif %}",
        "{% macro m() %}{{ varargs[0] }}{% endmacro %}{{ m(event.title) }}",
    ],
)
def test_what_can_not_be_told_is_not_guessed(tmp_path: Path, source: str) -> None:
    assert uses(tmp_path, source, a="{% macro m(x) %}{{ x }}{% endmacro %}") is None


def test_files_that_include_each_other_can_not_be_told(tmp_path: Path) -> None:
    assert uses(tmp_path, "{% include '_parts/a.j2' %}", a="{% include '_parts/a.j2' %}") is None
