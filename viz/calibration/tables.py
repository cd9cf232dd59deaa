"""The findings of a calibration as tables to take away, written as CSV beside the page."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
from pydantic import BaseModel

from yidu.calibration import findings as shapes
from yidu.calibration.findings import Findings
from yidu.calibration.manifest import write_whole
from yidu.viz.words import LANGUAGES, Words

SHAPES: Mapping[str, type[BaseModel]] = {
    "facts": shapes.FactCheck,
    "readings": shapes.ReadingCheck,
    "parameters": shapes.ParameterCheck,
    "pairs": shapes.Pair,
    "ranks": shapes.RankCheck,
    "coverage": shapes.Coverage,
    "structures": shapes.StructureCoverage,
    "left_out": shapes.LeftOut,
    "backcast": shapes.Backcast,
    "tension": shapes.Tension,
    "identities": shapes.Identity,
    "sensitivity": shapes.Sensitivity,
    "agreement": shapes.Agreement,
}


def tables(findings: Findings) -> dict[str, pd.DataFrame]:
    """The findings as tables, one a section, columns named as in diagnostics.json.

    Indicators and parameters have their titles beside them. The ECDF of a rank stands in ``ecdf_01`` ... ``ecdf_20``, with
    the ``band`` it is held against. A section without rows keeps its columns.
    """
    found: dict[str, pd.DataFrame] = {}
    for name, shape in SHAPES.items():
        part = getattr(findings, name)
        rows = () if part is None else part.quantities if name == "ranks" else part
        table = pd.DataFrame([row.model_dump() for row in rows], columns=list(shape.model_fields))
        if name == "ranks":
            table = _ranks_wide(table, findings)
        if name == "identities":
            table["facts"] = [" ".join(facts) for facts in table["facts"]]
        found[name] = _titled(table)
    return found


def _ranks_wide(table: pd.DataFrame, findings: Findings) -> pd.DataFrame:
    steps = max((len(one) for one in table["ecdf"]), default=0)
    for k in range(steps):
        table[f"ecdf_{k + 1:02d}"] = [one[k] for one in table["ecdf"]]
    table["band"] = None if findings.ranks is None else findings.ranks.band
    return table.drop(columns="ecdf")


def _titled(table: pd.DataFrame) -> pd.DataFrame:
    """A table with titles in both languages after its indicator or parameter."""
    for column in ("indicator", "parameter"):
        if column not in table.columns:
            continue
        at = list(table.columns).index(column)
        for place, language in enumerate(LANGUAGES, 1):
            words = Words(language)
            titled = words.indicator if column == "indicator" else words.parameter
            titles = pd.Series([titled(id) for id in table[column]], index=table.index, dtype=object)
            table.insert(at + place, f"title_{language}", titles)
    return table


def write_tables(findings: Findings, folder: Path) -> tuple[Path, ...]:
    """Write ``folder/tables/NAME.csv``, each by a temporary file, in UTF-8 with a mark so that Excel reads the Chinese."""
    goal = folder / "tables"
    goal.mkdir(parents=True, exist_ok=True)
    written = []
    for name, table in tables(findings).items():
        text = table.to_csv(index=False, lineterminator="\r\n", float_format="%.6g")
        write_whole(goal / f"{name}.csv", text.encode("utf-8-sig"))
        written.append(goal / f"{name}.csv")
    return tuple(written)
