"""Answers that cannot know something, made by hand: one for each condition, without a run."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

from tests.experiments import synthetic
from yidu.experiments.assess.compute import Assessment, assess
from yidu.experiments.assess.desk import Question, Told
from yidu.experiments.ensembles.paired import Mixed
from yidu.experiments.scenarios.mix import Mix
from yidu.sim.region import REGIONS, Region, load

FAR = Mix().lever("seed_fund", ((2021, 5000.0),))
"""Twenty-seven times the seed fund on record: the scale of funds is extrapolated."""

HARSH = "ruin"
"""An environment that a pack of our own has beside those of the shipped one."""

RUNS = 240
CONDITIONS = ("extrapolation", "small_sample", "not_calibrated", "thin_record")

SAID = {
    "extrapolation": ("外推", "创业种子基金"),
    "small_sample": ("样本太少", "只相当于 50 份等权重的参数"),
    "not_calibrated": ("未经校准", "先验"),
    "thin_record": ("记录单薄", "只有 22 个事实可供校准"),
}
"""By condition: its kind, and what its sentence must say."""


def region_of(condition: str, folder: Path) -> Region:
    """The region in which a condition holds: the district, its pack with a worse fit or none, or the city."""
    if condition == "thin_record":
        return load("chongqing")
    if condition not in ("small_sample", "not_calibrated"):
        return load("dadukou")
    shutil.copytree(REGIONS / "dadukou", folder / "pack")
    if condition == "not_calibrated":
        shutil.rmtree(folder / "pack" / "posterior")
    else:
        changed(folder / "pack", effective=50.0)
    return load(folder / "pack")


def changed(pack: Path, **values: object) -> None:
    """Write other values into the manifest of a pack's fit."""
    file = pack / "posterior" / "manifest.json"
    file.write_text(json.dumps({**json.loads(file.read_text(encoding="utf-8")), **values}), encoding="utf-8")


def with_case(region: Region, **case: object) -> Region:
    """The region with a named environment of its own, `HARSH`, like `slow` but for what is given."""
    known = region.environment.environments
    cases = {**known, HARSH: known["slow"].model_copy(update=case)}
    return replace(region, environment=region.environment.model_copy(update={"environments": cases}))


def mixed_of(region: Region, mix: Mix, *, draws: str = "posterior", runs: int = RUNS) -> Mixed:
    """Runs that meet every target to the point."""
    plain = synthetic.outcomes(region, {row.indicator: [float(row.value)] * runs for row in region.targets}, runs=runs, draws=draws)
    scenario = mix.scenario(region)
    return Mixed(scenario, replace(plain, scenario=scenario.name), plain)


def told_of(region: Region, mix: Mix = Mix(), *, draws: str = "posterior", runs: int = RUNS) -> Told:  # noqa: B008
    """What the desk would tell of them."""
    mixed = mixed_of(region, mix, draws=draws, runs=runs)
    found: Assessment = assess(region, mixed.scenario, mixed.plain, mixed.judged)
    return Told(Question(region, mixed.scenario, "baseline", 1), mixed, found)


def told_under(condition: str, folder: Path) -> Told:
    """What is told where a condition holds; `plain`: the status quo, where none does."""
    mix = FAR if condition == "extrapolation" else Mix()
    return told_of(region_of(condition, folder), mix, draws="prior" if condition == "not_calibrated" else "posterior")
