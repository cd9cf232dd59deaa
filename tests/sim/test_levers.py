"""Levers: what each may be set to, what is said when it may not, and paths over the years."""

import numpy as np
import pytest

from yidu.sim.errors import InputError, nearest
from yidu.sim.indicators import PUBLIC_IDS
from yidu.sim.levers import FIRST_YEAR, GROUPS, LEVER_IDS, LEVERS, N_YEARS, LeverPaths, check_range

pytestmark = pytest.mark.fast


def test_levers_stand_in_eight_groups_and_each_says_what_it_reaches():
    assert list(dict.fromkeys(lever.group for lever in LEVERS.values())) == list(GROUPS)
    for lever in LEVERS.values():
        assert lever.low < lever.high
        assert lever.low <= lever.record <= lever.high
        assert lever.reaches and lever.reaches <= set(PUBLIC_IDS), lever.id
        assert lever.grade in {"A", "B", "C", "D"}


def test_no_lever_reaches_everything():
    assert all(lever.reaches != set(PUBLIC_IDS) for lever in LEVERS.values())
    assert "transfer_bodies" not in LEVERS["enterprise_coaching"].reaches
    assert "transfer_bodies" in LEVERS["transfer_services"].reaches


def test_a_percentage_for_a_share_is_refused_with_the_share_to_write():
    with pytest.raises(InputError) as caught:
        check_range("knowledge_loan_cover", 85, file="mix.toml")
    assert str(caught.value) == (
        "mix.toml: knowledge_loan_cover = 85 is outside 0.5 to 0.95 [share of overdue principal]. For 85 percent write 0.85."
    )
    assert (caught.value.file, caught.value.value) == ("mix.toml", 85)


@pytest.mark.parametrize("value", ["0.8", None, True, float("nan"), float("inf"), [1]])
def test_what_is_no_number_is_refused(value):
    with pytest.raises(InputError, match="not a number"):
        check_range("seed_fund", value)


def test_a_misspelt_lever_meets_its_nearest_name():
    with pytest.raises(InputError, match="Did you mean 'knowledge_loan_pool'"):
        check_range("nowledge_loan_pool", 1)
    assert nearest("no such thing at all", LEVER_IDS) is None


def test_a_value_is_held_until_the_next_year_given():
    nothing = LeverPaths(np.zeros((N_YEARS, len(LEVER_IDS))))
    paths = nothing.with_path("seed_fund", {2023: 600.0, 2021: 300.0})
    years = (2020, 2021, 2022, 2023, 2035)
    assert [paths.get("seed_fund", year) for year in years] == [0, 300, 300, 600, 600]
    assert paths.get("industry_fund", 2022) == 0.0
    assert nothing.get("seed_fund", 2022) == 0.0


def test_a_new_path_leaves_earlier_years_alone():
    paths = LeverPaths.from_dict({"seed_fund": {2016: 188.0}}).with_path("seed_fund", {2021: 400.0})
    assert paths.get("seed_fund", FIRST_YEAR) == 0.0
    assert paths.get("seed_fund", 2020) == 188.0
    assert paths.path("seed_fund")[2021] == 400.0


def test_a_year_outside_the_table_is_refused():
    with pytest.raises(InputError, match="2015 to 2035"):
        LeverPaths.from_dict({"seed_fund": {2036: 1.0}})


def test_a_table_cannot_be_written_over():
    paths = LeverPaths.from_dict({})
    with pytest.raises(ValueError):
        paths.values[0, 0] = 1.0
    assert paths == LeverPaths.from_dict({}) and hash(paths) == hash(LeverPaths.from_dict({}))
