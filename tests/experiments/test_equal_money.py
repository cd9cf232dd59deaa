"""Named mixes are told apart by where money goes, not by how much it is."""

import pytest

from yidu.experiments.plan.equal_money import MIXES, MONEY, TOLERANCE, Cost, costs, departures, levers_table, rounded, scaled, solve
from yidu.experiments.scenarios.scenario import load, of_sheet
from yidu.sim.errors import InputError
from yidu.sim.levers import LEVERS

pytestmark = pytest.mark.fast


@pytest.fixture(scope="module")
def base(dadukou):
    return load(dadukou, "status_quo")


@pytest.fixture(scope="module")
def people(dadukou):
    """Offers and packages, up in 2021 and again in 2023."""
    return of_sheet(dadukou, {"extends": "status_quo", "levers": {
        "talent_recruitment": {"2021": 25, "2023": 45}, "talent_package": 130}}, "people")  # fmt: skip


def priced(offer, package):
    """Cost of a mix by its levers alone, as if every offer were taken up."""
    return lambda mix: Cost(offer * mix.levers.get("talent_recruitment", 2025) + package * mix.levers.get("talent_package", 2025), 0.0)


def test_nothing_of_a_mix_is_the_status_quo_and_all_of_it_is_the_mix(dadukou, base, people):
    assert scaled(dadukou, base, people, 0.0).levers == base.levers
    assert departures(dadukou, base, people) == ("talent_recruitment", "talent_package")
    whole = scaled(dadukou, base, people, 1.0)
    assert [whole.levers.get("talent_recruitment", year) for year in range(2021, 2026)] == [25, 25, 45, 45, 45]


def test_half_a_mix_goes_half_the_way_and_never_leaves_the_range(dadukou, base, people):
    half = scaled(dadukou, base, people, 0.5)
    assert half.levers.get("talent_recruitment", 2021) == 15 and half.levers.get("talent_package", 2022) == 80
    assert scaled(dadukou, base, people, 8.0).levers.get("talent_recruitment", 2025) == LEVERS["talent_recruitment"].high
    assert half.levers.get("talent_recruitment", 2020) == base.levers.get("talent_recruitment", 2020)


def test_a_mix_is_scaled_until_it_costs_what_it_shall(dadukou, base, people):
    found = solve(lambda scale: scaled(dadukou, base, people, scale), priced(10.0, 1.0), 400.0)
    assert found.cost.mean == pytest.approx(400.0, rel=0.01)
    assert found.scale == pytest.approx((400.0 - 50.0 - 30.0) / (400.0 + 100.0), rel=0.02)


def test_a_mix_without_room_for_the_money_is_refused(dadukou, base, people):
    with pytest.raises(InputError, match=r"'people' cannot cost 90000 万元 a year more") as refused:
        solve(lambda scale: scaled(dadukou, base, people, scale), priced(10.0, 1.0), 90000.0)
    assert refused.value.value == 10.0 * LEVERS["talent_recruitment"].high + LEVERS["talent_package"].high


def test_what_is_written_is_read_again_as_the_same_levers(dadukou, base, people):
    import tomllib

    table = levers_table(dadukou, base, scaled(dadukou, base, people, 0.37))
    again = of_sheet(dadukou, {"extends": "status_quo", **tomllib.loads(table)}, "again")
    assert again.levers == scaled(dadukou, base, people, 0.37).levers
    assert table.count("\n") == 3 and "2023 = " in table


def test_levels_are_rounded_as_one_writes_them():
    assert [rounded(value) for value in (0.0, 32.468, 1234.5, 0.80449, 1.0004)] == [0.0, 32.5, 1230.0, 0.804, 1.0]


@pytest.mark.slow
def test_the_named_mixes_cost_the_same(dadukou):
    # The levels are those of `python -m yidu.experiments.plan.equal_money --write`, on the seed 1: here on other luck.
    found = costs(dadukou, seed=2)
    assert set(found) == set(MIXES)
    for name, cost in found.items():
        assert abs(cost.mean - MONEY) <= TOLERANCE * MONEY + 2.0 * cost.mc_error, (name, cost)
