"""`yidu response --csv`: points, next units, ranges and the literature as rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from yidu.viz.tables import csv_text

if TYPE_CHECKING:
    from yidu.experiments.response.answer import LeverResponse, NextUnit, ResponseAnswer


def response_csv(answer: ResponseAnswer) -> str:
    """One row an observation, the columns named as in the JSON; `table` says which of its lists a row is from."""
    head: dict[str, object] = {"region": answer.region, "scenario": answer.scenario, "environment": answer.environment}
    rows = [{**head, **row} for one in answer.levers for row in _rows(one)]
    return csv_text(rows, list(head))


def _rows(one: LeverResponse) -> list[Mapping[str, object]]:
    own = {"lever": one.lever, "dead": one.dead, "switch": one.switch, "lever_unit": one.unit}
    rows: list[Mapping[str, object]] = []
    for point in one.points:
        level = point.model_dump(mode="json", exclude={"effects", "next"})
        rows += [{"table": "points", **own, **level, **effect.model_dump(mode="json")} for effect in point.effects]
    steps = [(one.present, one.next), *((point.value, point.next) for point in one.points)]
    rows += [{"table": "next", **own, "value": value, **_step(step)} for value, step in steps if step is not None]
    rows += [{"table": "over_range", **own, "present": one.present, **row.model_dump(mode="json")} for row in one.over_range]
    rows += [{"table": "literature", **own, **row.model_dump(mode="json")} for row in one.literature]
    return rows


def _step(step: NextUnit) -> dict[str, object]:
    cells = step.model_dump(mode="json", exclude={"value", "price"})
    price = {} if step.price is None else {f"price_{name}": value for name, value in step.price.model_dump(mode="json").items()}
    return {"to": step.value, **cells, **price}
