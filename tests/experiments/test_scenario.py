"""Policy mixes: what they set, and how a wrong one is answered."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yidu.experiments.scenarios.scenario import Scenario, asks, load, under
from yidu.sim.errors import InputError
from yidu.sim.levers import FIRST_YEAR, LEVERS
from yidu.sim.region import Region
from yidu.sim.region import load as load_region

pytestmark = pytest.mark.fast

REGION = load_region("dadukou")


def written(folder: Path, text: str, name: str = "mine.toml") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def refused(folder: Path, text: str) -> str:
    with pytest.raises(InputError) as caught:
        load(REGION, written(folder, text))
    sentence = str(caught.value)
    assert "mine.toml" in sentence and "\n" not in sentence
    return sentence


@pytest.mark.parametrize("name", REGION.scenario_names)
def test_every_scenario_of_the_pack_loads(dadukou: Region, name: str) -> None:
    mix = load(dadukou, name)
    assert mix.name == name and mix.title_zh and mix.title_en and mix.chain[-1] == "status_quo"
    record = slice(0, 2021 - FIRST_YEAR)
    assert np.array_equal(mix.levers.values[record], dadukou.levers.values[record])


def test_status_quo_is_the_pack_as_it_stands(dadukou: Region) -> None:
    assert load(dadukou, "status_quo").levers == dadukou.levers


@given(st.sampled_from(sorted(LEVERS)))
def test_a_lever_turned_to_its_status_quo_value_changes_nothing_to_the_bit(lever: str) -> None:
    usual = REGION.levers.get(lever, 2021)
    assert REGION.levers.path(lever)[2035] == usual  # the status quo of this pack is flat
    mix = REGION.levers.with_path(lever, {2021: usual})
    assert mix.values.tobytes() == REGION.levers.values.tobytes()


def test_a_file_that_repeats_the_status_quo_changes_nothing_to_the_bit(dadukou: Region, tmp_path: Path) -> None:
    lines = [f"{lever} = {dadukou.levers.get(lever, 2021)!r}" for lever in LEVERS]
    mix = load(dadukou, written(tmp_path, 'extends = "status_quo"\n[levers]\n' + "\n".join(lines)))
    assert mix.levers.values.tobytes() == dadukou.levers.values.tobytes()


def test_one_value_holds_from_2021_and_a_table_until_the_next_year_given(dadukou: Region, tmp_path: Path) -> None:
    mix = load(dadukou, written(tmp_path, """
        [levers]
        knowledge_loan_cover = 0.85
        seed_fund = {2021 = 300, 2023 = 600}
    """))  # fmt: skip
    assert [mix.levers.get("knowledge_loan_cover", year) for year in (2020, 2021, 2035)] == [0.8, 0.85, 0.85]
    assert [mix.levers.get("seed_fund", year) for year in (2020, 2021, 2022, 2023, 2025)] == [188, 300, 300, 600, 600]


def lever_path(folder: Path, lever: str, given: str, extends: str = "status_quo") -> list[float]:
    mix = load(REGION, written(folder, f'extends = "{extends}"\n[levers]\n{lever} = {given}'))
    return [mix.levers.get(lever, year) for year in range(2020, 2027)]


@pytest.mark.parametrize(
    "given, path",
    [
        ("{from = 300, to = 900, years = [2021, 2025]}", [188, 300, 450, 600, 750, 900, 900]),
        ("{from = 900, to = 300, years = [2022, 2024]}", [188, 188, 900, 600, 300, 300, 300]),
        ("{to = 388, years = [2021, 2023]}", [188, 188, 288, 388, 388, 388, 388]),  # from where it stands
        ('{to = "x2", years = [2021, 2023]}', [188, 188, 282, 376, 376, 376, 376]),
        ("{from = 0, to = 1, years = [2021, 2024]}", [188, 0, 0.333333333333, 0.666666666667, 1, 1, 1]),
    ],
)
def test_a_ramp_is_a_straight_line_by_year_then_held(tmp_path: Path, given: str, path: list[float]) -> None:
    assert lever_path(tmp_path, "seed_fund", given) == path


def test_a_ramp_gives_its_ends_exactly(tmp_path: Path) -> None:
    path = lever_path(tmp_path, "rd_grant_rate", "{from = 0.01, to = 0.03, years = [2021, 2024]}")
    assert (path[1], path[4], path[5]) == (0.01, 0.03, 0.03)


@pytest.mark.parametrize(
    "given, path",
    [
        ('"+20%"', [188, 225.6, 360, 480, 480, 480, 480]),
        ('"-50%"', [188, 94, 150, 200, 200, 200, 200]),
        ('"x1.5"', [188, 282, 450, 600, 600, 600, 600]),
        ('"×1.5"', [188, 282, 450, 600, 600, 600, 600]),
        ('"＋20％"', [188, 225.6, 360, 480, 480, 480, 480]),
        ('{2022 = "x2", 2024 = 100}', [188, 188, 600, 800, 100, 100, 100]),
        ('{2021 = 100, 2023 = "x2"}', [188, 100, 100, 800, 800, 800, 800]),
    ],
)
def test_a_part_of_what_a_lever_was_follows_the_inherited_path_year_by_year(tmp_path: Path, given: str, path: list[float]) -> None:
    written(tmp_path, "[levers]\nseed_fund = {2022 = 300, 2023 = 400}", "base.toml")
    assert lever_path(tmp_path, "seed_fund", given, "base.toml") == path


def test_parts_multiply_along_a_chain(dadukou: Region, tmp_path: Path) -> None:
    written(tmp_path, '[levers]\nseed_fund = "x2"', "below.toml")
    assert lever_path(tmp_path, "seed_fund", '"x2"', "below.toml")[1:3] == [752, 752]


@given(st.sampled_from(sorted(LEVERS)))
def test_one_times_what_a_lever_was_changes_nothing_to_the_bit(tmp_path_factory: pytest.TempPathFactory, lever: str) -> None:
    folder = tmp_path_factory.mktemp("same")
    for extends in ("plan", "austerity"):
        mix = load(REGION, written(folder, f'extends = "{extends}"\n[levers]\n{lever} = "x1"'))
        assert mix.levers == load(REGION, extends).levers


def test_a_share_is_multiplied_where_that_is_what_is_written(tmp_path: Path) -> None:
    assert lever_path(tmp_path, "knowledge_loan_cover", '"x1.05"')[:3] == [0.8, 0.84, 0.84]


def test_a_scenario_extends_another_file_and_adds_to_it(dadukou: Region, tmp_path: Path) -> None:
    written(tmp_path, 'extends = "plan"\n[levers]\nseed_fund = 900', "below.toml")
    mix = load(dadukou, written(tmp_path, 'extends = "below.toml"\n[levers]\nseed_fund = {2024 = 100}'))
    assert mix.chain == ("mine", "below", "plan", "status_quo")
    assert [mix.levers.get("seed_fund", year) for year in (2021, 2023, 2024)] == [900, 900, 100]
    assert mix.levers.get("talent_package", 2022) == load(dadukou, "plan").levers.get("talent_package", 2022)


def test_scenarios_that_extend_each_other_in_a_circle_are_refused(dadukou: Region, tmp_path: Path) -> None:
    written(tmp_path, 'extends = "mine.toml"', "other.toml")
    with pytest.raises(InputError, match="mine -> other -> mine"):
        load(dadukou, written(tmp_path, 'extends = "other.toml"'))


def test_a_misspelt_scenario_is_answered_with_the_nearest_name(dadukou: Region) -> None:
    with pytest.raises(InputError, match="Did you mean 'credit_first'"):
        load(dadukou, "credit_frist")


def test_a_name_no_file_can_have_is_a_sentence(dadukou: Region) -> None:
    for name in ("x" * 3000 + ".toml", "a\0b.toml", "nowhere/deep/mine.toml"):
        with pytest.raises(InputError, match="no such scenario file"):
            load(dadukou, name)


def test_the_file_that_extends_a_missing_one_is_answered_with_the_nearest(dadukou: Region, tmp_path: Path) -> None:
    written(tmp_path, "[levers]\nseed_fund = 1", "below.toml")
    with pytest.raises(InputError, match=r"Did you mean 'below\.toml'"):
        load(dadukou, written(tmp_path, 'extends = "bellow.toml"'))
    assert "Did you mean 'plan'" in refused(tmp_path, 'extends = "plam"')


def test_a_missing_file_is_answered_with_the_nearest_file(dadukou: Region, tmp_path: Path) -> None:
    written(tmp_path, "", "mine.toml")
    with pytest.raises(InputError, match=r"Did you mean 'mine\.toml'"):
        load(dadukou, tmp_path / "mien.toml")


@pytest.mark.parametrize(
    "text, said",
    [
        ("[levers]\nsead_fund = 300", "Did you mean 'seed_fund'"),
        ("[levers]\nknowledge_loan_cover = 85", "For 85 percent write 0.85"),
        ("[levers]\nseed_fund = true", "is not a number"),
        ('[levers]\nseed_fund = "300"', "is not a number"),
        ("[levers]\nseed_fund = nan", "is not a number"),
        ("[levers]\nseed_fund = inf", "is not a number"),
        ("[levers]\nseed_fund = {2020 = 300}", "the record to 2020 is what happened"),
        ("[levers]\nseed_fund = {2036 = 300}", "a year from 2021 to 2035"),
        ("[levers]\nseed_fund = {soon = 300}", "which is not a year"),
        ("[levers]\nseed_fund = {}", "without a year"),
        ("seed_fund = 300", "Put the line under [levers]"),
        ("levers = 3", "levers is not a table"),
        ("title_zh = 3", "is not text"),
        ("extends = 3", "is not a name"),
        ("titel_zh = 'x'", "Did you mean 'title_zh'"),
        ("[environment]\nseed_fund = 300", "seed_fund is a lever"),
        ("[environment]\nsuper_deductoin = 'law'", "Did you mean 'super_deduction'"),
        ("[environment]\nsuper_deduction = 'generous'", '"law"'),
        ("[environment]\nsuper_deduction = 0.75", "super_general"),
        ("[environment]\ngdp_growth = 7", "outside"),
        ("[environment]\ngdp_growth = {2019 = 0.07}", "the record to 2020 is what happened"),
        ("[environment]\ngdp_growth = false", "is not a number"),
        ("", "empty"),
        ("[levers", "TOML"),
        ('[levers]\nseed_fund = "+20"', "neither a value nor a part of one"),
        ('[levers]\nseed_fund = "20%"', "neither a value nor a part of one"),
        ('[levers]\nseed_fund = "x30"', "makes 5640 of 188 in 2021, outside 0 to 5000"),
        ('[levers]\nseed_fund = "-200%"', "outside 0 to 5000"),
        ('[levers]\nknowledge_loan_cover = "+5%"', "two ways"),
        ('[levers]\ninterest_subsidy = "+5%"', "two ways"),
        ('[levers]\nvc_subsidy_rate = "x2"', "a part of 0"),
        ("[levers]\nseed_fund = {from = 1, to = 2}", "lacks 'years'"),
        ("[levers]\nseed_fund = {from = 1, years = [2021, 2025]}", "lacks 'to'"),
        ("[levers]\nseed_fund = {form = 1, to = 2, years = [2021, 2025]}", "Did you mean 'from'"),
        ("[levers]\nseed_fund = {from = 1, to = 2, years = [2025, 2021]}", "Write years = [2021, 2025]"),
        ("[levers]\nseed_fund = {from = 1, to = 2, years = [2022, 2022]}", "write {2022 = value}"),
        ("[levers]\nseed_fund = {from = 1, to = 2, years = [2021]}", "not two years"),
        ("[levers]\nseed_fund = {from = 1, to = 2, years = 2021}", "not two years"),
        ("[levers]\nseed_fund = {from = 1, to = 2, years = [2019, 2022]}", "the record to 2020"),
        ("[levers]\nseed_fund = {from = 1, to = 2, years = [2021, true]}", "not a year"),
        ("[levers]\nseed_fund = {from = 1, to = 9000, years = [2021, 2025]}", "outside 0 to 5000"),
        ("[levers]\nseed_fund = {from = 1, to = 2, 2021 = 3, years = [2021, 2025]}", "mixes years with a ramp"),
        ('[environment]\ngdp_growth = {from = "x2", to = 0.05, years = [2021, 2025]}', "only a lever"),
        ("[environment]\ngdp_growth = {from = 0.05, to = 5, years = [2021, 2025]}", "outside"),
        ("[levers]\nseed_fund = 1\nseed_fund = 2", "TOML"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_answered_in_one_sentence_with_its_name(tmp_path: Path, text: str, said: str) -> None:
    assert said in refused(tmp_path, text)


@pytest.mark.parametrize("raw", ["[levers]\n# 种子基金\n".encode("gb18030"), b"\xff\xfe[\x00", b"\x00\x01", b"\x80\x81\xff"])
def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path, raw: bytes) -> None:
    file = tmp_path / "mine.toml"
    file.write_bytes(raw)
    with pytest.raises(InputError, match=r"mine\.toml"):
        load(REGION, file)


def test_a_byte_order_mark_as_windows_writes_it_does_no_harm(dadukou: Region, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("[levers]\nseed_fund = 300\n", encoding="utf-8-sig")
    assert load(dadukou, file).levers.get("seed_fund", 2025) == 300


TRIGGER = '[[triggers]]\nwhen = "tech_enterprises < 400"\nyear = 2023\nthen = {enterprise_coaching = 60}\n'


def test_a_trigger_is_read_as_it_stands(dadukou: Region, tmp_path: Path) -> None:
    (trigger,) = load(dadukou, written(tmp_path, TRIGGER)).triggers
    asked = (trigger.indicator, trigger.sense, trigger.value, trigger.year)
    assert asked == ("tech_enterprises", "<", 400.0, 2023)
    assert dict(trigger.then) == {"enterprise_coaching": 60.0}


@pytest.mark.parametrize("when", ["tech_enterprises<400", " tech_enterprises  < 400.0 ", "tech_enterprises＜400", "tech_enterprises < 4e2"])
def test_a_condition_may_be_spaced_and_typed_as_people_do(dadukou: Region, tmp_path: Path, when: str) -> None:
    (trigger,) = load(dadukou, written(tmp_path, TRIGGER.replace("tech_enterprises < 400", when))).triggers
    assert asks(trigger) == "tech_enterprises < 400"


def test_triggers_are_inherited_replaced_and_dropped(dadukou: Region, tmp_path: Path) -> None:
    other = TRIGGER.replace("tech_enterprises < 400", "rd_expenditure < 14")
    written(tmp_path, TRIGGER + other, "below.toml")
    written(tmp_path, 'extends = "below.toml"\n[levers]\nseed_fund = 300', "between.toml")
    extends = 'extends = "between.toml"\n'

    def kept(text: str) -> list[tuple[str, float]]:
        mix = load(dadukou, written(tmp_path, extends + text))
        return [(asks(one), one.then["enterprise_coaching"]) for one in mix.triggers]

    first, second = ("tech_enterprises < 400", 60.0), ("rd_expenditure < 14", 60.0)
    assert kept("") == [first, second]
    assert kept(TRIGGER.replace("= 60", "= 90")) == [second, ("tech_enterprises < 400", 90.0)]
    assert kept(TRIGGER.replace("400", "420")) == [first, second, ("tech_enterprises < 420", 60.0)]
    dropped = '[[triggers]]\nwhen = "tech_enterprises < 400"\nyear = 2023\ndrop = true'
    assert kept(dropped) == [second]
    assert kept(dropped + "\n" + dropped.replace("tech_enterprises < 400", "rd_expenditure < 14")) == []


def test_a_trigger_to_drop_must_be_an_inherited_one(tmp_path: Path) -> None:
    written(tmp_path, TRIGGER, "below.toml")
    text = 'extends = "below.toml"\n[[triggers]]\nwhen = "tech_enterprises < 400"\nyear = 2024\ndrop = true'
    assert "Did you mean 'tech_enterprises < 400 in 2023'" in refused(tmp_path, text)


def test_two_triggers_of_one_condition_and_year_in_one_file_both_stay(dadukou: Region, tmp_path: Path) -> None:
    assert len(load(dadukou, written(tmp_path, TRIGGER + TRIGGER.replace("enterprise_coaching = 60", "seed_fund = 400"))).triggers) == 2


@pytest.mark.parametrize(
    "more, said", [("drop = 1", "neither true nor false"), ("drop = true", "does nothing"), ('drop = "all"', "neither true nor false")]
)
def test_drop_is_true_or_false_and_stands_alone(tmp_path: Path, more: str, said: str) -> None:
    assert said in refused(tmp_path, TRIGGER + more)


@pytest.mark.parametrize(
    "old, new, said",
    [
        ("tech_enterprises <", "tech_enterprise <", "Did you mean 'tech_enterprises'"),
        ("< 400", "about 400", "is not a condition"),
        ("2023", "2019", "the record to 2020"),
        ("enterprise_coaching = 60", "enterprise_coaching = 900", "outside"),
        ("{enterprise_coaching = 60}", "60", "not a table of levers"),
        ("year", "jahr", "no entry 'jahr'"),
        ("year = 2023\n", "", "lacks 'year'"),
        ("then = {enterprise_coaching = 60}", "", "lacks 'then'"),
        ("{enterprise_coaching = 60}", "{}", "not a table of levers"),
        ("enterprise_coaching", "enterprise_coching", "Did you mean 'enterprise_coaching'"),
        ("= 60", '= "x2"', "is not a number"),
        ("< 400", "< 4.0.0", "is not a condition"),
        ("< 400", "< 4e999", "is not a condition"),
        ("2023", "2035", "from 2021 to 2034"),
        ("2023", "'soon'", "not a year"),
    ],
)  # fmt: skip
def test_a_wrong_trigger_is_answered_in_one_sentence(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert said in refused(tmp_path, TRIGGER.replace(old, new))


def environment(folder: Path, text: str) -> tuple[Scenario, Region]:
    mix = load(REGION, written(folder, "[environment]\n" + text))
    return mix, under(REGION, mix)


def test_law_and_baseline_leave_the_environment_as_the_pack_has_it(tmp_path: Path) -> None:
    mix, region = environment(tmp_path, 'super_deduction = "law"\ngdp_growth = "baseline"')
    assert not mix.environment and region is REGION


def test_an_assumption_is_exact_after_the_record_and_leaves_the_record_alone(tmp_path: Path) -> None:
    _, region = environment(tmp_path, "gdp_growth = {2022 = 0.05, 2024 = 0.03}")
    path, usual = region.environment.yearly("gdp_growth"), REGION.environment.yearly("gdp_growth")
    assert np.array_equal(path[: 2022 - FIRST_YEAR], usual[: 2022 - FIRST_YEAR])
    assert path[2023 - FIRST_YEAR] == 0.05 and path[2030 - FIRST_YEAR] == 0.03
    field = region.environment.fields["gdp_growth"]
    assert (field.sd, field.persistent_sd, field.shock) == (0.0, 0.0, 0.0)
    assert field.record_sd == REGION.environment.fields["gdp_growth"].record_sd
    assert "gdp_growth" not in region.environment.environments["slow"].shift
    assert region.environment.fields["sector_demand"] == REGION.environment.fields["sector_demand"]


def test_an_assumption_may_be_a_ramp_from_where_it_stands(tmp_path: Path) -> None:
    mix, _ = environment(tmp_path, "gdp_growth = {from = 0.06, to = 0.04, years = [2021, 2023]}")
    assert dict(mix.environment) == {"gdp_growth": {2021: 0.06, 2022: 0.05, 2023: 0.04}}
    usual = float(REGION.environment.yearly("gdp_growth")[2022 - FIRST_YEAR])
    mix, _ = environment(tmp_path, "gdp_growth = {to = 0.04, years = [2022, 2023]}")
    assert dict(mix.environment) == {"gdp_growth": {2022: usual, 2023: 0.04}}


def test_frozen_law_keeps_the_rates_at_the_end_of_the_record(tmp_path: Path) -> None:
    _, region = environment(tmp_path, 'super_deduction = "frozen"')
    for name in ("super_general", "super_tech_sme", "super_manufacturing"):
        path = region.environment.yearly(name)
        assert (path[2021 - FIRST_YEAR :] == path[2020 - FIRST_YEAR]).all()


def test_the_nearer_scenario_takes_back_what_the_farther_one_assumed(tmp_path: Path) -> None:
    written(tmp_path, "[environment]\nbank_appetite = 0.6\ngdp_growth = 0.02", "below.toml")
    text = 'extends = "below.toml"\n[environment]\ngdp_growth = "baseline"\nbank_appetite = {2024 = 0.9}'
    mix = load(REGION, written(tmp_path, text))
    assert dict(mix.environment) == {"bank_appetite": {2021: 0.6, 2024: 0.9}}
