"""What an answer cannot know, and which of its numbers that concerns."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests import beyond
from yidu.calibration.findings import Findings
from yidu.experiments.ensembles.moved import measured
from yidu.experiments.judging import unknown
from yidu.experiments.judging.notice import KINDS, Notice
from yidu.experiments.judging.unknown import at_prior_bound, beyond_horizon, by_class, environment_beyond, marked, of_record
from yidu.experiments.scenarios.mix import Mix
from yidu.experiments.scenarios.scenario import load as scenario
from yidu.sim.levers import LEVERS
from yidu.sim.region import Region, load
from yidu.viz.words import table

pytestmark = pytest.mark.fast

PILED = "platform_apply_rate"


def limits(notices: Sequence[Notice]) -> list[str]:
    return [one.code for one in notices if one.code in KINDS]


@pytest.mark.usefixtures("unleaning")
def test_the_plain_status_quo_is_within_what_can_be_known(dadukou: Region) -> None:
    told = beyond.told_of(dadukou)
    assert limits(told.assessment.notices) == [] and not any(row.limits for row in told.assessment.targets)


def test_what_the_shipped_fit_leans_on_is_told_with_every_answer_of_it(dadukou: Region) -> None:
    leaning = at_prior_bound(dadukou, unknown.findings_of(dadukou))
    told = beyond.told_of(dadukou).assessment.notices
    assert [one.values["parameters"] for one in told if one.code == "at_prior_bound"] == ([leaning] if leaning else [])


@pytest.mark.usefixtures("unleaning")
@pytest.mark.parametrize(
    ("condition", "codes"),
    [("extrapolation", ["beyond_experience"]), ("small_sample", ["few_draws"]), ("not_calibrated", ["prior_only"]),
     ("thin_record", ["thin_record", "silent_record"])],
)  # fmt: skip
def test_each_condition_has_its_notice_and_no_other(condition: str, codes: list[str], tmp_path: Path) -> None:
    assert limits(beyond.told_under(condition, tmp_path).assessment.notices) == codes


@pytest.mark.usefixtures("unleaning")
def test_only_targets_that_a_far_lever_moves_are_extrapolated(dadukou: Region) -> None:
    rows = beyond.told_of(dadukou, beyond.FAR).assessment.targets
    assert {row.indicator: row.limits for row in rows if row.limits} == dict.fromkeys(LEVERS["seed_fund"].moves, ("beyond_experience",))
    twice = Mix().lever("seed_fund", ((2021, 2.0 * dadukou.levers.get("seed_fund", 2020)),))
    assert not any(row.limits for row in beyond.told_of(dadukou, twice).assessment.targets)


@pytest.mark.usefixtures("unleaning")
def test_an_environment_that_was_never_seen_is_extrapolated_throughout_and_the_packs_own_are_not(dadukou: Region) -> None:
    slump = Mix().assume("gdp_growth", ((2021, -0.09),))
    rows = beyond.told_of(dadukou, slump).assessment
    assert "environment_beyond" in limits(rows.notices) and all(row.limits == ("environment_beyond",) for row in rows.targets)
    assert environment_beyond(dadukou, Mix().assume("gdp_growth", ((2021, 0.05),)).scenario(dadukou), "baseline") == ()
    for region in (dadukou, load("chongqing")):
        usual = scenario(region, "status_quo")
        assert [environment_beyond(region, usual, name) for name in region.environment.environments] == [()] * 4


@pytest.mark.parametrize(
    ("case", "far"),
    [({"shift": {"gdp_growth": -0.2}}, ("gdp_growth",)), ({"shift": {"city_pull": 0.6}}, ()), ({"shift": {}, "sd_scale": 2.0}, ()),
     ({"shift": {}, "shock_year": 2022}, ())],
)  # fmt: skip
def test_an_environment_of_the_packs_own_may_lie_outside_too(dadukou: Region, case: dict[str, object], far: tuple[str, ...]) -> None:
    harsh = beyond.with_case(dadukou, **case)
    said = environment_beyond(harsh, scenario(harsh, "status_quo"), beyond.HARSH)
    assert said == ((Notice("environment_beyond", {"fields": far}),) if far else ())


def test_a_spread_three_times_as_wide_is_outside_in_every_field_that_spreads(dadukou: Region) -> None:
    harsh = beyond.with_case(dadukou, shift={}, sd_scale=3.0)
    (said,) = environment_beyond(harsh, scenario(harsh, "status_quo"), beyond.HARSH)
    assert said.values["fields"] == tuple(name for name, field in dadukou.environment.fields.items() if field.sd > 0.0)


def test_what_a_scenario_assumes_is_not_shifted_and_what_it_does_not_is(dadukou: Region) -> None:
    harsh = beyond.with_case(dadukou, shift={"gdp_growth": -0.2, "city_pull": 2.0})
    mix = Mix().assume("gdp_growth", ((2021, 0.05),)).scenario(harsh)
    (said,) = environment_beyond(harsh, mix, beyond.HARSH)
    assert said.values["fields"] == ("city_pull",)


def test_beyond_the_horizon_checked_a_target_is_extrapolated(dadukou: Region) -> None:
    assert beyond_horizon(dadukou, 2025) == ()
    said = beyond_horizon(dadukou, 2030)
    assert said == (Notice("targets_extrapolated", {"first": "2026", "years": "5"}),)
    (row, *_) = beyond.told_of(dadukou).assessment.targets
    late, usual = marked([row.model_copy(update={"year": 2026}), row], said)
    assert late.limits == ("targets_extrapolated",) and usual.limits == ()


def with_fitted(found: Findings, **values: float) -> Findings:
    """The findings with one uniform prior (0.1 to 0.7) fitted otherwise."""
    usual = {"prior_p05": 0.13, "prior_median": 0.4, "prior_p95": 0.67, "p05": 0.2, "median": 0.4, "p95": 0.6}
    usual |= {"contraction": 0.3, "shift": 0.0}
    rows = [row.model_copy(update={**usual, **values}) if row.parameter == PILED else row for row in found.parameters]
    return found.model_copy(update={"parameters": tuple(rows)})


def test_a_parameter_piled_at_its_bound_marks_the_targets_it_carries(dadukou: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    found = unknown.findings_of(dadukou)
    assert found is not None and PILED not in at_prior_bound(dadukou, with_fitted(found))
    worse = with_fitted(found, median=0.68)
    monkeypatch.setattr(unknown, "findings_of", lambda _: worse)
    assert PILED in at_prior_bound(dadukou, worse)
    (row, *_) = beyond.told_of(dadukou).assessment.targets
    carried = row.model_copy(update={"carriers": (SimpleNamespace(parameter=PILED),)})
    assert [one.limits for one in marked([carried, row], unknown.of_fit(dadukou))] == [("at_prior_bound",), ()]


def test_draws_that_lean_on_the_end_of_what_was_thought_possible_are_told_of(dadukou: Region) -> None:
    found = unknown.findings_of(dadukou)
    assert found is not None
    leaning = {"p05": 0.4, "median": 0.56, "p95": 0.69, "shift": 0.7}
    assert PILED in at_prior_bound(dadukou, with_fitted(found, **leaning))
    assert PILED not in at_prior_bound(dadukou, with_fitted(found, **{**leaning, "shift": 0.2}))  # the prior itself comes near its end
    assert PILED not in at_prior_bound(dadukou, with_fitted(found, **{**leaning, "contraction": 0.05}))  # nothing was learned of it
    assert PILED in at_prior_bound(dadukou, with_fitted(found, p05=0.11, median=0.2, p95=0.4, shift=-0.9))


def test_nothing_is_said_of_a_natural_end_or_of_a_switch(dadukou: Region) -> None:
    found = unknown.findings_of(dadukou)
    assert found is not None
    priors = {prior.parameter: prior for prior in dadukou.priors}
    at_end = {"prior_p05": 0.1, "prior_median": 0.5, "prior_p95": 0.9, "contraction": 0.5}
    for name, where, told in (
        ("project_win_rate", {"p05": 0.7, "median": 0.97, "p95": 1.0, "shift": 1.2}, False),  # all that are in reach: there are no more
        ("project_win_rate", {"p05": 0.02, "median": 0.05, "p95": 0.3, "shift": -1.2}, True),
        ("awareness_2015", {"p05": 0.01, "median": 0.05, "p95": 0.3, "shift": -1.2}, False),  # nobody
        ("level:enterprise_coaching", {"p05": 1.2, "median": 1.5, "p95": 1.9, "shift": 1.2}, True),  # a lever's own level of 2016-2020
        ("effort_on", {"p05": 0.0, "median": 1.0, "p95": 1.0, "shift": 0.8}, False),
        ("level:seed_fund", {"p05": 0.7, "median": 0.97, "p95": 1.0, "shift": 1.2}, True),  # a lever of the record, which ends nowhere
        ("level:seed_fund", {"p05": 0.4, "median": 0.8, "p95": 1.0, "shift": 1.2}, False),
    ):
        rows = tuple(row.model_copy(update={**at_end, **where}) if row.parameter == name else row for row in found.parameters)
        assert (name in at_prior_bound(dadukou, found.model_copy(update={"parameters": rows}))) == told, (name, where)
    assert priors["project_win_rate"].high == 1.0 and priors["awareness_2015"].low == 0.0


def test_the_citys_record_is_thin_and_the_districts_is_not(dadukou: Region) -> None:
    assert list(of_record(dadukou)) == []
    thin = next(iter(of_record(load("chongqing"))))
    assert (thin.values["facts"], thin.values["known"], thin.values["of"]) == (22, 7, 25)
    bare = replace(dadukou, facts=())
    assert len(by_class(bare)["可校准"]) == 0 and next(iter(of_record(bare))).code == "thin_record"


def test_every_kind_has_its_words_and_every_code_its_sentence() -> None:
    for language in ("zh", "en"):
        known = table(language)  # type: ignore[arg-type]
        assert {f"limit.kind.{kind}" for kind in KINDS.values()} <= known.keys()
        assert {f"notice.{code}" for code in KINDS if not code.startswith("sweep_")} <= known.keys()


def test_a_lever_says_what_it_was_measured_to_move_or_what_it_is_meant_for_and_not_both() -> None:
    assert [id for id, bar in LEVERS.items() if bar.moves and bar.meant_for] == []


@pytest.mark.slow
def test_what_each_lever_moves_is_as_measured(dadukou: Region) -> None:
    chosen = ("enterprise_coaching", "seed_fund", "talent_recruitment", "rd_grant_rate")
    found = measured(dadukou, chosen)
    assert {id: found[id] for id in chosen} == {id: LEVERS[id].moves for id in chosen}


def test_a_scenario_file_of_the_pack_beyond_experience_marks_its_targets(dadukou: Region) -> None:
    mix = scenario(dadukou, "talent_first")
    said = [*unknown.environment_beyond(dadukou, mix, "baseline"), Notice("beyond_experience", {"levers": ("talent_package",)})]
    rows = marked(beyond.told_of(dadukou).assessment.targets, said)
    assert [row.indicator for row in rows if row.limits] == ["high_end_talent"]
