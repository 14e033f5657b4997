"""The codes of problems that the source gives, found in its syntax trees.

A code is what is passed for a parameter called ``code``, whatever the function is called, or stands as its default.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

#: Who imports one of these can give problems a code.
_MAKERS = {"Problem", "Findings", "SyntaxFault", "PhraseError", "wrong"}
_PARAMETER = "code"


def codes_given_by(package: Path) -> set[str]:
    """All codes that a call in this package can give."""
    trees = [tree for path in package.rglob("*.py") if _makes_problems(tree := ast.parse(path.read_bytes()))]
    positions = _positions(trees)
    return {code for tree in trees for code in _codes(tree, positions)}


def words_in(package: Path) -> set[str]:
    """All texts that stand anywhere in the source."""
    nodes = (node for path in package.rglob("*.py") for node in ast.walk(ast.parse(path.read_bytes())))
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def _makes_problems(tree: ast.Module) -> bool:
    imports = (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom))
    defined = (node.name for node in tree.body if isinstance(node, ast.ClassDef | ast.FunctionDef))
    names = {alias.name for found in imports for alias in found.names} | set(defined)
    return bool(names & _MAKERS)


def _positions(trees: list[ast.Module]) -> dict[str, set[int]]:
    """Where each function or dataclass takes the code when it is passed without its name."""
    found: dict[str, set[int]] = defaultdict(set)
    for node in (node for tree in trees for node in ast.walk(tree)):
        if isinstance(node, ast.FunctionDef):
            names = [argument.arg for argument in node.args.args if argument.arg != "self"]
        elif isinstance(node, ast.ClassDef):
            names = [line.target.id for line in node.body if isinstance(line, ast.AnnAssign) and _is_name(line.target)]
        else:
            continue
        if _PARAMETER in names:
            found[node.name].add(names.index(_PARAMETER))
    return found


def _is_name(node: ast.expr) -> bool:
    return isinstance(node, ast.Name)


def _codes(tree: ast.Module, positions: dict[str, set[int]]) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            for position in positions.get(name, ()):
                yield from _texts(node.args[position]) if position < len(node.args) else ()
            for keyword in node.keywords:
                yield from _texts(keyword.value) if keyword.arg == _PARAMETER else ()
        elif isinstance(node, ast.FunctionDef):
            for argument, default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True):
                yield from _texts(default) if default and argument.arg == _PARAMETER else ()


def _texts(node: ast.expr) -> Iterator[str]:
    """The text itself, or either one of “this if so, else that”."""
    if isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
