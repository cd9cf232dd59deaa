"""One report, computed once for all tests of a worker: two scenarios on few runs, every lever raised on fewer."""

from datetime import date
from functools import cache

from yidu.experiments.report import compute as report
from yidu.experiments.report.compute import Found
from yidu.experiments.scenarios.scenario import load as scenario
from yidu.sim.region import load
from yidu.viz.report import as_bytes
from yidu.viz.report.contents import Contents, contents
from yidu.viz.words import Language, Words

RUNS, SCREENED = 40, 10
MADE = date(2026, 3, 1)


@cache
def found() -> Found:
    region = load("dadukou")
    mixes = [scenario(region, name) for name in ("status_quo", "plan")]
    return report.report(region, mixes, runs=RUNS, seed=1, screened=SCREENED)


@cache
def made(language: Language = "zh") -> Contents:
    return contents(Words(language), found(), made=MADE)


@cache
def file(ending: str, language: Language = "zh") -> bytes:
    return as_bytes(made(language), ending)
