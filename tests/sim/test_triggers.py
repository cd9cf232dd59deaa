"""Triggers: what a district does only where an indicator stands on one side of a line, to the bit."""

import math

import numpy as np
import pytest

from tests.sim.small import small
from yidu.sim.ensemble import simulate
from yidu.sim.inputs import Inputs
from yidu.sim.model import InnovationModel
from yidu.sim.triggers import SENSES, Trigger

UNTIL = 2023
ALWAYS, NEVER = ("<", 1e9), ("<", -1.0)
HARDER = {"enterprise_coaching": 200.0, "register_award": 5.0}


def trigger(condition=ALWAYS, year=2021, then=HARDER, indicator="tech_enterprises"):
    return Trigger(indicator, *condition, year, then)


def ensemble(region, *triggers, levers=None, runs=3, first_run=0, until=UNTIL):
    return simulate(
        region, levers or region.levers, triggers=triggers, runs=runs, seed=3, first_run=first_run, until=until,
        draws=small(region), threads=1,
    )  # fmt: skip


def after(region, year, then=HARDER):
    """The status quo, with levers at other levels from the year after."""
    paths = region.levers
    for name, value in then.items():
        paths = paths.with_path(name, {year + 1: value})
    return paths


def test_a_trigger_that_never_holds_changes_nothing_to_the_bit(dadukou):
    assert ensemble(dadukou, trigger(NEVER)).digest == ensemble(dadukou).digest


def test_a_trigger_that_always_holds_is_the_path_from_the_next_year_on_to_the_bit(dadukou):
    triggered = ensemble(dadukou, trigger(ALWAYS))
    assert triggered.digest == ensemble(dadukou, levers=after(dadukou, 2021)).digest
    assert triggered.digest != ensemble(dadukou).digest


def test_a_trigger_leaves_the_years_up_to_its_condition_alone(dadukou):
    acted, alone = ensemble(dadukou, trigger(year=2022)), ensemble(dadukou)
    upto = alone.years.index(2022) + 1
    assert acted.values[:, :upto].tobytes() == alone.values[:, :upto].tobytes()
    assert acted.money[:, :upto].tobytes() == alone.money[:, :upto].tobytes()
    assert (acted.money[:, upto:].sum(axis=(1, 2)) != alone.money[:, upto:].sum(axis=(1, 2))).all()


@pytest.mark.parametrize("condition", [ALWAYS, NEVER])
def test_mesa_and_ensemble_agree_to_the_bit_with_a_trigger(dadukou, condition):
    one = trigger(condition)
    model = InnovationModel(dadukou, triggers=(one,), seed=3, run=2, draws=small(dadukou), until=2022)
    model.run_model()
    assert model.outcomes(seed=3, run=2).digest == ensemble(dadukou, one, runs=1, first_run=2, until=2022).digest


@pytest.mark.parametrize("sense", [*SENSES])
def test_a_trigger_acts_only_in_the_runs_on_its_side_of_the_line(dadukou, sense):
    alone = ensemble(dadukou, runs=12)
    seen = alone.of("tech_enterprises", 2021)
    one = trigger((sense, float(np.sort(seen)[6])))  # a value that is seen: <, <= and >, >= differ in that run
    acted = ensemble(dadukou, one, runs=12)
    fired = SENSES[sense](seen, one.value)
    changed = (acted.money != alone.money).any(axis=(1, 2))
    assert fired.any() and not fired.all()
    assert (changed == fired).all()
    assert acted.values[~fired].tobytes() == alone.values[~fired].tobytes()
    always = ensemble(dadukou, levers=after(dadukou, 2021), runs=12)
    assert acted.values[fired].tobytes() == always.values[fired].tobytes()


@pytest.mark.parametrize("sense", [*SENSES])
def test_an_indicator_without_a_value_triggers_nothing(sense):
    one = trigger((sense, 0.0))
    assert one.holds(math.nan) is False
    assert one.holds(0.0) is (sense in ("<=", ">="))


def test_of_two_triggers_of_one_year_the_later_one_sets_the_lever(dadukou):
    both = ensemble(dadukou, trigger(then={"register_award": 1.5}), trigger(then={"register_award": 4.0}))
    assert both.digest == ensemble(dadukou, levers=after(dadukou, 2021, {"register_award": 4.0})).digest


def test_a_trigger_takes_over_from_the_trigger_of_an_earlier_year(dadukou):
    stepped = ensemble(dadukou, trigger(then={"register_award": 2.0}), trigger(year=2022, then={"register_award": 4.0}))
    path = dadukou.levers.with_path("register_award", {2022: 2.0, 2023: 4.0})
    assert stepped.digest == ensemble(dadukou, levers=path).digest


def test_there_is_room_for_the_firms_that_a_trigger_attracts(dadukou):
    # 80 projects a year instead of 20, for fourteen years: more firms than the status quo sets rows aside for.
    many = trigger(then={"firms_attracted": 80.0})
    path = after(dadukou, 2021, many.then)
    triggered, planned = (ensemble(dadukou, *with_, levers=levers, runs=2, until=2035) for with_, levers in (((many,), None), ((), path)))
    assert triggered.digest == planned.digest
    parameters = triggered.parameters
    rows = [
        Inputs(dadukou, levers, triggers=triggers).capacity(parameters, 2035)
        for levers, triggers in ((dadukou.levers, ()), (dadukou.levers, (many,)), (path, ()))
    ]
    assert rows[0] < rows[1] == rows[2]
