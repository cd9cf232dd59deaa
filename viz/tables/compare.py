"""The answer of `yidu compare` as CSV."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, get_args

from yidu.viz.tables import csv_text

if TYPE_CHECKING:
    from yidu.experiments.compare.answer import CompareAnswer
    from yidu.experiments.judging.answer import Answer


def compare_csv(answer: CompareAnswer) -> str:
    """One row an observation; columns named as in the JSON, the keys of what is nested joined by '_'.

    `table` says which list of a comparison a row is from; `scenario` is compared with `against`.
    """
    from yidu.experiments.compare.answer import IndicatorChange, JointChange, MoneyChange, TargetChange
    from yidu.experiments.ensembles.gainers import Gain

    tables: dict[str, type[Answer]] = {
        "targets": TargetChange, "indicators": IndicatorChange, "joint": JointChange, "money": MoneyChange, "gains": Gain,
    }  # fmt: skip
    head = {"region": answer.region, "environment": answer.environment, "against": answer.scenario}
    columns = [*head, "scenario", "table", *dict.fromkeys(name for model in tables.values() for name in _columns(model))]
    rows = [
        {**head, "scenario": one.scenario, "table": name, **dict(_cells(row.model_dump(mode="json")))}
        for one in answer.comparisons
        for name in tables
        for row in getattr(one, name)
    ]
    return csv_text([{column: row.get(column) for column in columns} for row in rows], columns)


def _columns(model: type[Answer], above: str = "") -> Iterator[str]:
    """Columns of a part of an answer, in the order of its keys."""
    from yidu.experiments.judging.answer import Answer

    for name, field in model.model_fields.items():
        key = above + (field.alias or name)
        kinds = (field.annotation, *get_args(field.annotation))
        inner = next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, Answer)), None)
        if inner is None:
            yield key
        else:
            yield from _columns(inner, f"{key}_")


def _cells(tree: dict[str, Any], above: str = "") -> Iterator[tuple[str, object]]:
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from _cells(value, f"{above}{key}_")
        else:
            yield above + key, value
