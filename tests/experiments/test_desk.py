"""Answers while somebody waits: early, then refined, the runs of `assess` to the bit, and dropped where nobody waits."""

import threading
from collections.abc import Iterator

import pytest

from experiments import desk as desks
from experiments.ask import ask
from experiments.compare import compared
from experiments.desk import Desk, Question
from experiments.mix import Mix
from sim.region import Region

SMALL = (6, 6, 12)


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A desk that answers in small chunks."""
    monkeypatch.setattr(desks, "CHUNKS", SMALL)
    monkeypatch.setattr(desks, "SHOWN", (6, 12, 24))
    monkeypatch.setattr(desks, "FULL", 24)
    yield Desk()


def question(region: Region, mix: Mix | None = None, seed: int = 1, environment: str = "baseline", gains: bool = False) -> Question:
    return Question(region, (mix or Mix()).scenario(region), environment, seed, gains)


def test_an_answer_is_told_early_and_refined_to_that_of_assess(desk: Desk, dadukou: Region) -> None:
    mix = Mix("plan").lever("enterprise_coaching", ((2021, 90.0),))
    told = list(desk.ask(question(dadukou, mix), 24).answers())
    assert [one.runs for one in told] == [6, 12, 24]
    whole = ask(dadukou, mix.scenario(dadukou), runs=24, shares=False)
    assert told[-1].assessment.digest == whole.digest
    assert told[-1].assessment.targets == whole.targets


def test_the_same_question_is_answered_at_once_under_its_own_name(desk: Desk, dadukou: Region) -> None:
    first = list(desk.ask(question(dadukou), 24).answers())[-1]
    again = desk.ask(question(dadukou, Mix(title="另一个名字")), 24)
    (told,) = again.answers()
    assert told.mixed.plain.values is first.mixed.plain.values
    assert told.question.scenario.title_zh == "另一个名字"


def test_other_assumptions_or_luck_are_another_question(desk: Desk, dadukou: Region) -> None:
    digests = {
        list(desk.ask(one, 6).answers())[-1].assessment.digest
        for one in (question(dadukou), question(dadukou, seed=2), question(dadukou, environment="slow"),
                    question(dadukou, Mix().assume("gdp_growth", ((2021, 0.02),))))
    }  # fmt: skip
    assert len(digests) == 4


def test_a_question_that_nobody_waits_for_is_dropped_and_the_next_is_answered(desk: Desk, dadukou: Region) -> None:
    dropped = desk.ask(question(dadukou, Mix("austerity")), 24)
    dropped.drop()
    assert list(dropped.answers()) == []
    assert [one.runs for one in desk.ask(question(dadukou), 6).answers()] == [6]


def test_who_has_been_told_least_goes_first(desk: Desk, dadukou: Region) -> None:
    order: list[str] = []
    list(desk.ask(question(dadukou), 24).answers())  # runs are kept from now on

    def follow(name: str, one: desks.Asking) -> None:
        for told in one.answers():
            order.append(f"{name}{told.runs}")

    asked = [("a", desk.ask(question(dadukou, Mix("plan")), 24)), ("b", desk.ask(question(dadukou, Mix("austerity")), 24))]
    threads = [threading.Thread(target=follow, args=one) for one in asked]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert order.index("b6") < order.index("a24") and order.index("b12") < order.index("a24")


def test_mixes_of_the_desk_are_compared_on_the_same_runs(desk: Desk, dadukou: Region) -> None:
    mixes = [list(desk.ask(question(dadukou, Mix(name), gains=True), 24).answers())[-1].mixed for name in ("status_quo", "plan")]
    found = compared(dadukou, mixes)
    assert found.answer.runs == 24 and found.answer.comparisons[0].gains


def test_what_goes_wrong_reaches_who_asked(desk: Desk, dadukou: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("no luck today")

    monkeypatch.setattr(desks, "study", broken)
    with pytest.raises(RuntimeError, match="no luck"):
        list(desk.ask(question(dadukou, seed=99), 24).answers())


def test_a_region_that_is_left_is_let_go(desk: Desk, dadukou: Region) -> None:
    list(desk.ask(question(dadukou), 6).answers())
    desk.forget(dadukou)
    assert desk.known(question(dadukou)) is None
