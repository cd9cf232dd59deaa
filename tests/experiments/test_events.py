"""What a pack may say of things that go wrong, what is refused, and what a region is like under them."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from yidu.calibration.manifest import pack_digest
from yidu.experiments.scenarios.scenario import Scenario, load
from yidu.experiments.stress.events import FILE, Happening, chosen, events_of, happening, under_events
from yidu.sim.draws import PriorDraws
from yidu.sim.ensemble import simulate
from yidu.sim.errors import InputError
from yidu.sim.inputs import environment_arrays, sector_shifts
from yidu.sim.levers import LeverPaths
from yidu.sim.pack import SECTOR_IDS
from yidu.sim.region import REGIONS, Region
from yidu.sim.region import load as load_region
from yidu.sim.triggers import Trigger
from yidu.viz.words import Words

GIANTS = ("sanfeng", "cpic", "hikvision", "zybio")
PILLARS = ("big_data", "environment", "health", "culture")

EVENT = """
[[events]]
id = "quake"
title_zh = "震"
title_en = "Quake"
what_zh = "震。"
what_en = "It quakes."
grade = "D"
source = "judgement"
"""


@pytest.fixture
def status_quo(dadukou: Region) -> Scenario:
    return load(dadukou, "status_quo")


def pack_with(folder: Path, text: str, region: str = "dadukou") -> Region:
    """A copy of a shipped pack with these events instead of its own."""
    pack = folder / "pack"
    shutil.copytree(REGIONS / region, pack, ignore=shutil.ignore_patterns("posterior"))
    (pack / FILE).write_text(text, encoding="utf-8")
    return load_region(pack)


def one(region: Region, id: str, year: int | None = None) -> Happening:
    """One event of the pack in its years."""
    ((found,),) = chosen(region, [id], year)
    return found


# --- what the shipped packs have


def test_the_four_giants_the_four_pillars_and_the_rules_of_the_plan_can_be_tried(dadukou: Region) -> None:
    events = events_of(dadukou)
    assert {giant for event in events for giant in event.giants} == set(GIANTS)
    assert {sector for event in events for sector in event.demand} == set(PILLARS)
    assert {field for event in events for field in event.shift} >= {"city_pull", "bank_appetite", "registration_drive"}
    assert {"super_general", "super_tech_sme", "super_manufacturing"} <= {field for event in events for field in event.law}
    assert any("knowledge_loan_cover" in event.levers for event in events)


@pytest.mark.parametrize("name", ["dadukou", "chongqing"])
def test_every_shipped_event_can_happen_and_states_how_sure_its_size_is(name: str) -> None:
    region = load_region(name)
    scenario = load(region, "status_quo")
    for (event,) in chosen(region, ["all"]):
        under_events(region, scenario, [event])
        assert event.event.source and (event.event.grade != "D" or event.event.source.startswith("judgement"))


def test_no_fit_depends_on_the_events_of_its_pack(tmp_path: Path, dadukou: Region) -> None:
    changed = pack_with(tmp_path, EVENT + 'kind = "giant"\ngiants = ["cpic"]\n')
    assert [event.id for event in events_of(changed)] == ["quake"]
    assert pack_digest(changed) == pack_digest(dadukou)


def test_a_pack_may_do_without_events(tmp_path: Path) -> None:
    region = pack_with(tmp_path, EVENT)
    (region.folder / FILE).unlink()
    region = load_region(region.folder)
    assert events_of(region) == ()
    with pytest.raises(InputError, match="has no events"):
        chosen(region, ["quake"])


# --- what is refused

REFUSED = [
    ('kind = "giant"\ngiants = ["cpicc"]', "no giant is called 'cpicc'", "cpic"),
    ('kind = "giant"\ngiants = ["cpic"]\nyears = 2', "brings a giant back", "for good"),
    ('kind = "giant"', "does not say what changes", "giants"),
    ('kind = "giant"\nshift = { city_pull = 0.5 }', "cannot have 'shift'", "two events"),
    ('kind = "sector"\ndemand = { healt = -0.1 }', "no sector is called 'healt'", "health"),
    ('kind = "sector"\ndemand = { health = -15 }', "changes health by or to -15", "-0.2 to 0.2"),
    ('kind = "environment"\nshift = { citypull = 0.5 }', "cannot change 'citypull'", "city_pull"),
    ('kind = "environment"\nshift = { seed_fund = 100 }', "cannot change 'seed_fund'", "is a lever"),
    ('kind = "environment"\nshift = { super_general = -0.25 }', "cannot change 'super_general'", "'law'"),
    ('kind = "environment"\nshift = { city_pull = 9 }', "changes city_pull by or to 9", "-3 to 3"),
    ('kind = "law"\nlaw = { city_pull = 0.5 }', "cannot change 'city_pull'", "shifts it"),
    ('kind = "law"\nlaw = { super_general = 75 }', "changes super_general by or to 75", "0 to 1"),
    ('kind = "lever"\nlevers = { knowledge_loan_cover = 60 }', "outside 0.5 to 0.95", "0.6"),
    ('kind = "lever"\nlevers = { knowledge_loan_cove = 0.6 }', "no lever is called", "knowledge_loan_cover"),
    ('kind = "giant"\ngiants = ["cpic"]\nyear = 2019', "cannot begin in 2019", "what happened"),
    ('kind = "quake"\ngiants = ["cpic"]', "'events.1.kind' cannot be used", "giant"),
    ('kind = "giant"\ngiants = ["cpic"]\nyeers = 2', "no key 'events.1.yeers'", "years"),
]


@pytest.mark.parametrize("text, said, fix", REFUSED)
def test_a_mistake_is_one_sentence_that_names_the_file_and_the_way_out(tmp_path: Path, text: str, said: str, fix: str) -> None:
    region = pack_with(tmp_path, EVENT + text + "\n")
    with pytest.raises(InputError) as caught:
        events_of(region)
    sentence = str(caught.value)
    assert said in sentence and fix in sentence and FILE in sentence and "\n" not in sentence


@pytest.mark.parametrize("text, said, fix", REFUSED[:13])
def test_the_sentence_is_said_in_chinese_too(tmp_path: Path, text: str, said: str, fix: str) -> None:
    region = pack_with(tmp_path, EVENT + text + "\n")
    with pytest.raises(InputError) as caught:
        events_of(region)
    chinese = Words("zh").error(caught.value)
    assert chinese != str(caught.value) and said not in chinese


def test_two_events_of_one_name_are_refused(tmp_path: Path) -> None:
    text = EVENT + 'kind = "giant"\ngiants = ["cpic"]\n'
    with pytest.raises(InputError, match="'quake' is there twice"):
        events_of(pack_with(tmp_path, text + text))


def test_a_sector_that_the_region_lacks_cannot_slump(tmp_path: Path) -> None:
    region = pack_with(tmp_path, EVENT + 'kind = "sector"\ndemand = { food = -0.1 }\n')
    sectors = tuple(sector.model_copy(update={"share": 0.0}) if sector.id == "food" else sector for sector in region.settings.sectors)
    with pytest.raises(InputError, match="no firm in the sector 'food'"):
        events_of(replace(region, settings=region.settings.model_copy(update={"sectors": sectors})))


@pytest.mark.parametrize("year", [2020, 2026, 15])
def test_an_event_begins_in_a_year_of_the_plan(dadukou: Region, year: int) -> None:
    with pytest.raises(InputError, match=f"cannot begin in {year}; expected a year from 2021 to 2025"):
        chosen(dadukou, ["cpic_leaves"], year)


def test_an_unknown_event_is_answered_with_the_nearest_one(dadukou: Region) -> None:
    with pytest.raises(InputError, match="Did you mean 'hikvision_leaves'"):
        chosen(dadukou, ["hikvison_leaves"])
    with pytest.raises(InputError, match="one or the other"):
        chosen(dadukou, ["all", "cpic_leaves"])


def test_a_giant_that_has_left_cannot_leave_again(dadukou: Region) -> None:
    giants = tuple(giant.model_copy(update={"leaves": 2022}) for giant in dadukou.settings.giants)
    region = replace(dadukou, settings=dadukou.settings.model_copy(update={"giants": giants}))
    with pytest.raises(InputError, match="'cpic' has left in 2022 and cannot leave in 2023"):
        chosen(region, ["cpic_leaves"])
    assert happening(region, one(dadukou, "cpic_leaves").event, 2021).first == 2021


def test_two_events_cannot_set_the_same_rule_at_once(tmp_path: Path, status_quo: Scenario) -> None:
    other = EVENT.replace('"quake"', '"flood"')
    region = pack_with(tmp_path, EVENT + 'kind = "law"\nlaw = { small_tax = 0.1 }\n' + other + 'kind = "law"\nlaw = { small_tax = 0.2 }\n')
    (both,) = chosen(region, ["quake", "flood"])
    with pytest.raises(InputError, match="'quake' and 'flood' both set small_tax"):
        under_events(region, status_quo, both)


# --- a region under an event


def test_a_giant_is_set_to_leave_and_the_others_are_not(dadukou: Region, status_quo: Scenario) -> None:
    world, _ = under_events(dadukou, status_quo, [one(dadukou, "hikvision_leaves", 2024)])
    assert {giant.id: giant.leaves for giant in world.settings.giants if giant.leaves} == {"hikvision": 2024}
    assert not any(giant.leaves for giant in dadukou.settings.giants)


def test_two_giants_may_leave_together(dadukou: Region, status_quo: Scenario) -> None:
    (both,) = chosen(dadukou, ["hikvision_leaves", "cpic_leaves"])
    world, _ = under_events(dadukou, status_quo, both)
    assert {giant.id for giant in world.settings.giants if giant.leaves == 2023} == {"hikvision", "cpic"}


def test_a_slump_lasts_its_years_and_ends(dadukou: Region, status_quo: Scenario) -> None:
    world, _ = under_events(dadukou, status_quo, [one(dadukou, "health_slump", 2022)])
    table = sector_shifts(world)
    column = table[:, SECTOR_IDS.index("health")]
    assert list(np.flatnonzero(column)) == [7, 8] and column[7:9] == pytest.approx([-0.15, -0.15])
    assert not np.delete(table, SECTOR_IDS.index("health"), axis=1).any()


def test_a_field_is_shifted_in_its_years_and_keeps_its_spread(dadukou: Region, status_quo: Scenario) -> None:
    world, _ = under_events(dadukou, status_quo, [one(dadukou, "banks_withdraw", 2022)])
    before, after = (environment_arrays(region, "baseline") for region in (dadukou, world))
    moved = after.path - before.path
    fields = list(dadukou.environment.fields)
    row = fields.index("bank_appetite")
    assert list(np.flatnonzero(moved[row])) == [7, 8, 9] and moved[row, 7:10] == pytest.approx([-0.4] * 3)
    for name in ("record_sd", "persistent_sd", "sd", "rho", "low", "high", "shock"):
        assert np.array_equal(getattr(before, name), getattr(after, name))


def test_a_rule_takes_its_value_from_the_year_on(dadukou: Region, status_quo: Scenario) -> None:
    world, _ = under_events(dadukou, status_quo, [one(dadukou, "super_deduction_75")])
    path, usual = (region.environment.yearly("super_general") for region in (world, dadukou))
    assert (path[:8] == usual[:8]).all() and (path[8:] == 0.75).all() and usual[8] == 1.0


def test_what_a_mix_assumes_comes_first_and_the_event_on_top(dadukou: Region, status_quo: Scenario) -> None:
    assuming = replace(status_quo, environment={"city_pull": {2021: 0.2}})
    world, mix = under_events(dadukou, assuming, [one(dadukou, "neighbours_outbid")])
    path = world.environment.yearly("city_pull")
    assert path[6:8] == pytest.approx([0.2, 0.2]) and (path[8:] == pytest.approx(1.1))
    assert world.environment.fields["city_pull"].persistent_sd == 0.0 and not mix.environment


def test_a_lever_set_from_outside_holds_and_a_trigger_cannot_undo_it(dadukou: Region, status_quo: Scenario) -> None:
    rule = Trigger("tech_enterprises", "<", 400.0, 2023, {"knowledge_loan_cover": 0.9, "seed_fund": 500.0})
    early = Trigger("tech_enterprises", "<", 400.0, 2023, {"knowledge_loan_cover": 0.9})
    with_rule = replace(status_quo, triggers=(rule, early))
    _, mix = under_events(dadukou, with_rule, [one(dadukou, "cover_cut", 2022)])
    assert [mix.levers.get("knowledge_loan_cover", year) for year in (2021, 2022, 2025, 2030)] == [0.8, 0.6, 0.6, 0.6]
    assert [dict(trigger.then) for trigger in mix.triggers] == [{"seed_fund": 500.0}]
    _, same = under_events(dadukou, with_rule, [one(dadukou, "cpic_leaves")])
    assert same.triggers == with_rule.triggers and same.levers == with_rule.levers


def test_years_before_an_event_are_the_same_to_the_bit_whatever_it_is(dadukou: Region, status_quo: Scenario) -> None:
    def runs(region: Region, scenario: Scenario):
        return simulate(region, scenario.levers, runs=2, seed=1, until=2024, draws=PriorDraws(dadukou))

    usual = runs(dadukou, status_quo)
    at = usual.years.index(2023)
    for id in ("drive_ends", "growth_slows", "super_deduction_75", "cover_cut", "culture_slump"):
        found = runs(*under_events(dadukou, status_quo, [one(dadukou, id, 2023)]))
        assert found.values[:, :at].tobytes() == usual.values[:, :at].tobytes(), id
        assert found.values[:, at:].tobytes() != usual.values[:, at:].tobytes(), id


def test_the_end_of_the_drive_leaves_next_to_nothing_of_it(dadukou: Region, status_quo: Scenario) -> None:
    from tests.sim.small import opened

    def drives(region: Region, levers: LeverPaths) -> np.ndarray:
        return np.array([opened(region, levers, run=run).environment.registration_drive[6:11] for run in range(12)])

    world, mix = under_events(dadukou, status_quo, [one(dadukou, "drive_ends", 2022)])
    ended, usual = drives(world, mix.levers), drives(dadukou, status_quo.levers)
    assert np.array_equal(ended[:, 0], usual[:, 0])
    assert (ended[:, 1:] <= usual[:, 1:]).all() and ended[:, 1:].sum() < 0.05 * usual[:, 1:].sum()
