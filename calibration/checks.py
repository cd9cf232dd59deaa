"""What a fit says of the record it was made from: predictive checks, what was learned, which reading it came to lean on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from yidu.calibration.facts import comparable_facts, moments, published, uncompared
from yidu.calibration.findings import FactCheck, Identity, Pair, ParameterCheck, ReadingCheck, Sensitivity, Tension
from yidu.calibration.fit import Kept, keep, learn, weighted_quantile
from yidu.calibration.rounds import Fitting
from yidu.calibration.sample import parameters_at
from yidu.sim.draws import DRAWN, beliefs
from yidu.sim.ensemble import simulate
from yidu.sim.identities import checks
from yidu.sim.outcomes import Outcomes
from yidu.sim.region import Region

CHECKED = 1000
"""Fitted draws run again, on fresh luck, to be held against the record."""

SIZES = (0.0, 0.1, 0.2, 0.4)
"""Sizes of the discrepancy for which forecasts are shown."""

SENSITIVE_RUNS = 250
STRONG = 0.25
"""Correlation of two parameters from which the record is said to tie them together."""


def run_again(fitting: Fitting, runs: int = CHECKED) -> Outcomes:
    """Fitted draws over the record on fresh luck, not reconciled with it."""
    region = fitting.region
    return simulate(
        region, region.levers, scenario="record", runs=runs, seed=fitting.seed + 1, until=region.settings.years.record_end,
        draws=fitting.draws(), reconcile=False,
    )  # fmt: skip


def fact_checks(fitting: Fitting, again: Outcomes, tensions: Sequence[Tension], spread: dict[str, float]) -> list[FactCheck]:
    """Every fact that runs can be held against, under the reading that most fitted draws lean on."""
    region = fitting.region
    names = comparable_facts(region, again.indicators)
    prior = fitting.first.outcomes(region.settings.years.record_end)
    rows = []
    for number, name in enumerate(names):
        rivals = region.readings(name)
        index = again.readings.get(name, np.zeros(again.runs, np.int8))
        shares = np.bincount(index, minlength=len(rivals)) / len(index)
        best = int(np.argmax(shares))
        fact = rivals[best]
        own = moments(region, again, [name])
        plain = np.nan_to_num(own.gaps[:, 0], nan=10.0, posinf=10.0, neginf=-10.0)
        gaps = published(plain, own.tolerance[:, 0], fitting.discrepancy * spread[name], fitting.seed + 100 + number)
        values = uncompared(gaps, np.asarray(fact.value))
        before = moments(region, prior, [name]).gaps[:, 0]
        early = uncompared(before[np.isfinite(before)], np.asarray(fact.value))
        below = float(np.mean(gaps < 0.0) + 0.5 * np.mean(gaps == 0.0))
        p_value = 2.0 * min(below, 1.0 - below)
        low, p_05, q1, middle, q3, p_95, high = (float(v) for v in np.quantile(values, (0.025, 0.05, 0.25, 0.5, 0.75, 0.95, 0.975)))
        inside = bool(np.quantile(gaps, 0.025) <= 0.0 <= np.quantile(gaps, 0.975))
        prior_05, prior_50, prior_95 = (float(v) for v in np.quantile(early, (0.05, 0.5, 0.95)))
        rows.append(
            FactCheck(
                fact=name, indicator=fact.indicator, role=fact.role, reading=fact.reading, period=fact.period, record=fact.value,
                unit=fact.unit, prior_p05=prior_05, prior_median=prior_50, prior_p95=prior_95,
                p025=low, p25=q1, median=middle, p75=q3, p975=high,
                p_value=round(p_value, 4), mc_error=round(2.0 * float(np.sqrt(max(below * (1 - below), 1e-4) / len(gaps))), 4),
                inside95=inside, conflict=None if inside else _conflict(name, tensions), p05=p_05, p95=p_95,
            )
        )  # fmt: skip
    return rows


def _conflict(name: str, tensions: Sequence[Tension]) -> str | None:
    """The fact that pulls this one away, where the tension table has one."""
    for row in tensions:
        if row.a == name:
            return row.b
    return next((row.a for row in tensions if row.b == name), None)


def spreads(fitting: Fitting) -> dict[str, float]:
    """Prior-predictive standard deviation of every comparable fact, on the scale of ``compared``."""
    outcomes = fitting.first.outcomes(fitting.region.settings.years.record_end)
    names = comparable_facts(fitting.region, outcomes.indicators)
    gaps = moments(fitting.region, outcomes, names).gaps
    found = np.nanstd(np.where(np.isfinite(gaps), gaps, np.nan), axis=0)
    return {name: float(value) for name, value in zip(names, found)}


def parameter_checks(fitting: Fitting) -> list[ParameterCheck]:
    """Prior against posterior of everything drawn that is not fixed."""
    kept, region = fitting.kept, fitting.region
    mean = kept.weights @ kept.scores
    variance = kept.weights @ np.square(kept.scores - mean)
    points = (0.05, 0.5, 0.95)
    after = weighted_quantile(parameters_at(region, kept.scores), kept.weights, points)
    before = np.quantile(parameters_at(region, fitting.first.scores[:5000]), points, axis=0)
    rows = []
    for k, belief in enumerate(beliefs(region)):
        if before[0, k] == before[2, k] and belief.distribution != "bernoulli":
            continue
        rows.append(
            ParameterCheck(
                parameter=belief.parameter, unit=belief.unit, grade=belief.grade, prior_p05=float(before[0, k]),
                prior_median=float(before[1, k]), prior_p95=float(before[2, k]), p05=float(after[0, k]), median=float(after[1, k]),
                p95=float(after[2, k]), contraction=round(float(1.0 - variance[k]), 3), shift=round(float(mean[k]), 3),
            )
        )  # fmt: skip
    return rows


def pairs(kept: Kept, most: int = 20) -> list[Pair]:
    """Parameters that the record ties together, strongest first."""
    centred = kept.scores - kept.weights @ kept.scores
    covariance = (centred * kept.weights[:, None]).T @ centred
    sd = np.sqrt(np.maximum(np.diag(covariance), 1e-12))
    correlation = covariance / np.outer(sd, sd)
    upper = np.argwhere(np.triu(np.abs(correlation) >= STRONG, k=1))
    found = sorted(((float(correlation[a, b]), int(a), int(b)) for a, b in upper), key=lambda row: -abs(row[0]))
    return [Pair(a=DRAWN[a], b=DRAWN[b], correlation=round(value, 3)) for value, a, b in found[:most]]


def identities(region: Region) -> tuple[Identity, ...]:
    """Every identity that the region's figures can be held against, as the findings say it."""
    return tuple(
        Identity(
            identity=check.name, left=round(check.left, 4), right=round(check.right, 4), unit=check.unit,
            tolerance=round(check.tolerance, 4), holds=check.holds, facts=tuple(f"{fact.fact}[{fact.reading}]" for fact in check.facts),
        )
        for check in checks(region)
    )  # fmt: skip


def reading_checks(region: Region, kept: Kept, fitting: Fitting) -> list[ReadingCheck]:
    """Weights of rival readings, weighed together, before and after the fit."""
    rows = []
    for name in region.contested:
        before = region.weights(name)
        index = fitting.sample.readings[name][kept.rows]
        for k, fact in enumerate(region.readings(name)):
            share = float(kept.weights @ (index == k))
            rows.append(
                ReadingCheck(
                    fact=name,
                    reading=fact.reading,
                    value=fact.value,
                    unit=fact.unit,
                    prior_weight=round(float(before[k]), 4),
                    posterior_weight=round(share, 3),
                    mc_error=round(float(np.sqrt(share * (1.0 - share) / kept.effective)), 3),
                )
            )
    return rows


def sensitivity(fitting: Fitting, indicators: Sequence[str]) -> list[Sensitivity]:
    """Forecasts of the last year of the plan when the fit assumes another size of its discrepancy; without the error after the record."""
    region = fitting.region
    year = region.settings.years.plan_end
    rows = []
    for size in SIZES:
        summaries = learn(fitting.given, size)
        kept, _ = keep(fitting.given, summaries, np.zeros(len(fitting.given.names)), many=fitting.many)
        ahead = simulate(region, region.levers, runs=SENSITIVE_RUNS, seed=fitting.seed + 2, until=year, draws=fitting.draws(kept))
        for name in indicators:
            low, middle, high = np.quantile(ahead.of(name, year), (0.05, 0.5, 0.95))
            rows.append(Sensitivity(size=size, indicator=name, year=year, p05=float(low), median=float(middle), p95=float(high)))
    return rows
