"""Something the reader must know, as a code and its values; `viz.words` has the sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Notice:
    """Something the reader must know, as a code and its values; `viz.words` has the sentence."""

    code: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.code + "".join(f" {name}={value}" for name, value in self.values.items())
