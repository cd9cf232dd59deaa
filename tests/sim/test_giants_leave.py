"""A giant that is set to leave leaves, and a sector that is set to slump slumps; nothing else is touched before."""

from dataclasses import replace

import numpy as np
import pytest

from tests.sim.small import living, opened, quarters, small
from yidu.sim.ensemble import simulate, started
from yidu.sim.model import InnovationModel
from yidu.sim.outcomes import Outcomes
from yidu.sim.pack import SECTOR_IDS
from yidu.sim.region import Region
from yidu.sim.world import GIANT

LEAVES = 2022
FIRST_QUARTER = 4 * (LEAVES - 2015)  # index of the first quarter of that year


def leaving(region: Region, giant: str, year: int = LEAVES) -> Region:
    """The region where one of its giants leaves in a year."""
    giants = tuple(one.model_copy(update={"leaves": year}) if one.id == giant else one for one in region.settings.giants)
    return replace(region, settings=region.settings.model_copy(update={"giants": giants}))


def slumping(region: Region, sector: str, steps: dict[int, float]) -> Region:
    """The region where the demand of one sector shifts by year [log/yr]."""
    fields = dict(region.environment.fields)
    fields["sector_demand"] = fields["sector_demand"].model_copy(update={"sectors": {sector: steps}})
    return replace(region, environment=region.environment.model_copy(update={"fields": fields}))


def place(region: Region, giant: str) -> int:
    """The number under which a giant's row stands."""
    return [one.id for one in region.settings.giants].index(giant) + 1


def batch(region: Region, runs: int = 4, until: int = 2023) -> Outcomes:
    return simulate(region, region.levers, runs=runs, seed=3, until=until, draws=small(region), reconcile=False)


@pytest.fixture(scope="module")
def stays(dadukou: Region) -> Outcomes:
    return batch(dadukou)


@pytest.fixture(scope="module")
def goes(dadukou: Region) -> Outcomes:
    return batch(leaving(dadukou, "cpic"))


def test_its_row_is_dead_from_the_first_quarter_of_that_year(dadukou: Region) -> None:
    number = place(dadukou, "cpic")
    w = opened(leaving(dadukou, "cpic"), reconciled=False, until=2023, seed=3)
    for world in quarters(w, FIRST_QUARTER + 1):
        (row,) = world.firms[world.firms.giant == number]
        assert bool(row.alive) == (world.district[0].quarter < FIRST_QUARTER)
    assert row.exit_q == FIRST_QUARTER
    assert number not in living(w).giant


def test_it_leaves_through_the_door_of_those_who_move_away(stays: Outcomes, goes: Outcomes) -> None:
    at = goes.years.index(LEAVES)
    more = goes.through("enterprises:moved_out") - stays.through("enterprises:moved_out")
    assert (more[:, :at] == 0.0).all() and (more[:, at] == 1.0).all()
    closed = goes.through("enterprises:closed") - stays.through("enterprises:closed")
    assert (closed[:, :at] == 0.0).all()


def test_research_and_output_go_with_it_and_stay_gone(stays: Outcomes, goes: Outcomes) -> None:
    for indicator in ("rd_real", "gdp", "science_staff"):
        for year in (LEAVES, LEAVES + 1):
            assert (goes.of(indicator, year) < stays.of(indicator, year)).all(), (indicator, year)


def test_nothing_before_that_year_differs_by_a_bit(stays: Outcomes, goes: Outcomes) -> None:
    at = goes.years.index(LEAVES)
    for name in ("values", "flows", "money"):
        before, after = getattr(stays, name)[:, :at], getattr(goes, name)[:, :at]
        assert before.tobytes() == after.tobytes(), name
    assert stays.digest != goes.digest


def test_taken_up_from_the_end_of_the_record_it_leaves_all_the_same(dadukou: Region) -> None:
    draws, region = small(dadukou), leaving(dadukou, "cpic")
    kept = started(dadukou, runs=3, seed=3, draws=draws)  # of the region in which nobody leaves
    taken_up, whole = (simulate(region, region.levers, runs=3, seed=3, until=2023, draws=draws, start=start) for start in (kept, None))
    assert taken_up.digest == whole.digest
    assert (taken_up.through("enterprises:moved_out")[:, taken_up.years.index(LEAVES)] >= 1.0).all()


def test_the_model_of_a_notebook_and_the_ensemble_see_the_same_departure(dadukou: Region) -> None:
    region = leaving(dadukou, "cpic")
    model = InnovationModel(region, seed=3, run=2, draws=small(region), until=LEAVES, reconcile=False)
    model.run_model()
    quick = simulate(region, region.levers, runs=1, first_run=2, seed=3, until=LEAVES, draws=small(region), reconcile=False)
    assert model.outcomes(seed=3, run=2).digest == quick.digest
    assert quick.through("enterprises:moved_out")[0, quick.years.index(LEAVES)] >= 1.0


def test_a_giant_that_never_leaves_is_the_region_as_it_was(dadukou: Region, stays: Outcomes) -> None:
    assert batch(leaving(dadukou, "cpic", 0)).digest == stays.digest
    assert "leaves" in GIANT.names


def test_named_giants_are_there_to_the_end_of_the_record_whatever_their_rate(dadukou: Region) -> None:
    giants = tuple(one.model_copy(update={"leave_rate": 1.0}) for one in dadukou.settings.giants)
    restless = replace(dadukou, settings=dadukou.settings.model_copy(update={"giants": giants}))
    here = {}
    w = opened(restless, reconciled=False, until=2023, seed=3)
    for world in quarters(w, 4 * (2024 - 2015) - 1):
        here[int(world.district[0].quarter)] = np.count_nonzero(living(world).giant % 100)
    assert here[4 * (2021 - 2015) - 1] == len(giants) > here[4 * (2024 - 2015) - 1]


def test_a_giant_without_high_tech_products_leaves_a_higher_share_of_less_output(stays: Outcomes, goes: Outcomes) -> None:
    for name, higher in (("high_tech_output_share", True), ("strategic_emerging_share", False), ("gdp", False)):
        before, after = stays.of(name, 2022), goes.of(name, 2022)
        assert ((after > before) == higher).all(), name


# --- a sector slumps


def sizes(region: Region, until: int = 2022) -> np.ndarray:
    """Firms of one run alive at the end of a year, by id: sector and revenue."""
    w = opened(region, reconciled=False, until=until, seed=3)
    for _ in quarters(w, 4 * (until - 2015)):
        pass
    return living(w).copy()


def test_a_slump_of_nothing_is_the_region_to_the_bit(dadukou: Region, stays: Outcomes) -> None:
    assert batch(slumping(dadukou, "health", {2022: 0.0})).digest == stays.digest


def test_only_firms_of_the_sector_grow_less_before_the_rest_feels_it(dadukou: Region) -> None:
    usual, slump = sizes(dadukou), sizes(slumping(dadukou, "environment", {2022: -0.15}))  # the first quarter of 2022
    assert (usual.id == slump.id).all()
    own = usual.sector == SECTOR_IDS.index("environment")
    assert own.any() and (slump.revenue[own] < usual.revenue[own]).all()
    assert (slump.revenue[~own] == usual.revenue[~own]).all()


def test_a_slump_that_ends_leaves_demand_as_it_was(dadukou: Region) -> None:
    usual, slump = (
        opened(region, reconciled=False, until=2025, seed=3) for region in (dadukou, slumping(dadukou, "food", {2022: -0.1, 2024: 0.0}))
    )
    shift = slump.demand - usual.demand
    column = shift[:, SECTOR_IDS.index("food")]
    assert column[7:9] == pytest.approx([-0.1, -0.1]) and not column[:7].any() and not column[9:].any()
    assert not np.delete(shift, SECTOR_IDS.index("food"), axis=1).any()
