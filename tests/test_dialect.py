"""Rules and the loops over them stay inside the dialect whose bits are the same compiled and in plain Python.

That each rule and its compiled twin agree on actual numbers is tested beside the rule.
"""

import ast
import math
import random
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from yidu.agents.compiled import kernel, plain

pytestmark = pytest.mark.fast

ROOT = Path(__file__).resolve().parents[1]
COMPILED_FOLDERS = ("agents", "sim")
WHERE_COMPILATION_IS_DECIDED = "agents/compiled.py"

# Measured: the same bits, compiled and plain (see the last test). math.gamma and math.lgamma differ.
SAFE_MATH = {
    "exp", "expm1", "log", "log1p", "log2", "log10", "pow", "sqrt", "floor", "ceil", "trunc", "fabs",
    "copysign", "sin", "cos", "atan", "tanh", "erf", "erfc", "isnan", "isinf", "isfinite",
}  # fmt: skip
SCALARS = {"float64", "int64", "int32", "int16", "int8", "uint64", "uint32", "uint16", "uint8", "bool_"}
SAFE_NUMPY = {"rule": SCALARS, "kernel": SCALARS | {"empty", "zeros", "ones", "full", "empty_like", "zeros_like", "arange"}}
NARROW = {"float32", "float16", "single", "half", "f4", "f2"}
REDUCTIONS = {"sum", "mean", "prod", "dot", "std", "var", "cumsum", "cumprod"}
COMPILERS = {"njit", "jit", "vectorize", "guvectorize", "generated_jit", "stencil", "cfunc", "prange"}


class Module:
    """One source file and the names it imports."""

    def __init__(self, name: str, source: str) -> None:
        self.name = name
        self.tree = ast.parse(source)
        self.imported: dict[str, str] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    self.imported[alias.asname or alias.name.split(".")[0]] = alias.name if alias.asname else alias.name.split(".")[0]
            elif isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    self.imported[alias.asname or alias.name] = f"{node.module or ''}.{alias.name}"

    def dotted(self, node: ast.AST) -> str:
        """The full name an expression refers to (`np.exp` is numpy.exp), empty where it is no name."""
        if isinstance(node, ast.Name):
            return self.imported.get(node.id, node.id)
        if isinstance(node, ast.Attribute):
            base = self.dotted(node.value)
            return f"{base}.{node.attr}" if base else ""
        return ""

    def compiled_functions(self) -> Iterator[tuple[str, ast.FunctionDef]]:
        """('rule' or 'kernel', function) for each function that is compiled."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef):
                for decorator in node.decorator_list:
                    target = decorator.func if isinstance(decorator, ast.Call) else decorator
                    kind = self.dotted(target).split(".")[-1]
                    if kind in SAFE_NUMPY:
                        yield kind, node


def modules() -> list[Module]:
    return [
        Module(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))
        for folder in COMPILED_FOLDERS
        for path in sorted((ROOT / folder).rglob("*.py"))
    ]


def varying_names(function: ast.FunctionDef) -> set[str]:
    """Arguments, and locals that are ever set to anything but a literal. All other names are constants."""
    arguments = function.args
    literal_targets = {
        id(node.targets[0])
        for node in ast.walk(function)
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and is_literal(node.value)
    }
    return {a.arg for a in arguments.posonlyargs + arguments.args + arguments.kwonlyargs} | {
        node.id
        for node in ast.walk(function)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and id(node) not in literal_targets
    }


def is_literal(node: ast.AST) -> bool:
    if isinstance(node, ast.UnaryOp):
        return is_literal(node.operand)
    if isinstance(node, ast.BinOp):
        return is_literal(node.left) and is_literal(node.right)
    return isinstance(node, ast.Constant)


def faults(module: Module, kind: str, function: ast.FunctionDef) -> Iterator[tuple[int, str]]:
    """(line, sentence) for everything in one compiled function that leaves the dialect."""
    varying = varying_names(function)

    def constant(node: ast.AST) -> bool:
        # A name that does not vary here is a module's constant, which compilation folds into the expression.
        if isinstance(node, ast.UnaryOp):
            return constant(node.operand)
        if isinstance(node, ast.BinOp):
            return constant(node.left) and constant(node.right)
        if isinstance(node, ast.Attribute):
            return constant(node.value)
        return isinstance(node, ast.Constant) or (isinstance(node, ast.Name) and node.id not in varying)

    def power(line: int, base: ast.AST, exponent: ast.AST) -> Iterator[tuple[int, str]]:
        if constant(exponent):
            yield line, "raises to a constant power; multiply it out, or take math.sqrt for 0.5"
        elif constant(base):
            yield line, "raises a constant to a power; write math.exp(exponent * LOG_OF_BASE)"

    if kind == "rule" and not ast.get_docstring(function):
        yield function.lineno, "has no docstring; say what it decides and in which [unit]"

    for statement in function.body:
        for node in ast.walk(statement):
            line = getattr(node, "lineno", function.lineno)
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
                yield from power(line, node.left, node.right)
            elif isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Pow):
                yield from power(line, node.target, node.value)
            elif isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.MatMult):
                yield line, "uses @, which adds up in another order when compiled; write the loop"
            elif isinstance(node, ast.Try | ast.TryStar):
                yield line, "catches an exception; guard the domain instead"
            elif isinstance(node, ast.JoinedStr):
                yield line, "builds a string; a rule decides with numbers"
            elif isinstance(node, ast.Attribute) and node.attr == "random":
                yield line, "draws from a generator; luck is an argument"
            elif isinstance(node, ast.Name) and module.dotted(node).split(".")[0] in {"random", "secrets"}:
                yield line, "draws from a generator; luck is an argument"
            elif isinstance(node, ast.Call):
                yield from call_faults(node, module, kind, power)
    yield from narrow(module, function)


def call_faults(node: ast.Call, module: Module, kind: str, power: Callable[..., Iterator[tuple[int, str]]]) -> Iterator[tuple[int, str]]:
    """Faults of one call."""
    line = node.lineno
    name = module.dotted(node.func)
    package, _, function = name.rpartition(".")
    if name in {"pow", "math.pow"} and len(node.args) == 2:
        yield from power(line, *node.args)
    elif package == "math" and function not in SAFE_MATH:
        yield line, f"calls math.{function}, whose bits differ or were never compared; see SAFE_MATH"
    elif name in {"sum", "math.fsum"}:
        yield line, "calls sum(), which only plain Python corrects for rounding; write the loop"
    elif name in {"numpy.argsort", "numpy.sort"} and kind == "kernel":
        if not any(k.arg == "kind" and getattr(k.value, "value", "") == "mergesort" for k in node.keywords):
            yield line, f'calls np.{function} without kind="mergesort": ties fall differently when compiled'
    elif package == "numpy" and function in NARROW:
        return  # reported as a narrow type
    elif package.split(".")[0] == "numpy" and "random" not in name and function not in SAFE_NUMPY[kind]:
        instead = f"write math.{function}" if function in SAFE_MATH else "write the loop in plain numbers"
        yield line, f"calls np.{function}, whose bits may differ compiled; {instead}"
    elif isinstance(node.func, ast.Attribute) and node.func.attr in REDUCTIONS:
        yield line, f"calls .{node.func.attr}(), which adds in another order compiled; write the loop"


def narrow(module: Module, tree: ast.AST) -> Iterator[tuple[int, str]]:
    """(line, sentence) for every float narrower than 64 bits."""
    for node in ast.walk(tree):
        text = ""
        if isinstance(node, ast.Attribute | ast.Name) and module.dotted(node).startswith("numpy."):
            text = module.dotted(node).split(".")[-1]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value.lstrip("<>=|")
        if text in NARROW:
            yield node.lineno, f"uses {text}; numbers are float64, or plain and compiled results differ"


def faults_of(module: Module) -> list[str]:
    return [
        f"{module.name}:{line}: {function.name} {sentence}."
        for kind, function in module.compiled_functions()
        for line, sentence in sorted(set(faults(module, kind, function)))
    ]


def test_rules_and_loops_stay_inside_the_dialect() -> None:
    found = [fault for module in modules() for fault in faults_of(module)]
    assert not found, "\n" + "\n".join(found)


def test_columns_are_float64() -> None:
    found = [
        f"{module.name}:{line}: {sentence}."
        for module in modules()
        if module.name.startswith("agents/") or module.name == "sim/world.py"
        for line, sentence in narrow(module, module.tree)
    ]
    assert not found, "\n" + "\n".join(found)


def test_nothing_is_compiled_with_loose_arithmetic() -> None:
    found = [fault for module in modules() for fault in loose(module)]
    assert not found, "\n" + "\n".join(found)


def loose(module: Module) -> Iterator[str]:
    """Compilation decided elsewhere than in its one place, fastmath or parallel."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.keyword) and node.arg in {"fastmath", "parallel"}:
            if getattr(node.value, "value", True) is not False:
                yield f"{module.name}:{node.value.lineno}: {node.arg} reorders arithmetic and moves the bits."
        elif isinstance(node, ast.Attribute | ast.Name) and module.name != WHERE_COMPILATION_IS_DECIDED:
            name = module.dotted(node)
            if name.startswith("numba.") and name.split(".")[-1] in COMPILERS:
                yield f"{module.name}:{node.lineno}: uses {name}; that is decided in agents/compiled.py."


OUTSIDE = {
    "a constant square": "return x ** 2",
    "a constant root": "return x ** 0.5",
    "a negative power": "return x ** -1",
    "a constant base": "return 2 ** x",
    "a module's constant as exponent": "return x ** SHAPE",
    "another module's constant as exponent": "return x ** math.e",
    "a local literal as exponent": "shape = 0.3\n    return x ** shape",
    "a power in place": "x **= 2\n    return x",
    "math.pow with a constant": "return math.pow(x, 2.0)",
    "NumPy's exp": "return np.exp(x)",
    "NumPy's log": "return np.log(x)",
    "NumPy's power": "return np.power(x, y)",
    "NumPy's sum": "return np.sum(x)",
    "NumPy's clip": "return np.clip(x, 0.0, y)",
    "exp under another name": "return natural_exp(x)",
    "a sum": "return sum(x)",
    "a sum of an array": "return x.sum()",
    "a matrix product": "return x @ y",
    "log gamma": "return math.lgamma(x)",
    "a narrow float": "return np.float32(x)",
    "a generator": "return x + random.random()",
    "NumPy's generator": "return x + np.random.random()",
    "the model's generator": "return x + y.model.random.gauss(0, 1)",
    "an exception": "try:\n        return x\n    except ValueError:\n        return y",
    "a string": "return f'{x}'",
    "an allocation": "return np.zeros(3)",
}

INSIDE = {
    "math.exp and log": "return math.exp(x) + math.log(y) + math.log1p(y)",
    "a power of variables": "return x ** y",
    "a power of a local variable": "shape = y + 1.0\n    return x ** shape",
    "multiplication": "return x * x",
    "infinity": "return min(x, np.inf)",
    "a loop": "total = 0.0\n    for i in range(3):\n        total += x\n    return total",
    "a 64-bit scalar": "return np.float64(x)",
}


def one_rule(body: str) -> Module:
    source = (
        "import math\nimport random\nimport numpy as np\nfrom numpy import exp as natural_exp\n"
        "from yidu.agents.compiled import rule\nSHAPE = 0.3\n"
        f'@rule\ndef answer(x, y):\n    """An answer [yuan]."""\n    {body}\n'
    )
    return Module("agents/invented.py", source)


@pytest.mark.parametrize("body", OUTSIDE.values(), ids=OUTSIDE.keys())
def test_the_lint_finds(body: str) -> None:
    found = faults_of(one_rule(body))
    assert found and all(fault.startswith("agents/invented.py:") and fault.endswith(".") for fault in found)


@pytest.mark.parametrize("body", INSIDE.values(), ids=INSIDE.keys())
def test_the_lint_allows(body: str) -> None:
    assert faults_of(one_rule(body)) == []


def test_a_rule_says_what_it_decides() -> None:
    silent = Module("agents/invented.py", "@rule\ndef answer(x):\n    return x\n\n@kernel\ndef loop(x):\n    x[0] = 1.0\n")
    assert faults_of(silent) == ["agents/invented.py:2: answer has no docstring; say what it decides and in which [unit]."]


def test_a_loop_may_allocate_and_rank_with_ties_kept() -> None:
    source = textwrap.dedent("""
        import numpy as np
        @kernel
        def decide(score, verdict):
            order = np.argsort(score, kind="mergesort")
            seen = np.zeros(3)
        @kernel
        def careless(score):
            order = np.argsort(score)
    """)
    assert [fault.split(":")[1] for fault in faults_of(Module("sim/invented.py", source))] == ["9"]


def test_loose_arithmetic_is_found() -> None:
    source = "import numba\nfast = numba.njit(fastmath=True, parallel=False)\n"
    assert len(list(loose(Module("sim/invented.py", source)))) == 2
    assert len(list(loose(Module(WHERE_COMPILATION_IS_DECIDED, source)))) == 1


@kernel
def every_function_of_the_dialect(x, y, answers):
    for i in range(x.size):
        positive = math.fabs(x[i]) + 1e-9
        answers[i, 0] = math.exp(x[i])
        answers[i, 1] = math.expm1(x[i])
        answers[i, 2] = math.log(positive)
        answers[i, 3] = math.log1p(positive)
        answers[i, 4] = math.log2(positive)
        answers[i, 5] = math.log10(positive)
        answers[i, 6] = math.sqrt(positive)
        answers[i, 7] = positive ** y[i]
        answers[i, 8] = math.sin(x[i])
        answers[i, 9] = math.cos(x[i])
        answers[i, 10] = math.atan(x[i])
        answers[i, 11] = math.tanh(x[i])
        answers[i, 12] = math.erf(x[i])
        answers[i, 13] = math.erfc(x[i])
        answers[i, 14] = math.floor(x[i]) + math.ceil(y[i])
        answers[i, 15] = x[i] % y[i] + x[i] // y[i]


def test_the_functions_of_the_dialect_agree_to_the_last_bit() -> None:
    draw = random.Random(1)
    x = np.array([draw.gauss(0.0, 6.0) for _ in range(20_000)])
    y = np.array([draw.gauss(0.0, 2.0) for _ in range(20_000)])
    compiled, by_hand = np.empty((x.size, 16)), np.empty((x.size, 16))
    every_function_of_the_dialect(x, y, compiled)
    plain(every_function_of_the_dialect)(x, y, by_hand)
    assert (compiled.view(np.int64) == by_hand.view(np.int64)).all(axis=0).all()
