"""The figures of what the model rests on: the record at 100 %, silence told from knowledge, readings before and after."""

import pytest

from tests.viz.findings_example import findings
from yidu.calibration import gates
from yidu.calibration.findings import Findings
from yidu.experiments.judging.evidence import levers_known
from yidu.sim.levers import LEVERS
from yidu.sim.region import Region
from yidu.viz.figures import evidence as figures
from yidu.viz.presenters.calibration import Said
from yidu.viz.words import LANGUAGES, Language, Words

pytestmark = pytest.mark.fast


@pytest.fixture(scope="module")
def found(dadukou: Region) -> Findings:
    return findings(dadukou)


@pytest.mark.parametrize("language", LANGUAGES)
def test_facts_of_every_unit_share_an_axis_on_which_the_record_is_100(dadukou: Region, found: Findings, language: Language) -> None:
    figure = figures.facts(Said(Words(language), found, dadukou))
    assert set(figure.one("record").values) == {100.0}  # type: ignore[union-attr]
    row = next(one for one in found.facts if one.fact == figure.keys[0])
    assert figure.one("median").values[0] == pytest.approx(100.0 * row.median / row.record)  # type: ignore[union-attr]
    assert {row.role for row in found.facts if row.fact in figure.keys} == {"calibrate"}


def test_a_fact_outside_its_interval_carries_a_sign(dadukou: Region, found: Findings) -> None:
    said = Said(Words("zh"), found, dadukou)
    signs = {row.fact: figures.told(said, row)[0] for row in found.facts if not row.inside95}
    assert signs and set(signs.values()) <= {"✗", "△"}
    assert {name for name, sign in signs.items() if sign == "✗"} == {row.fact for row in found.facts if gates.unexplained(row)}


def test_parameters_are_those_that_the_record_speaks_of_and_the_rest_are_counted(dadukou: Region, found: Findings) -> None:
    said = Said(Words("en"), found, dadukou)
    figure = figures.parameters(said)
    assert all((value or 0.0) >= 10.0 for value in figure.of("value")[0].values) and str(len(said.silent)) in figure.note
    assert figure.levels[0][0] == 10.0


def test_every_lever_is_there_and_the_silent_ones_are_counted_in_the_title(dadukou: Region, found: Findings) -> None:
    known = levers_known(dadukou).values()
    figure = figures.levers(Said(Words("zh"), found, dadukou), known)
    assert set(figure.keys) == set(LEVERS) and f"{sum(one.silent for one in known)} 个" in figure.title
    shares = [value or 0.0 for value in figure.of("value")[0].values]
    assert shares == sorted(shares)


def test_readings_of_a_fact_are_told_before_and_after(dadukou: Region, found: Findings) -> None:
    figure = figures.readings(Said(Words("zh"), found, dadukou))
    assert len(figure.keys) == len(found.readings)
    assert figure.one("record").values[0] == pytest.approx(100.0 * found.readings[0].prior_weight)  # type: ignore[union-attr]
