"""What an answer cannot know, decided in one place: extrapolation, too small a sample, no fit that belongs, too thin a record.

Every answer has notices; those whose code stands in `experiments.notice.KINDS` say that something is beyond what can be known.
`viz.terminal.notice` words them, each with its kind in front, so that tables, JSON, pages and reports say the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from calibration.gates import SILENT
from calibration.manifest import manifest_of
from experiments.classes import class_of
from experiments.evidence import findings_of
from experiments.moved import moves
from experiments.notice import KINDS, MARKS, Notice
from experiments.scenario import plan_years, under
from experiments.verdicts import mc_error
from sim.indicators import INDICATORS
from sim.levers import FIRST_YEAR

if TYPE_CHECKING:
    from experiments.answers import Class, TargetAnswer
    from experiments.scenario import Scenario
    from sim.outcomes import Outcomes
    from sim.pack import EnvironmentSpec
    from sim.region import Region

FEW_RUNS = 200
"""Runs, and effective draws of a fit, below which a probability can be off by 3.5 points and rank correlations are mostly noise."""

FAR_OUT = 2.0
"""Standard deviations of its own spread by which an assumption may leave what the record saw and the pack expects."""

THIN = 1 / 3
"""Part of the published indicators that the record must say something about."""


# --- of the fit, the runs and the record


def of_runs(region: Region, outcomes: Outcomes, runs: int | None = None) -> Iterable[Notice]:
    """What holds for every answer that rests on these runs, whatever was asked; ``runs`` where it rests on another number of them."""
    if outcomes.draws == "prior":
        yield Notice("prior_only")
    else:
        yield from of_fit(region)
    yield from few_runs(outcomes.runs if runs is None else runs)
    yield from of_record(region)


def few_runs(runs: int) -> tuple[Notice, ...]:
    """The notice that so few runs say little, none where they are enough."""
    return (Notice("few_runs", {"runs": runs, "error": round(mc_error(runs // 2, runs) * 100, 1)}),) if runs < FEW_RUNS else ()


def of_fit(region: Region) -> Iterable[Notice]:
    """What the region's own fit cannot tell: worth too few draws, or parameters at the end of what was thought possible."""
    effective = (manifest_of(region) or {}).get("effective")
    if effective is not None and effective < FEW_RUNS:
        yield Notice("few_draws", {"effective": round(float(effective)), "least": FEW_RUNS})
    piled = at_prior_bound(region)
    if piled:
        yield Notice("at_prior_bound", {"parameters": piled})


def at_prior_bound(region: Region) -> tuple[str, ...]:
    """Parameters of which half the fitted draws or more lie in an outer twentieth of the prior: the record asks for values beyond it."""
    found = findings_of(region)
    rows = () if found is None else found.parameters
    return tuple(
        row.parameter
        for row in rows
        if row.prior_p05 < row.prior_p95 and not row.prior_p05 < row.median < row.prior_p95 and row.contraction >= SILENT
    )


def by_class(region: Region) -> dict[Class, tuple[str, ...]]:
    """Published indicators by what their forecast can rest on."""
    found: dict[Class, tuple[str, ...]] = {"可校准": (), "有规则无基数": (), "仅判断": ()}
    for one in INDICATORS:
        if one.public and "@" not in one.id:
            class_ = class_of(one.id, region.facts)
            found[class_] = (*found[class_], one.id)
    return found


def silent(region: Region) -> tuple[int, int] | None:
    """How many of the parameters the record says nothing about, and of how many; None without a fit."""
    found = findings_of(region)
    if found is None:
        return None
    return sum(row.contraction < SILENT for row in found.parameters), len(found.parameters)


def of_record(region: Region) -> Iterable[Notice]:
    """Whether the pack holds enough to compare the model with; nothing where it does."""
    classes = by_class(region)
    known, of = len(classes["可校准"]), sum(map(len, classes.values()))
    if known >= THIN * of:
        return
    facts = len(region.facts_with_role("calibrate"))
    without = {"rules": classes["有规则无基数"], "judged": classes["仅判断"]}
    yield Notice("thin_record", {"facts": facts, "known": known, "of": of, **without})
    told = silent(region)
    if told is not None:
        yield Notice("silent_record", {"silent": told[0], "of": told[1]})


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


def environment_beyond(region: Region, scenario: Scenario | None = None, environment: str = "baseline") -> tuple[Notice, ...]:
    """The notice of assumptions outside what the record saw and the pack expects, none where all lie within.

    Within is from the lowest to the highest yearly value of the pack's own path, in the record and the plan, and `FAR_OUT` times the
    spread of the field on either side.
    """
    own = region.environment
    asked = own if scenario is None else under(region, scenario).environment
    shift = asked.environments[environment].shift if environment in asked.environments else {}
    years = region.settings.years
    seen = [year - FIRST_YEAR for year in range(years.record_start + 1, years.plan_end + 1)]
    coming = [year - FIRST_YEAR for year in plan_years(region)]
    far = []
    for name in own.fields:
        low, high = _within(own, name, seen)
        path = asked.yearly(name)[coming] + shift.get(name, 0.0)
        if path.min() < low or path.max() > high:
            far.append(name)
    return (Notice("environment_beyond", {"fields": tuple(far)}),) if far else ()


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
        target.model_copy(update={"limits": tuple(dict.fromkeys(one.code for one in said if concerns(one, target)))})
        for target in targets
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
