"""A pack that the tables of agents have no room for is refused in words, before or while it runs: never written past their end."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from tests.sim.small import SetDraws
from yidu.sim.draws import PriorDraws
from yidu.sim.ensemble import simulate
from yidu.sim.errors import InputError
from yidu.sim.region import REGIONS, load

POOL = "pool_size,lognormal,1900,0.3,900,3400"
TALENT = "talent_2015,uniform,400,2500,400,2500"


def spoilt(folder: Path, region: str, file: str, old: str, by: str) -> Path:
    """A copy of a shipped pack with one thing changed."""
    shutil.copytree(REGIONS / region, folder, ignore=shutil.ignore_patterns("posterior"))
    text = (folder / file).read_text(encoding="utf-8")
    assert text.count(old) == 1
    (folder / file).write_text(text.replace(old, by), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    "region, file, old, by, said",
    [
        ("dadukou", "priors.csv", POOL, "pool_size,lognormal,1900,0.3,4,3400", r"priors.csv, row \d+: .*beside the 5 giants.*at least 6"),
        ("chongqing", "priors.csv", "100000,0.35,45000,220000", "100000,0.35,45,220000", r"priors.csv, row \d+: .*no firm.*at least 50"),
        ("chongqing", "priors.csv", TALENT, "talent_2015,uniform,400,199000,400,199000", r"room for 3,000 people.*199000.*at most 150000"),
        ("chongqing", "region.toml", "districts = 38 ", "districts = 3800 ", "region.toml: .*room for 160 incubators.*at least 167"),
    ],
)  # fmt: skip
def test_a_district_of_2015_that_does_not_fit_is_refused_when_it_is_read(tmp_path, region, file, old, by, said):
    with pytest.raises(InputError, match=said):
        load(spoilt(tmp_path / "copy", region, file, old, by))


def test_a_run_that_outgrows_its_tables_says_which_one_and_when():
    region = load("chongqing")
    crowded = replace(region, settings=region.settings.model_copy(update={"scale": 3.0}))
    draws = SetDraws(region, pool_size=600.0, incubator_market_rate=100.0)
    with pytest.raises(InputError, match=r"in 20\d\d there was no room for more incubators than \d+.*larger scale"):
        simulate(crowded, region.levers, runs=1, draws=draws, threads=1)


def test_a_city_of_agents_that_stand_for_one_enterprise_each_has_room(tmp_path):
    region = load(spoilt(tmp_path / "copy", "chongqing", "region.toml", "scale = 50 ", "scale = 1 "))
    assert simulate(region, region.levers, runs=1, until=2016, draws=PriorDraws(region), threads=1).values.shape[0] == 1
