"""What a sweep holds, finished or not: how far it is, what failed, and how many of its runs reach each target."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field

from yidu.experiments.judging.answer import Answer, version
from yidu.experiments.judging.runs import reaches
from yidu.experiments.judging.verdicts import mc_error

if TYPE_CHECKING:
    from yidu.experiments.sweep.store import Sweep

Floats = NDArray[np.float64]

MOST_FAILURES = 20
"""Failed runs that a summary lists; the table has all."""

ENOUGH = 10
"""Runs of a point from which its own share is told."""


class SweptTarget(Answer):
    """One target over all runs of a sweep, and over its points."""

    region: str
    indicator: str
    year: int
    sense: str
    target: float
    unit: str
    runs: int = Field(description="runs with a value")
    share: float | None = Field(description="of them that reach the target: a probability where the points are one mix")
    mc_error: float | None = Field(description="one standard deviation; null where all runs are one run at many points")
    lowest: float | None = Field(description="share of the point with the lowest; null with few runs a point, or one point")
    highest: float | None
    p05: float | None
    median: float | None
    p95: float | None


class Failure(Answer):
    """A run that gave an error."""

    point: int
    replicate: int
    seed: int
    run: int
    error: str


class SweepAnswer(Answer):
    """`yidu sweep show --json`."""

    folder: str
    kind: str
    axes: tuple[str, ...]
    points: int
    per_point: int
    luck: str
    rows: int
    parts: int
    parts_done: int
    runs_done: int
    failed: int
    complete: bool
    years: tuple[int, int]
    indicators: int
    bytes: int
    rules: str
    digest: str | None = Field(description="SHA-256 of all that was found; null until the sweep is complete")
    version: str
    targets: tuple[SweptTarget, ...]
    failures: tuple[Failure, ...]
    warnings: tuple[str, ...] = ()


def summary(sweep: Sweep, progress: Callable[[int], object] | None = None) -> SweepAnswer:
    """A sweep in figures. `progress`: called once for every target."""
    targets = []
    for said in sweep.manifest["targets"]:
        if said["indicator"] in sweep.indicators and said["year"] in sweep.years and sweep.files:
            targets.append(_target(sweep, said))
        if progress is not None:
            progress(1)
    failures = sweep.failures() if sweep.failed else pd.DataFrame()
    return SweepAnswer(
        folder=str(sweep.where), kind=sweep.kind, axes=tuple(axis["name"] for axis in sweep.axes), points=len(sweep.points),
        per_point=sweep.per_point, luck=sweep.luck, rows=sweep.rows, parts=sweep.parts, parts_done=len(sweep.files),
        runs_done=sweep.done, failed=sweep.failed, complete=sweep.complete, years=(sweep.years[0], sweep.years[-1]),
        indicators=len(sweep.indicators), bytes=sum(file.stat().st_size for file in sweep.files), rules=str(sweep.manifest["rules"]),
        digest=sweep.digest() if sweep.complete else None, version=version(), targets=tuple(targets),
        failures=tuple(Failure.model_validate(row) for row in failures.head(MOST_FAILURES).to_dict("records")),
    )  # fmt: skip


def _target(sweep: Sweep, said: dict[str, object]) -> SweptTarget:
    name, year, sense, value = str(said["indicator"]), int(str(said["year"])), str(said["sense"]), float(str(said["value"]))
    found = sweep.table([name], year, judged=True)
    of_region = sweep.points.loc[sweep.points["region"] == said["region"], "point"]
    found = found[found["point"].isin(of_region) & found[name].notna()]
    head = {"region": said["region"], "indicator": name, "year": year, "sense": sense, "target": value, "unit": said["unit"]}
    if found.empty:
        nothing = dict.fromkeys(("share", "mc_error", "lowest", "highest", "p05", "median", "p95"))
        return SweptTarget(**head, runs=0, **nothing)  # type: ignore[arg-type]
    values = found[name].to_numpy(float)
    reached = np.asarray(reaches(values, sense, value), float)
    shares = pd.Series(reached).groupby(found["point"].to_numpy()).mean()
    telling = len(shares) > 1 and sweep.per_point >= ENOUGH
    p05, median, p95 = (float(q) for q in np.quantile(values, (0.05, 0.5, 0.95)))
    return SweptTarget(
        **head, runs=len(values), share=float(reached.mean()), mc_error=error_of(reached, found),  # type: ignore[arg-type]
        lowest=float(shares.min()) if telling else None, highest=float(shares.max()) if telling else None,
        p05=p05, median=median, p95=p95,
    )  # fmt: skip


def error_of(reached: Floats, runs: pd.DataFrame) -> float | None:
    """Monte Carlo error of a share of runs, which are as many as there are different ones: points on common luck share theirs.

    Args:
        reached: [row], 1 where a run reaches the target, 0 where not; runs: their seed and run.
    """
    alone = pd.Series(reached).groupby([runs["seed"].to_numpy(), runs["run"].to_numpy()]).mean().to_numpy()
    many = len(alone)
    if many == len(reached):
        return mc_error(int(reached.sum()), many)
    if many < 2:
        return None
    spread = float(alone.std(ddof=1) / np.sqrt(many))
    return mc_error(round(float(alone.mean()) * many), many) if spread == 0.0 else spread
