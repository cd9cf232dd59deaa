"""Why is a target reached or not: by which flows, by which levers, and through which uncertainty?

All targets are explained from the same runs; only single parameters are told of one target, which takes longest.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from yidu.experiments.assess.compute import assess
from yidu.experiments.ensembles.paired import MOST_KEPT, Mixed, Progress, study
from yidu.experiments.ensembles.sensitivity import BATCHES, Batches, batch_runs, batches
from yidu.experiments.explain.answer import ExplainAnswer
from yidu.experiments.explain.contributions import Contributions, by_group, coalitions, contributions, differing, mean_of
from yidu.experiments.explain.deciding import deciding, levers_named, rests_of, said_first
from yidu.experiments.explain.flow_account import account, beside
from yidu.experiments.explain.rows import group_money, group_rows, lever_rows, levers_set, named, parameter_rows, source_rows, target_row
from yidu.experiments.judging.answer import Grade, TargetAnswer, Verdict, version
from yidu.experiments.judging.evidence import levers_known
from yidu.experiments.judging.goals import targets_of
from yidu.experiments.judging.notice import Notice
from yidu.experiments.judging.unknown import beyond_experience
from yidu.experiments.scenarios.scenario import Scenario, load, without_policy
from yidu.sim.indicators import INDICATOR

if TYPE_CHECKING:
    from yidu.sim.draws import Draws
    from yidu.sim.levers import Group
    from yidu.sim.region import Region, Target

OPEN: tuple[Verdict, ...] = ("经努力可完成", "难度较大")
"""Verdicts on targets that are neither hopeless nor sure."""

NO_POLICY = "none"


class Found(NamedTuple):
    """Everything that was run, before it is put into rows."""

    scenario: Mixed
    shared: Contributions
    design: Batches | None


@dataclass(frozen=True)
class Explained:
    """The answer, its sentences still to be said."""

    answer: ExplainAnswer
    reference: Scenario
    notices: tuple[Notice, ...]


# --- what is asked


def reference_of(region: Region, scenario: Scenario, against: str | None) -> Scenario:
    """What contributions are measured against: a scenario, or no policy (`none`); by default the status quo, and for it no policy.

    Raises:
        InputError: no such scenario.
    """
    name = against or (NO_POLICY if scenario.name == "status_quo" else "status_quo")
    return without_policy(region, scenario) if name == NO_POLICY else load(region, name)


def runs_in_all(region: Region, scenario: Scenario, reference: Scenario, runs: int, shares: bool) -> int:
    """How many runs the progress counts to: the record where it is kept, every mix, and the batches behind the shares."""
    mixes = len(coalitions(differing(region, reference, scenario)))
    return ((runs <= MOST_KEPT) + mixes) * runs + (BATCHES * batch_runs(runs) if shares else 0)


def most_at_risk(answers: Sequence[TargetAnswer]) -> TargetAnswer:
    """The least likely target that is neither hopeless nor sure; where all are, the one nearest to even."""
    told = [one for one in answers if one.probability is not None] or list(answers)
    undecided = [one for one in told if one.verdict in OPEN]
    if undecided:
        return min(undecided, key=lambda one: one.probability or 0.0)
    return min(told, key=lambda one: abs((one.probability or 0.0) - 0.5))


def run_explain(
    region: Region,
    scenario: Scenario,
    *,
    against: str | None = None,
    target: str | None = None,
    environment: str = "baseline",
    runs: int = 200,
    seed: int = 1,
    shares: bool = True,
    draws: Draws | None = None,
    progress: Progress | None = None,
) -> Explained:
    """Run every mix between the reference and the scenario once, and tell of every target what decides it.

    `shares`: whether further batches tell where the uncertainty comes from. `progress` counts to `runs_in_all`.

    Raises:
        InputError: an unknown target or reference, or a region without targets.
    """
    wanted = targets_of(region, target)
    reference = reference_of(region, scenario, against)
    made = study(region, environment=environment, runs=runs, seed=seed, draws=draws, progress=progress)
    mixed = made.run(scenario, progress=progress)
    shared = contributions(made, scenario, reference, region.targets, mixed, progress=progress)
    design = None
    if shares and batch_runs(runs):
        design = batches(
            region, scenario, environment=environment, runs=batch_runs(runs), seed=seed, draws=made.draws, progress=progress
        )  # fmt: skip
    return explained(region, Found(mixed, shared, design), reference, wanted, shares)


# --- the answer


def explained(region: Region, found: Found, reference: Scenario, wanted: Sequence[Target], shares: bool) -> Explained:
    """The rows of all targets; `wanted`: those of which the one most at risk is explained."""
    mixed, shared, design = found
    scenario = mixed.scenario
    assessed = assess(region, scenario, mixed.plain, mixed.judged, notices=_assumed(region, scenario, reference, shared))
    answers = {(one.indicator, one.year): one for one in assessed.targets}
    headline = most_at_risk([answers[one.indicator, one.year] for one in wanted])
    known, groups = levers_known(region), by_group(shared.levers)
    rows, effects, sources, accounts = [], [], [], []
    for k, target in enumerate(region.targets):
        rows += group_rows(shared, k, target)
        effects += lever_rows(shared, k, target)
        sources += [] if design is None else source_rows(region, design, target, answers[target.indicator, target.year].grade)
        accounts.append(account(mixed.plain, mixed.judged, target.indicator, target.unit, region.settings.years.record_end, target.year))
    parameters = [] if design is None else parameter_rows(region, design, headline)
    grades: dict[Group, Grade] = {group: max((known[id].grade for id in ids), default="D") for group, ids in groups.items()}
    decisive = {
        at: deciding(
            answer,
            [row for row in rows if (row.indicator, row.year) == at],
            [row for row in effects if (row.indicator, row.year) == at],
            [row for row in sources if (row.indicator, row.year) == at],
            parameters if at == (headline.indicator, headline.year) else [],
            grades,
        )
        for at, answer in answers.items()
    }
    decided = decisive[headline.indicator, headline.year]
    said = [*said_first(decided), *[row for row in decided if row.kind == "levers"][:1]]
    since = region.settings.years.record_end
    answer = ExplainAnswer(
        region=region.name,
        scenario=scenario.name,
        environment=mixed.plain.environment,
        runs=mixed.plain.runs,
        seed=mixed.plain.seed,
        digest=mixed.plain.digest,
        version=version(),
        reference=reference.name,
        target=headline.indicator,
        year=headline.year,
        chosen=len(wanted) > 1,
        mixes=shared.mixes,
        share_runs=0 if design is None else design.a.runs,
        targets=tuple(target_row(shared, k, answers[t.indicator, t.year], accounts[k]) for k, t in enumerate(region.targets)),
        account=tuple(row for one in accounts if one is not None for row in one.rows()),
        beside=tuple(row for t in region.targets for row in beside(mixed.plain, t.indicator, since, t.year)),
        reported=tuple(row for row in assessed.forecasts if row.year == headline.year and INDICATOR[row.indicator].reported),
        groups=tuple(rows),
        group_money=group_money(shared),
        **named("money_change", mean_of(shared.money(shared.total))),
        levers=levers_set(region, shared, scenario, reference, known),
        lever_effects=tuple(effects),
        sources=tuple(sources),
        parameters=tuple(parameters),
        deciding=tuple(row for at in answers for row in decisive[at]),
        conclusion="",
        rests=rests_of(headline, parameters, levers_named(said, groups, known)),
        warnings=(),
    )
    return Explained(answer, reference, (*_about(assessed.notices, headline), *_found(answer, shares, headline)))


def retold(region: Region, answer: ExplainAnswer, target: TargetAnswer) -> ExplainAnswer:
    """The same runs told of another target: every row of it stands there already but those of single parameters.

    Args:
        target: what `assess` says of it under the same mix.
    """
    at = (target.indicator, target.year)
    if at == (answer.target, answer.year):
        return answer
    decided = [row for row in answer.deciding if (row.indicator, row.year) == at]
    said = [*said_first(decided), *[row for row in decided if row.kind == "levers"][:1]] if decided else []
    groups = by_group([one.lever for one in answer.levers])
    rests = rests_of(target, [], levers_named(said, groups, levers_known(region)))
    told = {"target": target.indicator, "year": target.year, "chosen": False, "parameters": (), "rests": rests}
    return answer.model_copy(update=told)


# --- what the reader must know


def _assumed(region: Region, scenario: Scenario, reference: Scenario, shared: Contributions) -> list[Notice]:
    """What the reference is, and whether it lies far beyond experience itself."""
    said = []
    if scenario.environment != reference.environment:
        said.append(Notice("explain_same_assumptions", {}))
    if not shared.levers:
        said.append(Notice("explain_no_difference", {}))
    elif reference.name == NO_POLICY:
        said.append(Notice("explain_no_policy", {}))
    elif far := tuple(row.lever for row in beyond_experience(region, reference)):
        said.append(Notice("explain_reference_beyond", {"levers": far}))
    return said


def _about(notices: Iterable[Notice], target: TargetAnswer) -> Iterable[Notice]:
    """What `assess` wants known, as far as it is about the target that is explained."""
    for notice in notices:
        if notice.code not in ("rests_on_judgement", "all_rests_on_judgement"):
            if notice.values.get("indicator", target.indicator) == target.indicator:
                yield notice


def _found(answer: ExplainAnswer, shares: bool, target: TargetAnswer) -> Iterable[Notice]:
    """What the runs themselves make the reader mind."""
    at = (target.indicator, target.year)
    silent = tuple(one.lever for one in answer.levers if one.known.silent)
    if silent:
        yield Notice("explain_silent", {"count": len(silent), "of": len(answer.levers)})
    told = [row for row in answer.sources if (row.indicator, row.year) == at]
    if shares and not told:
        yield Notice("explain_no_shares", {})
    dropped = max((row.dropped for row in told), default=0)
    if dropped:
        yield Notice("explain_dropped", {"runs": dropped})
