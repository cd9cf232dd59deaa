"""The first fit: prior runs, distance to the facts, the nearest kept and adjusted; stored as draws with a manifest.

Rejection with local-linear adjustment (Beaumont, Zhang and Balding 2002) on all facts at once, rival readings mixed over
by their weights. What it does not do yet stands in ``docs/assumptions.md``.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from agents.compiled import SOURCE_DIGEST
from agents.parameters import PARAMETERS
from calibration.facts import moments
from sim.draws import Draws, PriorDraws, Readings, TableDraws
from sim.ensemble import simulate
from sim.errors import InputError
from sim.outcomes import joined
from sim.region import Region

Floats = npt.NDArray[np.float64]

KEPT = 0.03  # of the prior runs
FEWEST = 50  # draws below which there is nothing to report
CHUNK = 2000
MOST_CHECKED = 600  # fitted draws run again to compare with the record
FITTED_FILES = ("region.toml", "facts.csv", "levers.toml", "environment.toml", "priors.csv")


@dataclass(frozen=True)
class FactFit:
    """One fact against what the fitted draws predict of it, on fresh luck."""

    fact: str
    record: float
    p05: float
    median: float
    p95: float
    unit: str


@dataclass(frozen=True)
class Fit:
    """Accepted draws of a region and how they were found."""

    region: str
    parameters: Floats  # [draw, parameter]
    readings: Readings
    runs: int
    seed: int
    threshold: float  # largest distance accepted
    facts: tuple[FactFit, ...]
    folder: Path

    @property
    def accepted(self) -> int:
        """Number of draws."""
        return len(self.parameters)


def pack_digest(region: Region) -> str:
    """SHA-256 of the pack's files that a fit depends on; scenarios and targets do not count."""
    seen = hashlib.sha256()
    for name in FITTED_FILES:
        path = region.folder / name
        seen.update(name.encode())
        if path.exists():
            seen.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return seen.hexdigest()


def fit(
    region: Region,
    *,
    runs: int = 100_000,
    seed: int = 1,
    out: Path | None = None,
    progress: Callable[[int], Any] | None = None,
) -> Fit:
    """Fit the parameters to the record from the end of 2015; write draws and manifest to ``out`` (the pack by default).

    Raises:
        InputError: no fact to fit, or so few runs that nothing could be kept.
    """
    if not region.facts_with_role("calibrate"):
        raise InputError("the pack has no fact with role 'calibrate', so there is nothing to fit", file="facts.csv")
    if runs * KEPT < FEWEST:
        raise InputError(
            f"{runs} prior runs would leave {int(runs * KEPT)} draws", value=runs, expected=f"{int(FEWEST / KEPT) + 1} or more",
            fix="give --runs a larger number",
        )
    parts = []
    for first in range(0, runs, CHUNK):
        parts.append(
            simulate(
                region, region.levers, scenario="record", runs=min(CHUNK, runs - first), first_run=first, seed=seed,
                until=region.settings.years.record_end, draws=PriorDraws(region), reconcile=False, progress=progress,
            )
        )
    outcomes = joined(parts)
    found = moments(region, outcomes)
    kept = np.argsort(found.distance, kind="mergesort")[: int(runs * KEPT)]
    kept = kept[np.isfinite(found.distance[kept])]
    if len(kept) < FEWEST:
        raise InputError("too few prior runs gave a value for every fact", value=len(kept), expected=f"{FEWEST} or more")
    threshold = float(found.distance[kept].max())
    adjusted = adjust(region, outcomes.parameters[kept], found.gaps[kept], found.distance[kept] / threshold)
    readings = {name: column[kept] for name, column in outcomes.readings.items()}
    again = simulate(
        region, region.levers, scenario="record", runs=min(len(kept), MOST_CHECKED), seed=seed + 1, reconcile=False,
        until=region.settings.years.record_end, draws=TableDraws(adjusted, readings), progress=progress,
    )
    checked = moments(region, again)
    facts = tuple(
        FactFit(name, float(np.median(checked.record[:, k])), *quantiles(checked.values[:, k]), region.fact(name).unit)
        for k, name in enumerate(checked.names)
    )
    result = Fit(region.name, adjusted, readings, runs, seed, threshold, facts, out or region.folder / "posterior")
    save(result, region)
    return result


def adjust(region: Region, parameters: Floats, gaps: Floats, relative_distance: Floats) -> Floats:
    """Move each accepted draw to where its parameters would lie at zero gap, by a weighted ridge regression.

    Parameters are taken to the real line by their bounds first, so that no draw leaves its prior's range; those that are
    not spread (switches) stay as accepted.
    """
    bounds = {prior.parameter: (prior.low, prior.high, prior.distribution) for prior in region.priors}
    weight = np.maximum(1e-3, 1.0 - np.square(relative_distance))  # Epanechnikov
    x = np.clip(gaps, -4.0, 4.0)
    design = np.column_stack([np.ones(len(x)), x])
    gram = design.T @ (design * weight[:, None])
    gram[np.arange(1, len(gram)), np.arange(1, len(gram))] += 0.01 * weight.sum()
    out = parameters.copy()
    for k, name in enumerate(PARAMETERS):
        low, high, kind = bounds[name]
        if kind == "bernoulli" or high <= low:
            continue
        share = np.clip((parameters[:, k] - low) / (high - low), 1e-4, 1.0 - 1e-4)
        free = np.log(share / (1.0 - share))
        slopes = np.linalg.solve(gram, design.T @ (weight * free))[1:]
        moved = np.clip(free - x @ slopes, free.min() - 1.0, free.max() + 1.0)
        out[:, k] = low + (high - low) / (1.0 + np.exp(-moved))
    return out


def quantiles(values: Floats) -> tuple[float, float, float]:
    """5, 50 and 95 % points."""
    low, middle, high = np.nanquantile(values, (0.05, 0.5, 0.95))
    return float(low), float(middle), float(high)


def save(fitted: Fit, region: Region) -> None:
    """Write draws and manifest, each by a temporary file, the manifest last."""
    folder = fitted.folder
    folder.mkdir(parents=True, exist_ok=True)
    table = pd.DataFrame(fitted.parameters, columns=list(PARAMETERS))
    for name, column in fitted.readings.items():
        table[f"reading:{name}"] = column
    draft = folder / "draws.parquet.part"
    table.to_parquet(draft, compression="zstd", index=False)
    os.replace(draft, folder / "draws.parquet")
    manifest = {
        "region": region.name, "rules": SOURCE_DIGEST, "pack": pack_digest(region), "seed": fitted.seed, "runs": fitted.runs,
        "accepted": fitted.accepted, "kept_share": KEPT, "threshold": fitted.threshold, "method": "rejection, local-linear",
        "versions": {name: importlib.metadata.version(name) for name in ("numpy", "scipy", "numba")},
        "facts": [vars(fact) for fact in fitted.facts],
    }  # fmt: skip
    draft = folder / "manifest.json.part"
    draft.write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    os.replace(draft, folder / "manifest.json")


def posterior(region: Region) -> Draws:
    """The draws to run on: the pack's own fit, or the prior where the pack has none.

    Raises:
        InputError: the fit was made with other rules or another pack; the sentence names the command that remakes it.
    """
    folder = region.folder / "posterior"
    if not (folder / "manifest.json").exists():
        return PriorDraws(region)
    remake = f"run 'yidu calibrate --region {region.name} --runs 20000'"
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        table = pd.read_parquet(folder / "draws.parquet")
    except (OSError, ValueError) as error:
        raise InputError(f"the fit of {region.name} cannot be read ({error})", file="posterior", fix=remake) from error
    for part, now in (("rules", SOURCE_DIGEST), ("pack", pack_digest(region))):
        if manifest.get(part) != now:
            what = "rules" if part == "rules" else "region pack"
            raise InputError(
                f"the fit of {region.name} was made with another version of the {what}", file="posterior/manifest.json",
                value=str(manifest.get(part))[:12], expected=now[:12], fix=remake,
            )
    missing = [name for name in PARAMETERS if name not in table.columns]
    if missing or table.empty:
        raise InputError(f"the fit of {region.name} lacks {missing[:1] or 'draws'}", file="posterior/draws.parquet", fix=remake)
    readings = {c.removeprefix("reading:"): table[c].to_numpy(np.int8) for c in table.columns if c.startswith("reading:")}
    return TableDraws(table[list(PARAMETERS)].to_numpy(float), readings)
