"""What `yidu bench` measures with: the floor, the luck that is counted, the twin, the rows as objects. No speed is asserted here."""

import math

import numpy as np
import pytest

from tests.sim.small import opened
from yidu.agents.enterprise import ENTERPRISE
from yidu.agents.luck import MASK, QUARTER_STEP, drawn
from yidu.bench import memory, timing, twin
from yidu.bench.floor import Floor, floor_source
from yidu.bench.quarter import Luck, luck_of
from yidu.bench.uncompiled import LISTS, PAIRS, places_of, with_attributes
from yidu.bench.worlds import living_rows
from yidu.sim.region import Region
from yidu.sim.stages.books import call_roll, place
from yidu.sim.world import World, empty


@pytest.fixture(scope="module")
def world(dadukou: Region) -> World:
    """A small district at the end of 2015."""
    return opened(dadukou)


def test_the_twin_in_numpy_says_what_the_rules_say() -> None:
    ours, theirs = twin.enterprises(500), twin.enterprises(500)
    carried = twin.compiled()
    for _ in range(8):
        carried(ours)
        twin.in_numpy(theirs)
    for name in ("revenue", "staff", "knowledge"):
        one, other = getattr(ours, name), getattr(theirs, name)
        np.testing.assert_allclose(one, other, rtol=1e-12, err_msg=name)
        assert not np.array_equal(one, getattr(twin.enterprises(500), name))
    size = np.exp(-twin.EXPONENT * np.log(np.maximum(ours.revenue, 20.0) / 2000.0))
    assert (size < 0.25).any() and (size > 1.6).any()  # both bounds of the size rule bind


def test_the_floor_draws_the_luck_it_was_told_and_leaves_the_enterprises_as_they_were(world: World) -> None:
    rows, before = living_rows(world), world.firms.copy()
    world.words[:] = np.arange(len(world.words), dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    words = world.words.copy()
    assert rows.size > 50
    total = Floor(2.5).quarters(world, rows, 3)
    expected = 0.0
    for quarter in range(1, 4):
        made, due = 0, 0.0
        for i in rows:
            key = (int(words[i]) + quarter * QUARTER_STEP) & MASK
            due += 2.5
            while made < due:
                expected += drawn(np.uint64(key), made)
                made += 1
        assert made == math.ceil(2.5 * rows.size)
    assert total == pytest.approx(expected, rel=1e-12)
    assert (world.firms == before).all() and (world.words == words).all()


def test_the_floor_reads_and_writes_every_column_once() -> None:
    source = floor_source()
    for name in ENTERPRISE.names or ():
        assert source.count(f"f.{name} = f.{name} ") == 1


def test_luck_is_counted_by_who_draws_it() -> None:
    different, every = {"firms": 70, "people": 4, "district": 1}, {"firms": 80, "people": 4, "district": 1}
    counted = {"runs": 2, "living": 10, "different": different, "every": every}
    assert luck_of(counted) == Luck(different=7.0, made=8.0, of_others=0.5, runs=2)


def test_rows_as_ordinary_objects_hold_what_the_tables_hold(world: World) -> None:
    w = with_attributes(world)
    assert w.books.district is w.district and w.firms.size == world.firms.size
    for i in living_rows(world)[:20]:
        for name in ENTERPRISE.names or ():
            value = getattr(w.firms[i], name)
            assert type(value) in (int, float) and value == world.firms[i][name]
    for name in LISTS:
        assert {type(value) for value in getattr(w, name)} <= {int, float}
    for name in PAIRS:
        table = getattr(world, name)
        assert all(type(value) is float and value == table[at] for at, value in getattr(w, name).items())
        assert len(getattr(w, name)) == table.size
    w.firms[0].revenue = 7.0
    assert w.firms[0]["revenue"] == 7.0 != world.firms[0].revenue


def test_a_place_on_the_roll_looked_up_is_the_place_that_a_search_finds(world: World) -> None:
    call_roll(world)
    d = world.district[0]
    assert 0 < d.n_roll
    places = places_of(world.roll[: d.n_roll])
    places += [d.n_roll] * (len(world.firms) - len(places))
    assert places == [place(world, row) for row in range(len(world.firms))]
    assert places_of([2, 5]) == [0, 0, 0, 1, 1, 1] and places_of([]) == []


def test_bytes_of_an_enterprise_are_those_of_every_table_that_grows_by_a_row_with_each(world: World) -> None:
    few, many = (memory.arrays(empty(rows, world.giants, world.sectors, world.places)) for rows in (20_000, 23_000))
    assert tuple(name for name in few if len(many[name]) - len(few[name]) == 3_000) == memory.OF_ENTERPRISE
    assert memory.of_enterprise(1).row == ENTERPRISE.itemsize + 33  # seven work columns: two of eight bytes, four of four, one of one
    assert sum(table is world.ledger for table in memory.arrays(world).values()) == 1


def test_ratios_are_of_the_least_and_ranges_of_turns() -> None:
    found = timing.ratio_of([4.0, 6.0, 8.0], [2.0, 1.0, 4.0])
    assert found == timing.Ratio(ratio=4.0, low=2.0, high=6.0)


def test_an_exponent_is_one_in_proportion_and_two_in_squares() -> None:
    sizes = [10.0, 100.0, 1000.0]
    assert timing.exponent(sizes, [3.0 * x for x in sizes]) == pytest.approx(1.0)
    assert timing.exponent(sizes, [x * x for x in sizes]) == pytest.approx(2.0)


def test_turns_are_taken_in_order() -> None:
    order: list[str] = []

    def turn(name: str) -> float:
        order.append(name)
        return float(len(order))

    times = timing.by_turns({"a": lambda: turn("a"), "b": lambda: turn("b")}, 2)
    assert order == ["a", "b", "a", "b"] and times == {"a": [1.0, 3.0], "b": [2.0, 4.0]}


def test_the_peak_of_memory_is_at_least_what_is_held() -> None:
    assert timing.peak_mb() >= timing.resident_mb() * 0.99 > 10.0
