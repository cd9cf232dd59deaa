"""What a calibration has to pass: the marks hold at their edges, and nothing else fails it."""

import pytest

from tests.viz.findings_example import findings, without_doubts
from yidu.calibration import gates
from yidu.calibration.findings import Case, Coverage
from yidu.sim.region import Region

pytestmark = pytest.mark.fast


def covering(case: Case, level: float, coverage: float) -> Coverage:
    return Coverage(case=case, what="facts", assumed=0.2, injected=0.2, level=level, coverage=coverage, mc_error=0.01, truths=500)


@pytest.mark.parametrize(
    "case, level, coverage, fine",
    [
        ("assumed", 0.5, 0.53, True), ("assumed", 0.5, 0.47, True), ("assumed", 0.9, 0.931, False), ("assumed", 0.9, 0.869, False),
        ("clean", 0.9, 0.87, True), ("clean", 0.9, 0.869, False), ("clean", 0.5, 0.99, True), ("sweep", 0.9, 0.2, True),
    ],
)  # fmt: skip
def test_intervals_may_be_three_points_off_and_on_clean_truths_too_wide(case: Case, level: float, coverage: float, fine: bool) -> None:
    assert gates.covers(covering(case, level, coverage)) is fine


def test_a_fact_outside_its_interval_fails_unless_the_contradicting_fact_is_named(dadukou: Region) -> None:
    found = findings(dadukou)
    outside = {row.fact: row for row in found.facts if not row.inside95}
    assert outside["knowledge_loan_firms_2020"].conflict and outside["patents_per_10k_census"].role == "context"
    assert [code for code in gates.failures(found) if code.startswith("fact:")] == ["fact:projects_won_2020"]


def test_every_rank_outside_its_band_is_a_failure_of_its_own(dadukou: Region) -> None:
    found = findings(dadukou)
    assert found.ranks is not None
    outside = [f"rank:{row.quantity}" for row in found.ranks.quantities if not row.inside]
    assert len(outside) == 2 and set(outside) <= set(gates.failures(found))


@pytest.mark.parametrize("truths", [0, 499, 500])
def test_fewer_than_five_hundred_synthetic_truths_are_too_few(dadukou: Region, truths: int) -> None:
    fine = without_doubts(dadukou)
    assert fine.ranks is not None
    ranks = fine.ranks.model_copy(update={"truths": truths}) if truths else None
    codes = gates.failures(fine.model_copy(update={"ranks": ranks}))
    assert codes == (() if truths == 500 else (f"truths:{truths}",))


def test_a_calibration_without_doubts_has_no_failures(dadukou: Region) -> None:
    assert gates.failures(without_doubts(dadukou)) == ()
