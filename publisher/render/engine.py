"""Jinja2, with its doors closed: people who write templates are no programmers, and files get passed around.

Templates see only what they are given, can't reach into Python, and can't fill the memory.
Compiled templates are kept until their file changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, NoReturn, cast

from jinja2 import BaseLoader, StrictUndefined, Template, TemplateNotFound, UndefinedError, nodes
from jinja2.environment import Environment
from jinja2.exceptions import TemplateRuntimeError
from jinja2.runtime import Context
from jinja2.utils import missing

from publisher.errors import PublisherError, TemplateBroken
from publisher.render.filters import FILTERS
from publisher.render.flexible import Flexible
from publisher.render.mishaps import UnknownName, broken
from publisher.render.safety import SafeEnvironment, Trees, guarded
from publisher.render.templates import TemplateFile, TemplateFolders, did_you_mean, nearest, shown
from publisher.sentences import sentence, verbatim

_MOST_CHARACTERS = 1_000_000
_MOST_STEPS = 1_000


class Unknown(StrictUndefined):
    """What a template has not been given; using it says what it was and of what."""

    __slots__ = ()

    def __init__(  # noqa: PLR0917  as Jinja calls it
        self,
        hint: str | None = None,
        obj: object = missing,
        name: str | None = None,
        exc: type[TemplateRuntimeError] = UndefinedError,
    ) -> None:
        super().__init__(hint, obj, name, exc)
        if exc is UndefinedError:
            owner = () if obj is missing else (obj,)
            self._undefined_exception = partial(UnknownName, hint=hint, owner=owner, name=name)  # type: ignore[assignment]


class FolderLoader(BaseLoader):
    """Gives Jinja the files of the template folders, and those alone."""

    def __init__(self, folders: TemplateFolders) -> None:
        self._folders = folders

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        """Source, path and whether both are still the same."""
        del environment
        path = self._folders.resolve(template)
        if path is None:
            raise TemplateNotFound(template)
        state = self._folders.sources.state(path)
        text = self._folders.read(path)
        return text, str(path), lambda: self._folders.is_current(template, path, state)


class Blocks:
    """The blocks of a template and of the layout that it extends, each rendered when it is asked for."""

    def __init__(self, template: Template, variables: Mapping[str, object]) -> None:
        self._context = template.new_context(dict(variables))
        own = list(self._context.blocks.values())
        # What stands outside of blocks (imports, `set`) has to run once; the blocks themselves need not run with it.
        for layers in own:
            layers.insert(0, _nothing)
        _joined(template.root_render_func(self._context))
        for layers in own:
            layers.remove(_nothing)
        #: Whether a layout put blocks of its own beneath those of the file.
        self.extends = sum(map(len, self._context.blocks.values())) > len(template.blocks)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the blocks, those of the layout last."""
        return tuple(self._context.blocks)

    def render(self, name: str) -> str:
        """The output of one block."""
        return _joined(self._context.blocks[name][0](self._context))


class Engine:
    """Renders files of the folders. All errors are `PublisherError`: `TemplateBroken` or those that views raise."""

    def __init__(self, folders: TemplateFolders, *, autoescape: bool, trees: Trees) -> None:
        self._folders = folders
        self._loader = FolderLoader(folders)
        self._environment = SafeEnvironment(
            trees,
            loader=self._loader,
            undefined=Unknown,
            autoescape=autoescape,
            trim_blocks=True,
            lstrip_blocks=True,
            optimized=False,
            extensions=[Flexible],
        )
        self._environment.filters.update(FILTERS)
        del self._environment.filters["random"], self._environment.globals["lipsum"]  # never the same words twice
        for doors in (self._environment.filters, self._environment.tests):
            doors.update(
                {name: guarded(cast("Callable[..., Any]", function), name) for name, function in doors.items()}
            )
        self._environment.globals["range"] = _short_range
        self._environment.globals["when"] = FILTERS["when"]  # the one that people also call: when(event, "compact")

    def text(self, file: TemplateFile, variables: Mapping[str, object]) -> str:
        """The whole output of a template file."""
        with self._told(file.path):
            template = self._environment.get_template(file.name)
            return _joined(template.root_render_func(template.new_context(dict(variables))))

    def blocks(self, file: TemplateFile, variables: Mapping[str, object]) -> Blocks:
        """The blocks of a template file, for `block`."""
        with self._told(file.path):
            return Blocks(self._environment.get_template(file.name), variables)

    def block(self, file: TemplateFile, blocks: Blocks, name: str) -> str:
        """The output of one block; raises `TemplateBroken` when there is no such block."""
        if name not in blocks.names:
            _lacks_block(file, name, blocks.names)
        with self._told(file.path):
            return blocks.render(name)

    def tree(self, name: str) -> nodes.Template:
        """The syntax tree of a file, by its name below the folders. Raises `TemplateBroken`."""
        source, path, _ = self._loader.get_source(self._environment, name)
        with self._told(Path(path)):
            return self._environment.parse(source, name, path)

    def compile(self, source: str) -> Template:
        """A template of ours that is in no file."""
        return self._environment.from_string(source)

    @contextmanager
    def _told(self, path: Path) -> Iterator[None]:
        """Turn whatever goes wrong in a template into one line that tells where and what to do."""
        try:
            yield
        except PublisherError:
            raise
        except Exception as error:  # noqa: BLE001  a template can raise anything, and a person has to mend it
            raise broken(error, path=path, environment=self._environment, names=self._folders.names()) from None


def _nothing(_: Context) -> Iterator[str]:
    """A block without output."""
    return iter(())


def _short_range(*bounds: int) -> range:
    """As in Python, but loops within loops must come to an end in somebody's lifetime."""
    numbers = range(*bounds)
    if len(numbers) > _MOST_STEPS:
        raise OverflowError(f"a range holds at most {_MOST_STEPS:,} numbers here")
    return numbers


def _joined(pieces: Iterable[str]) -> str:
    """The output as one text, as long as it is one that anybody could want."""
    kept: list[str] = []
    length = 0
    for piece in pieces:
        length += len(piece)
        if length > _MOST_CHARACTERS:
            raise OverflowError(f"it gives more than {_MOST_CHARACTERS:,} characters")
        kept.append(piece)
    return "".join(kept)


def _lacks_block(file: TemplateFile, name: str, blocks: Sequence[str]) -> NoReturn:
    near = did_you_mean(nearest(name, blocks))
    write = sentence(
        "Write {example}; a mail has subject, preheader, body and text.",
        example=f"{{% block {name} %}} … {{% endblock %}}",
    )
    raise TemplateBroken(
        sentence(
            "The mail lacks the block “{name}”; it has: {names}.",
            name=name,
            names=verbatim(", ".join(blocks)) if blocks else sentence("none"),
        ),
        subject=shown(file.path),
        remedy=sentence("{first} {second}", first=near, second=write) if near else write,
        path=file.path,
        word=nearest(name, blocks),
    )
