"""The published answers and their JSON Schema: `python -m experiments.schemas` writes `docs/schema/` anew."""

from __future__ import annotations

import json
from pathlib import Path

from experiments.answers import Answer, AssessAnswer, FitAnswer, RunAnswer, UpdateAnswer, ValidateAnswer
from experiments.bench_answers import BenchAnswer
from experiments.compare_answers import CompareAnswer
from experiments.decompose_answers import DecomposeAnswer
from experiments.explain_answers import ExplainAnswer
from experiments.horizon import TargetsAnswer
from experiments.milestones import MilestonesAnswer
from experiments.plan_answers import PlanAnswer
from experiments.report_answers import ReportAnswer
from experiments.scenario_check import ScenarioAnswer
from experiments.stress_answers import EventsAnswer, StressAnswer
from experiments.sweep_answers import SweepAnalysisAnswer
from experiments.sweep_summary import SweepAnswer

SCHEMAS = Path(__file__).resolve().parent.parent / "docs" / "schema"

PUBLISHED: dict[str, type[Answer]] = {
    "assess": AssessAnswer,
    "run": RunAnswer,
    "calibrate": FitAnswer,
    "validate": ValidateAnswer,
    "update": UpdateAnswer,
    "scenario": ScenarioAnswer,
    "compare": CompareAnswer,
    "explain": ExplainAnswer,
    "milestones": MilestonesAnswer,
    "plan": PlanAnswer,
    "stress": StressAnswer,
    "events": EventsAnswer,
    "targets": TargetsAnswer,
    "decompose": DecomposeAnswer,
    "report": ReportAnswer,
    "sweep": SweepAnswer,
    "sweep_analysis": SweepAnalysisAnswer,
    "bench": BenchAnswer,
}


def schema(name: str) -> str:
    """The JSON Schema of an answer, as the text of its file in `docs/schema/`."""
    tree = PUBLISHED[name].model_json_schema(by_alias=True, mode="serialization")
    tree = {"$schema": "https://json-schema.org/draft/2020-12/schema", **tree}
    return json.dumps(tree, ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    SCHEMAS.mkdir(parents=True, exist_ok=True)
    for published in PUBLISHED:
        (SCHEMAS / f"{published}.json").write_text(schema(published), encoding="utf-8")
