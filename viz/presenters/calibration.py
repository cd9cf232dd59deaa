"""What a calibration found, in words: names of facts and parameters, one plain sentence a section, what did not pass.

The page and the terminal say it from here; nothing is computed but counts.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from yidu.calibration import gates
from yidu.calibration.findings import Coverage, FactCheck, Findings, ParameterCheck, ReadingCheck, Sensitivity
from yidu.sim.region import UNITS, Fact, Region
from yidu.viz.words import Words
from yidu.viz.words.format import counted, number, percent
from yidu.viz.words.titles import fact_title

State = Literal["passed", "failed", "reported", "absent"]

SECTIONS = (
    "facts", "readings", "parameters", "pairs", "ranks", "coverage", "structures", "left_out", "backcast", "tension",
    "identities", "sensitivity", "agreement",
)  # fmt: skip

GATES: Mapping[str, tuple[str, ...]] = {"facts": ("fact",), "ranks": ("truths", "rank"), "coverage": ("coverage",)}
"""Sections that have marks to meet, with the kinds of failure that belong to them; the others are reported."""

CLOSE = 0.5
"""Means of two methods are called close within this many standard deviations."""

AS_FITTED = "as_fitted"
"""The structure that is none: truths of the model itself, for comparison."""

SIGNS: Mapping[State, str] = {"passed": "✓", "failed": "✗", "reported": "○", "absent": "–"}


@dataclass(frozen=True)
class Said:
    """Findings in one language; without a region, facts go by indicator and period alone."""

    words: Words
    findings: Findings
    region: Region | None = None

    def __call__(self, key: str, /, **values: object) -> str:
        """A sentence of the calibration's own words."""
        return self.words(f"calibration.{key}", **values)

    # --- names

    def indicator(self, id: str) -> str:
        """Title of an indicator."""
        return self.words.indicator(id)

    def parameter(self, id: str) -> str:
        """Name of a parameter."""
        return self.words.parameter(id)

    def structure(self, id: str) -> str:
        """Name of a structure that made the truth."""
        return self.words.or_else(f"calibration.structure.{id}", id)

    def identity(self, formula: str) -> str:
        """An accounting identity with its ids in words: ``rd_expenditure / gdp = rd_share_of_gdp (2019)``."""

        def named(found: re.Match[str]) -> str:
            return self.words.or_else(f"calibration.identity.{found[0]}", self.indicator(found[0]))

        return re.sub(r"even path|[a-z][a-z_0-9]*[a-z](?:@[a-z0-9]+)?", named, formula).replace(" x ", " × ").replace("<=", "≤")

    @cached_property
    def checks(self) -> dict[str, FactCheck]:
        """Facts by name."""
        return {row.fact: row for row in self.findings.facts}

    def fact(self, name: str, reading: str | None = None) -> str:
        """Name of a fact: what, how counted, when, in the reading given or the one checked.

        A name that nobody knows stays as it is; ``NAME[READING]`` is a name with its reading.
        """
        if name.endswith("]") and reading is None:
            name, _, reading = name.removesuffix("]").partition("[")
        check = self.checks.get(name)
        row = self._row(name, reading or (None if check is None else check.reading))
        if (known := row or check) is None:
            return name
        statistic = "" if row is None else self.words.or_else(f"statistic.{row.statistic}", "")
        return self.words("phrase.fact_name", indicator=self.indicator(known.indicator), statistic=statistic, period=known.period)

    def _row(self, name: str, reading: str | None) -> Fact | None:
        """A fact of the pack, in the reading given where it has it; None where the pack lacks it."""
        if self.region is None or name not in self.region.fact_names:
            return None
        rivals = self.region.readings(name)
        return next((rival for rival in rivals if rival.reading == reading), rivals[0])

    def quote(self, check: FactCheck) -> str:
        """The sentence of the source that a fact stands in; nothing where the pack is not at hand."""
        row = self._row(check.fact, check.reading)
        return "" if row is None else row.quote

    def reading(self, check: ReadingCheck) -> str:
        """A rival reading in words: what the record then says."""
        row = self._row(check.fact, check.reading)
        if row is not None and row.reading == check.reading:
            return fact_title(self.words, row)
        return f"{self.fact(check.fact)} = {self.amount(check.value, check.unit)}"

    def quantity(self, name: str) -> str:
        """A quantity whose rank was taken: a parameter, or a fact after ``fact:``."""
        kind, _, rest = name.partition(":")
        return self.fact(rest) if kind == "fact" else self.parameter(name)

    def amount(self, value: float, unit: str) -> str:
        """A value with its unit."""
        name = self.words.unit(unit)
        return f"{counted(value, unit)}{'' if name == '%' else ' '}{name}"

    def of(self, indicator: str, value: float) -> str:
        """A value of an indicator with its unit, where the product knows it."""
        return self.amount(value, UNITS[indicator]) if indicator in UNITS else number(value)

    def band(self, low: float, high: float, unit: str = "") -> str:
        """From low to high; things that are counted one by one without a fraction."""
        return self.words("phrase.band", low=counted(low, unit), high=counted(high, unit))

    # --- groups of findings

    @cached_property
    def fitted(self) -> tuple[FactCheck, ...]:
        """Facts that the fit used."""
        return tuple(row for row in self.findings.facts if row.role == "calibrate")

    @cached_property
    def informed(self) -> tuple[ParameterCheck, ...]:
        """Parameters that the record says something about, most first."""
        told = [row for row in self.findings.parameters if row.contraction >= gates.SILENT]
        return tuple(sorted(told, key=lambda row: -row.contraction))

    @cached_property
    def silent(self) -> tuple[ParameterCheck, ...]:
        """Parameters that the record says nothing about."""
        return tuple(row for row in self.findings.parameters if row.contraction < gates.SILENT)

    def silence(self, row: ParameterCheck) -> str:
        """That the record says nothing about a parameter, in a sentence."""
        return self(
            "silent", parameter=self.parameter(row.parameter), id=row.parameter, band=self.band(row.prior_p05, row.prior_p95),
            unit=self.words.unit(row.unit),
        )  # fmt: skip

    @cached_property
    def gated(self) -> tuple[Coverage, ...]:
        """Coverages that have a mark to meet, those at the discrepancy assumed first."""
        rows = [row for row in self.findings.coverage if gates.gated(row)]
        return tuple(sorted(rows, key=lambda row: row.case))

    def coverage(self, row: Coverage) -> str:
        """Name of a coverage: on which truths, of what, at which level."""
        return self("coverage_name", case=self(f"case.{row.case}"), what=self(f"what.{row.what}"), level=nominal(row.level))

    # --- verdicts

    def failure(self, code: str) -> str:
        """What did not pass, in a sentence; a code without words is shown as it is."""
        sentence = self._failure(code)
        return sentence[:1].upper() + sentence[1:]

    def _failure(self, code: str) -> str:
        kind, _, rest = code.partition(":")
        if kind == "fact" and rest:
            return self("failure.fact", fact=self.fact(rest))
        if kind == "truths" and rest:
            return self("failure.truths", count=rest, least=gates.LEAST_TRUTHS)
        if kind == "rank" and rest:
            return self("failure.rank", quantity=self.quantity(rest))
        if kind == "coverage":
            for row in self.gated:
                if code == f"coverage:{row.case}:{row.what}:{row.level:g}":
                    return self("failure.coverage", name=self.coverage(row), coverage=percent(row.coverage))
        return self("failure.other", code=code)

    def failed(self, section: str) -> tuple[str, ...]:
        """Codes of what did not pass in a section."""
        kinds = GATES.get(section, ())
        return tuple(code for code in self.findings.failures if code.partition(":")[0] in kinds)

    def state(self, section: str) -> State:
        """Whether a section passed, failed, has no mark to meet, or holds nothing."""
        if self.failed(section):
            return "failed"
        if section == "ranks" and self.findings.ranks is None or section != "ranks" and not self._held(section):
            return "absent"
        return "passed" if section in GATES else "reported"

    def _held(self, section: str) -> bool:
        # no contradiction is a finding, no forecast made from an early record is not
        return section == "tension" or bool(getattr(self.findings, section))

    def verdict(self) -> str:
        """The whole calibration in one line, and whether its backcast beat simple forecasts: pass marks do not ask for that."""
        failures = self.findings.failures
        said = self("verdict.failed", count=len(failures)) if failures else self("verdict.passed")
        skill = self.skill()
        return f"{said}{self('gap')}{skill}" if skill else said

    def skill(self) -> str:
        """In how many of the backcast's figures its error (CRPS) is below the better of the simple forecasts; empty without any."""
        compared = [(row.crps, simple) for row in self.findings.backcast
                    if (simple := best_simple(row.no_change, row.last_growth)) is not None]  # fmt: skip
        better = sum(crps < simple for crps, simple in compared)
        return self("lead.backcast_better", of=len(compared), better=better) if compared else ""

    def made(self) -> str:
        """How the fit was made, in one line."""
        found = self.findings
        return self(
            "second_round" if found.second_round else "one_round", runs=f"{found.runs:,}", more=f"{found.second_round:,}",
            accepted=f"{found.accepted:,}", effective=f"{found.effective:,.0f}", discrepancy=f"{found.discrepancy:g}",
        )  # fmt: skip

    # --- one sentence a section

    def lead(self, section: str) -> str:
        """What a section shows and what came out of it, in plain words."""
        shows = self(f"shows.{section}")
        if self.state(section) == "absent" or section == "ranks" and self.findings.ranks is None:
            return f"{shows}{self('gap')}{self('absent')}"
        outcome: Callable[[], str] = getattr(self, f"_{section}")
        return f"{shows}{self('gap')}{outcome()}"

    def _facts(self) -> str:
        outside = [row for row in self.fitted if not row.inside95]
        unexplained = sum(gates.unexplained(row) for row in self.fitted)
        if not outside:
            return self("lead.facts_all", of=len(self.fitted))
        return self(
            "lead.facts", of=len(self.fitted), inside=len(self.fitted) - len(outside), named=len(outside) - unexplained,
            open=unexplained,
        )  # fmt: skip

    def _readings(self) -> str:
        rows = self.findings.readings
        moved = sum(abs(row.posterior_weight - row.prior_weight) > 2.0 * row.mc_error for row in rows)
        return self("lead.readings", of=len(rows), moved=moved)

    def _parameters(self) -> str:
        return self(
            "lead.parameters", of=len(self.findings.parameters), informed=len(self.informed), silent=len(self.silent),
            least=nominal(gates.SILENT),
        )  # fmt: skip

    def _pairs(self) -> str:
        one = max(self.findings.pairs, key=lambda pair: abs(pair.correlation))
        return self(
            "lead.pairs", count=len(self.findings.pairs), a=self.parameter(one.a), b=self.parameter(one.b),
            correlation=f"{one.correlation:+.2f}",
        )  # fmt: skip

    def _ranks(self) -> str:
        ranks = self.findings.ranks
        assert ranks is not None
        outside = sum(not row.inside for row in ranks.quantities)
        return self("lead.ranks", truths=ranks.truths, of=len(ranks.quantities), inside=len(ranks.quantities) - outside)

    def _coverage(self) -> str:
        return self(
            "lead.coverage", of=len(self.gated), met=sum(gates.covers(row) for row in self.gated), margin=f"{100.0 * gates.MARGIN:g}"
        )

    def _structures(self) -> str:
        widest = max(row.level for row in self.findings.structures)
        rows = [row for row in self.findings.structures if row.level == widest]
        own = "".join(
            self("lead.structures_fitted", level=nominal(row.level), coverage=percent(row.coverage)) + self("gap")
            for row in rows if row.structure == AS_FITTED
        )  # fmt: skip
        worst = min((row for row in rows if row.structure != AS_FITTED), key=lambda row: row.coverage)
        return own + self(
            "lead.structures", structure=self.structure(worst.structure), level=nominal(worst.level),
            coverage=percent(worst.coverage), indicator=self.indicator(worst.worst), worst=percent(worst.worst_coverage),
        )  # fmt: skip

    def _left_out(self) -> str:
        rows = self.findings.left_out
        worst = max(rows, key=lambda row: abs(row.z))
        return self(
            "lead.left_out", of=len(rows), inside=sum(row.inside90 for row in rows), fact=self.fact(worst.fact), z=f"{worst.z:+.1f}"
        )

    def _backcast(self) -> str:
        rows, found = self.findings.backcast, self.findings
        said = self("lead.backcast", of=len(rows), inside=sum(row.inside90 for row in rows), half=sum(row.inside50 for row in rows))
        basis = self(
            "lead.backcast_fitted" if found.backcast_facts else "lead.backcast_prior", facts=found.backcast_facts, cut=found.backcast_cut
        )
        return self("gap").join(one for one in (basis, said, self.skill()) if one)

    def _tension(self) -> str:
        rows = self.findings.tension
        if not rows:
            return self("lead.no_tension")
        worst = max(rows, key=lambda row: row.strength)
        return self("lead.tension", count=len(rows), a=self.fact(worst.a), b=self.fact(worst.b), strength=f"{worst.strength:.1f}")

    def _identities(self) -> str:
        rows = self.findings.identities
        return self("lead.identities", of=len(rows), holds=sum(row.holds for row in rows))

    def _sensitivity(self) -> str:
        moves = self.moves()
        if not moves:
            return ""
        (indicator, year), move = max(moves.items(), key=lambda item: item[1])
        return self("lead.sensitivity", indicator=self.indicator(indicator), year=year, move=percent(move))

    def _agreement(self) -> str:
        rows = self.findings.agreement
        close = sum(abs(row.other_mean - row.mean) <= CLOSE * row.sd for row in rows)
        return self("lead.agreement", of=len(rows), close=close, distance=f"{CLOSE:g}")

    def tension(self, at: int) -> str:
        """What a contradiction is about, in a sentence."""
        row = self.findings.tension[at]
        return self(
            "tension_said", a=self.fact(row.a), b=self.fact(row.b), alone=f"{row.a_alone:+.1f}", with_=f"{row.a_with:+.1f}",
            direction=self.words.or_else(f"calibration.direction.{row.direction}", row.direction),
        )  # fmt: skip

    def after(self) -> str:
        """The error of the model after the record, and what its size rests on."""
        size = self.findings.after
        return self(
            "after", sd=f"{size.sd_at_five_years:.2f}", low=f"{size.low:.2f}", high=f"{size.high:.2f}", errors=size.errors,
            shared=nominal(size.shared),
        )  # fmt: skip

    # --- forecasts under other sizes of the discrepancy

    def forecasts(self) -> dict[tuple[str, int], list[Sensitivity]]:
        """Forecasts by indicator and year, each with the sizes of the discrepancy in order."""
        found: dict[tuple[str, int], list[Sensitivity]] = {}
        for row in sorted(self.findings.sensitivity, key=lambda row: row.size):
            found.setdefault((row.indicator, row.year), []).append(row)
        return found

    def usual(self, rows: list[Sensitivity]) -> Sensitivity:
        """The forecast at the size nearest to the one the fit assumed."""
        return min(rows, key=lambda row: abs(row.size - self.findings.discrepancy))

    def moves(self) -> dict[tuple[str, int], float]:
        """How far the median of each forecast moves between sizes, as a share of the median at the usual size."""
        moves = {}
        for key, rows in self.forecasts().items():
            middle = self.usual(rows).median
            if middle > 0.0:
                moves[key] = (max(row.median for row in rows) - min(row.median for row in rows)) / middle
        return moves


def best_simple(no_change: float | None, last_growth: float | None) -> float | None:
    """Absolute error of the better of the two simple forecasters; None where neither could be made."""
    known = [error for error in (no_change, last_growth) if error is not None]
    return min(known) if known else None


def p_said(p: float) -> str:
    """A p-value as people write it."""
    return "<0.01" if 0.0 <= p < 0.01 else "-" if math.isnan(p) else f"{p:.2f}"


def nominal(level: float) -> str:
    """A level that somebody chose: 90 %, not 90.0 %."""
    return f"{100.0 * level:g}%"
