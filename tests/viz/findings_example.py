"""Made-up findings of a calibration, about the district's own facts and parameters: every number is invented."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from yidu.calibration import gates
from yidu.calibration.findings import (
    Agreement,
    Backcast,
    Case,
    Coverage,
    DiscrepancySize,
    FactCheck,
    Findings,
    Identity,
    LeftOut,
    Pair,
    ParameterCheck,
    RankCheck,
    Ranks,
    ReadingCheck,
    Sensitivity,
    StructureCoverage,
    Tension,
    What,
)
from yidu.sim.draws import beliefs
from yidu.sim.indicators import INDICATOR_IDS
from yidu.sim.region import Fact, Region

TOLD = {
    "register_rate": 0.52, "drive_strength": 0.44, "patent_productivity": 0.71, "rd_intensity_sme": 0.33, "hnte_apply_rate": 0.63,
    "hnte_renewal_rate": 0.12, "platform_apply_rate": 0.58, "otc_rate": 0.66, "kv_loan_size": 0.19, "incubator_market_rate": 0.37,
    "strategic_growth_gap": 0.41, "project_win_rate": 0.6, "pool_size": 0.15, "giant_rd_premium": 0.27, "firm_size_median": 0.24,
}  # fmt: skip
"""What the record says something about in this example: contraction by parameter."""

OUTSIDE = ("knowledge_loan_firms_2020", "projects_won_2020", "patents_per_10k_census")
"""Facts outside their interval in this example: named as a contradiction, unexplained, and not fitted."""


def findings(region: Region, **changes: object) -> Findings:
    """Findings with something wrong in every section that can go wrong; ``changes`` replaces whole parts."""
    luck = np.random.default_rng(3)
    facts = tuple(_fact(region.fact(name), luck) for name in region.fact_names if region.fact(name).indicator in INDICATOR_IDS)
    fitted = [row for row in facts if row.role == "calibrate"]
    made = Findings(
        region=region.name, title_zh=region.title_zh, title_en=region.title_en, version="0.2.0", rules="a1b2c3d4" * 8, pack="0f1e2d3c" * 8,
        seed=1, runs=100_000, second_round=20_000, accepted=3000, effective=1873.4, discrepancy=0.2, facts=facts,
        readings=tuple(_readings(region, luck)),
        parameters=tuple(_parameter(row.parameter, row.unit, row.grade, row.low, row.high, luck) for row in beliefs(region)),
        pairs=(
            Pair(a="register_rate", b="drive_strength", correlation=-0.72),
            Pair(a="hnte_apply_rate", b="hnte_pass_rate", correlation=-0.61),
            Pair(a="patent_productivity", b="patent_lapse", correlation=0.55),
            Pair(a="rd_intensity_sme", b="rd_doer_share", correlation=-0.48),
            Pair(a="register_rate", b="awareness_2015", correlation=-0.31),
            Pair(a="drive_strength", b="awareness_2015", correlation=0.22),
        ),
        ranks=_ranks([*TOLD, "level:seed_fund", "fact:tech_enterprises_2020", "fact:rd_sum"], luck),
        coverage=tuple(_coverage()),
        structures=tuple(
            StructureCoverage(
                structure=name, level=level, coverage=level - off, mc_error=0.02, truths=500, worst=worst, worst_coverage=level - 2.2 * off
            )
            for name, off, worst in (
                ("as_fitted", 0.01, "rd_expenditure"), ("drive_stops", 0.13, "tech_enterprises"),
                ("effort_off", 0.02, "high_tech_enterprises"), ("unequal_sizes", 0.06, "rd_expenditure"),
            )
            for level in (0.5, 0.9)
        ),
        left_out=tuple(
            LeftOut(
                fact=row.fact, record=row.record, unit=row.unit, p05=row.record * math.exp(k % 5 * 0.12 - 0.5),
                median=row.record * math.exp(k % 5 * 0.12 - 0.2), p95=row.record * math.exp(k % 5 * 0.12 + 0.1),
                z=0.9 - k % 5 * 0.5, log_score=-0.4 - 0.1 * k, crps=row.record * 0.1, inside90=k % 5 < 4,
            )
            for k, row in enumerate(fitted)
        ),
        identities=(
            Identity(
                identity="rd_expenditure / gdp = rd_share_of_gdp (2019)", left=3.98, right=3.98, unit="%", tolerance=0.03, holds=True,
                facts=("rd_expenditure[a]", "rd_share_2019[a]"),
            ),
            Identity(
                identity="tech_enterprises 2015 x (1 + 50.9 %)^5 = 2020", left=501.0, right=301.0, unit="家", tolerance=12.0, holds=False,
                facts=("tech_enterprises_2015[a]", "tech_growth[a]", "tech_enterprises_2020[a]"),
            ),
        ),
        tension=(
            Tension(a="knowledge_loan_firms_2020", b="knowledge_loans_2020", a_alone=0.6, a_with=2.3, strength=1.7, direction="opposite"),
            Tension(
                a="high_tech_above_scale_2020", b="tech_above_scale_2020", a_alone=-0.2, a_with=-1.3, strength=1.1, direction="both_low"
            ),
        ),
        sensitivity=tuple(_sensitivity()),
        backcast=tuple(
            Backcast(
                fact=row.fact, record=row.record, unit=row.unit, p05=row.record * low, median=row.record * middle, p95=row.record * high,
                inside50=k % 2 == 0, inside90=low <= 1.0 <= high, crps=row.record * 0.2, z=1.0 - k, no_change=simple, last_growth=simple,
            )
            for k, (row, low, middle, high, simple) in enumerate(
                (
                    (fitted[0], 0.45, 0.8, 1.5, 40.0), (fitted[2], 0.3, 0.55, 0.93, None), (fitted[7], 0.7, 1.1, 2.1, 3.5),
                )
            )
        ),
        backcast_cut=2018, backcast_facts=4,
        after=DiscrepancySize(sd_at_five_years=0.18, low=0.12, high=0.27, errors=24, shared=0.5),
        agreement=tuple(
            Agreement(parameter=name, mean=1.0, sd=0.2, other_mean=1.0 + 0.08 * (k - 1), other_sd=0.22)
            for k, name in enumerate(list(TOLD)[:5])
        ),
    )  # fmt: skip
    made = made.model_copy(update=changes)
    return made.model_copy(update={"failures": gates.failures(made)}) if "failures" not in changes else made


def without_doubts(region: Region) -> Findings:
    """The same where every pass mark is met and much was not done: no rival readings, contradictions or second method."""
    made = findings(region)
    assert made.ranks is not None
    fine = tuple(row.model_copy(update={"inside95": True, "conflict": None}) for row in made.facts)
    inside = tuple(row.model_copy(update={"inside": True, "deviation": 0.01, "ecdf": (0.0,) * 20}) for row in made.ranks.quantities)
    return findings(
        region, facts=fine, ranks=made.ranks.model_copy(update={"quantities": inside}), tension=(), readings=(), agreement=(), backcast=(),
        pairs=(), left_out=(), coverage=tuple(row.model_copy(update={"coverage": row.level}) for row in made.coverage),
    )  # fmt: skip


def _fact(fact: Fact, luck: np.random.Generator) -> FactCheck:
    record = fact.value
    off = 0.0 if fact.fact not in OUTSIDE else 0.9
    middle, wide, narrow = off + luck.normal(0.0, 0.05), luck.uniform(0.5, 1.6), luck.uniform(0.12, 0.4)
    at = {"p025": -1.0, "p25": -0.33, "median": 0.0, "p75": 0.35, "p975": 1.05}
    return FactCheck(
        fact=fact.fact, indicator=fact.indicator, role=fact.role, reading=fact.reading, period=fact.period, record=record, unit=fact.unit,
        prior_p05=record * math.exp(-wide), prior_median=record, prior_p95=record * math.exp(wide),
        **{name: record * math.exp(middle + narrow * place) for name, place in at.items()},
        p_value=0.003 if off else 0.4, mc_error=0.01, inside95=not off,
        conflict="knowledge_loans_2020" if fact.fact == OUTSIDE[0] else None,
        p05=record * math.exp(middle - 0.8 * narrow), p95=record * math.exp(middle + 0.8 * narrow),
    )  # fmt: skip


def _readings(region: Region, luck: np.random.Generator) -> Iterable[ReadingCheck]:
    for name in region.contested:
        rivals = region.readings(name)
        if rivals[0].role == "calibrate":
            weights = [fact.weight * luck.uniform(0.3, 1.5) for fact in rivals]
            for fact, weight in zip(rivals, weights, strict=True):
                yield ReadingCheck(
                    fact=name, reading=fact.reading, value=fact.value, unit=fact.unit, prior_weight=fact.weight,
                    posterior_weight=weight / sum(weights), mc_error=0.01,
                )  # fmt: skip


def _parameter(name: str, unit: str, grade: str, low: float, high: float, luck: np.random.Generator) -> ParameterCheck:
    told = TOLD.get(name, luck.uniform(-0.03, 0.08))
    span = (high - low) * math.sqrt(1.0 - told)
    middle = low + 0.5 * (high - low)
    return ParameterCheck(
        parameter=name, unit=unit, grade=grade, prior_p05=low, prior_median=middle, prior_p95=high, p05=middle - 0.5 * span, median=middle,
        p95=middle + 0.5 * span, contraction=told, shift=luck.normal(0.0, 0.6 if name in TOLD else 0.1),
    )  # fmt: skip


def _ranks(names: list[str], luck: np.random.Generator) -> Ranks:
    at = np.arange(1, 21) / 21.0
    rows = []
    for k, name in enumerate(names):
        wave = 0.05 * luck.normal() * np.sin(np.pi * at) + 0.012 * luck.normal(size=20)
        if k in (1, 4):
            wave = (0.11 if k == 1 else -0.1) * np.sin(np.pi * at * (1.0 if k == 1 else 2.0))
        ecdf = tuple(float(one) for one in np.clip(wave, -0.068, 0.068) if k not in (1, 4)) or tuple(float(one) for one in wave)
        rows.append(RankCheck(quantity=name, ecdf=ecdf, deviation=max(abs(one) for one in ecdf), inside=k not in (1, 4)))
    return Ranks(truths=600, draws=99, band=0.07, quantities=tuple(rows))


def _coverage() -> Iterable[Coverage]:
    def row(case: Case, what: What, assumed: float, injected: float, level: float, coverage: float) -> Coverage:
        return Coverage(
            case=case, what=what, assumed=assumed, injected=injected, level=level, coverage=coverage, mc_error=0.012, truths=600
        )

    kinds: tuple[What, ...] = ("parameters", "facts", "forecast")
    for k, what in enumerate(kinds):
        for level in (0.5, 0.9):
            yield row("assumed", what, 0.2, 0.2, level, level + 0.008 * (k - 1) - (0.04 if (k, level) == (2, 0.9) else 0.0))
            yield row("clean", what, 0.2, 0.0, level, level + 0.025)
            for size, off in ((0.0, -0.23), (0.1, -0.09), (0.2, 0.0), (0.4, 0.03)):
                yield row("sweep", what, size, 0.2, level, level + off * (1.0 if level > 0.7 else 0.7) - 0.01 * k)


def _sensitivity() -> Iterable[Sensitivity]:
    for indicator, level in (
        ("tech_enterprises", 480.0),
        ("high_tech_enterprises", 118.0),
        ("rd_expenditure", 18.4),
        ("patents_per_10k", 22.9),
    ):
        for year in (2023, 2025):
            for size in (0.0, 0.1, 0.2, 0.4):
                wide, middle = (0.2 + 0.5 * size, level * (1.0 - 0.2 * (size - 0.2)) * (0.85 if year == 2023 else 1.0))
                yield Sensitivity(
                    size=size, indicator=indicator, year=year, p05=middle * (1 - wide), median=middle, p95=middle * (1 + wide)
                )
