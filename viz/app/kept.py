"""What pages ask of a pack's files with every drawing, worked out once and kept while the files stay as they are.

A scenario or a fit that is written anew under a running app is read again: its size or one of its times has changed. What else
makes up a region stays as it was read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from yidu.calibration.manifest import MANIFEST, manifest_of
from yidu.sim.errors import InputError
from yidu.sim.region import with_scenarios_of_now

if TYPE_CHECKING:
    from yidu.experiments.scenarios.mix import Mix
    from yidu.experiments.scenarios.scenario import Scenario
    from yidu.sim.region import Region

Stamps = tuple[tuple[str, int, int, int] | None, ...]


@dataclass(frozen=True)
class _Pack:
    """A region, known by where it lies and what is in it."""

    folder: Path
    digest: str
    region: Region = field(compare=False)


def scenario_of(region: Region, mix: Mix) -> Scenario:
    """The scenario of a mix, checked.

    Raises:
        InputError: as `Mix.scenario` has it.
    """
    files = sorted((region.folder / "scenarios").glob("*.toml"))
    return _scenario(_Pack(region.folder, region.digest, region), mix, stamps(files))


def fit_of(region: Region) -> bool | InputError:
    """Whether a region has a fit, by its manifest; an error where it has one that cannot be used."""
    return _fit_of(_Pack(region.folder, region.digest, region), stamps([region.folder / "posterior" / MANIFEST]))


def stamps(files: Iterable[Path]) -> Stamps:
    """Name, size and times of change of files; None in the place of one that is not there."""
    return tuple(_stamp(file) for file in files)


def _stamp(file: Path) -> tuple[str, int, int, int] | None:
    try:
        now = file.stat()
    except OSError:
        return None
    return file.name, now.st_size, now.st_mtime_ns, now.st_ctime_ns


@lru_cache(maxsize=512)
def _scenario(pack: _Pack, mix: Mix, _: Stamps) -> Scenario:
    return mix.scenario(with_scenarios_of_now(pack.region))


@lru_cache(maxsize=64)
def _fit_of(pack: _Pack, _: Stamps) -> bool | InputError:
    try:
        return manifest_of(pack.region) is not None
    except InputError as error:
        return error
