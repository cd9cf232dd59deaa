"""What the work of the page of explanations gives at few runs, made once for all tests of a worker."""

from functools import cache

from yidu.experiments.assess.answer import AssessAnswer
from yidu.experiments.assess.compute import assess
from yidu.experiments.decompose.answer import By
from yidu.experiments.decompose.compute import Decomposition
from yidu.experiments.ensembles.paired import study
from yidu.experiments.explain.compute import Explained
from yidu.experiments.milestones.compute import Milestones
from yidu.experiments.response.compute import Response
from yidu.experiments.scenarios.mix import Mix
from yidu.experiments.stress.replacements import Stressed
from yidu.sim.region import Region
from yidu.viz.pages import work

RUNS = 12

MIX = Mix(levers=(("enterprise_coaching", ((2021, 200.0),)), ("incubator_openings", ((2021, 4.0),)), ("platform_award", ((2021, 50.0),))))
"""Three levers of several groups, so that few combinations are run."""


def folder(region: Region) -> str:
    return str(region.folder)


@cache
def _explained(where: str) -> Explained:
    return work.explain(where, MIX, against="status_quo", target="tech_enterprises", environment="baseline", runs=RUNS, seed=1)


def explained(region: Region) -> Explained:
    return _explained(folder(region))


_assessed: dict[str, AssessAnswer] = {}


def assessed(region: Region) -> AssessAnswer:
    """What the overview says of the same mix."""
    if folder(region) not in _assessed:
        scenario = MIX.scenario(region)
        mixed = study(region, runs=40, seed=1).run(scenario)
        _assessed[folder(region)] = assess(region, scenario, mixed.plain, mixed.judged).answer(lambda one: one.code)
    return _assessed[folder(region)]


@cache
def _warned(where: str) -> Milestones:
    return work.milestones(where, Mix(), environment="baseline", runs=60, seed=1)


def warned(region: Region) -> Milestones:
    return _warned(folder(region))


@cache
def _ruled(where: str) -> Milestones:
    rule = {"condition": "tech_enterprises < 400 in 2023", "then": "enterprise_coaching=120"}
    return work.milestones(where, Mix(), target="tech_enterprises", environment="baseline", runs=RUNS, seed=1, **rule)


def ruled(region: Region) -> Milestones:
    return _ruled(folder(region))


@cache
def _listed(where: str) -> dict[By, Decomposition]:
    return work.decompose(where, Mix(), environment="baseline", runs=RUNS, seed=1)


def listed(region: Region) -> dict[By, Decomposition]:
    return _listed(folder(region))


@cache
def _responded(where: str, lever: str, indicator: str) -> Response:
    return work.response(where, Mix(), levers=(lever,), indicator=indicator, environment="baseline", runs=RUNS, seed=1)


def responded(region: Region, lever: str, indicator: str) -> Response:
    return _responded(folder(region), lever, indicator)


@cache
def _stressed(where: str, event: str, replace: bool) -> Stressed:
    return work.stress(where, Mix(), events=(event,), replace=replace, environment="baseline", runs=RUNS, seed=1)


def stressed_by(region: Region, event: str, *, replace: bool = True) -> Stressed:
    return _stressed(folder(region), event, replace)
