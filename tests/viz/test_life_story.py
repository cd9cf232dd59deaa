"""The story of a firm says what its columns say, quarter by quarter, in both languages."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.sim.small import small
from yidu.agents.enterprise import ENTERPRISE, NEVER
from yidu.experiments.microscope.film import DOOR, NOTE, PAYMENT, Film
from yidu.experiments.microscope.filming import taken
from yidu.experiments.microscope.life_story import BORN, ENTRIES, Event, life, lived, money
from yidu.experiments.scenarios.scenario import load as load_scenario
from yidu.sim import flows as door
from yidu.sim import ledger as line
from yidu.sim.record import record
from yidu.sim.region import Region
from yidu.sim.world import RECORD_END_QUARTER, START_QUARTER
from yidu.viz.presenters.life_story import Around, said, told
from yidu.viz.words import LANGUAGES, Language, Words

FIRST = 20
"""First quarter of the firms that are made up here: the first of 2020."""


def quarters(**columns: list[float]) -> tuple[list[int], np.ndarray]:
    """A firm founded at the start of 2020, with these columns in each quarter and nothing else happening to it."""
    many = max(map(len, columns.values()))
    rows = np.zeros(many, ENTERPRISE)
    for name in ENTERPRISE.names or ():
        if name.endswith(("_q", "_year")) and name not in ("rd_year", "sales_year"):
            rows[name] = NEVER
    rows["alive"], rows["incubator"], rows["partner"], rows["revenue"], rows["staff"] = 1, -1, -1, 100.0, 5.0
    for name, values in columns.items():
        rows[name] = values
    return list(range(FIRST, FIRST + many)), rows


def happened(notes: np.ndarray | None = None, **columns: list[float]) -> list[tuple[int, str]]:
    """What happens to such a firm after it is founded: quarters after the first, and kinds."""
    when, rows = quarters(**columns)
    trait = {"birth_q": FIRST, "door": 1, "giant": 0}
    events = lived(when, rows, trait, notes, when[-1])
    assert events[0].kind == "founded" and events[0].quarter == FIRST
    return [(event.quarter - FIRST, event.kind) for event in events[1:]]


def booked(*entries: tuple[int, int, int, float]) -> np.ndarray:
    return np.array([(FIRST + when, 0, kind, number, amount) for when, kind, number, amount in entries], NOTE)


def test_a_firm_moves_into_an_incubator_and_graduates() -> None:
    assert happened(incubator=[-1, 4, 4, -1], incubator_asked=[0, 0, 0, -5]) == [(1, "incubator"), (3, "graduated"), (3, "lives")]


def test_a_tenant_whose_time_is_up_leaves_without_graduating() -> None:
    assert happened(incubator=[4, 4, -1], incubator_asked=[5, 0, 0]) == [(0, "incubator"), (2, "incubator_left"), (2, "lives")]


def test_a_loan_is_taken_and_repaid_in_instalments() -> None:
    # 160,000 yuan in eight instalments: the first is paid in the quarter of the loan.
    when, rows = quarters(knowledge_loan=[0.0, *(20_000.0 * left for left in range(7, -1, -1)), 0.0])
    events = lived(when, rows, {"birth_q": FIRST, "door": 1, "giant": 0}, None, when[-1])
    assert [(event.quarter - FIRST, event.kind) for event in events[1:-1]] == [(1, "knowledge_loan"), (8, "knowledge_repaid")]
    assert events[1].values["amount"] == pytest.approx(16.0)


def test_a_default_is_no_repayment_and_a_firm_may_close_over_it() -> None:
    found = happened(commercial_loan=[0, 300_000, 0], commercial_bad=[0, 0, 300_000], alive=[1, 1, 0], exit_q=[NEVER, NEVER, FIRST + 2],
                     notes=booked((2, DOOR, door.CLOSED, 1.0)))  # fmt: skip
    assert found == [(1, "commercial_loan"), (2, "commercial_default"), (2, "closed")]


def test_who_leaves_by_moving_out_has_not_closed() -> None:
    assert happened(alive=[1, 0], notes=booked((1, DOOR, door.MOVED_OUT, 1.0))) == [(1, "moved")]
    assert happened(alive=[1, 0]) == [(1, "gone")]  # tables alone do not say


def test_a_certificate_is_issued_renewed_after_three_years_and_runs_out() -> None:
    issued = FIRST + 7
    held = [NEVER] * 7 + [issued] * 12 + [issued + 12] * 12 + [NEVER]
    assert happened(hnte_q=held) == [(7, "certified"), (19, "renewed"), (31, "certificate_lapsed"), (31, "lives")]


@pytest.mark.parametrize("number, kind", ENTRIES.items())
def test_the_books_say_how_a_firm_entered_the_register_and_what_it_was_paid(number: int, kind: str) -> None:
    when, rows = quarters(register_q=[NEVER, NEVER, FIRST + 2])
    notes = booked((2, DOOR, number, 1.0), (2, PAYMENT, line.REGISTER_AWARD, 6_500.0))
    event = lived(when, rows, {"birth_q": FIRST, "door": 1, "giant": 0}, notes, when[-1])[1]
    assert (event.kind, dict(event.values)) == (kind, {"award": 0.65})


def test_what_the_record_put_right_at_the_end_of_2020_is_no_decision_of_the_firm() -> None:
    last = RECORD_END_QUARTER - FIRST
    joined = [NEVER] * last + [RECORD_END_QUARTER]
    assert happened(register_q=joined, notes=booked())[0] == (last, "registered_record")
    assert happened(register_q=joined, notes=booked((last, DOOR, door.REGISTERED, 1.0)))[0] == (last, "registered")
    assert happened(register_q=[NEVER] * last + [RECORD_END_QUARTER - 5])[0] == (last, "registered_record")
    assert happened(register_q=[FIRST] * last + [NEVER], notes=booked())[1] == (last, "unregistered")


def test_people_partners_projects_and_platforms_are_told_as_they_come() -> None:
    assert happened(talents=[0, 2, 1], partner=[-1, 3, -1], project_year=[NEVER, 2020, 2020], proposal=[0, 4, 0], platforms=[0, 0, 1]) == [
        (1, "partner"), (1, "project_backed"), (1, "talent_in"), (2, "partner_left"), (2, "platform"), (2, "talent_out"), (2, "lives"),
    ]  # fmt: skip


# --- a run of 150 firms


@pytest.fixture(scope="module")
def film(dadukou: Region) -> Film:
    return taken(dadukou, load_scenario(dadukou, "plan"), draw=4, draws=small(dadukou))


@pytest.fixture(scope="module")
def table(dadukou: Region, tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """The firms of the same run as `yidu run --out` writes them."""
    out = tmp_path_factory.mktemp("run")
    plan = load_scenario(dadukou, "plan")
    record(dadukou, plan.levers, triggers=plan.triggers, scenario="plan", draw=4, draws=small(dadukou), out=out)
    return pd.read_parquet(out / "enterprise.parquet")


COARSE = {**dict.fromkeys(ENTRIES.values(), "registered"), "closed": "gone", "moved": "gone"}
"""What tables alone cannot tell apart."""


def coarse(events: list[Event]) -> list[tuple[int, str]]:
    """Kinds and quarters, but for the end of 2020, where only the books say what was reconciled."""
    return [(event.quarter, COARSE.get(event.kind, event.kind)) for event in events if event.quarter != RECORD_END_QUARTER]


def test_every_story_is_the_one_that_the_written_tables_tell(film: Film, table: pd.DataFrame) -> None:
    loaned = {"knowledge_loan", "knowledge_default", "commercial_loan", "commercial_default", "knowledge_repaid", "commercial_repaid"}
    checked = 0
    for firm, rows in table.groupby("row"):
        known = rows.to_records(index=False)
        told = lived([int(q) for q in rows["quarter"]], known, known[0], None, film.quarters[-1])
        ours = life(film, int(firm))
        gone = ours[-1].quarter if ours[-1].kind in ("closed", "moved") else 10**6
        # The written tables begin a quarter later, and end with the living: of a firm's last quarter they say no more than that it is gone.
        begins = START_QUARTER + 1 if ours[0].quarter == START_QUARTER else -1
        mine, theirs = ([one for one in coarse(story) if begins < one[0] < gone or one[1] == "gone"] for story in (ours, told))
        assert mine == theirs, firm
        amounts = {(event.quarter, event.kind): event.values["amount"] for event in told if event.kind in loaned and event.values}
        for event in ours:
            if (event.quarter, event.kind) in amounts:
                assert event.values["amount"] == pytest.approx(amounts[event.quarter, event.kind], rel=1e-4, abs=1e-3)
        checked += 1
    assert checked > 150


def test_all_that_the_doors_counted_is_somebodys_story(film: Film) -> None:
    stories = [event for firm in range(len(film.traits)) for event in life(film, firm)]
    plain = [event for event in stories if event.quarter != RECORD_END_QUARTER]
    flows = film.flows[[k for k, quarter in enumerate(film.quarters) if quarter != RECORD_END_QUARTER]].sum(axis=0)
    for number, kind in {
        door.CERTIFIED: "certified", door.RENEWED: "renewed", door.TENANT_GRADUATED: "graduated", door.CLOSED: "closed",
        door.MOVED_OUT: "moved", door.SPECIALISED: "specialised", door.OTC_LISTED: "otc", door.LOAN_PAID: "knowledge_loan",
        door.LOAN_DEFAULTED: "knowledge_default", door.COMMERCIAL_PAID: "commercial_loan", door.SEED_INVESTED: "seed",
        door.PLATFORM_RECOGNISED: "platform", door.STATION_OPENED: "station", door.FOUNDED: "founded", **ENTRIES,
    }.items():  # fmt: skip
        assert sum(event.kind == kind for event in plain) == flows[number], kind


def test_public_money_of_all_firms_is_what_the_ledger_paid(film: Film) -> None:
    total = sum(money(film, firm).get("register_award", 0.0) for firm in range(len(film.traits)))
    named = film.notes[(film.notes["kind"] == PAYMENT) & (film.notes["number"] == line.REGISTER_AWARD)]
    assert total == pytest.approx(named["amount"].sum() / 1e4)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_event_of_the_run_has_a_sentence(dadukou: Region, film: Film, language: Language) -> None:
    words = Words(language)
    around = Around(words, dadukou, film)
    for firm in range(len(film.traits)):
        for date, sentence in told(words, life(film, firm), around):
            assert date and sentence and "{" not in sentence and " nan" not in sentence


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_event_that_the_source_can_give_has_words(language: Language) -> None:
    import re

    from yidu.viz.words import table as known

    source = (Path(__file__).parents[2] / "experiments" / "microscope" / "life_story.py").read_text(encoding="utf-8")
    kinds = set(re.findall(r'Event\([^"\n]*?"([a-z_]+)"(?!:)', source)) | set(BORN.values()) | set(ENTRIES.values())
    missing = {kind for kind in kinds if f"micro.story.{kind}" not in known(language)}
    assert not missing


def test_a_sentence_names_the_sum_and_the_incubator(dadukou: Region, film: Film) -> None:
    words = Words("zh")
    around = Around(words, dadukou, film)
    assert said(words, Event(30, "knowledge_loan", {"amount": 213.04}), around) == "获得知识价值信用贷款，213 万元"
    assert said(words, Event(30, "incubator", {"incubator": 0}), around).startswith("入驻")
    assert said(Words("en"), Event(30, "certified", {"award": 20.0}), around).endswith("with an award of 20 x 10k yuan")
