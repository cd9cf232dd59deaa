"""Where every scenario starts: a batch of runs as they stood at the end of the record, kept so that they need not be run again.

To 2020 a run depends on nothing that a scenario can change, so the runs of many mixes share their first five years. A run
taken up from here has the bits of one run from its beginning (a test holds it to that).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from yidu.sim.world import RECORD_END_QUARTER, World

_ROWS = RECORD_END_QUARTER // 4 + 1
IN_USE = {"firms": "n_firms", "incubators": "n_incubators", "institutes": "n_institutes", "people": "n_people"}
_WHOLE = ("funds", "district", "adjusted")
_YEARLY = {"flows": _ROWS, "indicators": _ROWS, "ledger": 4 * _ROWS}
_PER_FIRM = ("verdict", "scratch", "tally", "inbox")
_ZEROS = memoryview(bytes(2**20))


class Snapshot:
    """One reconciled world, its rows in use only."""

    def __init__(self, w: World) -> None:
        d = w.district[0]
        self.tables: dict[str, Any] = {name: getattr(w, name)[: int(d[used])].copy() for name, used in IN_USE.items()}
        self.tables |= {name: getattr(w, name).copy() for name in _WHOLE}
        self.tables |= {name: getattr(w, name)[:rows].copy() for name, rows in _YEARLY.items()}
        self.tables |= {name: getattr(w, name)[: int(d.n_firms)].copy() for name in _PER_FIRM}
        self.tables["inbox_start"] = w.inbox_start.copy()

    @property
    def bytes(self) -> int:
        """What it holds in memory [bytes]."""
        return sum(table.nbytes for table in self.tables.values())

    def restore(self, w: World) -> None:
        """Put it into a world with room for it, whatever stood there: rows that it does not hold are zero, as in a cleared one.

        Byte by byte: field by field takes thirty times as long. Through memory views, which keep the interpreter: an array of NumPy
        lets go of it, and where another thread draws a page, getting it back takes longer than the copy.
        """
        for name, table in self.tables.items():
            room, kept = _bytes(getattr(w, name)), _bytes(table)
            room[: kept.nbytes] = kept
            for at in range(kept.nbytes, room.nbytes, _ZEROS.nbytes):
                room[at : at + _ZEROS.nbytes] = _ZEROS[: room.nbytes - at]


def _bytes(table: Any) -> memoryview:
    return memoryview(table.view(np.ndarray).reshape(-1).view(np.uint8))


class Start:
    """Runs ``first_run`` onward of one seed as they stood at the end of the record, with their parameters and readings."""

    def __init__(self, first_run: int, seed: int, source: str, snapshots: list[Snapshot]) -> None:
        self.first_run, self.seed, self.source, self.snapshots = first_run, seed, source, snapshots

    @property
    def runs(self) -> int:
        """Number of runs kept."""
        return len(self.snapshots)

    def of(self, run: int, seed: int, source: str) -> Snapshot | None:
        """The snapshot of a run of that seed and source of parameters, None where it is not kept."""
        row = run - self.first_run
        if seed != self.seed or source != self.source or not 0 <= row < self.runs:
            return None
        return self.snapshots[row]
