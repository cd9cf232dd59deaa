"""The answer of `yidu decompose` as CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yidu.viz.tables import csv_text

if TYPE_CHECKING:
    from yidu.experiments.decompose.answer import DecomposeAnswer
    from yidu.experiments.judging.answer import Answer


def decompose_csv(answer: DecomposeAnswer) -> str:
    """One row an observation, the columns named as in the JSON; `table` says which of its lists a row is from."""
    head: dict[str, object] = {"region": answer.region, "scenario": answer.scenario, "environment": answer.environment}
    names = ("targets", "tasks", "parts", "departments", "renewals", "funnel")
    rows = [{**head, "table": name, **_flat(row)} for name in names for row in getattr(answer, name)]
    return csv_text(rows, list(head))


def _flat(row: Answer) -> dict[str, object]:
    """A row's keys, those of what stands within it after an underscore, lists with a space between."""
    cells: dict[str, object] = {}
    for key, value in row.model_dump(mode="json").items():
        if isinstance(value, dict):
            cells |= {f"{key}_{name}": one for name, one in value.items()}
        else:
            cells[key] = " ".join(value) if isinstance(value, list) else value
    return cells
