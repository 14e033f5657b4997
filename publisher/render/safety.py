"""The sandbox in which templates run: out of Python's reach, within reason, and the same for every reader of a mail.

What is personal may be printed (`publisher.render.addressee`). Whoever looks closer at it, in a filter, a test, a
comparison, a slice or a method, is stopped by `NotSpliceable`, and the mail is rendered for each reader by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from types import BuiltinMethodType
from typing import Any, TypeAlias

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame, operators
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from publisher.render.addressee import Printable, printed, seen

_MOST_REPETITIONS = 10_000
_MOST_REMEMBERED = 1_000
_HARMLESS = frozenset({"default", "d", "defined", "undefined", "none"})
"""Filters and tests that look at nothing but whether something is there."""

Trees: TypeAlias = dict[str | None, tuple[str, nodes.Template]]
"""Source and syntax tree by path, shared by engines of the same folders."""


def guarded(function: Callable[..., Any], name: str) -> Callable[..., Any]:
    """A filter or test that is given nothing personal."""
    if name in _HARMLESS:
        return function
    if name == "trim":
        return _trimming(function)

    @wraps(function)  # with the marks by which Jinja knows what to pass first
    def careful(*args: object, **kwargs: object) -> object:
        for argument in args:
            seen(argument)
        for argument in kwargs.values():
            seen(argument)
        return function(*args, **kwargs)

    return careful


def _trimming(function: Callable[..., Any]) -> Callable[..., Any]:
    """What is personal has no blanks around it."""

    def trim(value: object, chars: str | None = None) -> object:
        return value if type(value) is Printable and chars is None else function(value, chars)

    return trim


class Generator(CodeGenerator):
    """Jinja's own, with a look at what is compared and cut, which the environment is not asked about."""

    def visit_Compare(self, node: nodes.Compare, frame: Frame) -> None:  # noqa: N802  Jinja's name
        """``environment.seen(a) < environment.seen(b)``."""
        self.write("(")
        self._seen(node.expr, frame)
        for operand in node.ops:
            self.write(f" {operators[operand.op]} ")
            self._seen(operand.expr, frame)
        self.write(")")

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:  # noqa: N802  Jinja's name
        """What is put together with ``~`` is printed."""
        self.write("markup_join((" if frame.eval_ctx.autoescape else "str_join((")
        for part in node.nodes:
            self.write("environment.printed(")
            self.visit(part, frame)
            self.write("), ")
        self.write("))")

    def visit_Getitem(self, node: nodes.Getitem, frame: Frame) -> None:  # noqa: N802  Jinja's name
        """Slices go past `SafeEnvironment.getitem`."""
        if not isinstance(node.arg, nodes.Slice):
            super().visit_Getitem(node, frame)
            return
        self._seen(node.node, frame)
        self.write("[")
        self.visit(node.arg, frame)
        self.write("]")

    def _seen(self, node: nodes.Expr, frame: Frame) -> None:
        self.write("environment.seen(")
        self.visit(node, frame)
        self.write(")")


class SafeEnvironment(ImmutableSandboxedEnvironment):
    """The sandbox of Jinja, which also refuses powers and multiplied texts that fill the memory."""

    intercepted_binops = frozenset({"*", "**", "%"})
    code_generator_class = Generator
    seen = staticmethod(seen)
    printed = staticmethod(printed)

    def __init__(self, trees: Trees, **options: Any) -> None:  # noqa: ANN401  Jinja's own options
        super().__init__(finalize=printed, **options)
        self._trees = trees
        self._safe: dict[tuple[type, str], bool] = {}

    def is_safe_attribute(self, obj: object, attr: str, value: object) -> bool:
        """Jinja's own answer. It depends on the type and the name alone, and is asked for at every turn."""
        key = (type(obj), attr)
        if key not in self._safe:
            if len(self._safe) > _MOST_REMEMBERED:
                self._safe.clear()
            self._safe[key] = super().is_safe_attribute(obj, attr, value)
        return self._safe[key]

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """Parsed once for all environments: Jinja changes a tree only when it optimises, which is switched off."""
        known, tree = self._trees.get(filename, ("", None))
        if tree is None or known != source:
            tree = super()._parse(source, name, filename)
            self._trees[filename] = source, tree
        return tree

    def getattr(self, obj: object, attribute: str) -> object:
        """What a part of a personal text says differs from reader to reader."""
        return super().getattr(seen(obj) if isinstance(obj, str) else obj, attribute)

    def getitem(self, obj: object, argument: object) -> object:
        """The same for a letter of it."""
        return super().getitem(seen(obj) if isinstance(obj, str) else obj, argument)

    def call(self, context: Context, callee: object, *args: object, **kwargs: object) -> object:
        """Macros may be given what is personal, to print it; methods of texts and lists may not."""
        if isinstance(callee, BuiltinMethodType):
            for argument in (*args, *kwargs.values()):
                seen(argument)
        return super().call(context, callee, *args, **kwargs)

    def call_binop(  # noqa: PLR0917  as Jinja calls it
        self, context: Context, operator: str, left: object, right: object
    ) -> object:
        """Multiplication of numbers, and of texts in reason."""
        seen(left), seen(right)
        if operator == "**":
            raise OverflowError("powers are not for templates")
        repeated = next((side for side in (left, right) if isinstance(side, str | Sequence)), None)
        times = next((side for side in (left, right) if isinstance(side, int)), 0)
        if repeated is not None and len(repeated) * times > _MOST_REPETITIONS:
            raise OverflowError("that repeats a text too often")
        return super().call_binop(context, operator, left, right)
