"""A mix in the making says what a scenario file says, and gives the same scenario again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yidu.experiments.scenarios.mix import Mix, mix_of, steps_of
from yidu.experiments.scenarios.scenario import load
from yidu.sim.errors import InputError
from yidu.sim.levers import LAST_YEAR, LEVERS
from yidu.sim.region import Region

pytestmark = pytest.mark.fast

years = st.lists(st.integers(2021, LAST_YEAR), min_size=1, max_size=4, unique=True).map(sorted)


@st.composite
def paths(draw: st.DrawFn) -> tuple[str, tuple[tuple[int, float], ...]]:
    bar = LEVERS[draw(st.sampled_from(sorted(LEVERS)))]
    values = st.floats(bar.low, bar.high, allow_nan=False).map(lambda value: min(bar.high, max(bar.low, float(f"{value:.6g}"))))
    return bar.id, tuple((year, draw(values)) for year in draw(years))


def test_every_mix_of_the_pack_is_itself(dadukou: Region) -> None:
    for name in dadukou.scenario_names:
        scenario = load(dadukou, name)
        assert mix_of(dadukou, scenario) == Mix(name)
        assert Mix(name).scenario(dadukou) == scenario


@given(set_=st.lists(paths(), max_size=4), base=st.sampled_from(["status_quo", "plan", "austerity"]))
def test_a_mix_gives_its_scenario_and_the_scenario_the_mix(dadukou: Region, set_: list, base: str) -> None:
    mix = Mix(base)
    for id, steps in set_:
        mix = mix.lever(id, steps)
    scenario = mix.scenario(dadukou)
    for id, steps in mix.levers:
        assert all(scenario.levers.get(id, year) == value for year, value in steps)
    again = mix_of(dadukou, scenario)
    assert again.scenario(dadukou).levers == scenario.levers
    assert again.base == base


def test_assumptions_and_triggers_are_kept(dadukou: Region) -> None:
    rule = ("tech_enterprises < 400", 2023, (("enterprise_coaching", 90.0),))
    mix = Mix("plan", "我的", rules=(rule,)).assume("gdp_growth", ((2021, 0.05),))
    scenario = mix.scenario(dadukou)
    assert scenario.title_zh == "我的" and scenario.environment["gdp_growth"] == {2021: 0.05}
    assert [(one.indicator, one.year, dict(one.then)) for one in scenario.triggers] == [
        ("tech_enterprises", 2023, {"enterprise_coaching": 90.0})
    ]
    assert mix_of(dadukou, scenario) == mix


def test_a_lever_put_back_is_no_change() -> None:
    assert Mix().lever("seed_fund", ((2021, 300.0),)).lever("seed_fund", None) == Mix()


def test_what_cannot_be_is_refused_with_a_sentence(dadukou: Region) -> None:
    with pytest.raises(InputError, match="outside 0 to 200"):
        Mix().lever("enterprise_coaching", ((2021, 201.0),)).scenario(dadukou)
    with pytest.raises(InputError, match="record to 2020"):
        Mix().lever("enterprise_coaching", ((2019, 20.0),)).scenario(dadukou)
    with pytest.raises(InputError, match="no scenario is called"):
        Mix("nowhere").lever("enterprise_coaching", ((2021, 20.0),)).scenario(dadukou)


def test_a_path_is_told_by_its_steps() -> None:
    assert steps_of({2021: 1.0, 2022: 1.0, 2023: 2.0, 2024: 2.0}) == ((2021, 1.0), (2023, 2.0))
