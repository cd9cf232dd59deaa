"""The answer of `yidu explain` as CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yidu.viz.tables import csv_text

if TYPE_CHECKING:
    from yidu.experiments.explain.answer import ExplainAnswer


TABLES = ("targets", "account", "beside", "groups", "group_money", "levers", "lever_effects", "sources", "parameters", "deciding")


def explain_csv(answer: ExplainAnswer) -> str:
    """One row an observation, the columns named as in the JSON; `table` says which of its lists a row is from."""
    head: dict[str, object] = {
        "region": answer.region, "scenario": answer.scenario, "reference": answer.reference, "environment": answer.environment,
    }  # fmt: skip
    rows: list[dict[str, object]] = []
    for name in TABLES:
        for one in getattr(answer, name):
            row = one.model_dump(mode="json", exclude={"known", "reference", "scenario"})
            if name == "levers":
                known = one.known.model_dump(mode="json", exclude={"lever", "through"})
                paths = {"reference_path": one.reference, "scenario_path": one.scenario}
                row |= known | {key: "; ".join(f"{year}={value:g}" for year, value in path.items()) for key, path in paths.items()}
            row = {key: "; ".join(value) if isinstance(value, list) else value for key, value in row.items()}
            rows.append({**head, "table": name, **row})
    return csv_text(rows, list(head))
