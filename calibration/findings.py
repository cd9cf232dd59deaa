"""What a calibration found out about itself: the shape of ``diagnostics.json``, read by the page, the tables and the docs.

Nothing is computed here. Keys are public: a new one goes after those that stand.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from yidu.calibration.manifest import reason_of
from yidu.sim.errors import InputError

Case = Literal["assumed", "clean", "sweep"]
What = Literal["parameters", "facts", "forecast"]


class Part(BaseModel):
    """Part of the findings: the published keys only, null where there is no number (never NaN)."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class FactCheck(Part):
    """A fact against prior and posterior predictive, on fresh luck; context facts were not used in the fit."""

    fact: str
    indicator: str
    role: str
    reading: str = Field(description="the reading compared with, the one of most posterior weight")
    period: str
    record: float
    unit: str
    prior_p05: float
    prior_median: float
    prior_p95: float
    p025: float
    p25: float
    median: float
    p75: float
    p975: float
    p_value: float = Field(description="two-sided posterior predictive p, discrepancy and tolerance included")
    mc_error: float
    inside95: bool
    conflict: str | None = Field(description="the fact it is in tension with, where it lies outside")
    p05: float
    p95: float


class ReadingCheck(Part):
    """How the record moved the weight of a rival reading."""

    fact: str
    reading: str
    value: float
    unit: str
    prior_weight: float
    posterior_weight: float
    mc_error: float


class ParameterCheck(Part):
    """Prior against posterior of one parameter."""

    parameter: str
    unit: str
    grade: str
    prior_p05: float
    prior_median: float
    prior_p95: float
    p05: float
    median: float
    p95: float
    contraction: float = Field(description="1 - var(posterior) / var(prior) on the normal scale; below 0.1 the record is silent")
    shift: float = Field(description="posterior mean less prior mean, in prior standard deviations")


class Pair(Part):
    """Two parameters the record ties together."""

    a: str
    b: str
    correlation: float


class RankCheck(Part):
    """Simulation-based calibration of one quantity: ECDF of the ranks of the truths less the diagonal."""

    quantity: str
    ecdf: tuple[float, ...] = Field(description="ECDF minus diagonal at 1/21 ... 20/21")
    deviation: float = Field(description="largest absolute deviation of the ECDF")
    inside: bool


class Ranks(Part):
    """Simulation-based calibration."""

    truths: int
    draws: int
    band: float = Field(description="simultaneous 99 % band of the ECDF for all quantities together (Bonferroni), half width")
    quantities: tuple[RankCheck, ...]


class Coverage(Part):
    """How often intervals held the truth."""

    case: Case
    what: What
    assumed: float = Field(description="discrepancy assumed, in prior-predictive standard deviations")
    injected: float = Field(description="discrepancy in the synthetic record")
    level: float
    coverage: float
    mc_error: float
    truths: int


class StructureCoverage(Part):
    """Coverage of forecasts when the truth was made by another structure."""

    structure: str
    level: float
    coverage: float
    mc_error: float
    truths: int
    worst: str = Field(description="indicator covered least")
    worst_coverage: float


class LeftOut(Part):
    """A fact predicted by a fit that did not see it."""

    fact: str
    record: float
    unit: str
    p05: float
    median: float
    p95: float
    z: float = Field(description="record less prediction in standard deviations of the prediction, on the log scale")
    log_score: float
    crps: float
    inside90: bool


class Identity(Part):
    """An accounting identity among figures of the record."""

    identity: str
    left: float
    right: float
    unit: str
    tolerance: float
    holds: bool
    facts: tuple[str, ...]


class Tension(Part):
    """Two facts that pull the fit apart."""

    a: str
    b: str
    a_alone: float = Field(description="z of fact a when b is left out of the fit")
    a_with: float = Field(description="z of fact a when b is in it")
    strength: float = Field(description="increase of |z|, in standard deviations")
    direction: str = Field(description="'both_high', 'both_low' or 'opposite': where the model wants them to lie")


class Sensitivity(Part):
    """A forecast under another size of the discrepancy assumed in the fit."""

    size: float
    indicator: str
    year: int
    p05: float
    median: float
    p95: float


class Backcast(Part):
    """A fact dated after the cut, forecast by a fit that saw only what was dated up to it."""

    fact: str
    record: float
    unit: str
    p05: float
    median: float
    p95: float
    inside50: bool
    inside90: bool
    crps: float
    z: float
    no_change: float | None = Field(description="absolute error of 'as in the last year known'")
    last_growth: float | None = Field(description="absolute error of 'the last growth rate goes on'")


class DiscrepancySize(Part):
    """Error of the model after the record, and what it was scaled on."""

    sd_at_five_years: float
    low: float
    high: float
    errors: int = Field(description="leave-one-out and backcast errors it rests on")
    shared: float


class Agreement(Part):
    """One parameter by the fit and by an independent method on the same runs, those of the first round, as normal scores."""

    parameter: str
    mean: float = Field(description="of the fit to the first round; 0 is the prior median, 1 a prior standard deviation above it")
    sd: float
    other_mean: float = Field(description="of the independent method")
    other_sd: float
    final_mean: float | None = Field(default=None, description="of the fit after its last round, whose runs the other has not seen")
    final_sd: float | None = None


class Findings(Part):
    """``diagnostics.json``."""

    region: str
    title_zh: str
    title_en: str
    version: str
    rules: str
    pack: str
    seed: int
    runs: int
    second_round: int
    accepted: int
    effective: float = Field(description="effective sample size of the weighted draws before resampling")
    discrepancy: float = Field(description="assumed in the fit, in prior-predictive standard deviations")
    facts: tuple[FactCheck, ...]
    readings: tuple[ReadingCheck, ...]
    parameters: tuple[ParameterCheck, ...]
    pairs: tuple[Pair, ...]
    ranks: Ranks | None
    coverage: tuple[Coverage, ...]
    structures: tuple[StructureCoverage, ...]
    left_out: tuple[LeftOut, ...]
    identities: tuple[Identity, ...]
    tension: tuple[Tension, ...]
    sensitivity: tuple[Sensitivity, ...]
    backcast: tuple[Backcast, ...]
    backcast_cut: int
    backcast_facts: int = Field(description="facts dated up to the cut that the backcast was fitted to; 0: it rests on the prior")
    after: DiscrepancySize
    agreement: tuple[Agreement, ...] = ()
    failures: tuple[str, ...] = Field(default=(), description="what did not pass, one code each")


def read(path: Path) -> Findings:
    """Findings of a calibration.

    Raises:
        InputError: the file is missing or is not one this version wrote.
    """
    try:
        return Findings.model_validate_json(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        why = reason_of(error)
        raise InputError(f"the diagnostics cannot be read ({why})", file=path, fix="run 'yidu calibrate' to make them again") from error


def to_json(findings: Findings) -> str:
    """The text of ``diagnostics.json``."""
    return json.dumps(findings.model_dump(mode="json"), ensure_ascii=False, indent=1, allow_nan=False) + "\n"
