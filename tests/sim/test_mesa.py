"""The model as a researcher meets it in a notebook: columns, queries, one stage rewritten in plain Python."""

import mesa
import numpy as np
import pytest

from tests.sim.small import SMALL_RECORD, quarters, small
from tests.sim.small import opened as opened_world
from yidu.agents.enterprise import NEVER, Enterprise
from yidu.agents.fund import N_FUNDS, Fund
from yidu.agents.talent import Talent
from yidu.sim.indicators import INDICATOR_IDS, TECH
from yidu.sim.model import InnovationModel
from yidu.sim.schedule import QUARTER
from yidu.sim.world import RECORD_END_QUARTER


def opened(region, **more):
    more.setdefault("until", 2021)
    more.setdefault("reconcile", False)
    return InnovationModel(region, seed=3, run=2, draws=small(region), **more)


def stepped(model, quarters):
    for _ in range(quarters):
        model.step()
    return model


class Silent(Enterprise):
    """Never registers on its own or after coaching, whatever the rules say."""

    def register(self):
        pass

    def learn(self):
        pass


class Curious(Enterprise):
    """Does what the shared stage does, from plain Python, and looks on."""

    seen = 0

    def register(self):
        Curious.seen += 1
        super().register()


def test_the_register_never_grows_when_nobody_registers(dadukou):
    model = stepped(opened(dadukou, faces={"firms": Silent}), 16)
    w = model.world
    joined = [model.outcomes().through(d)[0].sum() for d in model.outcomes().doors
              if d.startswith("tech_enterprises:") and d.split(":")[1].startswith(("registered", "incubated"))]  # fmt: skip
    assert sum(joined) == 0.0
    sizes = w.indicators[1:5, TECH]
    assert (np.diff(sizes) <= 2).all(), "only giants that arrive registered may add to it"


def test_a_stage_rewritten_to_do_the_same_gives_the_same_bits(dadukou):
    Curious.seen = 0
    plain_model, curious = opened(dadukou), opened(dadukou, faces={"firms": Curious})
    stepped(plain_model, 8), stepped(curious, 8)
    assert Curious.seen > 8 * 100
    assert plain_model.world.firms.tobytes() == curious.world.firms.tobytes()
    assert plain_model.outcomes().digest == curious.outcomes().digest


def test_a_rewritten_stage_changes_results_only_through_itself(dadukou):
    class Late(Enterprise):
        """Nobody registers before the third quarter; until then everything is as it was."""

        def register(self):
            if self.model.quarter >= 6:
                super().register()

    one, other = opened(dadukou), opened(dadukou, faces={"firms": Late})
    names = [n for n in one.world.firms.dtype.names if n not in ("register_q", "aware", "cash")]
    stepped(one, 1), stepped(other, 1)
    n = int(one.world.district[0].n_firms)
    moved = one.world.firms.register_q[:n] != other.world.firms.register_q[:n]
    for name in names:
        same = one.world.firms[name][:n] == other.world.firms[name][:n]
        assert same[~moved].all(), name


def test_a_rule_can_be_written_in_a_notebook_from_columns_alone(dadukou):
    class Generous(Enterprise):
        """Owners put in a tenth of revenue each quarter instead of the shared accounts."""

        def operate(self):
            self.cash = float(self.cash) + 1000.0 * np.floor(self.revenue)

    rich, usual = stepped(opened(dadukou, faces={"firms": Generous}), 4), stepped(opened(dadukou), 4)
    assert rich.world.firms.cash.sum() > usual.world.firms.cash.sum()
    assert rich.world.ledger[4:8].sum() < usual.world.ledger[4:8].sum()


def test_attributes_of_a_firm_are_the_columns_of_its_row(dadukou):
    model = opened(dadukou)
    firm = next(iter(model.agents_by_type[Enterprise]))
    row = firm.row
    assert firm.revenue == model.world.firms.revenue[row]
    firm.revenue = 1234.5
    assert model.world.firms.revenue[row] == 1234.5
    model.world.firms.staff[row] = 77.0
    assert firm.staff == 77.0


def test_a_misspelt_column_names_the_columns_there_are(dadukou):
    firm = next(iter(opened(dadukou).agents_by_type[Enterprise]))
    with pytest.raises(AttributeError, match="no column 'revenues'.*revenue"):
        _ = firm.revenues
    firm.note = "a visitor's own attribute"
    assert firm.note == "a visitor's own attribute" and "note" not in firm.model.world.firms.dtype.names


def test_every_row_in_use_has_one_agent(dadukou):
    model = stepped(opened(dadukou), 8)
    d = model.world.district[0]
    counts = {kind.__name__: len(agents) for kind, agents in model.agents_by_type.items()}
    assert counts == {"Enterprise": d.n_firms, "Incubator": d.n_incubators, "ResearchInstitute": d.n_institutes,
                      "Fund": N_FUNDS, "Talent": d.n_people}  # fmt: skip
    rows = [a.row for a in model.agents_by_type[Enterprise]]
    assert sorted(rows) == list(range(d.n_firms))


def test_agents_can_be_selected_summed_and_grouped(dadukou):
    model = stepped(opened(dadukou), 4)
    firms = model.agents_by_type[Enterprise]
    registered = firms.select(lambda f: f.alive and f.register_q != NEVER)
    assert len(registered) == model.world.indicators[1, TECH]
    alive = firms.select(lambda f: f.alive == 1)
    assert alive.agg("staff", sum) == pytest.approx(model.world.firms.staff[model.world.firms.alive == 1].sum())
    by_sector = alive.groupby("sector")
    assert sum(len(group) for _, group in by_sector) == len(alive)
    assert max(alive.get("revenue")) == model.world.firms.revenue[model.world.firms.alive == 1].max()
    firms.set("aware", 1)
    assert (model.world.firms.aware[: model.world.district[0].n_firms] == 1).all()


def test_the_data_collector_keeps_every_indicator_by_quarter(dadukou):
    model = stepped(opened(dadukou), 8)
    frame = model.datacollector.get_model_vars_dataframe()
    assert set(INDICATOR_IDS) | {"quarter"} == set(frame.columns)
    assert list(frame["quarter"]) == list(range(4, 12))
    ends = frame[frame["quarter"] % 4 == 3]
    assert list(ends["tech_enterprises"]) == list(model.world.indicators[1:3, TECH])
    # until a year's end the last published value stands
    assert frame["tech_enterprises"].iloc[0] == model.world.indicators[0, TECH]


def test_the_calendar(dadukou):
    model = opened(dadukou)
    assert (model.quarter, model.year) == (3, 2015)
    stepped(model, 1)
    assert (model.quarter, model.year) == (4, 2016)
    model.run_model()
    assert (model.quarter, model.year) == (27, 2021)


def test_it_is_a_mesa_model_that_draws_nothing_from_mesa(dadukou):
    model = opened(dadukou)
    assert isinstance(model, mesa.Model)
    state = model.rng.bit_generator.state
    stepped(model, 6)
    assert model.rng.bit_generator.state == state


def test_faces_of_funds_and_people_work_like_those_of_firms(dadukou):
    class Closed(Fund):
        """Decides nothing."""

        def decide_applications(self):
            self.model.world.verdict[:] = 0

    class Loyal(Talent):
        """Stays."""

        def stay_or_leave(self):
            pass

    model = stepped(opened(dadukou, faces={"funds": Closed, "people": Loyal}), 20)
    outcomes = model.outcomes()
    assert outcomes.through("knowledge_loans:paid").sum() == outcomes.through("seed_deals:invested").sum() == 0.0
    assert outcomes.through("high_end_talent:left").sum() == 0.0
    assert model.world.funds.outstanding.sum() == 0.0


def test_reconciliation_happens_in_mesa_as_in_the_ensemble(dadukou):
    model = opened(dadukou, reconcile=True)
    for name, value in SMALL_RECORD.items():
        model.world.known[0][name] = value
    stepped(model, 20)
    w = opened_world(dadukou, seed=3, run=2, known=SMALL_RECORD, until=2021)
    for _ in quarters(w, RECORD_END_QUARTER):
        pass
    n = w.district[0].n_firms
    assert model.world.firms[:n].tobytes() == w.firms[:n].tobytes()
    assert model.world.adjusted.tobytes() == w.adjusted.tobytes() and w.adjusted.any()


def test_every_stage_can_be_run_on_one_row_alone(dadukou):
    model = stepped(opened(dadukou), 1)
    for stage in QUARTER:
        if stage.kind != "district":
            model.run_stage(stage.name, 0)
