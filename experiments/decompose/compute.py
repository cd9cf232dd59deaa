"""What must be done each year, by whom and where, on a path that arrives?

Of the runs of a scenario, those that reach the chosen targets are taken (`yidu.experiments.decompose.arriving`); what was done in them
(`yidu.experiments.decompose.tasks`) is the task list. Probabilities are those of `assess`, with what the model may have wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, get_args

import numpy as np

from yidu.agents.numbers import CERTIFICATE_QUARTERS
from yidu.experiments.assess.compute import Assessment, assess
from yidu.experiments.check.compute import counted_apart
from yidu.experiments.decompose.answer import (
    By,
    Chain,
    ChosenTarget,
    DecomposeAnswer,
    DepartmentDuties,
    Funnel,
    Middle,
    RenewalYear,
    TaskPart,
    TaskYear,
)
from yidu.experiments.decompose.apportion import apportioned
from yidu.experiments.decompose.arriving import WITHIN_REACH, Arriving, arrives, arriving_runs, within_reach
from yidu.experiments.decompose.tasks import ELSEWHERE, TASK_IDS, TASKS, TITLE_QUARTERS, Counts, TasksDone, counts_of
from yidu.experiments.ensembles.paired import MOST_KEPT, Mixed, study
from yidu.experiments.judging.answer import Rests, version
from yidu.experiments.judging.goals import rests_on, targets_of
from yidu.experiments.judging.notice import Notice
from yidu.experiments.judging.runs import Floats, joint, quantiles, sensible
from yidu.experiments.scenarios.scenario import Scenario
from yidu.sim.errors import InputError
from yidu.sim.owners import FILE, Owners, owners_of
from yidu.sim.reading import shown

if TYPE_CHECKING:
    from yidu.experiments.judging.answer import TargetAnswer
    from yidu.sim.draws import Draws
    from yidu.sim.region import Region, Target

BYS: tuple[By, ...] = get_args(By)

JUDGED_HERE = ("rests_on_judgement", "all_rests_on_judgement")
"""Notices of `assess` on all targets; the line of evidence says it of the chosen ones."""


class Link(NamedTuple):
    """A funnel: what is reached, what it is drawn from, and those of the reached that had been coached."""

    chain: Chain
    task: str
    through: str
    coached: str


LINKS = (
    Link("register", "register", "eligible_register", "coached_register"),
    Link("certify", "certify", "file_first", "coached_certify"),
    Link("specialised", "title_specialised", "eligible_specialised", "coached_specialised"),
)


@dataclass(frozen=True)
class Decomposition:
    """The answer, its sentences still to be said."""

    answer: DecomposeAnswer
    notices: tuple[Notice, ...]


# --- what is asked


def chosen_ids(text: str | None) -> tuple[str, ...]:
    """Indicators named in `ID,ID`; none without a text."""
    return tuple(dict.fromkeys(part for part in re.split(r"[,，、\s]+", text or "") if part))


def owners_for(region: Region, by: By) -> Owners | None:
    """The owner map of a region.

    Raises:
        InputError: it is asked for and the pack has none, or it is wrong.
    """
    owners = owners_of(region, TASK_IDS)
    if owners is None and by == "department":
        raise InputError(
            f"the pack of {region.name} does not say which department does what", file=shown(region.folder / FILE),
            fix="Write that file as docs/region-pack.md shows, or ask --by year, park or sector.",
        )  # fmt: skip
    return owners


def run_decompose(
    region: Region,
    scenario: Scenario,
    *,
    by: By = "year",
    targets: Iterable[str] = (),
    environment: str = "baseline",
    runs: int = 400,
    seed: int = 1,
    draws: Draws | None = None,
    progress: Callable[[int], object] | None = None,
) -> Decomposition:
    """Run a scenario and read the task list from the runs that arrive. `progress` counts to twice `runs`.

    Args:
        targets: indicators to reach; those within reach by default.

    Raises:
        InputError: an unknown target, one that no run reaches, no owner map where departments are asked for, or too many runs.
    """
    owners = owners_for(region, by)
    mixed, asked = _run(region, scenario, targets, environment, runs, seed, draws, progress)
    return decompose(region, mixed, counts_of(region, mixed.plain), owners, by=by, asked=asked)


def run_every_way(
    region: Region,
    scenario: Scenario,
    *,
    targets: Iterable[str] = (),
    environment: str = "baseline",
    runs: int = 400,
    seed: int = 1,
    progress: Callable[[int], object] | None = None,
) -> dict[By, Decomposition]:
    """The task list of the same runs told by year, park and sector, and by department where the pack has an owner map.

    Raises:
        InputError: as `run_decompose` does.
    """
    owners = owners_for(region, "year")
    mixed, asked = _run(region, scenario, targets, environment, runs, seed, None, progress)
    counts = counts_of(region, mixed.plain)
    return {by: decompose(region, mixed, counts, owners, by=by, asked=asked) for by in BYS if owners is not None or by != "department"}


def _run(
    region: Region,
    scenario: Scenario,
    targets: Iterable[str],
    environment: str,
    runs: int,
    seed: int,
    draws: Draws | None,
    progress: Callable[[int], object] | None,
) -> tuple[Mixed, tuple[Target, ...]]:
    """The runs of a scenario with what was done in them, and the targets asked for."""
    targets = tuple(targets)
    if targets and not region.targets:
        raise InputError(
            f"the pack of {region.name} sets no target, so none can be chosen", value=targets[0],
            fix="Leave out --target: the list is then read from all runs.",
        )  # fmt: skip
    asked = tuple(target for id in dict.fromkeys(targets) for target in targets_of(region, id))
    if runs > MOST_KEPT:
        raise InputError(f"a task list is read from at most {MOST_KEPT} runs", value=runs, fix="Ask for fewer --runs.")
    made = study(region, environment=environment, runs=runs, seed=seed, draws=draws, progress=progress)
    assert made.start is not None
    return made.run(scenario, look=TasksDone(region, made.start), progress=progress), asked


# --- the answer


def decompose(
    region: Region, mixed: Mixed, counts: Counts, owners: Owners | None, *, by: By = "year", asked: tuple[Target, ...] = ()
) -> Decomposition:
    """The task list of runs of a scenario, for the targets asked for or those within reach."""
    assessed = assess(region, mixed.scenario, mixed.plain, mixed.judged)
    goals = asked or within_reach(region, assessed)
    arriving, together, notices = arriving_runs(mixed, goals)
    chosen = tuple(_chosen(mixed, goal, assessed) for goal in goals)
    tasks, whole = _tasks(counts, arriving, owners)
    own = [one for one in assessed.targets if (one.indicator, one.year) in {(goal.indicator, goal.year) for goal in goals}]
    chance, error = (joint(mixed.judged, goals) if goals else None) or (None, None)
    answer = DecomposeAnswer(
        region=region.name,
        scenario=mixed.scenario.name,
        environment=mixed.plain.environment,
        runs=mixed.plain.runs,
        seed=mixed.plain.seed,
        digest=mixed.plain.digest,
        version=version(),
        by=by,
        basis=arriving.basis,
        targets=chosen,
        joint_probability=chance,
        joint_mc_error=error,
        joint_arriving=together,
        tasks=tasks,
        parts=tuple(_parts(region, counts, arriving, owners, whole)),
        departments=_departments(owners),
        renewals=tuple(_renewals(counts, arriving)),
        funnel=tuple(_funnel(counts, arriving, link, whole) for link in LINKS),
        conclusion="",
        rests=_rests(own or list(assessed.targets), by, owners),
        warnings=(),
    )
    left_out = () if asked else _left_out(assessed, goals)
    about = _about(assessed.notices, own)
    return Decomposition(answer, (*notices, *left_out, *about, *_own_notices(arriving, by, owners), *counted_apart(region)))


def _left_out(assessed: Assessment, goals: tuple[Target, ...]) -> tuple[Notice, ...]:
    """The targets that were not chosen by themselves, being out of reach."""
    chosen = {(goal.indicator, goal.year) for goal in goals}
    left = (one.indicator for one in assessed.targets if one.probability is not None and (one.indicator, one.year) not in chosen)
    names = tuple(dict.fromkeys(left))
    return (Notice("targets_left_out", {"indicators": names, "share": 100.0 * WITHIN_REACH}),) if names else ()


def _chosen(mixed: Mixed, goal: Target, assessed: Assessment) -> ChosenTarget:
    answer = next(one for one in assessed.targets if (one.indicator, one.year) == (goal.indicator, goal.year))
    return ChosenTarget.model_validate(
        {
            "indicator": goal.indicator,
            "year": goal.year,
            "sense": goal.sense,
            "target": goal.value,
            "unit": goal.unit,
            "probability": answer.probability,
            "mc_error": answer.mc_error,
            "arriving": int(arrives(mixed, goal).sum()),
        }
    )


def middle(values: Floats) -> Middle:
    """The middle half of some numbers; all None without any."""
    _, p25, median, p75, _ = quantiles(values[~np.isnan(values)])
    return Middle(p25=p25, median=median, p75=p75)


def whole_of(median: float) -> int:
    """A median in whole things; a half counts."""
    return int(np.floor(median + 0.5))


def _tasks(counts: Counts, arriving: Arriving, owners: Owners | None) -> tuple[tuple[TaskYear, ...], dict[str, list[int]]]:
    """Every task in every year, and its whole things by year: the median over the plan, divided over the years as the runs did.

    Medians of single years would not add up to it: what is rare has none in any year, and some over the plan.
    """
    rows: list[TaskYear] = []
    whole: dict[str, list[int]] = {}
    for task in TASKS:
        done = counts.of(task.id)[arriving.of(task)]
        duty = owners.duty(task.id) if owners else None
        total = whole_of(float(np.median(done.sum(axis=1))))
        whole[task.id] = [int(one) for one in apportioned([total], done.mean(axis=0).reshape(1, -1))[0]]
        rows += [
            TaskYear(
                task=task.id,
                year=year,
                unit=task.unit,
                **middle(done[:, k]).model_dump(),
                mean=sensible(float(done[:, k].mean())),
                whole=whole[task.id][k],
                serves=task.serves,
                read_on=arriving.reached(task),
                arriving=len(done),
                lead=duty.lead if duty else None,
                support=duty.support if duty else (),
            )
            for k, year in enumerate(counts.years)
        ]
    return tuple(rows), whole


def _parts(region: Region, counts: Counts, arriving: Arriving, owners: Owners | None, whole: Mapping[str, list[int]]) -> Iterable[TaskPart]:
    """Every task in every year by sector, then by place; what no run has anything in is left out."""
    sectors = [sector.id for sector in region.settings.sectors] + [ELSEWHERE]
    places = [place.id for place in region.settings.places] + [ELSEWHERE]
    managers = owners.places if owners else {}
    for number, task in enumerate(TASKS):
        runs = arriving.of(task)
        for by, names, table in (("sector", sectors, counts.by_sector), ("place", places, counts.by_place)):
            done = table[runs, :, number]
            given = apportioned(whole[task.id], done.mean(axis=0))
            for k, year in enumerate(counts.years):
                for part, name in enumerate(names):
                    if done[:, k, part].any() or given[k, part]:
                        yield TaskPart.model_validate(
                            {
                                "task": task.id,
                                "year": year,
                                "unit": task.unit,
                                "by": by,
                                "part": name,
                                **middle(done[:, k, part]).model_dump(),
                                "mean": sensible(float(done[:, k, part].mean())),
                                "whole": int(given[k, part]),
                                "manager": managers.get(name) if by == "place" else None,
                            }
                        )


def _departments(owners: Owners | None) -> tuple[DepartmentDuties, ...]:
    if owners is None:
        return ()
    return tuple(
        DepartmentDuties(
            department=one.id,
            title_zh=one.title_zh,
            title_en=one.title_en,
            leads=owners.leads(one.id),
            supports=owners.supports(one.id),
            manages=owners.manages(one.id),
            basis=one.basis,
        )
        for one in owners.departments
    )


def _renewals(counts: Counts, arriving: Arriving) -> Iterable[RenewalYear]:
    """Certificates by the year in which they fall due."""
    tasks = {task.id: task for task in TASKS}

    def done(name: str, k: int, like: str | None = None) -> Middle:
        return middle(counts.of(name)[arriving.of(tasks[like or name]), k])

    for k, year in enumerate(counts.years):
        yield RenewalYear(
            status="high_tech_enterprises", due=year, issued=year - CERTIFICATE_QUARTERS // 4,
            known=done("renewal_known", k, "renewal_due"), at_review=done("renewal_due", k), filed=done("file_again", k),
            renewed=done("renew", k),
        )  # fmt: skip
    for k, year in enumerate(counts.years):
        yield RenewalYear(
            status="specialised_smes", due=year, issued=year - TITLE_QUARTERS // 4, known=None, at_review=done("review_specialised", k),
            filed=None, renewed=None,
        )  # fmt: skip


def _funnel(counts: Counts, arriving: Arriving, link: Link, whole: Mapping[str, list[int]]) -> Funnel:
    """A funnel over the years of the plan, at each run's own rates."""
    runs = arriving.of(next(task for task in TASKS if task.id == link.task))

    def total(name: str) -> Floats:
        summed: Floats = counts.of(name)[runs].sum(axis=1)
        return summed

    reached, drawn, coached, after = (total(name) for name in (link.task, link.through, "coach", link.coached))
    known = (reached > 0.0) & (drawn > 0.0)
    reached, drawn, coached, after = reached[known], drawn[known], coached[known], after[known]
    goal = whole_of(sum(whole[link.task]) / len(counts.years))
    return Funnel(
        chain=link.chain,
        task=link.task,
        through=link.through,
        goal=goal,
        pass_rate=middle(reached / drawn),
        needed=middle(goal * drawn / reached),
        coached=middle(goal * coached / reached),
        after_coaching=middle(after / reached),
        runs=int(known.sum()),
    )


# --- what it rests on


def _rests(own: Iterable[TargetAnswer], by: By, owners: Owners | None) -> Rests:
    """What carries the chosen targets; and what the parts that were asked for rest on."""
    own = list(own)
    rests = rests_on(own) if own else Rests(grade="D", on=())
    assumed = assumption_of(by, owners)
    return Rests(grade="D", on=(assumed, *rests.on)) if assumed else rests


def assumption_of(by: By, owners: Owners | None) -> str | None:
    """The judgement under the parts asked for: shares of sectors and places in the pack, or the owner map."""
    if by == "sector":
        return "sector_shares"
    if by == "park":
        return "place_shares"
    return "owner_map" if by == "department" and owners is not None and owners.judged else None


def _about(notices: Iterable[Notice], own: Iterable[TargetAnswer]) -> Iterable[Notice]:
    """What `assess` wants known, as far as it is about the chosen targets."""
    names = {one.indicator for one in own}
    for notice in notices:
        if notice.code not in JUDGED_HERE and notice.values.get("indicator") in (None, *names):
            yield notice


def _own_notices(arriving: Arriving, by: By, owners: Owners | None) -> Iterable[Notice]:
    if arriving.basis != "all_runs":
        yield Notice("tasks_without_error")
    assumed = assumption_of(by, owners)
    if assumed:
        yield Notice(f"tasks_by_{assumed}")
