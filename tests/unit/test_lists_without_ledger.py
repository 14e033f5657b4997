"""A file whose audiences are lists in a ledger is checked where there is no ledger, as on a build server."""

from __future__ import annotations

from pathlib import Path

from publisher.app import App, Options
from publisher.checking import check
from publisher.clock import SystemClock
from publisher.ledger.ledger import open_ledger
from publisher.model import Severity

FILE = """\
version: 1
project: { name: Office, link: "https://example.org", contact: { name: Office, email: office@example.org } }
defaults: { timezone: UTC, languages: [en] }
channels:
  news: { type: email, audience: press }
audiences:
  press: { list: news, where: city is Lublin }
posts:
  - id: hello
    send: 2099-05-07 12:00
    to: [news]
    template: note
    text: Hello
"""
TEMPLATE = """\
{% block subject %}Hello{% endblock %}
{% block preheader %}Hello there{% endblock %}
{% block body %}<h1>Hello</h1><p>{{ reader.city }}</p>{% endblock %}
{% block text %}Hello {{ reader["home town"] }}{% endblock %}
"""


def office(folder: Path) -> App:
    (folder / "schedules.yaml").write_text(FILE, encoding="utf-8")
    own = folder / "templates" / "note"
    own.mkdir(parents=True)
    (own / "email.en.j2").write_text(TEMPLATE, encoding="utf-8")
    return App(
        Options(schedules=folder / "schedules.yaml", database=f"sqlite:///{folder / 'ledger.db'}"),
        clock=SystemClock(),
    )


def test_without_a_ledger_lists_and_their_columns_are_taken_to_be_there(tmp_path: Path) -> None:
    assert [problem for problem in check(office(tmp_path)) if problem.severity is Severity.ERROR] == []
    assert not (tmp_path / "ledger.db").exists()


def test_with_a_ledger_a_list_that_it_lacks_is_told_at_the_audience(tmp_path: Path) -> None:
    app = office(tmp_path)
    open_ledger(app.options.database).close()
    (found,) = [problem for problem in check(app) if problem.code == "bad-list"]
    assert (found.place.line, found.about) == (7, "audiences/press")
    assert "There is no list called “news”." in found.message
    assert "publisher lists create news" in found.hint
