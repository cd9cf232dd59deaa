"""Why no sentence about the district notices a slip: kept in ``reasons.toml``, one entry for a slip, a line or a rule."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).with_name("reasons.toml")


@dataclass(frozen=True)
class Reason:
    """For one slip; for every slip of a line where ``becomes`` is empty, of a rule where ``was`` is empty too."""

    rule: str  # statuses.rd_points
    because: str
    was: str = ""
    becomes: str = ""

    @property
    def module(self) -> str:
        return f"agents/{self.rule.split('.')[0]}.py"

    def speaks_of(self, rule: str, was: str, becomes: str) -> bool:
        """Whether this is the reason of a slip."""
        return rule == self.rule and self.was in ("", was) and self.becomes in ("", becomes)


def reasons() -> list[Reason]:
    """All of them, those of one slip before those of a line and of a rule."""
    read = [Reason(**entry) for entry in tomllib.loads(FILE.read_text(encoding="utf-8")).get("slip", [])]
    return sorted(read, key=lambda reason: (not reason.becomes, not reason.was))
