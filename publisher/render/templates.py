"""Where template files are, and which one an announcement takes."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from publisher.errors import NoTemplate, TemplateBroken
from publisher.model import Form
from publisher.render.grammar import is_known
from publisher.render.sources import DISK, Sources
from publisher.render.texts import language_name
from publisher.sentences import NOTHING, Sentence, sentence, verbatim

ENDINGS = (".j2", "", ".jinja", ".txt", ".html", ".txt.j2", ".html.j2")
"""What the name of a template file may end in, the usual one first."""

_FOR_ALL_POSTS = "social"


@dataclass(frozen=True, slots=True)
class TemplateFile:
    """``name`` is the path below its folder, as templates include each other: ``invitation/social.pl.j2``."""

    name: str
    path: Path


class TemplateFolders:
    """Folders of templates; the first that has a template owns all of its files.

    A template is a sub-folder. Those that begin with ``_`` hold parts and layouts for all templates of all folders.
    """

    def __init__(self, folders: Sequence[Path], *, sources: Sources = DISK) -> None:
        self.folders = tuple(folders)
        self.sources = sources

    def has(self, template: str) -> bool:
        """Whether any folder has it."""
        return self._owner(template) is not None

    def known(self) -> tuple[str, ...]:
        """The names of all templates, sorted."""
        return tuple(
            sorted({name for folder in self.folders for name in self.sources.folders(folder) if _is_name(name)})
        )

    def find(self, template: str, *, channel_type: str, language: str, form: Form) -> TemplateFile:
        """The file for a channel type and language: the channel's own before ``social``, one language before all.

        Mails take only the channel's own: a social text is no mail. Raises `NoTemplate`.
        """
        owner = self._owner(template)
        if owner is None:
            raise self._unknown(template)
        stems = _stems(channel_type, language=language, form=form)
        # about.yaml tells about the template files and is none.
        there = {file for file in self.sources.files(owner / template) if not file.endswith(".yaml")}
        for name in (stem + ending for stem in stems for ending in ENDINGS):
            if name in there:
                return TemplateFile(f"{template}/{name}", owner / template / name)
        raise _no_file(owner / template, stems=stems, there=there, language=language)

    def resolve(self, name: str) -> Path | None:
        """The file that ``{% include %}``, ``{% import %}`` or ``{% extends %}`` names; None if there is none.

        Never one outside the folders.
        """
        parts = name.split("/")
        if len(parts) < 2 or not all(_is_plain(part) for part in parts):  # noqa: PLR2004  a folder and a file
            return None
        owner = self._owner(parts[0])
        folders = self.folders if parts[0].startswith("_") else [owner] if owner else []
        for folder in folders:
            for path in (folder / name, folder / f"{name}.j2"):
                if self.sources.holds(folder, path):
                    return path
        return None

    def is_current(self, name: str, path: Path, state: object) -> bool:
        """Whether the name still stands for this file, and the file is as it was."""
        return self.resolve(name) == path and self.sources.state(path) == state

    def names(self) -> tuple[str, ...]:
        """All that templates may include, as they would name it."""
        return tuple(
            f"{template}/{name}"
            for folder in self.folders
            for template in sorted(self.sources.folders(folder))
            for name in sorted(self.sources.files(folder / template))
            if not (template.startswith(".") or name.startswith(".") or name.endswith(".yaml"))
        )

    def read(self, path: Path) -> str:
        """The text of a template file. Raises `TemplateBroken`."""
        return read(path, sources=self.sources)

    def _owner(self, template: str) -> Path | None:
        if not _is_plain(template):
            return None
        return next((folder for folder in self.folders if self.sources.is_folder(folder / template)), None)

    def _unknown(self, template: str) -> NoTemplate:
        known = self.known()
        have = sentence("You have: {names}.", names=", ".join(known)) if known else sentence("You have none at all.")
        near = did_you_mean(nearest(template, known))
        return NoTemplate(
            sentence("There is no template called “{name}”.", name=template),
            remedy=sentence("{first} {second}", first=near, second=have) if near else have,
        )


class SettledFolders(TemplateFolders):
    """The same for one look at everything: each question is put to the disk once, changes meanwhile are not seen."""

    def __init__(self, folders: Sequence[Path], *, sources: Sources = DISK) -> None:
        super().__init__(folders, sources=sources)
        self._paths: dict[str, Path | None] = {}
        self._files: dict[tuple[str, str, str], TemplateFile | NoTemplate] = {}

    def find(self, template: str, *, channel_type: str, language: str, form: Form) -> TemplateFile:
        """As remembered."""
        key = (template, channel_type, language)
        if key not in self._files:
            try:
                self._files[key] = super().find(template, channel_type=channel_type, language=language, form=form)
            except NoTemplate as error:
                self._files[key] = error
        found = self._files[key]
        if isinstance(found, NoTemplate):
            raise found
        return found

    def resolve(self, name: str) -> Path | None:
        """As remembered."""
        if name not in self._paths:
            self._paths[name] = super().resolve(name)
        return self._paths[name]

    def is_current(self, name: str, path: Path, state: object) -> bool:  # noqa: ARG002  nothing changes here
        """Always."""
        return True


def nearest(word: str, words: Iterable[str]) -> str:
    """The known word that a mistyped one is most like; empty if none is."""
    by_fold = {known.casefold(): known for known in words}
    found = difflib.get_close_matches(word.casefold(), by_fold, n=1, cutoff=0.6)
    return by_fold[found[0]] if found else ""


def did_you_mean(near: str) -> Sentence:
    """The question for a word that is like the one that was meant; empty if none is."""
    return sentence("Did you mean “{name}”?", name=near) if near else NOTHING


def shown(path: Path) -> str:
    """A path as people would type it: from the present folder if it is below it."""
    try:
        return path.absolute().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()


def read(path: Path, *, sources: Sources = DISK) -> str:
    """The text of a template file; raises `TemplateBroken` when it can't be read or is not UTF-8."""
    try:
        content = sources.read(path)
    except OSError as error:
        raise TemplateBroken(
            sentence("The template can't be read."),
            subject=shown(path),
            remedy=sentence("Check that publisher may read this file."),
            path=path,
        ) from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise TemplateBroken(
            sentence("The template is not saved as UTF-8."),
            subject=f"{shown(path)}:{line}",
            remedy=sentence("Save it again with the encoding UTF-8."),
            path=path,
            line=line,
        ) from error


def _stems(channel_type: str, *, language: str, form: Form) -> list[str]:
    own = [f"{channel_type}.{language}", channel_type]
    return own if form is Form.MAIL else [*own, f"{_FOR_ALL_POSTS}.{language}", _FOR_ALL_POSTS]


def _no_file(folder: Path, *, stems: Sequence[str], there: Iterable[str], language: str) -> NoTemplate:
    """The error for a template that has files, but none for this channel type and language."""
    kinds = {stem.partition(".")[0] for stem in stems}
    usable = sorted(name for name in there if kinds & set(name.split(".")))
    codes = sorted({code for name in usable for code in name.split(".")[1:2] if is_known(code)})
    add = sentence("Add {file}.", file=f"{shown(folder / stems[0])}.j2")
    near = did_you_mean(nearest(f"{stems[0]}.j2", [] if codes else usable))
    return NoTemplate(
        sentence(
            "The template “{name}” has no words for {kind} in {language}; it has {what}.",
            name=folder.name,
            kind=stems[0].partition(".")[0],
            language=language_name(language),
            what=verbatim(", ".join(codes or sorted(there))) if codes or there else sentence("none at all"),
        ),
        subject=shown(folder),
        remedy=sentence("{first} {second}", first=near, second=add) if near else add,
    )


def _is_name(name: str) -> bool:
    """Whether a folder is a template: parts, layouts and hidden folders are none."""
    return not name.startswith(("_", "."))


def _is_plain(part: str) -> bool:
    """Whether a part of a path stays where it is."""
    return bool(part) and part not in {".", ".."} and not set(part) & set("/\\:\0")
