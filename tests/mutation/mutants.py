"""Slips that a hand could make in a rule, one at a time: Mutmut's, and those that matter where figures come from a regulation."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import libcst as cst
from libcst.metadata import MetadataWrapper, WhitespaceInclusivePositionProvider
from mutmut.mutation import mutators

ROOT = Path(__file__).resolve().parents[2]

Slips = Callable[[cst.CSTNode], Iterable[cst.CSTNode]]


@dataclass(frozen=True)
class Mutant:
    """One slip: where, which lines were there, and which stand there instead."""

    module: str  # agents/statuses.py
    name: str  # of the rule, or of a figure that rules read
    line: int
    was: str
    becomes: str
    source: str  # of the whole module

    @property
    def rule(self) -> str:
        """``statuses.rd_points``."""
        return f"{Path(self.module).stem}.{self.name}"


def figure(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """A figure a hundredth too large or too small; a count one too small (Mutmut: one too large)."""
    if isinstance(node, cst.Float) and node.evaluated_value != 0.0:
        for by in (1.01, 0.99):
            yield cst.Float(repr(float(f"{node.evaluated_value * by:.12g}")))
    if isinstance(node, cst.Integer) and node.evaluated_value > 0:
        yield cst.Integer(str(node.evaluated_value - 1))


def condition(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """A condition that is not asked."""
    if isinstance(node, cst.If):
        yield node.with_changes(test=cst.Name("True"))
    if isinstance(node, cst.If | cst.While):
        yield node.with_changes(test=cst.Name("False"))


def clause(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """One of two clauses, or of the two sides of a cap or floor, left out."""
    if isinstance(node, cst.BooleanOperation):
        yield from (node.left, node.right)
    if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.BitAnd | cst.BitOr):
        yield from (node.left, node.right)
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Name) and node.func.value in ("min", "max"):
        yield from (argument.value.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()]) for argument in node.args)
        yield node.with_changes(func=cst.Name("max" if node.func.value == "min" else "min"))


def function(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """A logarithm, exponential or rounding left out."""
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute) and len(node.args) == 1:
        yield node.args[0].value.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])


#: Mutmut's own, save two that can only raise in a rule: an argument left out, a value of None.
SLIPS: tuple[tuple[type, Slips], ...] = (
    *((kind, slips) for kind, slips in mutators.mutation_operators
      if slips not in (mutators.operator_arg_removal, mutators.operator_assignment)),
    *((cst.CSTNode, slips) for slips in (figure, condition, clause, function)),
)  # fmt: skip


def read_by_rules(sources: Iterable[str]) -> set[str]:
    """Names in capitals that rules read."""
    return {
        name
        for source in sources
        for rule in ast.parse(source).body
        if isinstance(rule, ast.FunctionDef) and any(getattr(mark, "id", "") == "rule" for mark in rule.decorator_list)
        for node in ast.walk(rule)
        if (name := getattr(node, "id", getattr(node, "attr", ""))).isupper()
    }


def parts(module: cst.Module, read: set[str]) -> Iterator[tuple[str, list[cst.CSTNode]]]:
    """Rules, and figures of their own that rules read: (name, what of it may slip)."""
    for statement in module.body:
        if isinstance(statement, cst.FunctionDef):
            marks = [mark.decorator for mark in statement.decorators]
            if any(isinstance(mark, cst.Name) and mark.value == "rule" for mark in marks):
                yield statement.name.value, list(statement.body.body[statement.get_docstring() is not None :])
        elif isinstance(statement, cst.SimpleStatementLine) and isinstance(assign := statement.body[0], cst.Assign):
            target = assign.targets[0].target
            if isinstance(target, cst.Name) and target.value in read:
                value = assign.value
                declared = isinstance(value, cst.Call) and isinstance(value.func, cst.Name) and value.func.value == "number"
                yield target.value, [value.args[1].value if declared else value]


class Nodes(cst.CSTVisitor):
    """Every node below one, itself included."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[cst.CSTNode] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        self.seen.append(node)
        return True


def changed(old: str, new: str) -> tuple[int, str, str]:
    """(first line that differs, the lines before, the lines after), the indent left out."""
    was, now = old.splitlines(), new.splitlines()
    first = next(k for k, (a, b) in enumerate(zip(was, now)) if a != b)
    same = next(k for k, (a, b) in enumerate(zip(reversed(was), reversed(now))) if a != b)
    same = min(same, len(was) - first - 1, len(now) - first - 1)
    return first + 1, *("\n".join(line.strip() for line in lines[first : len(lines) - same]) for lines in (was, now))


def mutants_of(path: Path, read: set[str]) -> Iterator[Mutant]:
    """Every slip in the rules of a file, each once."""
    source = path.read_text(encoding="utf-8")
    begins = [0, *accumulate(map(len, source.splitlines(keepends=True)))]
    whole = MetadataWrapper(cst.parse_module(source), unsafe_skip_copy=True)
    places, seen = whole.resolve(WhitespaceInclusivePositionProvider), {source}
    for name, statements in parts(whole.module, read):
        nodes = Nodes()
        for statement in statements:
            statement.visit(nodes)
        for node in nodes.seen:
            for kind, slips in SLIPS:
                for slip in slips(node) if isinstance(node, kind) else ():
                    old, new = (node.test, slip.test) if isinstance(slip, cst.If | cst.While) else (node, slip)
                    first, last = (begins[at.line - 1] + at.column for at in (places[old].start, places[old].end))
                    slipped = source[:first] + whole.module.code_for_node(new) + source[last:]
                    if slipped not in seen:
                        seen.add(slipped)
                        yield Mutant(path.relative_to(ROOT).as_posix(), name, *changed(source, slipped), slipped)


def mutants(modules: Iterable[str] = ()) -> list[Mutant]:
    """Every slip in these files, or in all that hold rules."""
    paths = [ROOT / module for module in modules] or sorted((ROOT / "agents").glob("*.py"))
    read = read_by_rules(path.read_text(encoding="utf-8") for path in (ROOT / "agents").glob("*.py"))
    return [mutant for path in paths for mutant in mutants_of(path, read)]
