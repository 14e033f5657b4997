"""The schedule file and the templates as they were at one moment: what is checked is what goes into force."""

from __future__ import annotations

import json
import zlib
from functools import cached_property
from pathlib import Path

from publisher.app import App
from publisher.render.sources import Kept
from publisher.schedulefile.load import Loaded, load
from publisher.schedulefile.reading.read import Reading, read_bytes, read_file


class Snapshot(App):
    """The parts of an app over what lies on the disk when this is made; later edits don't reach it.

    Pictures and mailing lists are still read when they are needed. Raises `SettingsError` when the folder of
    templates is gone.
    """

    def __init__(self, app: App) -> None:
        super().__init__(app.options, clock=app.clock)
        self._keep(Kept(self.template_folders))

    def _keep(self, kept: Kept) -> None:
        self.kept = kept
        self.sources = kept

    def load(self) -> Loaded:
        """What the schedule file held at the first call. Raises `ScheduleUnreadable` when it could not be opened."""
        return self._loaded

    @cached_property
    def _loaded(self) -> Loaded:
        return load(self._reading, channel_types=self.forms)

    @cached_property
    def _reading(self) -> Reading:
        return read_file(self.options.schedules)

    def packed(self) -> bytes:
        """All of it, to be kept. Raises `ScheduleUnreadable` when the file could not be opened."""
        facts = {
            "file": str(self.options.schedules.resolve()),
            "text": self._reading.text,
            "template_folders": [str(folder) for folder in self.template_folders],
            "kept": self.kept.packed(),
        }
        return zlib.compress(json.dumps(facts).encode())

    def other_templates(self, before: Snapshot) -> list[str]:
        """The template files that are not as they were then, by path."""
        old, new = before.kept.contents, self.kept.contents
        return sorted(str(path) for path in old.keys() | new.keys() if old.get(path) != new.get(path))


class Recalled(Snapshot):
    """A snapshot that was packed. Raises `ValueError` when it is of another file, or can't be read."""

    def __init__(self, app: App, content: bytes) -> None:
        App.__init__(self, app.options, clock=app.clock)
        try:
            facts = json.loads(zlib.decompress(content))
            if facts["file"] != str(app.options.schedules.resolve()):
                raise ValueError("this was another file")
            self.template_folders = tuple(Path(folder) for folder in facts["template_folders"])
            self._reading = read_bytes(facts["text"].encode(), file=str(app.options.schedules))
            self._keep(Kept.unpacked(facts["kept"]))
        except (zlib.error, KeyError, TypeError, AttributeError) as error:
            raise ValueError("this can't be read") from error
