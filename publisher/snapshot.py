"""The schedule file and the templates as they were at one moment: what is checked is what goes into force."""

from __future__ import annotations

from functools import cached_property

from publisher.app import App
from publisher.render.sources import Kept
from publisher.schedulefile.load import Loaded


class Snapshot(App):
    """The parts of an app over what lies on the disk when this is made; later edits don't reach it.

    Pictures and mailing lists are still read when they are needed. Raises `SettingsError` when the folder of
    templates is gone.
    """

    def __init__(self, app: App) -> None:
        super().__init__(app.options, clock=app.clock)
        self.kept = Kept(self.template_folders)
        self.sources = self.kept

    def load(self) -> Loaded:
        """What the schedule file held at the first call. Raises `ScheduleUnreadable` when it could not be opened."""
        return self._loaded

    @cached_property
    def _loaded(self) -> Loaded:
        return super().load()

    def other_templates(self, before: Snapshot) -> list[str]:
        """The template files that are not as they were then, by path."""
        old, new = before.kept.contents, self.kept.contents
        return sorted(str(path) for path in old.keys() | new.keys() if old.get(path) != new.get(path))
