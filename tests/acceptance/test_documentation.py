"""The documentation tells the truth: its commands are run, its examples loaded, its lists complete."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from codes_of_problems import codes_given_by, words_in

from publisher.channels import known_types, transport
from publisher.cli.main import cli
from publisher.explanations import codes
from publisher.explanations.document import FILES, document
from publisher.schedulefile.load import load
from publisher.schedulefile.reading.read import read_bytes

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FORMS = {name: transport(name).form for name in known_types()}


def _blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)


def _sessions() -> list[tuple[str, str]]:
    """Command and output of each console block of the README that needs no set-up."""
    found = []
    for block in _blocks(ROOT / "README.md", "console"):
        for piece in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = piece.partition("\n")
            if not command.startswith("make"):
                found.append((command, output))
    return found


def test_the_commands_of_the_readme_print_what_it_shows(tmp_path: Path) -> None:
    (tmp_path / "schedules.yaml").write_text(_blocks(ROOT / "README.md", "yaml")[0], encoding="utf-8")
    scripts = Path(sys.executable).parent
    environment = {"PATH": f"{scripts}:{os.environ['PATH']}", "LANG": "C.UTF-8", "HOME": str(tmp_path)}
    sessions = _sessions()
    assert len(sessions) >= 4
    for command, output in sessions:
        ran = subprocess.run(  # noqa: S602  the README is ours
            command, shell=True, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=60
        )
        assert ran.stdout == output, f"$ {command}\n{ran.stdout}{ran.stderr}"


def test_the_example_schedule_has_twelve_lines() -> None:
    assert _blocks(ROOT / "README.md", "yaml")[0].count("\n") == 12


def test_every_yaml_example_loads() -> None:
    for page in PAGES:
        for block in _blocks(page, "yaml"):
            loaded = load(read_bytes(block.encode(), file=page.name), channel_types=FORMS)
            assert loaded.problems == (), page.name


def test_every_command_is_documented() -> None:
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    group = typer.main.get_command(cli)
    names = list(group.commands)  # type: ignore[attr-defined]  a group has them
    assert len(names) >= 15
    for name in names:
        assert f"`publisher {name}" in text, name


def test_every_option_is_documented() -> None:
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    group = typer.main.get_command(cli)
    for name, command in group.commands.items():  # type: ignore[attr-defined]  a group has them
        for option in command.params:
            for flag in option.opts:
                assert not flag.startswith("--") or flag in text, f"{name} {flag}"


def test_every_code_of_a_problem_has_its_page_and_no_other() -> None:
    given = codes_given_by(ROOT / "publisher") - {""}  # a fault of publisher itself has no page
    assert len(given) >= 30
    assert given <= set(codes())
    assert set(codes()) <= words_in(ROOT / "publisher")


@pytest.mark.parametrize("language", FILES)
def test_the_list_of_problems_is_made_from_the_catalogue(language: str) -> None:
    written = (ROOT / "docs" / FILES[language]).read_text(encoding="utf-8")
    assert written == document(language), "run: make docs"
    assert re.findall(r"^## (\S+)$", written, re.MULTILINE) == list(codes())


def test_every_link_between_pages_leads_somewhere() -> None:
    pages = [*PAGES, ROOT / "CONTRIBUTING.md", ROOT / "ARCHITECTURE.md"]
    for page in pages:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


@pytest.mark.parametrize(
    "part", ["project", "defaults", "channels", "audiences", "blackouts", "cadences", "events", "posts"]
)
def test_every_section_of_the_file_is_documented(part: str) -> None:
    text = (ROOT / "docs" / "schedule-file.md").read_text(encoding="utf-8")
    assert re.search(rf"^## .*\b{part}\b", text, re.MULTILINE)


def test_every_field_of_the_file_is_documented() -> None:
    from publisher.schedulefile import grammar

    text = (ROOT / "docs" / "schedule-file.md").read_text(encoding="utf-8")
    parts = [value for value in vars(grammar).values() if isinstance(value, type) and issubclass(value, grammar.Part)]
    assert len(parts) > 10
    for part in parts:
        for name, field in part.model_fields.items():
            assert re.search(rf"\b{field.alias or name}\b", text), f"{part.__name__}.{name}"
