"""The answer of `yidu plan` as CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yidu.viz.tables import csv_text

if TYPE_CHECKING:
    from yidu.experiments.plan.answer import PlanAnswer


def plan_csv(answer: PlanAnswer) -> str:
    """One row an observation, the columns named as in the JSON; `table` says which of its lists a row is from."""
    head = {"region": answer.region, "scenario": answer.scenario, "environment_asked": answer.environment}
    nested = ("environments", "beliefs", "levers")
    tables: dict[str, list[dict[str, object]]] = {
        "candidates": [one.model_dump(mode="json", exclude=set(nested)) for one in answer.candidates],
        **{
            f"candidates_{name}": [
                {"mix": one.mix, **row.model_dump(mode="json")} for one in answer.candidates for row in getattr(one, name)
            ]
            for name in nested
        },
        "levers": [{"mix": answer.mix, **one.model_dump(mode="json")} for one in answer.levers],
        "targets": [{"mix": answer.mix, **one.model_dump(mode="json")} for one in answer.targets],
        "money": [{"mix": answer.mix, **answer.money.model_dump(mode="json")}],
        "front": [one.model_dump(mode="json") for one in answer.front],
        "screening": [{**one.model_dump(mode="json"), "moves": " ".join(one.moves)} for one in answer.screening],
    }
    if answer.out_of_reach is not None:
        tables["together"] = [{"mix": answer.mix, **one.model_dump(mode="json")} for one in answer.out_of_reach.together]
    rows = [{**head, "table": name, **row} for name, listed in tables.items() for row in listed]
    return csv_text(rows, list(head))
