"""The microscope shows the run it says it shows: the same bits as the ensemble's, in frames that are true to the tables."""

import base64
import io
import zipfile
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.sim.small import small
from yidu.experiments.microscope.film import COUNTS, KEPT, YUAN, Film
from yidu.experiments.microscope.filming import taken
from yidu.experiments.run.compute import run_once
from yidu.experiments.scenarios.mix import Mix
from yidu.experiments.scenarios.scenario import load as load_scenario
from yidu.sim.ensemble import simulate
from yidu.sim.errors import InputError
from yidu.sim.flows import DOORS
from yidu.sim.indicators import INDICATOR_IDS
from yidu.sim.record import record
from yidu.sim.region import Region
from yidu.sim.world import START_QUARTER
from yidu.viz.app import frames
from yidu.viz.app.address import Asked, query, read
from yidu.viz.pages import microscope as page
from yidu.viz.presenters.life_story import Around
from yidu.viz.words import LANGUAGES, Language, Words

DRAW = 4


@pytest.fixture(scope="module")
def film(dadukou: Region) -> Film:
    return taken(dadukou, load_scenario(dadukou, "plan"), draw=DRAW, draws=small(dadukou))


@pytest.fixture(scope="module")
def written(dadukou: Region, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, pd.DataFrame]]:
    """Digest and tables of the same run, table by table, as `yidu run --out` writes them."""
    out = tmp_path_factory.mktemp("run")
    plan = load_scenario(dadukou, "plan")
    found = record(dadukou, plan.levers, triggers=plan.triggers, scenario="plan", draw=DRAW, draws=small(dadukou), out=out)
    return found.digest, {path.stem: pd.read_parquet(path) for path in out.glob("*.parquet")}


def test_the_film_is_the_run_of_the_ensemble_to_the_last_bit(dadukou: Region, film: Film, written: tuple[str, Any]) -> None:
    plan = load_scenario(dadukou, "plan")
    ensemble = simulate(dadukou, plan.levers, triggers=plan.triggers, scenario="plan", runs=1, first_run=DRAW, draws=small(dadukou))
    assert film.digest == written[0] == ensemble.digest


def test_every_firm_stands_in_the_film_as_in_the_tables(film: Film, written: tuple[str, dict[str, pd.DataFrame]]) -> None:
    firms = written[1]["enterprise"]
    for quarter in (START_QUARTER + 1, 20, 23, 31, film.quarters[-1]):
        ours = film.at(quarter)
        ours = ours[ours["alive"] == 1]
        theirs = firms[firms["quarter"] == quarter]
        assert ours["row"].tolist() == theirs["row"].tolist()
        for name in KEPT:
            if name == "asked":
                continue
            close = np.allclose(ours[name], theirs[name], rtol=1e-6, atol=1.0 if name in YUAN else 1e-6)
            assert close, (quarter, name)


def test_counts_of_the_fourth_quarter_are_the_indicators_of_the_year(film: Film) -> None:
    for name, id in {"registered": "tech_enterprises", "certified": "high_tech_enterprises", "above_scale": "tech_enterprises_above_scale",
                     "platforms": "rd_platforms", "talent": "high_end_talent"}.items():  # fmt: skip
        for k, quarter in enumerate(film.quarters):
            if quarter % 4 == 3:
                year = film.years.index(2015 + quarter // 4)
                assert film.counts[k, COUNTS.index(name)] == film.values[year, INDICATOR_IDS.index(id)], (name, quarter)


def test_flows_of_four_quarters_are_the_flows_of_the_year(dadukou: Region, film: Film) -> None:
    plan = load_scenario(dadukou, "plan")
    whole = simulate(dadukou, plan.levers, triggers=plan.triggers, scenario="plan", runs=1, first_run=DRAW, draws=small(dadukou))
    for year in (2018, 2020, 2024):
        chosen = [k for k, quarter in enumerate(film.quarters) if 2015 + quarter // 4 == year]
        assert (film.flows[chosen].sum(axis=0) == whole.flows[0, year - 2015]).all()
    assert not film.flows[0].any()


def unpacked(film: Film) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """What the script of the page reads out of the packed film."""
    text, rows = frames.packed(film)
    raw, many, shape = base64.b64decode(text), len(rows), (len(film.quarters), len(rows))
    found, at = {}, 0
    for name, kind, size in (
        ("what", "<u2", shape), ("staff", "<u2", shape), ("revenue", "<u2", shape), ("partner", "<u2", shape), ("row", "<u4", many),
        ("incubator", "u1", shape), ("sector", "u1", many), ("giant", "u1", many),
    ):  # fmt: skip
        count = int(np.prod(size))
        found[name] = np.frombuffer(raw, kind, count, at).reshape(size)
        at += count * np.dtype(kind).itemsize
    assert at == len(raw)
    return found, rows


def test_what_the_browser_is_given_is_what_the_tables_say(film: Film, written: tuple[str, dict[str, pd.DataFrame]]) -> None:
    given, rows = unpacked(film)
    firms = written[1]["enterprise"]
    for quarter in (12, 30, film.quarters[-1]):
        k = quarter - film.quarters[0]
        table = firms[firms["quarter"] == quarter].set_index("row").reindex(rows)
        alive = table["alive"].notna().to_numpy()
        assert (((given["what"][k] & frames.ALIVE) > 0) == alive).all()
        here = table[alive]
        assert (given["incubator"][k][alive] == here["incubator"] + 1).all()
        assert (given["partner"][k][alive] == here["partner"] + 1).all()
        assert (((given["what"][k][alive] & frames.REGISTERED) > 0) == (here["register_q"] != -99)).all()
        assert (((given["what"][k][alive] & frames.KNOWLEDGE_LOAN) > 0) == (here["knowledge_loan"] > 0)).all()
        certified = (here["hnte_q"] != -99) & (quarter - here["hnte_q"] < 12)
        assert (((given["what"][k][alive] & frames.CERTIFIED) > 0) == certified).all()
        assert np.allclose(np.exp(given["revenue"][k][alive] / frames.REVENUE_STEPS), here["revenue"], rtol=1e-3)
        assert np.allclose(given["staff"][k][alive], here["staff"], atol=0.51)


def test_whoever_is_on_the_register_in_any_quarter_is_drawn(film: Film) -> None:
    rows = set(frames.drawn(film).tolist())
    assert {int(row) for row in film.firms["row"][film.firms["register_q"] != -99]} <= rows
    assert film.traits["giant"][list(rows)].any()


def test_a_film_is_a_few_megabytes_and_every_firm_is_kept(film: Film) -> None:
    assert film.bytes < 4_000_000 and len(frames.packed(film)[0]) < 1_000_000 and film.every == 1


# --- the link


def test_a_link_gives_the_run_the_quarter_and_the_firm(dadukou: Region) -> None:
    asked = Asked(mix=Mix("plan"), seed=3).put(draw="17", quarter="2021Q3", firm="412")
    reading = read(dadukou, query(asked))
    again = reading.asked
    assert again == asked and not reading.wrong
    wanted = page.wanted_of(dadukou, again)
    assert (wanted.mix, wanted.environment, wanted.seed, wanted.draw) == (Mix("plan"), "baseline", 3, 17)
    assert page.quarter_of(again.get("quarter")) == 26 and page.quarter_name(26) == "2021Q3"
    assert page.quarter_of("2021Q9") == page.quarter_of("") == START_QUARTER


@pytest.mark.parametrize("text", ["-1", "1.5", "seven", "９", "", str(10**30)])
def test_a_number_of_no_run_is_refused_with_a_sentence(dadukou: Region, text: str) -> None:
    with pytest.raises(InputError) as refused:
        page.draw_of(text)
    assert "运行号" in Words("zh").error(refused.value)
    assert "draw" in Words("en").error(refused.value)


def test_no_firm_is_shown_for_a_number_that_is_none(film: Film) -> None:
    assert page.firm_of("3", film) == 3
    assert [page.firm_of(text, film) for text in ("", "-1", "x", "²", str(len(film.traits)))] == [None] * 5


def test_the_command_beside_a_run_gives_it_again(dadukou: Region) -> None:
    wanted = page.wanted_of(dadukou, Asked(mix=Mix("plan"), environment="slow", seed=2).put(draw="5"))
    assert page.command_of(dadukou, wanted) == "yidu run plan --draw 5 --seed 2 --environment slow --way mesa"
    own = page.wanted_of(dadukou, Asked(mix=Mix("plan").lever("seed_fund", ((2021, 500.0),))))
    assert page.command_of(dadukou, own) == "yidu run mix.toml --way mesa"


# --- what is written on the page


@pytest.fixture(scope="module")
def shown(dadukou: Region, film: Film) -> page.Shown:
    return page.developed(page.wanted_of(dadukou, Asked(mix=Mix("plan")).put(draw=str(DRAW))), film)


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_the_browser_shows_has_words(dadukou: Region, shown: page.Shown, language: Language) -> None:
    words = Words(language)
    given = page.stage_given(words, dadukou, shown, Around(words, dadukou, shown.film))
    assert all(given["labels"].values())
    assert {one["id"] for group in given["flows"] for one in group["parts"]} <= set(DOORS)
    raw = {id.partition(":")[2] for id in DOORS}
    for group in given["flows"]:
        assert group["title"] and not ({one["title"] for one in group["parts"]} & raw - {"closed", "won"} if language == "zh" else set())
    assert len(given["counts"]) == len(COUNTS) and all(len(one["values"]) == len(shown.film.quarters) for one in given["counts"])
    assert set(given["labels"]) >= {"play", "pause", "speed_of", "shown", "canvas"}
    for name, blanks in page.FILLED.items():
        assert all(f"{{{blank}}}" in given["labels"][name] for blank in blanks)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_firm_is_described_before_during_and_after_its_life(dadukou: Region, shown: page.Shown, language: Language) -> None:
    words, film = Words(language), shown.film
    gone = film.firms[(film.firms["alive"] == 0)]["row"]
    late = next(int(row) for row in gone if film.rows_of(int(row))[0][0] > START_QUARTER + 4)
    quarters, _ = film.rows_of(late)
    before, during, after = (page.standing(words, film, late, q) for q in (quarters[0] - 1, quarters[0], quarters[-1]))
    assert before.endswith(words("micro.firm.now_unborn", quarter="")[1:]) and after.endswith(words("micro.firm.now_gone", quarter="")[1:])
    assert len({before, during, after}) == 3


def test_files_of_a_firm_open_in_a_spreadsheet(dadukou: Region, shown: page.Shown) -> None:
    words, film = Words("zh"), shown.film
    firm = shown.tellers[0]
    table = pd.read_csv(io.BytesIO(page.quarters_csv(film, firm)))
    quarters, rows = film.rows_of(firm)
    assert len(table) == len(quarters) and np.allclose(table["revenue"], rows["revenue"])
    events = pd.read_csv(io.BytesIO(page.events_csv(words, page.life(film, firm), Around(words, dadukou, film))))
    assert list(events.columns[:3]) == ["季度", "事项", "说明"] and len(events) == len(page.life(film, firm))


def test_small_lines_and_indicators_are_the_runs_own(dadukou: Region, shown: page.Shown) -> None:
    words, film = Words("en"), shown.film
    firm = shown.tellers[0]
    revenue, staff, rd = page.course(words, film, firm)
    assert len(staff.series) == 2 and len(revenue.categories) == (film.rows_of(firm)[1]["alive"] == 1).sum() and rd.unit == ""
    figure = page.yearly(words, dadukou, film, "tech_enterprises")
    assert figure.one("value") is not None and figure.of("value")[0].values[-1] == film.values[-1, INDICATOR_IDS.index("tech_enterprises")]
    assert figure.one("target") is not None


def test_firms_with_a_story_are_offered_once_each(shown: page.Shown) -> None:
    assert 0 < len(shown.tellers) <= page.TELLERS and len(set(shown.tellers)) == len(shown.tellers)
    assert set(shown.tellers) <= set(shown.rows.tolist())


def test_another_mix_environment_seed_or_number_is_another_run(dadukou: Region) -> None:
    asked = Asked()
    others = [asked, replace(asked, seed=2), replace(asked, environment="slow"), replace(asked, mix=Mix("plan")), asked.put(draw="1")]
    assert len({page.wanted_of(dadukou, one) for one in others}) == len(others)
    assert page.wanted_of(dadukou, asked) == page.wanted_of(dadukou, asked.put(firm="3", quarter="2020Q1"))


# --- the work in a process of its own, at full size


@pytest.mark.slow
def test_the_work_of_the_page_gives_the_run_and_its_tables(dadukou: Region) -> None:
    from yidu.viz.pages.microscope_work import tables, walked

    class Steps(list[int]):
        def __call__(self, more: int) -> None:
            self.append(more)

        def begin(self, what: str, total: int | None = None) -> "Steps":
            assert total == 40
            return self

    steps = Steps()
    mix = Mix("plan").lever("seed_fund", ((2021, 800.0),))
    film = walked(dadukou, mix, "slow", 2, 3, progress=steps)  # type: ignore[arg-type]
    assert sum(steps) == 40
    archive = zipfile.ZipFile(io.BytesIO(tables(dadukou, mix, "slow", 2, 3, progress=Steps())))  # type: ignore[arg-type]
    assert {"enterprise.parquet", "indicators.csv", "ledger.csv", "run.json"} <= set(archive.namelist())
    answer = run_once(dadukou, mix.scenario(dadukou), environment="slow", seed=2, draw=3)
    assert film.digest == answer.digest
    assert answer.digest in archive.read("run.json").decode()
