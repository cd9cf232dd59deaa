"""How likely is each target of the plan under a policy mix, how sure are we, and what does it rest on?

Reads Outcomes only. The probability of a target is the share of runs that reach it; its error is Monte Carlo
error alone, half of Wilson's 68 % interval.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from calibration.facts import levels_on_record
from experiments.answers import (
    AssessAnswer,
    Carrier,
    ForecastAnswer,
    Grade,
    MoneyLine,
    PublicMoney,
    Reading,
    Reconciled,
    TargetAnswer,
    Variance,
    version,
)
from experiments.classes import MEASURED_THROUGH, class_of, letter
from experiments.notice import Notice
from experiments.scenario import load
from experiments.shares import Replicates, variance_of
from experiments.unknown import FAR_BEYOND, beyond_horizon, marked, of_mix, of_runs
from experiments.verdicts import mc_error, verdict_of
from sim import ledger, levers
from sim.errors import InputError
from sim.indicators import INDICATORS
from sim.pack import UNITS

if TYPE_CHECKING:
    from experiments.scenario import Scenario
    from sim.outcomes import Outcomes
    from sim.region import Fact, Region, Target

Floats = NDArray[np.float64]

SERIES = ("gdp", "population")
"""Indicators whose record is a series in `region.toml`."""

CARRIES = 0.1
"""Share of a target's variance from which a parameter counts as carrying it (design: a tenth)."""

OUTSIDE_EXPERIENCE = FAR_BEYOND
"""A plan that spends more than this many times the record's five-year total is outside what was observed."""

LARGE_ADJUSTMENT = 0.1
"""Reconciliation that moves more than this share of a status count at the median is worth a warning."""

ADJUSTED_BY_FACTOR = ("rd_expenditure", "patents")
"""Amounts that reconciliation multiplies, reported as the log of the factor; all else is counted."""

PUBLIC_PAYERS = ("district", "city", "state")

YUAN_PER_WAN = 10_000.0


@dataclass(frozen=True)
class Assessment:
    """The answer of `assess`, before its warnings are put into a language."""

    region: str
    scenario: str
    environment: str
    runs: int
    seed: int
    digest: str
    targets: tuple[TargetAnswer, ...]
    joint: tuple[float, float] | None
    joint_calibrated: tuple[float, float] | None
    public_money: PublicMoney
    public_money_by: tuple[MoneyLine, ...]
    reconciliation: tuple[Reconciled, ...]
    forecasts: tuple[ForecastAnswer, ...]
    notices: tuple[Notice, ...]

    def answer(self, say: Callable[[Notice], str] = str) -> AssessAnswer:
        """The published shape, with each notice said in a language."""
        joint, joint_error = self.joint or (None, None)
        calibrated, calibrated_error = self.joint_calibrated or (None, None)
        return AssessAnswer(
            region=self.region,
            scenario=self.scenario,
            environment=self.environment,
            runs=self.runs,
            seed=self.seed,
            digest=self.digest,
            version=version(),
            targets=self.targets,
            joint_probability=joint,
            joint_mc_error=joint_error,
            joint_probability_calibrated=calibrated,
            public_money=self.public_money,
            warnings=tuple(say(notice) for notice in self.notices),
            joint_mc_error_calibrated=calibrated_error,
            public_money_by=self.public_money_by,
            reconciliation=self.reconciliation,
            forecasts=self.forecasts,
        )


# --- reaching a target


def reaches(values: Floats, sense: str, target: float) -> NDArray[np.bool_]:
    """Which runs reach a target; a run without a value does not."""
    return np.greater_equal(values, target) if sense == ">=" else np.less_equal(values, target)


def probability_of(reached: NDArray[np.bool_]) -> tuple[float, float] | None:
    """Share of runs that reach, with its Monte Carlo error; None without runs."""
    if reached.size == 0:
        return None
    successes = int(np.count_nonzero(reached))
    return round(successes / reached.size, 6), round(mc_error(successes, reached.size), 6)


# --- what a target rests on


def base_of(indicator: str, facts: Iterable[Fact], year: int) -> tuple[int, float | None]:
    """Year and level where the plan starts: the latest level on record, each fact by its likeliest reading.

    Levels more than two years older than the end of the record are no base.
    """
    known = [fact for fact in levels_on_record(indicator, facts) if year - 2 <= fact.last_year <= year]
    if not known:
        return year, None
    last = max(known, key=lambda fact: fact.last_year)
    return last.last_year, last.value_in(UNITS[indicator])


def centred_ranks(table: Floats) -> Floats:
    """Ranks down each column, ties at their mean, less the middle rank."""
    import pandas as pd  # here alone, so that one run is without it; it ranks as scipy.stats does, in half the time to import

    ranks = pd.DataFrame(table).rank().to_numpy(np.float64)
    return np.ascontiguousarray(ranks.reshape(table.shape)) - (len(table) + 1) / 2.0


def rank_shares(ranks: Floats, values: Floats) -> Floats:
    """Share of a target's variance that each parameter carries: squared rank correlation, first order only.

    `ranks`: of the parameters [run, parameter], centred. A parameter, or an outcome, that never moves carries
    nothing. Each share is less the part that chance gives at this number of runs, and zero below what the
    luckiest of so many idle parameters would show.
    """
    runs, count = ranks.shape
    shares = np.zeros(count)
    if runs < 3 or count == 0:
        return shares
    outcome = centred_ranks(values)
    spread = float(outcome @ outcome)
    spreads = np.einsum("ij,ij->j", ranks, ranks)
    moving = spreads > 0.0
    if spread == 0.0 or not moving.any():
        return shares
    squared = np.zeros(count)
    squared[moving] = (outcome @ ranks[:, moving]) ** 2 / (spread * spreads[moving])
    by_chance = 1.0 / (runs - 1)
    loud = squared >= min(1.0, 2.0 * math.log(max(count, 2)) * by_chance)
    shares[loud] = np.clip((squared[loud] - by_chance) / (1.0 - by_chance), 0.0, 1.0)
    return shares


def carriers_of(shares: Floats, names: tuple[str, ...], grades: Mapping[str, Grade]) -> tuple[Carrier, ...]:
    """Parameters that carry a tenth or more, largest first; where none does, the largest beyond chance."""
    order = [int(i) for i in np.argsort(-shares, kind="stable")]
    chosen = [i for i in order if shares[i] >= CARRIES] or [i for i in order[:1] if shares[i] > 0.0]
    return tuple(
        Carrier(parameter=names[i], share=round(float(shares[i]), 4), grade=grades.get(names[i], "D"))
        for i in chosen
    )


def grade_of(carriers: tuple[Carrier, ...], grades: Mapping[str, Grade]) -> Grade:
    """Worst grade among the carriers; where nothing is beyond chance, of all that the runs drew (caution)."""
    named = [carrier.grade for carrier in carriers] or list(grades.values())
    return max(named, default="D")


# --- answer


def assess(
    region: Region,
    scenario: Scenario | str,
    outcomes: Outcomes,
    discrepancy_outcomes: Outcomes | None = None,
    *,
    replicates: Replicates | None = None,
    notices: Iterable[Notice] = (),
) -> Assessment:
    """How likely each target of a region's plan is in these runs, and what its indicators will be.

    `scenario`: itself, or its name in the pack. `discrepancy_outcomes` are the same runs with what the model may
    have wrong added; targets are judged on them when given. Money, reconciliation and digest come from the plain
    ones. `replicates`: the batches from which the sources of each forecast's variance are told. `notices`: what
    only the caller knows; what holds of the scenario and its environment is told anyway.
    """
    judged = discrepancy_outcomes or outcomes
    mix = load(region, scenario) if isinstance(scenario, str) else scenario

    def source(indicator: str, year: int) -> Variance | None:
        return None if replicates is None else variance_of(outcomes, judged, replicates, indicator, year)

    grades = {prior.parameter: letter(prior.grade) for prior in region.priors}
    ranks = centred_ranks(judged.parameters)
    answers = tuple(
        _target(region, target, judged, grades, ranks, source(target.indicator, target.year))
        for target in region.targets
    )
    classes = [answer.class_ for answer in answers]
    money, by = public_money(region, outcomes)
    of_scenario = of_mix(region, mix, outcomes.environment)
    said = (*of_scenario, *notices, *_notices(region, outcomes, answers, money, judged is not outcomes))
    return Assessment(
        region=region.name,
        scenario=mix.name,
        environment=outcomes.environment,
        runs=outcomes.runs,
        seed=outcomes.seed,
        digest=outcomes.digest,
        targets=marked(answers, said),
        joint=joint(judged, region.targets),
        joint_calibrated=joint(
            judged, [target for target, class_ in zip(region.targets, classes) if class_ == "可校准"]
        ),
        public_money=money,
        public_money_by=by,
        reconciliation=reconciliation(outcomes),
        forecasts=forecasts(region, judged, source),
        notices=said,
    )


def column(outcomes: Outcomes, indicator: str, year: int) -> Floats:
    """Values of an indicator in a year, one a run; NaN where the pack supports no value."""
    if year not in outcomes.years:
        raise InputError(
            f"A target of {indicator} is set for {year}, but the runs cover {outcomes.years[0]} to "
            f"{outcomes.years[-1]}; simulate until {year}."
        )
    if indicator not in outcomes.indicators:
        return np.full(outcomes.runs, np.nan)
    return outcomes.of(indicator, year)


def joint(outcomes: Outcomes, targets: Iterable[Target]) -> tuple[float, float] | None:
    """Probability that one and the same run reaches all these targets, with its error.

    Targets without any value are left out, then runs without a value for one of the rest. None: nothing left.
    """
    values = [(column(outcomes, target.indicator, target.year), target) for target in targets]
    values = [(column_, target) for column_, target in values if not np.isnan(column_).all()]
    if not values:
        return None
    complete = ~np.any([np.isnan(column_) for column_, _ in values], axis=0)
    reached = np.all([reaches(column_, target.sense, target.value) for column_, target in values], axis=0)
    return probability_of(reached[complete])


def _target(
    region: Region,
    target: Target,
    outcomes: Outcomes,
    grades: Mapping[str, Grade],
    ranks: Floats,
    variance: Variance | None,
) -> TargetAnswer:
    values = column(outcomes, target.indicator, target.year)
    known = ~np.isnan(values)
    values = values[known]
    share = probability_of(reaches(values, target.sense, target.value))
    mine = ranks if known.all() else centred_ranks(outcomes.parameters[known])
    carriers = carriers_of(rank_shares(mine, values), outcomes.parameter_names, grades)
    base_year, base = base_of(target.indicator, region.facts, region.settings.years.record_end)
    p05, p25, median, p75, p95 = quantiles(values)
    probability = share[0] if share else None
    return TargetAnswer.model_validate(
        {
            "indicator": target.indicator,
            "year": target.year,
            "sense": target.sense,
            "target": target.value,
            "unit": target.unit,
            "base_year": base_year,
            "base": base,
            "probability": probability,
            "mc_error": share[1] if share else None,
            "p05": p05,
            "p25": p25,
            "median": median,
            "p75": p75,
            "p95": p95,
            "gap": None if median is None else sensible(median - target.value),
            "verdict": verdict_of(probability),
            "class": class_of(target.indicator, region.facts),
            "grade": grade_of(carriers, grades),
            "readings": readings_of(region, target, outcomes),
            "runs": int(values.size),
            "carriers": carriers,
            "variance": variance,
        }
    )


def quantiles(values: Floats) -> tuple[float | None, ...]:
    """5, 25, 50, 75 and 95 % points; all None without values."""
    if values.size == 0:
        return (None,) * 5
    return tuple(sensible(float(q)) for q in np.quantile(values, (0.05, 0.25, 0.5, 0.75, 0.95)))


def sensible(value: float) -> float:
    """A number rounded to six significant digits, so that answers do not pretend to more."""
    return float(f"{value:.6g}")


def readings_of(region: Region, target: Target, outcomes: Outcomes) -> tuple[Reading, ...]:
    """The target under every rival reading: counted otherwise, or in the runs that drew another fact."""
    rows = []
    for name in outcomes.indicators:
        plain, _, reading = name.partition("@")
        if plain == target.indicator and reading:
            rows.append(_reading(reading, "measured", column(outcomes, name, target.year), target))
    counted_otherwise = {name.partition("@")[0] for name in outcomes.indicators if "@" in name}
    concerned = {target.indicator, MEASURED_THROUGH.get(target.indicator, target.indicator)}
    values = column(outcomes, target.indicator, target.year)
    for fact, drawn in outcomes.readings.items():
        about = {row.indicator for row in region.facts if row.fact == fact}
        if about & counted_otherwise:
            continue  # every run counts it both ways, whatever it drew
        by_lever = any(id in levers.LEVERS and target.indicator in levers.LEVERS[id].reaches for id in about)
        if concerned.isdisjoint(about) and not by_lever:
            continue
        rivals = [
            _reading(f"{fact}={reading}", "drawn", values[np.asarray(drawn) == number], target)
            for number, reading in enumerate(outcomes.reading_names[fact])
        ]
        if not concerned.isdisjoint(about) or _differ([rival for rival in rivals if rival is not None]):
            rows += rivals
    return tuple(row for row in rows if row is not None)


def _differ(rivals: list[Reading]) -> bool:
    """Whether rival readings give probabilities further apart than chance explains."""
    known = [(rival.probability or 0.0, rival.mc_error or 0.0) for rival in rivals]
    spread = max((p for p, _ in known), default=0.0) - min((p for p, _ in known), default=0.0)
    return spread > 2.0 * sum(error for _, error in known)


def _reading(name: str, kind: str, values: Floats, target: Target) -> Reading | None:
    values = values[~np.isnan(values)]
    share = probability_of(reaches(values, target.sense, target.value))
    if share is None:
        return None
    return Reading.model_validate(
        {
            "reading": name,
            "probability": share[0],
            "median": sensible(float(np.median(values))),
            "mc_error": share[1],
            "runs": int(values.size),
            "kind": kind,
        }
    )


# --- what the years after the record will bring


def on_record(indicator: str, region: Region) -> bool:
    """Whether the pack says anything of an indicator: a series, its level when the record ends, or a fact to fit."""
    measured = {indicator, MEASURED_THROUGH.get(indicator, indicator)}
    fitted = any(fact.role == "calibrate" and fact.indicator in measured for fact in region.facts)
    return fitted or indicator in SERIES or bool(measured & set(region.settings.end))


def last_on_record(indicator: str, region: Region) -> tuple[int, float | None]:
    """Year and level of an indicator when the record ends: of a series its last value, else the base of `base_of`."""
    end = region.settings.years.record_end
    if indicator not in SERIES:
        return base_of(indicator, region.facts, end)
    known = region.settings.gdp.known if indicator == "gdp" else region.settings.population.census
    year = max(year for year in known if year <= end)
    return year, known[year]


def forecasts(
    region: Region, outcomes: Outcomes, source: Callable[[str, int], Variance | None]
) -> tuple[ForecastAnswer, ...]:
    """Every published indicator, and what else is on record, in every year after the record to the last simulated.

    `source`: shares of the variance of an indicator in a year.
    """
    years = [year for year in outcomes.years if year > region.settings.years.record_end]
    rows = []
    for indicator in INDICATORS:
        record = on_record(indicator.id, region)
        if "@" in indicator.id or not (indicator.public or record):
            continue
        base_year, base = last_on_record(indicator.id, region)
        for year in years:
            values = column(outcomes, indicator.id, year)
            p05, p25, median, p75, p95 = quantiles(values[~np.isnan(values)])
            rows.append(
                ForecastAnswer(
                    indicator=indicator.id,
                    year=year,
                    p05=p05,
                    p25=p25,
                    median=median,
                    p75=p75,
                    p95=p95,
                    unit=indicator.unit,
                    record=record,
                    base_year=base_year,
                    base=base,
                    variance=source(indicator.id, year),
                )
            )
    return tuple(rows)


def public_money(region: Region, outcomes: Outcomes) -> tuple[PublicMoney, tuple[MoneyLine, ...]]:
    """What the district pays over the plan [万元], and all public money by heading, payer and kind."""
    first, last = region.settings.years.record_end + 1, region.settings.years.plan_end
    within = [i for i, year in enumerate(outcomes.years) if first <= year <= last]
    spent = outcomes.money[:, within, :].sum(axis=1) / YUAN_PER_WAN
    known = {line.id: line for line in ledger.LINES}
    lines = [known[name] for name in outcomes.lines]
    over = f"{outcomes.years[within[0]]}-{outcomes.years[within[-1]]}" if within else f"{first}-{last}"
    district = [i for i, line in enumerate(lines) if line.payer == "district"]
    groups: dict[tuple[str, str, bool], list[int]] = {}
    for i, line in enumerate(lines):
        if line.payer in PUBLIC_PAYERS:
            groups.setdefault((line.heading, line.payer, bool(line.capital)), []).append(i)
    by = tuple(
        MoneyLine.model_validate(
            {"heading": heading, "payer": payer, "capital": capital, **_band(spent[:, rows].sum(axis=1))}
        )
        for (heading, payer, capital), rows in groups.items()
        if np.any(spent[:, rows])
    )
    return PublicMoney.model_validate({**_band(spent[:, district].sum(axis=1)), "over": over}), by


def _band(values: Floats) -> dict[str, float]:
    return {
        "median": round(float(np.median(values)), 1),
        "p05": round(float(np.quantile(values, 0.05)), 1),
        "p95": round(float(np.quantile(values, 0.95)), 1),
    }


def reconciliation(outcomes: Outcomes) -> tuple[Reconciled, ...]:
    """What was changed so that the record's last year is met: counts by number, amounts by percent."""
    rows = []
    for i, status in enumerate(outcomes.adjustments):
        values, unit = outcomes.adjusted[:, i], "count"
        if status in ADJUSTED_BY_FACTOR:
            values, unit = np.expm1(values) * 100.0, "%"
        values = values[~np.isnan(values)]
        if values.size:
            rows.append(Reconciled.model_validate({"status": status, **_band(values), "unit": unit}))
    return tuple(rows)


def _notices(
    region: Region, outcomes: Outcomes, answers: tuple[TargetAnswer, ...], money: PublicMoney, doubted: bool
) -> Iterable[Notice]:
    runs = outcomes.runs
    yield from of_runs(region, outcomes)
    yield from beyond_horizon(region, max((answer.year for answer in answers), default=region.settings.years.plan_end))
    if not doubted:
        yield Notice("no_discrepancy")
    for answer in answers:
        if answer.runs == 0:
            yield Notice("no_record", {"indicator": answer.indicator})
        elif answer.runs < runs:
            yield Notice("runs_without_value", {"indicator": answer.indicator, "runs": runs - answer.runs})
    record = next(
        (
            fact.value_in("万元")
            for fact in region.facts
            if fact.indicator == "public_money" and fact.statistic == "sum"
        ),
        None,
    )
    if record is not None and money.median > OUTSIDE_EXPERIENCE * record:
        yield Notice(
            "outside_experience",
            {
                "median": round(money.median),
                "over": money.over,
                "record": round(record),
                "times": round(money.median / record, 1),
            },
        )
    judgement = tuple(answer.indicator for answer in answers if answer.grade == "D" and answer.runs)
    if judgement and len(judgement) == len(answers):
        yield Notice("all_rests_on_judgement", {"of": len(answers)})
    elif judgement:
        known = {"count": len(judgement), "of": len(answers), "indicators": judgement}
        yield Notice("rests_on_judgement", known)
    large = tuple(_large_adjustments(region, outcomes))
    if large:
        yield Notice("large_adjustment", {"indicators": large, "share": round(LARGE_ADJUSTMENT * 100.0)})


def _large_adjustments(region: Region, outcomes: Outcomes) -> Iterable[str]:
    """What reconciliation moved by more than a tenth in the median run."""
    for row in reconciliation(outcomes):
        share = row.median / 100.0
        if row.unit == "count":
            levels = column(outcomes, row.status, region.settings.years.record_end)
            level = float(np.median(levels[~np.isnan(levels)])) if not np.isnan(levels).all() else 0.0
            share = row.median / level if level else 0.0
        if abs(share) > LARGE_ADJUSTMENT:
            yield row.status
