"""What the reader must know, and which of it says that something is beyond what can be known (`yidu.experiments.judging.unknown`
decides)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class Notice:
    """Something the reader must know, as a code and its values; `yidu.viz.words` has the sentence."""

    code: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.code + "".join(f" {name}={value}" for name, value in self.values.items())


Kind = Literal["not_calibrated", "extrapolation", "small_sample", "thin_record"]

KINDS: Mapping[str, Kind] = {
    "prior_only": "not_calibrated",
    "beyond_experience": "extrapolation",
    "outside_experience": "extrapolation",
    "environment_beyond": "extrapolation",
    "plan_environments_beyond": "extrapolation",
    "pack_environments_beyond": "extrapolation",
    "response_beyond": "extrapolation",
    "stress_beyond": "extrapolation",
    "sweep_beyond": "extrapolation",
    "targets_extrapolated": "extrapolation",
    "at_prior_bound": "extrapolation",
    "explain_no_policy": "extrapolation",
    "explain_reference_beyond": "extrapolation",
    "far_above": "extrapolation",
    "far_below": "extrapolation",
    "few_runs": "small_sample",
    "few_draws": "small_sample",
    "few_effective": "small_sample",
    "few_figures": "small_sample",
    "few_runs_arrive": "small_sample",
    "few_reach_all": "small_sample",
    "few_reach_own": "small_sample",
    "few_behind_lines": "small_sample",
    "sweep_few_points": "small_sample",
    "thin_record": "thin_record",
    "silent_record": "thin_record",
    "no_record": "thin_record",
}
"""Kind of what cannot be known, by the code of its notice."""

ORDER: tuple[Kind, ...] = ("not_calibrated", "extrapolation", "small_sample", "thin_record")
"""In which they are told."""

MARKS: tuple[Kind, ...] = ("extrapolation",)
"""Kinds that mark single targets; the others hold for the whole answer, and for a target its class says it."""
