"""Where the text of templates comes from: the disk, or what was on it at one moment."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

#: Larger files are no templates, and deeper folders hold none.
_LARGEST = 1024 * 1024
_DEEPEST = 4


class Sources(Protocol):
    """Looks into folders of templates."""

    def is_folder(self, path: Path) -> bool:
        """Whether there is this folder."""
        ...

    def folders(self, folder: Path) -> list[str]:
        """The names of its sub-folders; none when it is not there."""
        ...

    def files(self, folder: Path) -> list[str]:
        """The names of the files that lie directly in it; none when it is not there."""
        ...

    def holds(self, folder: Path, path: Path) -> bool:
        """Whether a file is there and lies in this folder, links followed."""
        ...

    def read(self, path: Path) -> bytes:
        """Its content. Raises `OSError`."""
        ...

    def state(self, path: Path) -> object:
        """What is different after each change of the file; None when it is not there."""
        ...


class Disk:
    """The files as they are now."""

    def is_folder(self, path: Path) -> bool:
        """Whether there is this folder."""
        return path.is_dir()

    def folders(self, folder: Path) -> list[str]:
        """The names of its sub-folders; none when it is not there."""
        return [path.name for path in folder.iterdir() if path.is_dir()] if folder.is_dir() else []

    def files(self, folder: Path) -> list[str]:
        """The names of the files that lie directly in it; none when it is not there."""
        return [path.name for path in folder.iterdir() if path.is_file()] if folder.is_dir() else []

    def holds(self, folder: Path, path: Path) -> bool:
        """Whether a file is there and lies in this folder, links followed."""
        return path.is_file() and path.resolve().is_relative_to(folder.resolve())

    def read(self, path: Path) -> bytes:
        """Its content. Raises `OSError`."""
        return path.read_bytes()

    def state(self, path: Path) -> object:
        """Time and size; None when it is not there."""
        try:
            state = path.stat()
        except OSError:
            return None
        return state.st_mtime_ns, state.st_size


DISK = Disk()


class Kept:
    """The files of some folders as they were when this was made. Later edits don't reach it."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders: dict[Path, list[str]] = {}
        self._files: dict[Path, list[str]] = {}
        self._inside: set[tuple[Path, Path]] = set()
        #: What each file held, or why it could not be read.
        self.contents: Mapping[Path, bytes | OSError] = {
            path: _content(path) for folder in folders for path in self._walk(folder, folder, _DEEPEST)
        }

    @classmethod
    def unpacked(cls, facts: Mapping[str, Any]) -> Kept:
        """What `packed` gave, as it was. Raises `KeyError`, `TypeError` or `ValueError` when it is something else."""
        made = cls([])
        made._folders = {Path(path): list(names) for path, names in facts["folders"].items()}
        made._files = {Path(path): list(names) for path, names in facts["files"].items()}
        made._inside = {(Path(top), Path(path)) for top, path in facts["inside"]}
        made.contents = {
            Path(path): OSError("could not be read") if content is None else b64decode(content)
            for path, content in facts["contents"].items()
        }
        return made

    def packed(self) -> dict[str, Any]:
        """Everything, in what JSON can hold."""
        return {
            "folders": {str(path): names for path, names in self._folders.items()},
            "files": {str(path): names for path, names in self._files.items()},
            "inside": sorted([str(top), str(path)] for top, path in self._inside),
            "contents": {
                str(path): None if isinstance(content, OSError) else b64encode(content).decode("ascii")
                for path, content in self.contents.items()
            },
        }

    def _walk(self, top: Path, folder: Path, depth: int) -> Iterator[Path]:
        self._files[folder] = DISK.files(folder)
        self._folders[folder] = [name for name in DISK.folders(folder) if depth and not name.startswith(".")]
        for path in (folder / name for name in self._files[folder]):
            if DISK.holds(top, path):
                self._inside.add((top, path))
            yield path
        for name in self._folders[folder]:
            yield from self._walk(top, folder / name, depth - 1)

    def is_folder(self, path: Path) -> bool:
        """Whether there was this folder."""
        return path in self._files

    def folders(self, folder: Path) -> list[str]:
        """The names of its sub-folders; none when it was not there."""
        return self._folders.get(folder, [])

    def files(self, folder: Path) -> list[str]:
        """The names of the files that lay directly in it; none when it was not there."""
        return self._files.get(folder, [])

    def holds(self, folder: Path, path: Path) -> bool:
        """Whether a file was there and lay in this folder, links followed."""
        return (folder, path) in self._inside

    def read(self, path: Path) -> bytes:
        """What it held. Raises `OSError` when it could not be read."""
        content = self.contents.get(path, FileNotFoundError(str(path)))
        if isinstance(content, OSError):
            raise content
        return content

    def state(self, path: Path) -> object:
        """Nothing changes here."""
        return path in self.contents or None


def _content(path: Path) -> bytes | OSError:
    try:
        if path.stat().st_size > _LARGEST:
            return OSError(f"larger than {_LARGEST} bytes")
        return path.read_bytes()
    except OSError as error:
        return error
