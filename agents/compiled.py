"""How rules are compiled, decided in one place.

Numba does not notice an edit in another file and would return old results, so the cache folder is
named by a digest of every source file that can be compiled: an edited rule reaches every loop.
No ``fastmath`` and no parallel reductions: the bits must be those of plain Python.
"""

import ast
import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba

ROOT = Path(__file__).resolve().parent.parent
#: What compiled code is made of, rules and the tables they read. A test holds this list against the kernels there are.
COMPILED_SOURCES = (
    "agents/*.py", "sim/stages/*.py", "sim/population.py", "sim/reconcile.py", "sim/inputs.py", "sim/draws.py",
    "sim/schedule.py", "sim/world.py", "sim/flows.py", "sim/ledger.py", "sim/indicators.py", "sim/levers.py",
    "sim/pack.py",
)  # fmt: skip


def meaning(source: str) -> str:
    """Source without comments, layout and docstrings: what could change a result."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node, clean=False):
            node.body = node.body[1:] or [ast.Pass()]
    return ast.unparse(tree)


def digest_of_source() -> str:
    """SHA-256 (hexadecimal) of every file that compiled code comes from; a comment or docstring does not count."""
    seen = hashlib.sha256()
    for pattern in COMPILED_SOURCES:
        for path in sorted(ROOT.glob(pattern)):
            seen.update(path.relative_to(ROOT).as_posix().encode())
            seen.update(meaning(path.read_text(encoding="utf-8")).encode())
    return seen.hexdigest()


def cache_folder() -> Path:
    """Where compiled code is kept: ``YIDU_CACHE``, else the user's cache, else the temporary folder."""
    home = os.environ.get("YIDU_CACHE") or os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    for base in (Path(home) / "yidu", Path(tempfile.gettempdir()) / f"yidu-{os.getuid() if hasattr(os, 'getuid') else 'user'}"):
        folder = base / SOURCE_DIGEST[:16]
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            return folder
    return Path(tempfile.mkdtemp(prefix="yidu-"))


SOURCE_DIGEST = digest_of_source()
CACHE = cache_folder()
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
