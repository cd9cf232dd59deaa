"""The published answers and their JSON Schema: `python -m yidu.experiments.schemas` writes `docs/schema/` anew."""

from __future__ import annotations

import json
from pathlib import Path

from yidu.experiments.assess.answer import AssessAnswer
from yidu.experiments.benchmark.answer import BenchAnswer
from yidu.experiments.calibrate.answer import FitAnswer
from yidu.experiments.check.answer import ScenarioAnswer
from yidu.experiments.compare.answer import CompareAnswer
from yidu.experiments.decompose.answer import DecomposeAnswer
from yidu.experiments.explain.answer import ExplainAnswer
from yidu.experiments.judging.answer import Answer
from yidu.experiments.milestones.answer import MilestonesAnswer
from yidu.experiments.plan.answer import PlanAnswer
from yidu.experiments.report.answer import ReportAnswer
from yidu.experiments.response.answer import ResponseAnswer
from yidu.experiments.run.answer import RunAnswer
from yidu.experiments.stress.answer import EventsAnswer, StressAnswer
from yidu.experiments.sweep.answer import SweepAnalysisAnswer
from yidu.experiments.sweep.summary import SweepAnswer
from yidu.experiments.targets.answer import TargetsAnswer
from yidu.experiments.update.answer import UpdateAnswer
from yidu.experiments.validate.answer import ValidateAnswer
from yidu.sim.files import write_whole

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
    "response": ResponseAnswer,
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
        write_whole(SCHEMAS / f"{published}.json", schema(published))
