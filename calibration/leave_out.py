"""What the fit predicts of a fact it did not see: left out one by one, or dated after a cut; and what that says of the model's error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from yidu.calibration.discrepancy import MADE_OF, UNKNOWN
from yidu.calibration.facts import Floats, Moments, fitted_facts, last_growth_factor, levels_on_record, moments, published, uncompared
from yidu.calibration.findings import Backcast, DiscrepancySize, LeftOut, Tension
from yidu.calibration.fit import Evidence, keep, learn, resampled
from yidu.calibration.rounds import KEPT, Fitting
from yidu.sim.pack import UNITS
from yidu.sim.region import Region

DRAWS = 2000
PRIOR_SIZE = UNKNOWN
"""Scale of the half-normal belief in the model's error at five years [log] before any error was seen (D)."""

LEFT_OUT, CUT = 21, 22  # what is added to the seed


@dataclass(frozen=True)
class Prediction:
    """A fact as predicted without it.

    Attributes:
        gaps: [draw] predicted less recorded, on the scale of ``compared``, tolerance and discrepancy included.
        clean: [draw] the same without them.
        record: in the fact's unit, under its first reading.
        horizon: years between what was known and the fact.
    """

    fact: str
    gaps: Floats
    clean: Floats
    record: float
    unit: str
    horizon: float

    @property
    def values(self) -> Floats:
        """Predictions in the fact's unit [draw]."""
        return uncompared(self.gaps, np.asarray(self.record))

    @property
    def crps(self) -> float:
        """Continuous ranked probability score, in the fact's unit."""
        import scoringrules  # three seconds and more, for it compiles as it is imported

        return float(scoringrules.crps_ensemble(self.record, self.values))

    @property
    def z(self) -> float:
        """Record less prediction in standard deviations of the prediction, on the log scale."""
        return float(-self.gaps.mean() / max(1e-9, self.gaps.std()))


def predicted(
    given: Evidence, fact: str, own: Moments, region: Region, *, discrepancy: float, spread: float, seed: int, horizon: float
) -> Prediction:
    """One fact predicted from the others in ``given`` (from the prior where there are none).

    Args:
        own: the fact alone, for the same runs.
        spread: its prior-predictive standard deviation.
    """
    gaps = np.nan_to_num(own.gaps[:, :1], nan=10.0, posinf=10.0, neginf=-10.0)
    if given.names:
        summaries = learn(given, discrepancy)
        kept, moved = keep(given, summaries, np.zeros(len(given.names)), many=int(KEPT * given.runs), also=gaps)
        assert moved is not None
        rows = resampled(kept.weights, DRAWS, seed)
        clean, tolerance = moved[rows, 0], own.tolerance[kept.rows[rows], 0]
    else:
        rows = np.linspace(0, len(gaps) - 1, DRAWS).astype(np.int64)
        clean, tolerance = gaps[rows, 0], own.tolerance[rows, 0]
    first = region.readings(fact)[0]
    return Prediction(fact, published(clean, tolerance, discrepancy * spread, seed), clean, first.value, first.unit, horizon)


def leave_one_out(fitting: Fitting) -> list[Prediction]:
    """Every fitted fact predicted by a fit to the others, from prior runs alone: later rounds were drawn near all of them."""
    prior, region = fitting.prior, fitting.region
    found = []
    for k, name in enumerate(prior.names):
        horizon = horizon_of(region, name, [other for other in prior.names if other != name])
        own = moments(region, fitting.first.outcomes(region.settings.years.record_end), [name])
        found.append(
            predicted(
                prior.without(name),
                name,
                own,
                region,
                discrepancy=fitting.discrepancy,
                spread=float(prior.spread[k]),
                seed=fitting.seed + LEFT_OUT + 100 * k,
                horizon=horizon,
            )
        )
    return found


def horizon_of(region: Region, name: str, known: Sequence[str]) -> float:
    """Years between a fact and the nearest level of the same quantity among facts known, or the start of the record [years].

    A year between two known ones is no forecast of five years.
    """
    fact = region.readings(name)[0]
    quantity = MADE_OF.get(fact.indicator, fact.indicator)
    near = [
        abs(other.last_year - fact.last_year) for other in (region.readings(one)[0] for one in known)
        if other.statistic == "level" and MADE_OF.get(other.indicator, other.indicator) == quantity
    ]  # fmt: skip
    return float(min(near, default=fact.last_year - region.settings.years.record_start))


def left_out_row(found: Prediction) -> LeftOut:
    """A prediction as the findings say it."""
    values = found.values
    low, middle, high = np.quantile(values, (0.05, 0.5, 0.95))
    density = stats.norm.logpdf(0.0, found.gaps.mean(), max(1e-9, found.gaps.std()))
    return LeftOut(
        fact=found.fact,
        record=found.record,
        unit=found.unit,
        p05=float(low),
        median=float(middle),
        p95=float(high),
        z=round(found.z, 3),
        log_score=round(float(density), 3),
        crps=found.crps,
        inside90=bool(np.quantile(found.gaps, 0.05) <= 0.0 <= np.quantile(found.gaps, 0.95)),
    )


def dated_to(region: Region, year: int) -> tuple[str, ...]:
    """Fitted facts of which every reading is dated up to ``year``."""
    return tuple(name for name in fitted_facts(region) if all(fact.last_year <= year for fact in region.readings(name)))


def backcast(fitting: Fitting, cut: int) -> tuple[list[Prediction], tuple[str, ...]]:
    """Facts dated after ``cut`` predicted by a fit to those dated up to it; with the latter's names."""
    region = fitting.region
    known = dated_to(region, cut)
    outcomes = fitting.first.outcomes(region.settings.years.record_end)
    later = [
        name for name in fitted_facts(region)
        if name not in known and all(fact.last_year > cut for fact in region.readings(name))
    ]  # fmt: skip
    given = fitting.prior.without(*(name for name in fitting.prior.names if name not in known))
    found = []
    for k, name in enumerate(later):
        own = moments(region, outcomes, [name])
        found.append(
            predicted(
                given,
                name,
                own,
                region,
                discrepancy=fitting.discrepancy,
                spread=float(own.spread[0]),
                seed=fitting.seed + CUT + 100 * k,
                horizon=horizon_of(region, name, known),
            )
        )
    return found, known


def backcast_row(found: Prediction, region: Region, cut: int) -> Backcast:
    """A backcast as the findings say it, beside two naive forecasters."""
    values = found.values
    low, q1, middle, q3, high = np.quantile(values, (0.05, 0.25, 0.5, 0.75, 0.95))
    fact = region.readings(found.fact)[0]
    same, growing = naive(region, fact.indicator, cut, fact.last_year)
    plain = fact.statistic == "level"  # a growth or a sum has a unit of its own, and no naive rule
    unit = fact.value_in(UNITS[fact.indicator]) / fact.value if plain and fact.value else 1.0
    return Backcast(
        fact=found.fact,
        record=found.record,
        unit=found.unit,
        p05=float(low),
        median=float(middle),
        p95=float(high),
        inside50=bool(q1 <= found.record <= q3),
        inside90=bool(low <= found.record <= high),
        crps=found.crps,
        z=round(found.z, 3),
        no_change=abs(same / unit - found.record) if plain and same is not None else None,
        last_growth=abs(growing / unit - found.record) if plain and growing is not None else None,
    )


def naive(region: Region, indicator: str, cut: int, year: int) -> tuple[float | None, float | None]:
    """Two naive forecasts of an indicator [its unit]: as in the last year known up to ``cut``, and the last growth rate going on.

    None where the record has no level, or only one.
    """
    levels = known_levels(region, indicator, cut)
    if not levels:
        return None, None
    latest = max(levels)
    rate = last_growth_factor(levels)
    return levels[latest], None if rate is None else levels[latest] * rate ** (year - latest)


def known_levels(region: Region, indicator: str, up_to: int) -> dict[int, float]:
    """Levels of an indicator that the record dates, up to a year, under the reading of most weight [its unit]."""
    return {
        fact.last_year: fact.value_in(UNITS[indicator])
        for fact in levels_on_record(indicator, region.facts) if fact.last_year <= up_to and fact.role != "lever"
    }  # fmt: skip


def tension(prior: Evidence, discrepancy: float, most: int = 12) -> list[Tension]:
    """Pairs of facts that pull the fit apart: one is predicted well without the other, and badly with it.

    Every fact given all others, in the joint normal approximation of what prior runs publish.
    """
    seen = np.clip(prior.published(discrepancy), -6.0 * prior.spread, 6.0 * prior.spread)
    mean, covariance = seen.mean(axis=0), np.cov(seen, rowvar=False).reshape(len(prior.names), -1)

    def z_of(fact: int, others: Sequence[int]) -> float:
        rows = [fact, *others]
        precision = np.linalg.inv(covariance[np.ix_(rows, rows)])
        return float((precision @ -mean[rows])[0] / np.sqrt(precision[0, 0]))

    every = range(len(prior.names))
    found = []
    for a in every:
        whole = z_of(a, [k for k in every if k != a])
        for b in every:
            if b == a:
                continue
            alone = z_of(a, [k for k in every if k not in (a, b)])
            strength = abs(whole) - abs(alone)
            if strength > 0.25 and abs(whole) > 1.0:
                other = z_of(b, [k for k in every if k != b])
                direction = "opposite" if whole * other < 0 else ("both_low" if whole > 0 else "both_high")
                found.append((strength, prior.names[a], prior.names[b], alone, whole, direction))
    found.sort(key=lambda row: -row[0])
    return [
        Tension(a=a, b=b, a_alone=round(alone, 2), a_with=round(whole, 2), strength=round(strength, 2), direction=direction)
        for strength, a, b, alone, whole, direction in found[:most]
    ]


def size_of_error(errors: Sequence[Prediction], shared: float) -> DiscrepancySize:
    """Standard deviation of the model's error five years on [log], from predictions of facts it did not see.

    Each error is normal with the prediction's own variance and that of a random walk over its horizon; the size has a
    half-normal belief of scale ``PRIOR_SIZE`` and is averaged over what the errors leave of it, so few errors leave it wide.
    """
    grid = np.linspace(0.005, 1.0, 400)
    log = -0.5 * np.square(grid / PRIOR_SIZE)
    for one in errors:
        variance = np.square(one.clean.std()) + np.square(grid) * max(0.1, one.horizon / 5.0)
        log += -0.5 * (np.square(one.clean.mean()) / variance + np.log(variance)) / max(1.0, np.sqrt(len(errors) / 6.0))
    weight = np.exp(log - log.max())
    weight /= weight.sum()
    mass = np.cumsum(weight)
    low, high = (float(grid[np.argmax(mass >= point)]) for point in (0.05, 0.95))
    return DiscrepancySize(
        sd_at_five_years=round(float(np.sqrt(weight @ np.square(grid))), 4),
        low=round(low, 4),
        high=round(high, 4),
        errors=len(errors),
        shared=shared,
    )
