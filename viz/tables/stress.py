"""The answer of `yidu stress` as CSV."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from yidu.viz.tables import csv_text

if TYPE_CHECKING:
    from yidu.experiments.stress.answer import Ordeal, StressAnswer


def flat(row: Mapping[str, object]) -> dict[str, object]:
    """A row of JSON as cells: what stands in a part of it under the part's name and its own; lists are left to the JSON."""
    cells: dict[str, object] = {}
    for key, value in row.items():
        if isinstance(value, Mapping):
            cells.update({f"{key}_{name}": inner for name, inner in value.items()})
        elif not isinstance(value, (list, tuple)):
            cells[key] = value
    return cells


def tables_csv(head: Mapping[str, object], rows: Iterable[Mapping[str, object]]) -> str:
    """Rows of several tables under the columns of all of them."""
    cells = [{**head, **flat(row)} for row in rows]
    return csv_text(cells, list(head))


def stress_csv(answer: StressAnswer) -> str:
    """One row an observation, the columns named as in the JSON; `table` says which of its lists a row is from."""
    head = {"region": answer.region, "scenario": answer.scenario, "environment": answer.environment}
    rows: list[Mapping[str, object]] = []
    for ordeal in answer.ordeals:
        events = "+".join(event.id for event in ordeal.events)
        rows += [{"table": table, "events": events, **row} for table, row in _rows(ordeal)]
    events = "+".join(event.id for ordeal in answer.ordeals for event in ordeal.events)
    for one in answer.replacements:
        for tried in one.tried:
            row = tried.model_dump(mode="json")
            rows.append({"table": "replacements", "events": events, "indicator": one.indicator, "year": one.year, **row})
    return tables_csv(head, rows)


def _rows(ordeal: Ordeal) -> Iterable[tuple[str, dict[str, object]]]:
    for target in ordeal.targets:
        yield "targets", target.model_dump(mode="json")
    for level in ordeal.levels:
        yield "levels", level.model_dump(mode="json")
    for joint in ordeal.joint:
        yield "joint", joint.model_dump(mode="json")
    yield "money", ordeal.public_money.model_dump(mode="json")
