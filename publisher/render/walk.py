"""The walk through the syntax of one template file, which notes what it does with facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from jinja2 import nodes

from publisher.render.uses import Comparison, Look, Unfathomable, Uses

SOURCES = ("event", "post")
VARYING = ("hashtags", "today")
"""Variables beside the source that differ between announcements of one channel in one language."""

_KEEPING = frozenset(
    [
        "when",
        "day",
        "time",
        "month",
        "relative",
        "nbsp",
        "upper",
        "lower",
        "title",
        "capitalize",
        "e",
        "escape",
        "forceescape",
        "urlize",
        "truncate",
        "join",
        "trim",
        "default",
        "d",
        "string",
        "wordwrap",
        "indent",
    ]
)
"""Filters that never fail because of other words, and give words for words and nothing for nothing."""

_PASSING = (
    nodes.Template,
    nodes.Block,
    nodes.Output,
    nodes.If,
    nodes.CondExpr,
    nodes.Or,
    nodes.And,
    nodes.Not,
    nodes.Concat,
)

_LINE_ENDS = ("\n", "\n\n")


@dataclass(slots=True)
class FileUses:
    """What a file does, together with those that it names; its macros, and which parameters they look at closely."""

    uses: Uses = field(default_factory=Uses)
    macros: dict[str, nodes.Macro] = field(default_factory=dict)
    close: dict[int, set[str] | None] = field(default_factory=dict)


@dataclass(slots=True)
class _Scope:
    """Names within a macro or loop that stand for facts.

    ``pieces`` are lines of a fact; ``close`` collects the parameters that are looked at closely.
    """

    parameters: frozenset[str] = frozenset()
    pieces: Mapping[str, str] = field(default_factory=dict)
    close: set[str] = field(default_factory=set)


class Walk:
    """One walk through a file."""

    def __init__(self, macros: Sequence[nodes.Macro], others: Sequence[FileUses]) -> None:
        self._found = FileUses()
        self.uses = self._found.uses
        for other in others:
            self.uses.add(other.uses)
            self.uses.is_straight = False
            self._found.macros.update(other.macros)
            self._found.close.update(other.close)
        for macro in macros:
            if self._found.macros.setdefault(macro.name, macro) is not macro:
                raise Unfathomable(macro.name)
        self._visits: dict[type[nodes.Node], Callable[..., None]] = {
            nodes.Name: self._name,
            nodes.Getattr: self._attribute,
            nodes.Getitem: self._item,
            nodes.Filter: self._filter,
            nodes.Compare: self._compare,
            nodes.Test: self._test,
            nodes.Call: self._call,
            nodes.For: self._for,
            nodes.Macro: self._macro,
        }

    def file(self, tree: nodes.Template) -> FileUses:
        """Walk through the whole of it."""
        self.visit(tree, _Scope(), closely=False)
        return self._found

    def visit(self, node: nodes.Node, scope: _Scope, *, closely: bool) -> None:
        """Note what this part does; ``closely``: whether more is done with its value than showing it."""
        special = self._visits.get(type(node))
        if special is not None:
            special(node, scope, closely)
            return
        if isinstance(node, nodes.Assign | nodes.AssignBlock):
            _must_not_hide(node.target)
        inner = closely or not isinstance(node, _PASSING)
        for child in node.iter_child_nodes():
            self.visit(child, scope, closely=inner)

    # --- facts ------------------------------------------------------------------------------------------

    def _name(self, node: nodes.Name, scope: _Scope, closely: bool) -> None:  # noqa: FBT001
        if node.ctx != "load":
            return
        if node.name in scope.pieces:
            self.uses.note(scope.pieces[node.name], Look.VALUE if closely else Look.LINES)
        elif node.name in scope.parameters:
            scope.close.update({node.name} if closely else ())
        elif node.name in (*SOURCES, "digest", "varargs", "kwargs"):
            raise Unfathomable(node.name)
        elif node.name in VARYING:
            self.uses.note(node.name, Look.VALUE if closely else Look.SHOWN)

    def _attribute(self, node: nodes.Getattr, scope: _Scope, closely: bool) -> None:  # noqa: FBT001
        fact = _fact(node)
        if fact:
            self.uses.note(fact, Look.VALUE if closely else Look.SHOWN)
        else:
            self.visit(node.node, scope, closely=True)

    def _item(self, node: nodes.Getitem, scope: _Scope, closely: bool) -> None:  # noqa: FBT001
        fact = _fact(node)
        if fact:
            self.uses.note(fact, Look.VALUE if closely else Look.SHOWN)
        elif (pieces := self._pieces(node, scope)) and not closely:
            self.uses.note(pieces, Look.LINES)
        else:
            self.visit(node.node, scope, closely=True)
            self.visit(node.arg, scope, closely=True)

    def _pieces(self, node: nodes.Node, scope: _Scope) -> str:
        """The fact whose lines or paragraphs an expression gives, by splitting it and taking some of them."""
        while isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const | nodes.Slice):
            if any(True for _ in node.arg.find_all(nodes.Name)):
                return ""
            node = node.node
        if not isinstance(node, nodes.Call) or not isinstance(node.node, nodes.Getattr) or node.kwargs:
            return ""
        given = [argument.value if isinstance(argument, nodes.Const) else None for argument in node.args]
        splits = (node.node.attr == "splitlines" and not given) or (
            node.node.attr == "split" and len(given) == 1 and given[0] in _LINE_ENDS
        )
        whole = node.node.node
        if not splits:
            return ""
        return scope.pieces.get(whole.name, "") if isinstance(whole, nodes.Name) else _fact(whole)

    # --- expressions ------------------------------------------------------------------------------------

    def _filter(self, node: nodes.Filter, scope: _Scope, closely: bool) -> None:  # noqa: FBT001
        for argument in (*node.args, *node.kwargs, *filter(None, (node.dyn_args, node.dyn_kwargs))):
            self.visit(argument, scope, closely=True)
        if node.node is None:  # the body of a filter block
            return
        if node.name == "when" and isinstance(node.node, nodes.Name) and node.node.name == "event":
            self.uses.note("event.dates", Look.VALUE if closely else Look.SHOWN)
        else:
            self.visit(node.node, scope, closely=closely or node.name not in _KEEPING)

    def _compare(self, node: nodes.Compare, scope: _Scope, closely: bool) -> None:  # noqa: FBT001
        fact, first = _fact(node.expr), node.ops[0]
        if fact and len(node.ops) == 1 and isinstance(first.expr, nodes.Const) and not closely:
            self.uses.note(fact, Look.SHOWN)
            self.uses.comparisons.add(Comparison(fact, first.op, first.expr.value))
            return
        for part in (node.expr, *(operand.expr for operand in node.ops)):
            self.visit(part, scope, closely=True)

    def _test(self, node: nodes.Test, scope: _Scope, closely: bool) -> None:  # noqa: FBT001
        asks_only_whether = node.name in ("none", "defined", "undefined")
        for child in node.iter_child_nodes():
            self.visit(child, scope, closely=closely or not asks_only_whether)

    def _call(self, node: nodes.Call, scope: _Scope, closely: bool) -> None:  # noqa: FBT001
        if pieces := self._pieces(node, scope):
            self.uses.note(pieces, Look.VALUE if closely else Look.LINES)
            return
        macro = self._found.macros.get(node.node.name) if isinstance(node.node, nodes.Name) else None
        if closely and (macro is not None or _gives_a_block(node.node)):
            raise Unfathomable("the output of a macro or block is looked at")
        close = self._close_parameters(macro) if macro is not None else None
        named = [parameter.name for parameter in macro.args] if macro is not None else []
        for number, argument in enumerate(node.args):
            harmless = close is not None and number < len(named) and named[number] not in close
            self.visit(argument, scope, closely=not harmless)
        for keyword in node.kwargs:
            harmless = close is not None and keyword.key in named and keyword.key not in close
            self.visit(keyword.value, scope, closely=not harmless)
        for rest in filter(None, (node.dyn_args, node.dyn_kwargs)):
            self.visit(rest, scope, closely=True)
        if macro is None and not isinstance(node.node, nodes.Name):
            self.visit(node.node, scope, closely=True)

    # --- statements -------------------------------------------------------------------------------------

    def _for(self, node: nodes.For, scope: _Scope, closely: bool) -> None:  # noqa: FBT001
        _must_not_hide(node.target)
        self.uses.is_straight = False
        fact = self._pieces(node.iter, scope)
        if fact and isinstance(node.target, nodes.Name):
            self.uses.note(fact, Look.LINES)
            inner = _Scope(scope.parameters, {**scope.pieces, node.target.name: fact}, scope.close)
        else:
            self.visit(node.iter, scope, closely=True)
            inner = scope
        for child in filter(None, (node.test,)):
            self.visit(child, inner, closely=closely)
        for child in (*node.body, *node.else_):
            self.visit(child, inner, closely=closely)

    def _macro(self, node: nodes.Macro, scope: _Scope, closely: bool) -> None:  # noqa: FBT001
        del scope, closely  # a macro is walked through by itself, wherever it stands
        self.uses.is_straight = False
        self._close_parameters(node)

    def _close_parameters(self, macro: nodes.Macro) -> set[str]:
        """The parameters that the macro looks at closely; all of them while that is being found out."""
        every = {parameter.name for parameter in macro.args}
        if id(macro) not in self._found.close:
            self._found.close[id(macro)] = None
            for parameter in macro.args:
                _must_not_hide(parameter)
            scope = _Scope(frozenset(every))
            for default in macro.defaults:
                self.visit(default, scope, closely=True)
            for child in macro.body:
                self.visit(child, scope, closely=False)
            self._found.close[id(macro)] = scope.close
        found = self._found.close[id(macro)]
        return every if found is None else found


def _fact(node: nodes.Node) -> str:
    """``event.title`` for ``event.title`` and ``event["title"]``; empty for what is no fact."""
    if isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name) and node.node.name in SOURCES:
        return f"{node.node.name}.{node.attr}"
    if not isinstance(node, nodes.Getitem) or not isinstance(node.arg, nodes.Const):
        return ""
    owner, key = node.node, node.arg.value
    if isinstance(owner, nodes.Name) and owner.name in SOURCES and isinstance(key, str):
        return f"{owner.name}.{key}"
    return ""


def _gives_a_block(callee: nodes.Node) -> bool:
    """Whether this is ``super``, ``caller`` or a block of ``self``."""
    root = callee.node if isinstance(callee, nodes.Getattr) else callee
    return isinstance(root, nodes.Name) and root.name in ("super", "caller", "self")


def _must_not_hide(target: nodes.Node) -> None:
    """A name of the template's own that takes the place of a fact would be mistaken for it."""
    names = {target.name} if isinstance(target, nodes.Name) else set()
    names |= {name.name for name in target.find_all(nodes.Name)}
    if names & {*SOURCES, *VARYING, "digest"}:
        raise Unfathomable("a name that is taken already")
