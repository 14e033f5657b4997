"""Feed bytes to reading, loading and mending until something gives way: coverage-guided, with atheris.

    make fuzz-check SECONDS=300

The corpus of bad files in ``tests/corpus`` is where it begins. What must hold for every input: no exception, no
problem outside of the file, and `fix` ends, changes nothing when called again, and leaves no more errors behind.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

ROOT = Path(__file__).parents[1]
sys.path += [str(ROOT), str(ROOT / "tests" / "unit")]

with atheris.instrument_imports(include=["publisher.schedulefile", "publisher.timing"]):
    from publisher.schedulefile.fix import fix
    from publisher.schedulefile.load import Loaded, load
    from publisher.schedulefile.reading.read import Reading, read_bytes
    from publisher.schedulefile.reading.working import lines_of

from corpus import cases  # noqa: E402  the path is set above

from publisher.model import Form, Problem  # noqa: E402

FORMS = {"twitter": Form.POST, "facebook": Form.POST, "email": Form.MAIL}
DICTIONARY = (
    *("posts:", "events:", "channels:", "defaults:", "cadences:", "digests:", "blackouts:", "- id: a", "when: "),
    *(
        "to: ",
        "send: ",
        "title: ",
        "text: ",
        "tags: ",
        "{{ ",
        " #a",
        "<<<<<<< ",
        "---",
        "...",
        "&a ",
        "*a",
        "<<: ",
        "!!a ",
    ),
    *("\u00a0", "\u200b", "\t", "„", "”", "–", "11.05.2027", "2 PM", "|", ">-", "password: abcdef", "\r\n"),  # noqa: RUF001
)


def problems_of(reading: Reading) -> tuple[Problem, ...]:
    """What ``check`` says of the file itself."""
    return loaded(reading).problems


def loaded(reading: Reading) -> Loaded:
    """The schedule and its problems."""
    return load(reading, channel_types=FORMS)


def one_input(content: bytes) -> None:
    """All that must hold for one file."""
    reading = read_bytes(content, file="s.yaml")
    found = loaded(reading)
    lines = lines_of(reading.text)
    for problem in found.problems:
        if not problem.message or not problem.hint or not 1 <= problem.place.line <= len(lines):
            raise RuntimeError(f"a problem without words or place: {problem}")
    made = fix(content, file="s.yaml", problems=problems_of)
    if made.has_changed and fix(made.after, file="s.yaml", problems=problems_of).after != made.after:
        raise RuntimeError("fix is not done after it is done")


def main() -> None:
    """Run until the time is over or something is found; ``sys.argv`` goes to libFuzzer."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        seeds = folder / "seeds"
        seeds.mkdir()
        for number, case in enumerate(cases()):
            (seeds / f"{number:03}").write_bytes(case.content)
        words = folder / "words"
        words.write_text("".join(f'"{_escaped(word)}"\n' for word in DICTIONARY))
        atheris.Setup([*sys.argv, f"-dict={words}", str(seeds)], one_input)
        atheris.Fuzz()


def _escaped(word: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in word.encode())


if __name__ == "__main__":
    main()
