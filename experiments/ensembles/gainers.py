"""Who gains: register firms, certificates, reported R&D and jobs at the end of a year, by sector and by size of firm.

Size classes are those of the statisticians (统计上大中小微型企业划分办法（2017）, 国统字〔2017〕213号): a firm below one of the
lines of its class falls into the next. Assets, which that standard asks of construction and of business services, are not modelled
and not asked.
Giants, rows of their own in the pack, are a class of their own. A firm is counted where it stands at the end of that year, so a firm
that a mix makes grow may move to another class.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from yidu.agents.enterprise import NEVER
from yidu.agents.numbers import CERTIFICATE_QUARTERS
from yidu.experiments.ensembles.differences import Difference, difference
from yidu.experiments.judging.answer import Answer
from yidu.experiments.judging.runs import sensible

if TYPE_CHECKING:
    from yidu.sim.outcomes import Outcomes
    from yidu.sim.region import Region
    from yidu.sim.world import World

Floats = NDArray[np.float64]
Whole = NDArray[np.signedinteger]

Measure = Literal["tech_enterprises", "high_tech_enterprises", "rd_reported", "jobs"]
Size = Literal["micro", "small", "medium", "large", "giant"]

MEASURES: dict[Measure, str] = {"tech_enterprises": "家", "high_tech_enterprises": "家", "rd_reported": "万元", "jobs": "人"}
"""What is counted of firms, each with its unit."""

SIZES: tuple[Size, ...] = get_args(Size)
GIANT = SIZES.index("giant")

SOFTWARE_SECTOR, CONSTRUCTION_SECTOR = "big_data", "construction"
"""Sectors whose services are software, and building, to the statisticians (mapping D)."""

NO_LINE = (0.0, 0.0, 0.0)
LINES: dict[str, tuple[tuple[float, float, float], tuple[float, float, float]]] = {
    "industry": ((20.0, 300.0, 1000.0), (300.0, 2000.0, 40000.0)),
    "software": ((10.0, 100.0, 300.0), (50.0, 1000.0, 10000.0)),
    "construction": (NO_LINE, (300.0, 6000.0, 80000.0)),
    "services": ((10.0, 100.0, 300.0), NO_LINE),
}
"""Staff [people] and revenue [万元 a year] from which a firm is small, medium, large."""


class Gain(Answer):
    """How much one group of firms has more of something under the second mix, at the end of the plan."""

    measure: Measure
    unit: str
    by: Literal["all", "sector", "size"]
    group: str = Field(description="id of the sector in the pack, or size class; all")
    base_mean: float = Field(description="over runs, under the first mix")
    difference: Difference


def sizes(sector: Whole, industry: Whole, staff: Floats, sales: Floats, sector_ids: tuple[str, ...]) -> Whole:
    """Place of each firm in `SIZES` by the statisticians' lines [firm]; `sales` in 万元 a year. Knows no giants."""
    kind = np.full(sector.size, "services", dtype="U12")
    for id, lines in ((SOFTWARE_SECTOR, "software"), (CONSTRUCTION_SECTOR, "construction")):
        if id in sector_ids:
            kind[sector == sector_ids.index(id)] = lines
    kind[industry == 1] = "industry"
    found = np.zeros(sector.size, dtype=np.int64)
    for name, (by_staff, by_sales) in LINES.items():
        mine = kind == name
        found[mine] = np.minimum(np.searchsorted(by_staff, staff[mine], side="right"), np.searchsorted(by_sales, sales[mine], side="right"))
    return found


class Gainers:
    """Counts firms at the end of one year by measure, sector and size [measure, sector, size]; a `yidu.sim.ensemble.Look`."""

    def __init__(self, region: Region, year: int) -> None:
        self.year = year
        self.sector_ids = tuple(sector.id for sector in region.settings.sectors)
        self.shape: tuple[int, ...] = (len(MEASURES), len(self.sector_ids), len(SIZES))

    def __call__(self, w: World, out: Floats, before: Floats) -> None:
        """Fill `out` at the end of the year asked for, in things, 万元 and people; `before` is not read."""
        d = w.district[0]
        if d.year != self.year:
            return
        firms = w.firms[: d.n_firms]
        firms = firms[firms["alive"] == 1]
        size = sizes(firms["sector"], firms["industry"], firms["staff"], firms["sales_1"], self.sector_ids)
        size[firms["giant"] > 0] = GIANT
        cell = firms["sector"].astype(np.int64) * len(SIZES) + size
        certified = (firms["hnte_q"] != NEVER) & (d.quarter - firms["hnte_q"] < CERTIFICATE_QUARTERS)
        counted: dict[Measure, Floats] = {
            "tech_enterprises": firms["register_q"] != NEVER,
            "high_tech_enterprises": certified,
            "rd_reported": firms["rd_1"],
            "jobs": firms["staff"],
        }
        for k, measure in enumerate(MEASURES):
            found = np.bincount(cell, weights=counted[measure], minlength=out[k].size)
            out[k] = d.scale * found.reshape(out[k].shape)


def gains(region: Region, first: Outcomes, second: Outcomes, year: int) -> tuple[Gain, ...]:
    """Who has more under the second mix and by how much, on runs that `Gainers` looked at; none where it did not.

    Groups that are empty under both mixes are left out.
    """
    if first.looked is None or second.looked is None:
        return ()
    row = first.years.index(year)
    before, after = first.looked[:, row], second.looked[:, row]
    rows: list[Gain] = []
    sector_ids = [sector.id for sector in region.settings.sectors]
    groups: dict[str, tuple[Sequence[str], tuple[int, ...]]] = {
        "all": (["all"], (1, 2)),
        "sector": (sector_ids, (2,)),
        "size": (SIZES, (1,)),
    }
    for k, (measure, unit) in enumerate(MEASURES.items()):
        for by, (names, added) in groups.items():
            base, other = (table[:, k].sum(axis=added).reshape(first.runs, -1) for table in (before, after))
            for n, group in enumerate(names):
                found = difference(base[:, n], other[:, n])
                if found is not None and (base[:, n].any() or other[:, n].any()):
                    mean = sensible(float(base[:, n].mean()))
                    head = {"measure": measure, "unit": unit, "by": by, "group": group}
                    rows.append(Gain.model_validate({**head, "base_mean": mean, "difference": found}))
    return tuple(rows)
