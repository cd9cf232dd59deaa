"""Is this installation ready: versions, the compiled rules, the region pack and its fit?"""

from __future__ import annotations

import importlib.metadata
import platform
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from yidu.agents import compiled
from yidu.calibration.manifest import posterior
from yidu.sim import region
from yidu.sim.draws import TableDraws
from yidu.sim.ensemble import already_compiled
from yidu.sim.errors import InputError

PACKAGES = ("mesa", "networkx", "numpy", "scipy", "numba", "pandas", "pyarrow", "pydantic", "typer", "rich")
OLDEST_PYTHON = (3, 12)
NO_HARM = {"homeless", "unwritable"}
"""Why a folder for compiled rules may be passed over with nobody at fault."""


@dataclass(frozen=True)
class Check:
    """One thing looked at: codes and values (`yidu.viz.words` has the sentence), and whether it is in order."""

    what: str
    said: str
    fine: bool
    values: Mapping[str, object] = field(default_factory=dict)


def examine(where: str) -> tuple[Check, ...]:
    """Everything that a run needs, in the order in which it is needed."""
    return (*_versions(), *_cache(), *_pack(where))


def _versions() -> Iterator[Check]:
    yield Check("python", "version", sys.version_info[:2] >= OLDEST_PYTHON, {"version": platform.python_version()})
    for name in PACKAGES:
        try:
            found = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            yield Check("package", "missing", False, {"name": name})
        else:
            yield Check("package", "version", True, {"name": name, "version": found})


def _cache() -> Iterator[Check]:
    cached = compiled.CACHED
    for passed_over in cached.passed_over:
        yield Check("passed_over", passed_over.why, passed_over.why in NO_HARM, {"path": passed_over.path})
    yield Check("cache_folder", cached.named_by, cached.named_by != "fresh", {"folder": cached.folder})
    yield Check("cache", "compiled" if already_compiled() else "not_compiled", True, {"folder": cached.folder})


def _pack(where: str) -> Iterator[Check]:
    try:
        pack = region.load(where)
    except InputError as error:
        yield Check("region", "wrong", False, {"name": where, "why": error})
        return
    yield Check("region", "pack", True, {"name": pack.name, "digest": pack.digest[:16]})
    try:
        draws = posterior(pack)
    except InputError as error:
        yield Check("posterior", "wrong", False, {"why": error})
        return
    fitted = isinstance(draws, TableDraws)
    many = len(draws.parameters) if isinstance(draws, TableDraws) else 0
    yield Check("posterior", "fitted" if fitted else "prior_only", fitted, {"draws": many})
