"""Mesa's own tools on the model: DataCollector and AgentSet give what ``yidu run --out`` writes, to the bit."""

from pathlib import Path

import mesa
import numpy as np
import pandas as pd
import pytest

from tests.asking import Yidu
from tests.sim.small import small
from yidu.agents.enterprise import NEVER, Enterprise
from yidu.agents.fund import Fund
from yidu.agents.incubator import Incubator
from yidu.agents.institute import ResearchInstitute
from yidu.agents.talent import Talent
from yidu.calibration.manifest import posterior
from yidu.sim.indicators import INDICATOR_IDS, TECH
from yidu.sim.model import InnovationModel
from yidu.sim.record import OneRun, record
from yidu.sim.region import Region

COLUMNS = ("row", "id", "revenue", "rd", "cash", "staff", "knowledge", "patents", "register_q", "alive")
REVISED = (
    "rd_expenditure", "rd_real", "rd_share_of_gdp", "patents", "patents_per_10k", "patents_per_10k@precensus", "strategic_emerging_share",
    "high_tech_output_share", "digital_core_share",
)  # fmt: skip
FACES = (Enterprise, Incubator, ResearchInstitute, Fund, Talent)


def collector(columns: tuple[str, ...] = COLUMNS) -> mesa.DataCollector:
    """A researcher's own collector: two indicators, and columns of firms by name."""
    return mesa.DataCollector(
        model_reporters={"year": "year", "register": lambda m: m.indicator(TECH), "quarter": "quarter"},
        agenttype_reporters={Enterprise: {name: name for name in columns}},
    )


def collected(model: InnovationModel, quarters: int, **more: object) -> InnovationModel:
    """The model that many quarters on, collected by a researcher's own collector after each."""
    model.datacollector = collector(**more)  # type: ignore[arg-type]
    for _ in range(quarters):
        model.step()
    return model


def firms_of(model: InnovationModel) -> pd.DataFrame:
    """What the collector has of living firms: a row a firm and quarter, the quarter as `yidu run --out` numbers it."""
    frame = model.datacollector.get_agenttype_vars_dataframe(Enterprise).reset_index()
    quarters = model.datacollector.get_model_vars_dataframe()["quarter"].to_numpy()
    frame.insert(0, "quarter", quarters[frame["Step"].rank(method="dense").astype(int).to_numpy() - 1])
    return frame[frame["alive"] == 1].sort_values(["quarter", "row"], ignore_index=True)


@pytest.fixture(scope="module")
def written(dadukou: Region, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tables of one small run, written table by table as by `yidu run --out`."""
    folder = tmp_path_factory.mktemp("run")
    record(dadukou, dadukou.levers, seed=3, draw=2, draws=small(dadukou), out=folder)
    return folder


@pytest.fixture(scope="module")
def stepped(dadukou: Region) -> InnovationModel:
    """The same run, agent by agent, through the reconciliation at the end of 2020."""
    return collected(InnovationModel(dadukou, seed=3, run=2, draws=small(dadukou)), 24)


def test_every_living_firm_and_quarter_collected_is_a_row_of_enterprise_parquet_to_the_bit(stepped: InnovationModel, written: Path) -> None:
    mine, theirs = firms_of(stepped), pd.read_parquet(written / "enterprise.parquet")
    theirs = theirs[theirs["quarter"] <= stepped.quarter].sort_values(["quarter", "row"], ignore_index=True)
    assert len(mine) == len(theirs) > 24 * 100
    for name in ("quarter", *COLUMNS):
        assert mine[name].to_numpy(theirs[name].dtype).tobytes() == theirs[name].to_numpy().tobytes(), name
    assert mine["revenue"].dtype == theirs["revenue"].dtype == np.float64


def yearly(model: InnovationModel) -> pd.DataFrame:
    """The collector's indicators at the ends of years, by year."""
    frame = model.datacollector.get_model_vars_dataframe()
    ends = frame[frame["quarter"] % 4 == 3]
    return ends.set_index(2015 + ends["quarter"] // 4).drop(columns="quarter")


def test_the_collectors_indicators_are_those_of_indicators_csv_to_the_bit_but_for_what_the_record_revised(
    dadukou: Region, written: Path
) -> None:
    model = InnovationModel(dadukou, seed=3, run=2, draws=small(dadukou))
    for _ in range(24):
        model.step()
    rows = pd.read_csv(written / "indicators.csv", encoding="utf-8-sig")
    table = rows.pivot(index="year", columns="indicator", values="value")
    mine, theirs = yearly(model), table.loc[2016:2021]
    assert set(mine.columns) == set(theirs.columns)
    differ = {
        (year, name)
        for name in INDICATOR_IDS
        for year in mine.index
        if not np.array_equal(float(mine.loc[year, name]), float(theirs.loc[year, name]), equal_nan=True)
    }
    # The collector keeps what was published at the time; when the record is met, the years that lead to it are brought along: R&D,
    # patents and shares of 2016-2019, and nothing else.
    assert {name for _, name in differ} == set(REVISED) and {year for year, _ in differ} == {2016, 2017, 2018, 2019}
    now = model.world.indicators[1:7]
    assert np.array_equal(now, theirs[list(INDICATOR_IDS)].to_numpy(float), equal_nan=True)


def test_without_reconciliation_nothing_is_revised(dadukou: Region) -> None:
    model = InnovationModel(dadukou, seed=3, run=2, draws=small(dadukou), reconcile=False)
    for _ in range(24):
        model.step()
    assert np.array_equal(yearly(model)[list(INDICATOR_IDS)].to_numpy(float), model.world.indicators[1:7], equal_nan=True)


@pytest.mark.parametrize("kind", FACES)
def test_agents_of_every_kind_can_be_collected_by_all_their_columns(dadukou: Region, kind: type[mesa.Agent]) -> None:
    model = InnovationModel(dadukou, seed=3, run=2, draws=small(dadukou), until=2021)
    table = getattr(model.world, kind.TABLE)
    model.datacollector = mesa.DataCollector(agenttype_reporters={kind: {name: name for name in ("row", *table.dtype.names)}})
    for _ in range(6):
        model.step()
    frame = model.datacollector.get_agenttype_vars_dataframe(kind)
    last = frame.xs(frame.index.get_level_values("Step").max(), level="Step").sort_values("row")
    assert len(last) == model.rows_of(kind.TABLE) == len(model.agents_by_type[kind])
    for name in table.dtype.names:
        assert last[name].to_numpy(table.dtype[name]).tobytes() == table[name][: len(last)].tobytes(), name


def test_columns_of_a_class_of_ones_own_are_collected_under_that_class(dadukou: Region) -> None:
    class Mine(Enterprise):
        """A researcher's firm, with a property no table has."""

        @property
        def margin(self) -> float:
            return float(self.rd / self.revenue)

    model = InnovationModel(dadukou, seed=3, run=2, draws=small(dadukou), until=2021, faces={"firms": Mine})
    model.datacollector = mesa.DataCollector(agenttype_reporters={Mine: {"row": "row", "share": lambda firm: firm.margin}})
    model.step()
    frame = model.datacollector.get_agenttype_vars_dataframe(Mine).sort_values("row")
    firms = model.world.firms[: model.rows_of("firms")]
    assert frame["share"].to_numpy().tobytes() == (firms.rd / firms.revenue).tobytes()


def test_queries_on_agents_give_what_the_tables_say(stepped: InnovationModel, written: Path) -> None:
    table = pd.read_parquet(written / "enterprise.parquet")
    now = table[table["quarter"] == stepped.quarter]
    alive = stepped.agents_by_type[Enterprise].select(lambda firm: firm.alive == 1)
    register = alive.select(lambda firm: firm.register_q != NEVER)
    assert len(alive) == len(now) and len(register) == (now["register_q"] != NEVER).sum()
    assert alive.agg("revenue", np.max) == now["revenue"].max()
    assert alive.agg("patents", sum) == now["patents"].sum()
    assert dict(register.groupby("sector").count()) == dict(now[now["register_q"] != NEVER].groupby("sector").size())
    biggest = alive.sort("revenue", ascending=False).select(at_most=5)
    assert biggest.get(["row", "revenue"]) == now.nlargest(5, "revenue")[["row", "revenue"]].to_numpy().tolist()


def test_collecting_and_asking_leave_the_run_as_it_was(dadukou: Region, written: Path, stepped: InnovationModel) -> None:
    alone = OneRun(dadukou, seed=3, run=2, draws=small(dadukou))
    for _ in range(24):
        alone.step()
    assert alone.world.firms.tobytes() == stepped.world.firms.tobytes()
    assert alone.world.ledger.tobytes() == stepped.world.ledger.tobytes()


@pytest.mark.slow
def test_yidu_run_out_writes_what_the_collector_sees_of_the_same_draw_of_the_whole_district(
    yidu: Yidu, dadukou: Region, tmp_path: Path
) -> None:
    assert yidu("run", "--draw", 3, "--seed", 1, "--out", "run3").exit_code == 0
    model = collected(InnovationModel(dadukou, seed=1, run=3, draws=posterior(dadukou)), 4)
    mine, theirs = firms_of(model), pd.read_parquet(tmp_path / "run3" / "enterprise.parquet")
    theirs = theirs[theirs["quarter"] <= model.quarter].sort_values(["quarter", "row"], ignore_index=True)
    assert len(mine) == len(theirs) > 4 * 1000
    for name in COLUMNS:
        assert mine[name].to_numpy(theirs[name].dtype).tobytes() == theirs[name].to_numpy().tobytes(), name
