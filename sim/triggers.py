"""Adaptive policy: if an indicator stands on one side of a line at the end of a year, levers change from the next year on."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import dataclass

SENSES = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


@dataclass(frozen=True)
class Trigger:
    """If the condition holds at the end of ``year``, each lever in ``then`` takes its value from the next year on.

    The condition is on the indicator as the model publishes it, in the indicator's unit; without a value it does not hold.
    A lever changed by two triggers of one year keeps the value of the later one.
    """

    indicator: str
    sense: str
    value: float
    year: int
    then: Mapping[str, float]

    def holds(self, published: float) -> bool:
        """Whether the condition holds for a published value; never for NaN."""
        return bool(SENSES[self.sense](published, self.value))
