"""How rules are compiled, decided in one place.

Numba does not notice an edit in another file and would return old results, so the cache folder is
named by a digest of every source file that can be compiled: an edited rule reaches every loop.
No ``fastmath`` and no parallel reductions: the bits must be those of plain Python.
"""

import ast
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba

from yidu.agents import cache
from yidu.agents.entries import ENTRIES

ROOT = Path(__file__).resolve().parent.parent
#: What compiled code is made of, rules and the tables they read. A test holds this list against the kernels there are.
COMPILED_SOURCES = (
    "agents/*.py", "sim/stages/*.py", "sim/population.py", "sim/reconcile.py", "sim/inputs.py", "sim/draws.py",
    "sim/schedule.py", "sim/world.py", "sim/flows.py", "sim/ledger.py", "sim/indicators.py", "sim/levers.py",
    "sim/pack.py",
)  # fmt: skip
#: A file among them that says where compiled code is kept, not what it is: it can change no result.
NOT_COMPILED = ("agents/cache.py",)


def compiled_sources() -> list[Path]:
    """Every file that compiled code comes from, in a fixed order."""
    found = [path for pattern in COMPILED_SOURCES for path in sorted(ROOT.glob(pattern))]
    return [path for path in found if path.relative_to(ROOT).as_posix() not in NOT_COMPILED]


def meaning(source: str) -> str:
    """Source without comments, layout, docstrings and what entries say to people: what could change a result.

    An import counts by its names and the file they come from, not by the folders above it or its place among the others, so that a file
    of rules may move.
    """
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ENTRIES:
            node.keywords = []
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef):
            node.body = [one for one in node.body if not _says(one)] or [ast.Pass()]
        if isinstance(node, ast.ImportFrom) and node.module:
            node.module = node.module.rpartition(".")[2]
    imports = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    tree.body = [node for node in tree.body if node not in imports]
    return f"{' '.join(sorted(map(_shape, imports)))} {_shape(tree)}"


def _says(node: ast.stmt) -> bool:
    """Whether a statement is a text alone: the docstring of what it stands in, or of the name before it."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _shape(node: object) -> str:
    """A syntax tree as text that is the same on every Python; ``ast.unparse`` quotes strings otherwise from one release to the next."""
    if isinstance(node, list):
        return f"[{' '.join(map(_shape, node))}]"
    if not isinstance(node, ast.AST):
        return repr(node)
    known = [f"{name}={_shape(value)}" for name, value in ast.iter_fields(node) if value is not None and value != []]
    return f"({type(node).__name__} {' '.join(known)})"


def digest_of_source() -> str:
    """SHA-256 (hexadecimal) of every file that compiled code comes from, by its name and what it means; its folder does not count.

    Neither does a comment, a docstring or a title.
    """
    seen = hashlib.sha256()
    for name, means in sorted((path.stem, meaning(path.read_text(encoding="utf-8"))) for path in compiled_sources()):
        seen.update(name.encode())
        seen.update(means.encode())
    return seen.hexdigest()


SOURCE_DIGEST = digest_of_source()
CACHED = cache.find(SOURCE_DIGEST[:16])
CACHE = CACHED.folder
JIT = not numba.config.DISABLE_JIT
numba.config.CACHE_DIR = str(CACHE / "numba")
numba.config.DISABLE_INTEL_SVML = 1  # vector maths of another library would change the last bit
numba.config.LOOP_VECTORIZE = 0  # nothing here gains from it, and it doubles the time of the first compilation
numba.config.SLP_VECTORIZE = 0


def rule(function: Callable[..., Any]) -> Any:
    """A scalar rule: plain numbers and drawn luck in, one decision out."""
    return numba.njit(cache=True, nogil=True, _nrt=False, no_cfunc_wrapper=True)(function)


def kernel(function: Callable[..., Any]) -> Any:
    """A thin loop over rows that carries rules."""
    return numba.njit(cache=True, nogil=True, _nrt=False, no_cfunc_wrapper=True)(function)


def plain(function: Any) -> Callable[..., Any]:
    """The uncompiled Python behind a rule, whether or not compilation is on."""
    return getattr(function, "py_func", function)


def _as_word(number: Any) -> Any:
    return numba.uint64(number)


#: A 64-bit word: ``uint64`` where compiled, a plain ``int`` (masked by its user) where not.
word: Any = numba.njit(cache=True, nogil=True)(_as_word) if JIT else int


def entry(function: Any, *example: Any) -> Callable[..., Any]:
    """The machine code behind a kernel for arguments of the very types of ``example``.

    Calling a dispatcher works out the type of every argument anew: for a world of structured arrays that is 80 µs a
    call, where the code itself needs under one. The caller promises to pass the same types.
    """
    if not JIT:
        return function
    signature = tuple(numba.typeof(value) for value in example)
    function.compile(signature)
    return function.overloads[signature].entry_point
