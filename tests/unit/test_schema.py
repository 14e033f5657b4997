"""The JSON Schema for editors: never stricter than the reader, and worth having."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import fastjsonschema
import pytest
import yaml
from editor_yaml import Core, Old, typed
from pydantic import ValidationError
from test_schedule_loading import FULL

from publisher.channels import known_types
from publisher.schedulefile import grammar as g
from publisher.schedulefile.load import SECTIONS
from publisher.schedulefile.names import is_name
from publisher.schedulefile.schema import as_file, json_schema

ROOT = Path(__file__).parents[2]
SCHEMA = json_schema(channel_types=known_types())
#: The same without the types of channels, which the grammar does not know.
GRAMMAR = json_schema()
SHIPPED = ROOT / "publisher" / "schedulefile" / "schedules.schema.json"
FILES = (ROOT / "schedules.yaml", ROOT / "examples" / "next2met" / "schedules.yaml")
READERS = (Core, Old)
PARTS = [value for value in vars(g).values() if isinstance(value, type) and issubclass(value, g.Part)]
#: Of each part but the one that channels and defaults share; it stands nowhere by itself.
FIELDS = [
    (part, field.alias or name)
    for part in PARTS
    if part not in (g.CalendarPart, g.Ignoring)
    for name, field in part.model_fields.items()
]
Validate: TypeAlias = Callable[[Any], None]

EVENT = "events:\n  - id: open-day\n    when: 2027-05-11\n    title: Open day\n"

#: What scalars can look like, plain in the file. An editor's “Null” is left out: it is a name to publisher alone.
SCALARS = (
    *("no", "yes", "No", "YES", "true", "True", "false", "off", "on", "tak", "Nie", "none", "brak"),
    *("2027", "0", "-1", "1.10", "010", "12e03", ".5", "19:00", "9:05", "10.30", "19:00:30"),
    *("2027-05-11", "2027-5-1", "2027-05-11T10:00", "11.05.2027", "pl", "en", "no-NO", "NO", "PL", "ES-CT"),
    *("error", "skip", "send", "x", "X", "email", "Twitter", "draft", "confirmed"),
    *(
        "https://example.org",
        "HTTPS://EXAMPLE.ORG",
        "a@example.org",
        "#Tag",
        "Tag",
        "tag-name",
        "Łódź",
        "open-day",
        "🎉",
    ),
)
PHRASES = (
    "2027-05-11 to 2027-05-13",
    "2027-06-02 13:00-14:30",
    "2027-04-30 12:00",
    "Friday 2027-04-30",
    "Friday, 2027-04-30, 12:00",
    "wtorek 2027-05-11 do 2027-05-13",
    "20:00 to 07:30",
    "8 tygodni przed, 10:00",
    "20:00-07:30",
    "9.00 – 16.30",
    "use en",
    "Use EN",
    "Skip after 6 hours",
    "skip after 1 day",
    "Send anyway",
    "move later",
    "anyone-but-author",
    "next 45 days",
    "The next 2 Months",
    "14 days",
    "1 hour before",
    "every Monday at 09:00",
    "Hello, world",
)


@pytest.fixture(scope="module")
def validate() -> Validate:
    compiled: Validate = fastjsonschema.compile(SCHEMA)
    return compiled


@pytest.fixture(scope="module")
def refusals(validate: Validate) -> Callable[[str], list[str]]:
    """Where the schema refuses a file, for each way of reading it."""

    def told(text: str) -> list[str]:
        found = []
        for reader in READERS:
            try:
                validate(typed(text, reader))
            except fastjsonschema.JsonSchemaValueException as refusal:
                found.append(str(refusal.name))
        return found

    return told


def test_the_shipped_file_is_the_schema_of_the_grammar() -> None:
    assert SHIPPED.read_text(encoding="utf-8") == as_file(channel_types=known_types()), "run: make schema"


def test_the_schema_has_the_sections_that_are_read() -> None:
    assert tuple(SCHEMA["properties"]) == SECTIONS


@pytest.mark.parametrize("file", FILES, ids=str)
def test_the_example_files_are_valid(file: Path, refusals: Callable[[str], list[str]]) -> None:
    assert refusals(file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("file", FILES, ids=str)
def test_the_example_files_name_the_schema_for_editors(file: Path) -> None:
    named = re.match(r"# yaml-language-server: \$schema=(\S+)\n", file.read_text(encoding="utf-8"))
    assert named
    assert (file.parent / named[1]).resolve() == SHIPPED


def test_a_file_with_every_field_is_valid(refusals: Callable[[str], list[str]]) -> None:
    assert refusals(FULL) == []


def test_every_yaml_example_of_the_documentation_is_valid(refusals: Callable[[str], list[str]]) -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    blocks = [block for page in pages for block in re.findall(r"```yaml\n(.*?)```", page.read_text("utf-8"), re.DOTALL)]
    assert blocks
    for block in blocks:
        assert refusals(block) == [], block


@pytest.mark.parametrize(
    "text",
    [
        "version:\nproject:\ndefaults:\nblackouts:\nchannels:\naudiences:\ncadences:\nevents:\nposts:\ndigests:\n",
        "version: '1'\n",
        "channels:\n  twitter:\n",
        "channels:\n  page: { type: FB }\n",
        "defaults: { languages: no, weekends: no, holidays: no, quiet_hours: no }\n",
        "defaults: { languages: [no], holidays: [NO], weekends: 'Tak ' }\n",
        "defaults: { languages: , holidays: , timezone: }\n",
        "events: [{ id: 2027, when: 2027-05-11, title: 2027, summary: true, organiser: no }]\n",
        "events: [{ id: 1.10, when: 2027-5-1, title: { pl: 1984, no: no }, image: , hours: , register: , changes: }]\n",
        "events: [{ id: a, when: 2027-05-11, title: x, mention: { X: '@a' }, tags: '#Tag', spoken: pl }]\n",
        "project: { name: 112, funding: our-own-profile, contact: }\n",
    ],
)
def test_what_people_write_without_quotes_is_not_flagged(text: str, refusals: Callable[[str], list[str]]) -> None:
    assert refusals(text) == []


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("evnts: []\n", "data"),
        ("project: { name: a, colour: red }\n", "data.project"),
        ("defaults: { quite_hours: none }\n", "data.defaults"),
        ("defaults: { outside_hours: later }\n", "data.defaults.outside_hours"),
        ("defaults: { approval: boss }\n", "data.defaults.approval"),
        ("defaults: { weekends: never }\n", "data.defaults.weekends"),
        ("defaults: { if_late: wait }\n", "data.defaults.if_late"),
        ("defaults: { missing_translation: guess }\n", "data.defaults.missing_translation"),
        ("channels: { page: { type: twiter } }\n", "data.channels.page.type"),
        ("audiences: { readers: { list: a.csv } }\n", "data.audiences.readers"),
        ("cadences: { short: { send: 1 day before at 12:00 } }\n", "data.cadences.short"),
        ("cadences: { short: [{ send: 1 hour before, template: today, to: [] }] }\n", "data.cadences.short[0].to"),
        (EVENT + "    titel: x\n", "data.events[0]"),
        (EVENT.replace("open-day", "open day"), "data.events[0].id"),
        (EVENT + "    status: maybe\n", "data.events[0].status"),
        (EVENT + "    summary: [a, b]\n", "data.events[0].summary"),
        (EVENT + "    summary: { english: a }\n", "data.events[0].summary"),
        (EVENT + "    link: example.org\n", "data.events[0].link"),
        (EVENT + "    tags: [a b]\n", "data.events[0].tags"),
        (EVENT.replace("2027-05-11", "11.05.2027"), "data.events[0].when"),
        ("posts: [{ id: a, send: 2027-05-07 12:00, to: twitter }]\n", "data.posts[0]"),
        (
            "digests: [{ id: a, send: every day at 09:00, to: x, covers: 1 day, if_empty: no }]\n",
            "data.digests[0].if_empty",
        ),
        ("version: 2\n", "data.version"),
    ],
)
def test_a_slip_is_flagged_at_its_place(text: str, place: str, refusals: Callable[[str], list[str]]) -> None:
    assert refusals(text) == [place] * len(READERS)


@pytest.mark.parametrize(("part", "name"), FIELDS, ids=lambda value: getattr(value, "__name__", value))
def test_what_the_reader_takes_the_schema_takes(part: type[g.Part], name: str) -> None:
    field = fastjsonschema.compile(_shape(part)["properties"][name])
    if _takes(part, name, None):
        field(None)
    for scalar in (*SCALARS, *PHRASES):
        for value, line in ((scalar, scalar), ([scalar], f"[{scalar!r}]"), ({"pl": scalar}, f"{{ pl: {scalar!r} }}")):
            if _takes(part, name, value):
                for reader in READERS:
                    field(typed(line if not line.startswith(("#", "@")) else repr(line), reader))


def _takes(part: type[g.Part], name: str, value: object) -> bool:
    if name == "id" and not (isinstance(value, str) and is_name(value)):
        return False  # refused by the reader after the grammar
    try:
        part.model_validate({name: value})
    except ValidationError as error:
        return all(fault["loc"][0] != name for fault in error.errors())
    return True


def _shape(part: type[g.Part]) -> dict[str, Any]:
    """Where this part stands in the schema: the object with its very fields."""
    names = {field.alias or name for name, field in part.model_fields.items()}
    return next(found for found in _objects(GRAMMAR) if set(found.get("properties", ())) == names)


def _objects(shape: object) -> Iterator[dict[str, Any]]:
    if isinstance(shape, dict):
        yield shape
        for inner in shape.values():
            yield from _objects(inner)
    elif isinstance(shape, list):
        for inner in shape:
            yield from _objects(inner)


@pytest.mark.parametrize(("part", "name"), FIELDS, ids=lambda value: getattr(value, "__name__", value))
def test_every_field_has_a_description_with_an_example(part: type[g.Part], name: str) -> None:
    said = _shape(part)["properties"][name]
    assert re.search(r"\w.* Example: \S", said["description"]), said.get("description")
    assert "`" not in said["description"]
    assert said["markdownDescription"].count("`") >= len("``")


def test_every_section_has_a_description() -> None:
    for name, section in SCHEMA["properties"].items():
        assert len(section["description"].split()) > len("five."), name


def test_what_is_offered_is_valid() -> None:
    offered = [found for found in _objects(SCHEMA) if "defaultSnippets" in found]
    assert len(offered) > 20
    for shape in offered:
        accept = fastjsonschema.compile(shape)
        for snippet in shape["defaultSnippets"]:
            accept(yaml.load(re.sub(r"\$\{\d+:([^}]*)\}", r"\1", yaml.safe_dump(snippet["body"])), Core))  # noqa: S506


def test_a_programme_without_channel_types_takes_any() -> None:
    fastjsonschema.compile(json_schema())({"channels": {"a": {"type": "mastodon"}}})
