"""The fit of a region, made anew and in the published shape."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from yidu.experiments.calibrate.answer import FactAnswer, FitAnswer
from yidu.experiments.judging.answer import version

if TYPE_CHECKING:
    from yidu.calibration.calibrate import Calibration, Watch
    from yidu.calibration.findings import Findings
    from yidu.sim.region import Region


def calibrated(
    region: Region, *, runs: int, seed: int = 1, out: Path | None = None, neural: bool = False, watch: Watch
) -> tuple[FitAnswer, Calibration]:
    """Fit the parameters to the record; draws, diagnostics and manifest go to `out`, or into the pack."""
    from yidu.calibration.calibrate import calibrate  # compiles its scores; who looks at a fit needs none

    made = calibrate(region, runs=runs, seed=seed, out=out, neural=neural, watch=watch)
    return fit_answer(made.findings, made.folder, made.fitting.kept.threshold), made


def fit_answer(findings: Findings, folder: Path, threshold: float) -> FitAnswer:
    """A fit in the published shape."""
    facts = tuple(
        FactAnswer(
            fact=one.fact, record=one.record, p05=one.p05, median=one.median, p95=one.p95, unit=one.unit, p025=one.p025, p975=one.p975,
            p_value=one.p_value, inside95=one.inside95, role=one.role,
        )
        for one in findings.facts
    )  # fmt: skip
    return FitAnswer(
        region=findings.region,
        runs=findings.runs,
        seed=findings.seed,
        accepted=findings.accepted,
        threshold=threshold,
        folder=str(folder),
        version=version(),
        facts=facts,
        effective=findings.effective,
        failures=findings.failures,
        discrepancy_after=findings.after.sd_at_five_years,
    )
