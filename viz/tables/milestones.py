"""The answer of `yidu milestones` as CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yidu.viz.tables import csv_text

if TYPE_CHECKING:
    from yidu.experiments.milestones.answer import MilestonesAnswer


def milestones_csv(answer: MilestonesAnswer) -> str:
    """One row an observation, the columns named as in the JSON; `table` says which of its lists a row is from."""
    head: dict[str, object] = {"region": answer.region, "scenario": answer.scenario, "environment": answer.environment}
    tables: dict[str, tuple[object, ...]] = {"milestones": answer.milestones, "paths": answer.paths, "signs": answer.signs}
    if answer.rule is not None:
        tables |= {"effects": answer.rule.effects, "waiting": answer.rule.waiting, "ways": answer.rule.ways}
    rows = [{**head, "table": name, **row.model_dump(mode="json")} for name, listed in tables.items() for row in listed]  # type: ignore[attr-defined]
    return csv_text(rows, list(head))
