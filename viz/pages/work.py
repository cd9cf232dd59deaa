"""The questions that take long, as a process of their own asks them: what crosses to it is a folder, a mix and numbers.

A region that a visitor uploaded lives in a folder of the server as long as their page does, so that the folder is enough.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from yidu.experiments.decompose.compute import Decomposition, run_every_way
from yidu.experiments.explain.compute import Explained, reference_of, run_explain, runs_in_all
from yidu.experiments.milestones.compute import Milestones, run_milestones
from yidu.experiments.response.compute import Response, run_response
from yidu.experiments.response.compute import work as response_runs
from yidu.experiments.scenarios.rule import rule_of
from yidu.experiments.stress.compute import run_stress, work
from yidu.experiments.stress.events import chosen
from yidu.experiments.stress.replacements import Search, Stressed, stressed
from yidu.sim.region import load

if TYPE_CHECKING:
    from yidu.experiments.decompose.answer import By
    from yidu.experiments.scenarios.mix import Mix

Progress = Callable[[int], object]


def explain(
    folder: str, mix: Mix, *, against: str, target: str, environment: str, runs: int, seed: int, progress: Progress | None = None
) -> Explained:
    """What contributes to a target, and what carries its uncertainty; `against`: a scenario of the pack, or `none`."""
    region = load(folder)
    return run_explain(
        region, mix.scenario(region), against=against, target=target, environment=environment, runs=runs, seed=seed, progress=progress
    )


def explain_work(folder: str, mix: Mix, *, against: str, runs: int) -> int:
    """Runs that `explain` takes."""
    region = load(folder)
    scenario = mix.scenario(region)
    return runs_in_all(region, scenario, reference_of(region, scenario, against), runs, True)


def milestones(
    folder: str,
    mix: Mix,
    *,
    target: str | None = None,
    condition: str | None = None,
    then: str | None = None,
    environment: str,
    runs: int,
    seed: int,
    progress: Progress | None = None,
) -> Milestones:
    """Warning lines, with a rule as `--if` and `--then` write it where one is tried."""
    region = load(folder)
    return run_milestones(
        region, mix.scenario(region),
        target=target, rule=rule_of(region, condition, then), environment=environment, runs=runs, seed=seed, progress=progress,
    )  # fmt: skip


def decompose(
    folder: str, mix: Mix, *, targets: Sequence[str] = (), environment: str, runs: int, seed: int, progress: Progress | None = None
) -> dict[By, Decomposition]:
    """The task list, told in every way."""
    region = load(folder)
    return run_every_way(region, mix.scenario(region), targets=targets, environment=environment, runs=runs, seed=seed, progress=progress)


def response(
    folder: str,
    mix: Mix,
    *,
    levers: Sequence[str],
    indicator: str | None = None,
    environment: str,
    runs: int,
    seed: int,
    progress: Progress | None = None,
) -> Response:
    """What levers do by themselves over their ranges, to one indicator where one is named."""
    region = load(folder)
    return run_response(
        region, mix.scenario(region), levers, indicator=indicator, environment=environment, runs=runs, seed=seed, progress=progress
    )


def response_work(folder: str, mix: Mix, *, levers: Sequence[str], runs: int) -> int:
    """Runs that `response` takes."""
    region = load(folder)
    return response_runs(region, mix.scenario(region), levers, runs)


def stress(
    folder: str,
    mix: Mix,
    *,
    events: Sequence[str],
    year: int | None = None,
    replace: bool = True,
    environment: str,
    runs: int,
    seed: int,
    progress: Any = None,
) -> Stressed:
    """What events take away, and what would make up for them where they are asked for by themselves or together, not each in turn."""
    region = load(folder)
    ordeals = chosen(region, list(events), year)
    tried = run_stress(region, mix.scenario(region), ordeals, environment=environment, runs=runs, seed=seed, progress=progress)
    if len(ordeals) > 1 or not replace:
        return stressed(tried)
    search = Search(tried, tried.tried[0])
    if progress is not None and hasattr(progress, "begin"):
        progress.begin(SEARCHING, runs * search.most_mixes)
    return stressed(tried, search, progress=progress)


SEARCHING = "searching"
"""Part of `stress` in which replacements are sought."""


def stress_work(ordeals: int, runs: int) -> int:
    """Runs that `stress` takes before it looks for replacements."""
    return work(runs, ordeals)
