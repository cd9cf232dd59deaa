"""The published shape of answers."""

import json
import math

import jsonschema
import pytest
from pydantic import ValidationError

from tests.experiments.synthetic import outcomes
from yidu.experiments.assess.answer import AssessAnswer
from yidu.experiments.assess.compute import assess
from yidu.experiments.judging.answer import PublicMoney, to_json, version
from yidu.experiments.schemas import PUBLISHED, SCHEMAS, schema
from yidu.sim.region import Region

pytestmark = pytest.mark.fast

CONTRACT = [
    "region", "scenario", "environment", "runs", "seed", "digest", "version", "targets", "joint_probability",
    "joint_mc_error", "joint_probability_calibrated", "public_money", "warnings",
]  # fmt: skip
CONTRACT_TARGET = [
    "indicator", "year", "sense", "target", "unit", "base_year", "base", "probability", "mc_error", "p05",
    "p25", "median", "p75", "p95", "gap", "verdict", "class", "grade", "reading", "readings",
]  # fmt: skip


@pytest.fixture
def answer(dadukou: Region) -> AssessAnswer:
    values = {"rd_growth": [math.nan] * 10, "tech_enterprises": [500.0 + run for run in range(10)]}
    return assess(dadukou, "status_quo", outcomes(dadukou, values)).answer()


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_published_schema_is_the_one_in_use(name: str) -> None:
    # Write it again with: python -m yidu.experiments.schemas
    assert (SCHEMAS / f"{name}.json").read_text(encoding="utf-8") == schema(name)


def test_an_answer_holds_against_the_published_schema_and_comes_back_the_same(answer: AssessAnswer) -> None:
    text = to_json(answer)
    jsonschema.validate(json.loads(text), json.loads((SCHEMAS / "assess.json").read_text(encoding="utf-8")))
    assert AssessAnswer.model_validate_json(text) == answer


def test_the_keys_of_the_contract_come_first_and_in_its_order(answer: AssessAnswer) -> None:
    tree = json.loads(to_json(answer))
    assert list(tree)[: len(CONTRACT)] == CONTRACT
    assert list(tree["targets"][0])[: len(CONTRACT_TARGET)] == CONTRACT_TARGET
    assert list(tree["public_money"]) == ["median", "p05", "p95", "unit", "over"]
    readings = [reading for target in tree["targets"] for reading in target["readings"]]
    assert all(list(reading)[:3] == ["reading", "probability", "median"] for reading in readings) and readings


def test_there_is_no_nan_in_an_answer(answer: AssessAnswer) -> None:
    assert "NaN" not in to_json(answer) and "Infinity" not in to_json(answer)
    with pytest.raises(ValidationError):
        PublicMoney(median=math.nan, p05=0.0, p95=0.0, over="2021-2025")


def test_the_version_is_that_of_the_package() -> None:
    assert version()[0].isdigit()
