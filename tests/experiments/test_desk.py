"""Answers while somebody waits: early, then refined, the runs of `assess` to the bit, and dropped where nobody waits."""

import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from yidu.experiments.assess import desk as desks
from yidu.experiments.assess.ask import ask
from yidu.experiments.assess.compute import assess
from yidu.experiments.assess.desk import Desk, Question
from yidu.experiments.compare.compute import compared
from yidu.experiments.scenarios.mix import Mix
from yidu.sim.region import Region, load

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


# --- many people at once


class Held:
    """A desk that writes down what it computes, and computes nothing before it is let go."""

    def __init__(self, desk: Desk, monkeypatch: pytest.MonkeyPatch):
        self.go, self.computed = threading.Event(), list[Question]()
        usual = desk._chunk

        def chunk(work: desks._Work) -> object:
            self.go.wait(60)
            self.computed.append(work.question)
            return usual(work)

        monkeypatch.setattr(desk, "_chunk", chunk)


def test_what_many_ask_at_once_is_computed_once_and_told_to_all(desk: Desk, dadukou: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    held = Held(desk, monkeypatch)
    asked = [desk.ask(question(dadukou, Mix(title=title)), 24, title) for title in ("甲", "乙", "丙", "丁")]
    early = desk.ask(question(dadukou), 6)
    asked[1].drop()
    held.go.set()
    told = [list(one.answers()) for one in asked]
    assert [[answer.runs for answer in one] for one in told] == [[6, 12, 24], [], [6, 12, 24], [6, 12, 24]]
    assert [one.runs for one in early.answers()] == [6]
    assert len(held.computed) == len(SMALL)
    assert [one[-1].question.scenario.title_zh for one in told if one] == ["甲", "丙", "丁"]


def test_everybodys_first_question_goes_before_anybodys_second(desk: Desk, dadukou: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    held = Held(desk, monkeypatch)
    many = [desk.ask(question(dadukou, Mix(name), gains=True), 6, "compares") for name in ("status_quo", "plan", "austerity")]
    one = desk.ask(question(dadukou, Mix("talent_first")), 6, "moves a lever")
    assert desk.ahead(one) == 1 and [desk.ahead(other) for other in many] == [0, 1, 1]
    held.go.set()
    for asking in (*many, one):
        list(asking.answers())
    assert [asked.scenario.name for asked in held.computed] == ["status_quo", "talent_first", "plan", "austerity"]
    assert desk.ahead(one) == 0


def test_a_question_dropped_while_the_row_is_made_holds_up_nobody(desk: Desk, dadukou: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    class DroppedOnTheSecondLook(threading.Event):
        looks = 0

        def is_set(self) -> bool:
            self.looks += 1
            return self.looks > 1

    held = Held(desk, monkeypatch)
    one = desk.ask(question(dadukou, seed=98), 6)
    one.dropped = DroppedOnTheSecondLook()
    other = desk.ask(question(dadukou), 6)
    held.go.set()
    assert [told.runs for told in other.answers()] == [6]


def test_an_error_of_the_row_reaches_who_waits_and_the_next_question_is_answered(
    desk: Desk, dadukou: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(desk, "_row", lambda: min([]))
        with pytest.raises(ValueError):
            list(desk.ask(question(dadukou), 6).answers())
    assert [told.runs for told in desk.ask(question(dadukou), 6).answers()] == [6]


def test_who_waits_is_told_so_until_the_answer_comes(desk: Desk, dadukou: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    held, waited = Held(desk, monkeypatch), list[int]()
    desk.ask(question(dadukou), 6, "another")
    mine = desk.ask(question(dadukou, Mix("plan")), 6, "mine")

    def wait() -> None:
        waited.append(desk.ahead(mine))
        held.go.set()

    assert [one.runs for one in mine.answers(wait, 0.05)] == [6]
    assert waited[0] == 1


class Unsaid:
    """A desk that works out no answer before it is let go."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch):
        self.go = threading.Event()
        monkeypatch.setattr(desks, "assess", lambda *args: (self.go.wait(60), assess(*args))[1])


def until(true: Callable[[], bool]) -> None:
    """Wait for something that another thread does."""
    for _ in range(6000):
        if true():
            return
        time.sleep(0.01)
    pytest.fail("it did not happen")


def test_the_next_runs_are_computed_while_an_answer_is_worked_out(desk: Desk, dadukou: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    unsaid, held = Unsaid(monkeypatch), Held(desk, monkeypatch)
    held.go.set()
    one = desk.ask(question(dadukou, Mix("plan")), 24)
    until(lambda: len(held.computed) == len(SMALL))
    assert desk.known(one.question) is None
    unsaid.go.set()
    assert [told.runs for told in one.answers()] == [6, 12, 24]


def test_who_asks_while_the_last_answer_is_worked_out_is_told_it_too(desk: Desk, dadukou: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    unsaid, held = Unsaid(monkeypatch), Held(desk, monkeypatch)
    held.go.set()
    first = desk.ask(question(dadukou, Mix("plan")), 12)
    until(lambda: len(held.computed) == 2)
    same, more = desk.ask(first.question, 6), desk.ask(first.question, 24)
    unsaid.go.set()
    assert [told.runs for told in first.answers()] == [6, 12]
    assert [told.runs for told in same.answers()] == [6]
    assert [told.runs for told in more.answers()] == [6, 12, 24]
    assert len(held.computed) == len(SMALL)
    assert not desk._work


def test_what_goes_wrong_with_an_answer_reaches_who_asked(desk: Desk, dadukou: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("no judge today")

    with monkeypatch.context() as worse:
        worse.setattr(desks, "assess", broken)
        with pytest.raises(RuntimeError, match="no judge"):
            list(desk.ask(question(dadukou, Mix("plan")), 24).answers())
    assert [told.runs for told in desk.ask(question(dadukou, Mix("plan")), 6).answers()] == [6]


def test_a_region_with_other_targets_is_answered_from_the_runs_that_are_kept(
    desk: Desk, dadukou: Region, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "region"
    shutil.copytree(dadukou.folder, folder)
    targets = (folder / "targets.csv").read_text(encoding="utf-8")
    (folder / "targets.csv").write_text(re.sub(r"(?m)^.*\btech_projects\b.*\n", "", targets), encoding="utf-8")
    mine = load(folder)
    assert len(mine.targets) == len(dadukou.targets) - 1
    list(desk.ask(question(dadukou), 6).answers())
    monkeypatch.setattr(desks, "study", lambda *_, **__: pytest.fail("the record was simulated again"))
    (told,) = desk.ask(question(mine), 6).answers()
    monkeypatch.undo()
    alone = ask(mine, Mix().scenario(mine), runs=6, shares=False)
    assert (told.assessment.digest, told.assessment.targets) == (alone.digest, alone.targets)
    desk.forget(mine)
    assert desk.known(question(mine)) is None and desk.known(question(dadukou)) is not None


def test_runs_that_were_used_last_are_kept(desk: Desk, dadukou: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desks, "KEPT_RUNS", 12)
    simulated: list[int] = []
    usual = desks.study
    monkeypatch.setattr(desks, "study", lambda *args, **more: (simulated.append(more["seed"]), usual(*args, **more))[1])
    for seed, mix in ((1, "status_quo"), (2, "status_quo"), (1, "plan"), (3, "status_quo"), (1, "austerity"), (2, "plan")):
        list(desk.ask(question(dadukou, Mix(mix), seed=seed), 6).answers())
    assert simulated == [1, 2, 3, 2]


def test_what_judging_does_not_change_is_held_once(desk: Desk, dadukou: Region) -> None:
    mixed = list(desk.ask(question(dadukou), 24).answers())[-1].mixed
    assert mixed.judged.flows is mixed.plain.flows and mixed.judged.parameters is mixed.plain.parameters
    assert mixed.judged.values is not mixed.plain.values


def test_an_answer_under_another_name_is_the_one_that_it_would_have_been(desk: Desk, dadukou: Region) -> None:
    list(desk.ask(question(dadukou), 6).answers())
    usual = load(dadukou.folder).levers
    same = Mix("plan", title="现状").scenario(dadukou)
    named = Question(dadukou, replace(same, levers=usual, environment={}, triggers=()), "baseline", 1)
    (told,) = desk.ask(named, 6).answers()
    assert told.assessment == assess(dadukou, named.scenario, told.mixed.plain, told.mixed.judged)
    assert told.assessment.scenario == told.mixed.plain.scenario == "plan"
