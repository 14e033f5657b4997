"""The preview as a page: complete without network, accessible, the same in light and dark."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from browser import found_in, open_page
from office import SCHEDULE, open_office, run

FULL = SCHEDULE.replace(
    'twitter: { account: "@citylibrary" }', 'twitter: { account: "@citylibrary", languages: [pl, en], approval: two }'
).replace("Hello!", "Hello! " + "Come and see what is new. " * 14)
AXE = """
document.getElementById('theme-%s').checked = true;
for (const one of document.querySelectorAll('details')) one.open = true;
const report = await axe.run(document, { resultTypes: ['violations'] });
const told = report.violations.map(one => [one.id, one.help, one.nodes.slice(0, 3).map(node => node.html)]);
return { told, looked: report.passes.length > 20 };
"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = open_office(tmp_path_factory.mktemp("office"), FULL)
    assert run(folder, "approve", "open-day", "--as", "Anna").returncode == 0
    schedule = folder / "schedules.yaml"
    schedule.write_text(FULL.replace("Open day }", "Open day of the library }"), encoding="utf-8")
    ran = run(folder, "preview", "--format", "html", "--out", "shown")
    assert "previews in shown" in ran.stdout, ran.stderr
    return (folder / "shown" / "index.html").read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 500])
def test_axe_finds_nothing(page: str, tmp_path: Path, *, theme: str, width: int) -> None:
    assert found_in(page, AXE % theme, tmp_path, width=width) == {"told": [], "looked": True}


@pytest.mark.slow
def test_headings_are_in_order_and_everything_that_takes_the_focus_shows_it(page: str, tmp_path: Path) -> None:
    script = """
    for (const one of document.querySelectorAll('details')) one.open = true;
    const levels = [...document.querySelectorAll('h1,h2,h3,h4,h5')].map(one => Number(one.tagName[1]));
    const jumps = levels.filter((level, at) => at && level > levels[at - 1] + 1);
    const hidden = [];
    for (const one of document.querySelectorAll('a, input, summary')) {
      one.focus({ focusVisible: true });
      if (one !== document.activeElement || getComputedStyle(one).outlineStyle === 'none') hidden.push(one.outerHTML);
    }
    return { first: levels[0], jumps, hidden };
    """
    assert found_in(page, script, tmp_path) == {"first": 1, "jumps": [], "hidden": []}


@pytest.mark.slow
def test_nothing_is_wider_than_a_phone(page: str, tmp_path: Path) -> None:
    script = """
    const html = document.documentElement.outerHTML.replace(/<script[^]*?<[/]script>/g, '');
    const frame = document.createElement('iframe'); frame.width = 360; frame.height = 700;
    frame.srcdoc = html; document.body.prepend(frame);
    await new Promise(done => frame.onload = done);
    const inside = frame.contentDocument;
    return inside.documentElement.scrollWidth;
    """
    assert found_in(page, script, tmp_path) <= 360


@pytest.mark.slow
def test_the_script_of_the_page_runs_under_its_policy(page: str, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(page, encoding="utf-8")
    assert '<html lang="en" class="scripted">' in open_page(file.as_uri(), tmp_path / "profile", "--dump-dom")


def test_the_page_fetches_nothing(page: str) -> None:
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy
    assert "default-src 'none'" in policy[1]
    assert "connect-src 'none'" in policy[1]
    assert "unsafe-inline" not in policy[1].partition("script-src")[2]
    assert not re.search(r"""<(?:link|script|img|iframe|source)[^>]+(?:src|href)=["']?https?:""", page)


def test_what_is_too_long_is_marked_at_the_exact_character(page: str) -> None:
    shown = re.sub(r"</?span[^>]*>", "", page)
    assert re.search(r'Come and see what is new\. .*?<mark class="over">', shown, re.DOTALL)
    [(kept, over)] = re.findall(r'<p class="words" lang="en">([^<]*)<mark class="over">([^<]*)</mark>', shown)
    assert (len(kept), kept + over) == (280, ("Hello! " + "Come and see what is new. " * 14).strip())


def test_a_problem_leads_to_its_line_and_to_its_explanation(page: str) -> None:
    assert re.search(r'<a href="vscode://file/[^"]+/schedules\.yaml:\d+:\d+">schedules\.yaml:\d+</a>', page)
    assert 'href="#why-too-long"' in page
    assert 'id="why-too-long"' in page


def test_what_changed_since_it_was_approved_is_marked_word_by_word(page: str) -> None:
    assert "changed since Anna approved it" in page
    assert '<ins class="in"> of the library</ins>' in page


def test_the_page_shows_each_channel_as_its_readers_see_it(page: str) -> None:
    for words in ('class="post x"', 'class="post facebook"', 'class="inbox"', "images off", "360 px", "plain text"):
        assert words in page


def test_a_picture_is_in_the_page_once(page: str) -> None:
    assert page.count("data:image/") == 1
    assert page.count("var(--p0)") > 1


def test_the_page_says_which_bytes_it_shows(page: str) -> None:
    assert re.search(r"<dt>schedules\.yaml</dt><dd>[0-9a-f]{64}</dd>", page)
    assert re.search(r"<dt>templates</dt><dd>[0-9a-f]{64}</dd>", page)
    assert "<dt>rendered</dt>" in page
