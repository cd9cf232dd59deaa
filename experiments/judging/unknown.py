"""What an answer cannot know, decided in one place: extrapolation, too small a sample, no fit that belongs, too thin a record.

Every answer has notices; those whose code stands in `yidu.experiments.judging.notice.KINDS` say that something is beyond what can be known.
`yidu.viz.words.titles.notice` words them, each with its kind in front, so that tables, JSON, pages and reports say the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from yidu.calibration.gates import SILENT
from yidu.calibration.manifest import manifest_of
from yidu.experiments.judging.classes import class_of
from yidu.experiments.judging.evidence import findings_of
from yidu.experiments.judging.moves import moves
from yidu.experiments.judging.notice import KINDS, MARKS, Notice
from yidu.experiments.judging.verdicts import mc_error
from yidu.experiments.scenarios.scenario import plan_years, under
from yidu.sim.draws import beliefs
from yidu.sim.indicators import INDICATORS
from yidu.sim.inputs import sector_shifts
from yidu.sim.levers import FIRST_YEAR, LEVERS

if TYPE_CHECKING:
    from yidu.calibration.findings import Findings, ParameterCheck
    from yidu.experiments.judging.answer import Class, TargetAnswer
    from yidu.experiments.scenarios.scenario import Scenario
    from yidu.sim.outcomes import Outcomes
    from yidu.sim.pack import EnvironmentSpec, Prior
    from yidu.sim.region import Region

FAR_BEYOND = 2.0
"""A lever above this many times its highest level on record is far beyond experience; one that was never used is with any value."""

FEW_RUNS = 200
"""Runs, and effective draws of a fit, below which a probability can be off by 3.5 points and rank correlations are mostly noise."""

LEANS = 0.5
"""Prior standard deviations by which the fitted draws of a parameter lie to one side before they are said to lean on its end."""

FAR_OUT = 2.0
"""Standard deviations of its own spread by which an assumption may leave what the record saw and the pack expects."""

THIN = 1 / 3
"""Part of the published indicators that the record must say something about."""


# --- of the fit, the runs and the record


def of_runs(region: Region, outcomes: Outcomes, runs: int | None = None) -> Iterable[Notice]:
    """What holds for every answer that rests on these runs, whatever was asked; ``runs`` where it rests on another number of them."""
    yield from of_fit(region, fitted=outcomes.draws != "prior")
    yield from few_runs(outcomes.runs if runs is None else runs)
    yield from of_record(region)


def of_draws(region: Region, *, fitted: bool) -> Iterable[Notice]:
    """What holds wherever parameters of the region are drawn, of its fit or of its priors."""
    yield from of_fit(region, fitted=fitted)
    yield from of_record(region)


def few_runs(runs: int) -> tuple[Notice, ...]:
    """The notice that so few runs say little, none where they are enough."""
    return (Notice("few_runs", {"runs": runs, "error": round(mc_error(runs // 2, runs) * 100, 1)}),) if runs < FEW_RUNS else ()


def of_fit(region: Region, *, fitted: bool = True) -> Iterable[Notice]:
    """What the region's own fit cannot tell: worth too few draws, or parameters at the end of what was thought possible; without one
    that there is none."""
    if not fitted:
        yield Notice("prior_only")
        return
    effective = (manifest_of(region) or {}).get("effective")
    yield from _of_findings(region, None if effective is None else float(effective), findings_of(region))


def of_calibration(region: Region, found: Findings) -> Iterable[Notice]:
    """What a fit of a region cannot tell, as it is reported when it is made."""
    yield from _of_findings(region, found.effective, found)
    yield from of_record(region, found)


def _of_findings(region: Region, effective: float | None, found: Findings | None) -> Iterable[Notice]:
    if effective is not None and effective < FEW_RUNS:
        yield Notice("few_draws", {"effective": round(effective), "least": FEW_RUNS})
    piled = at_prior_bound(region, found)
    if piled:
        yield Notice("at_prior_bound", {"parameters": piled})


def at_prior_bound(region: Region, found: Findings | None) -> tuple[str, ...]:
    """Parameters that the record would have beyond their priors: half the fitted draws or more lie in an outer twentieth of the prior;
    or, where the prior ends at once (a uniform one), the draws lean towards an end and reach its outer twentieth. Beyond none and all
    of a share there is nothing, nor beyond a switch.
    """
    rows = () if found is None else found.parameters
    priors = {prior.parameter: prior for prior in beliefs(region)}
    return tuple(row.parameter for row in rows if row.contraction >= SILENT and _piled(row, priors[row.parameter]))


def _piled(row: ParameterCheck, prior: Prior) -> bool:
    if row.prior_p05 >= row.prior_p95 or prior.distribution == "bernoulli":
        return False
    ends, share = prior.distribution == "uniform", prior.unit == "share"
    below = row.median <= row.prior_p05 or (ends and row.shift <= -LEANS and row.p05 <= row.prior_p05)
    above = row.median >= row.prior_p95 or (ends and row.shift >= LEANS and row.p95 >= row.prior_p95)
    return (below and not (share and prior.low <= 0.0)) or (above and not (share and prior.high >= 1.0))


def by_class(region: Region) -> dict[Class, tuple[str, ...]]:
    """Published indicators by what their forecast can rest on."""
    found: dict[Class, tuple[str, ...]] = {"可校准": (), "有规则无基数": (), "仅判断": ()}
    for one in INDICATORS:
        if one.public and "@" not in one.id:
            class_ = class_of(one.id, region.facts)
            found[class_] = (*found[class_], one.id)
    return found


def silent(found: Findings | None) -> tuple[int, int] | None:
    """How many of the parameters the record says nothing about, and of how many; None without a fit."""
    if found is None:
        return None
    return sum(row.contraction < SILENT for row in found.parameters), len(found.parameters)


def of_record(region: Region, found: Findings | None = None) -> Iterable[Notice]:
    """Whether the pack holds enough to compare the model with; nothing where it does.

    Args:
        found: of which fit; of the region's own where none is given.
    """
    thin = thin_record(region)
    yield from thin
    told = silent(found or findings_of(region)) if thin else None
    if told is not None:
        yield Notice("silent_record", {"silent": told[0], "of": told[1]})


def thin_record(region: Region) -> tuple[Notice, ...]:
    """The notice that too few published indicators are on record, none where enough are."""
    classes = by_class(region)
    known, of = len(classes["可校准"]), sum(map(len, classes.values()))
    facts = len(region.facts_with_role("calibrate"))
    without = {"rules": classes["有规则无基数"], "judged": classes["仅判断"]}
    return (Notice("thin_record", {"facts": facts, "known": known, "of": of, **without}),) if known < THIN * of else ()


# --- of what is asked


def checked_until(region: Region) -> int:
    """The last year that is no further from the record's end than the record is long: the fit was checked on no longer forecast."""
    years = region.settings.years
    return years.record_end + (years.record_end - years.record_start)


def beyond_horizon(region: Region, last: int) -> tuple[Notice, ...]:
    """The notice that an answer goes further than the fit was checked for, none where it does not."""
    years, until = region.settings.years, checked_until(region)
    values = {"first": str(until + 1), "years": str(years.record_end - years.record_start)}
    return (Notice("targets_extrapolated", values),) if last > until else ()


def of_mix(region: Region, scenario: Scenario, environment: str) -> tuple[Notice, ...]:
    """What holds of a mix under an environment of the pack, whatever was asked: assumptions that it changes, and what lies far beyond
    experience of its levers, of its assumptions, and of the environment."""
    changed = (Notice("changed_environment", {"fields": tuple(scenario.environment)}),) if scenario.environment else ()
    far = tuple(row.lever for row in beyond_experience(region, scenario))
    years = region.settings.years
    over = f"{years.record_start + 1}-{years.record_end}"
    levers = (Notice("beyond_experience", {"levers": far, "times": FAR_BEYOND, "over": over}),) if far else ()
    return (*changed, *levers, *environment_beyond(region, scenario, environment))


class Beyond(NamedTuple):
    """A lever that a mix sets far beyond experience."""

    lever: str
    first_year: int
    """First year in which it is."""
    value: float
    """Highest value in the plan, in the unit of the lever."""
    highest: float
    """Highest level on record."""
    times: float | None
    """Times that level; None where it was never used."""
    triggered: bool
    """Only if a trigger acts."""


def highest_on_record(region: Region, lever: str) -> float:
    """Highest level of a lever in the years of the record, in its unit."""
    years = region.settings.years
    return max(region.levers.get(lever, year) for year in range(years.record_start + 1, years.record_end + 1))


def beyond_experience(region: Region, scenario: Scenario) -> tuple[Beyond, ...]:
    """Levers that a mix sets above `FAR_BEYOND` times their highest level on record, or uses where they never were.

    Looks at the years of the plan, at what triggers would set too. What such a mix does is extrapolated.
    """
    years = plan_years(region)
    found = []
    for id in LEVERS:
        highest = highest_on_record(region, id)
        line = FAR_BEYOND * highest
        path = {year: scenario.levers.get(id, year) for year in years}
        asked = {
            year: trigger.then[id] for trigger in scenario.triggers if id in trigger.then
            for year in range(trigger.year + 1, years[-1] + 1)
        }  # fmt: skip
        planned = [year for year, value in path.items() if value > line]
        chosen = path if planned else asked
        far = planned or sorted(year for year, value in asked.items() if value > line)
        if far:
            value = max(chosen.values())
            found.append(Beyond(id, far[0], value, highest, round(value / highest, 2) if highest else None, not planned))
    return tuple(found)


def all_beyond(region: Region, asked: EnvironmentSpec, mix: Scenario, environment: str) -> tuple[str, ...]:
    """Fields of the environment asked for and levers of a mix that lie far beyond experience."""
    return (*fields_beyond(region, asked, environment), *(row.lever for row in beyond_experience(region, mix)))


def environment_beyond(region: Region, scenario: Scenario, environment: str) -> tuple[Notice, ...]:
    """The notice of assumptions outside what the record saw and the pack expects, none where all lie within."""
    far = fields_beyond(region, under(region, scenario).environment, environment)
    return (Notice("environment_beyond", {"fields": far}),) if far else ()


def fields_beyond(region: Region, asked: EnvironmentSpec, environment: str) -> tuple[str, ...]:
    """Fields whose path in the plan, shifted as a named environment does, leaves what the record saw and the pack expects.

    Within is from the lowest to the highest yearly value of the pack's own path, in the record and the plan, and `FAR_OUT` times the
    spread of the field on either side; a named environment must not widen that spread more than as many times. A shock year is
    something that the pack expects.
    """
    own, case = region.environment, asked.environments[environment]
    years = region.settings.years
    seen = [year - FIRST_YEAR for year in range(years.record_start + 1, years.plan_end + 1)]
    coming = [year - FIRST_YEAR for year in plan_years(region)]
    far = []
    for name, field in own.fields.items():
        low, high = _within(own, name, seen)
        path = asked.yearly(name)[coming] + case.shift.get(name, 0.0)
        wide = case.sd_scale > FAR_OUT and field.sd > 0.0
        if wide or path.min() < low or path.max() > high or _sectors_beyond(region, asked, name, coming):
            far.append(name)
    return tuple(far)


def _sectors_beyond(region: Region, asked: EnvironmentSpec, name: str, coming: list[int]) -> bool:
    """Whether single sectors have more added to their demand than `FAR_OUT` times its whole spread, beyond what the pack adds."""
    field = region.environment.fields[name]
    if asked.fields[name].sectors == field.sectors:
        return False
    added, usual = (sector_shifts(replace(region, environment=spec))[coming] for spec in (asked, region.environment))
    return bool(np.abs(added - usual).max() > FAR_OUT * float(np.hypot(np.hypot(field.sd, field.persistent_sd), field.sector_sd)))


def _within(own: EnvironmentSpec, name: str, seen: list[int]) -> tuple[float, float]:
    field = own.fields[name]
    known, room = own.yearly(name)[seen], FAR_OUT * float(np.hypot(field.sd, field.persistent_sd))
    slack = 1e-9 + room
    return float(known.min()) - slack, float(known.max()) + slack


# --- which targets it concerns


def marked(targets: Iterable[TargetAnswer], notices: Iterable[Notice]) -> tuple[TargetAnswer, ...]:
    """The targets, each with the codes of the notices that say its numbers are beyond what can be known."""
    said = [one for one in notices if KINDS.get(one.code) in MARKS]
    return tuple(
        target.model_copy(update={"limits": tuple(dict.fromkeys(one.code for one in said if concerns(one, target)))}) for target in targets
    )


def concerns(notice: Notice, target: TargetAnswer) -> bool:
    """Whether what a notice says is beyond knowledge carries the numbers of a target."""
    values: Mapping[str, object] = notice.values
    if notice.code == "beyond_experience":
        return any(target.indicator in moves(str(lever)) for lever in _listed(values["levers"]))
    if notice.code == "at_prior_bound":
        return any(one.parameter in _listed(values["parameters"]) for one in target.carriers)
    if notice.code == "targets_extrapolated":
        return target.year >= int(str(values["first"]))
    return notice.code == "environment_beyond"


def _listed(values: object) -> tuple[str, ...]:
    return tuple(values) if isinstance(values, tuple) else ()
