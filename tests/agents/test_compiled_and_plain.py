"""Every rule, whichever there are, gives the same bits compiled and in plain Python."""

import ast
import importlib
import inspect
import struct
import types
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yidu.agents.compiled import JIT, plain, word
from yidu.agents.numbers import HNTE_RD_LINES, SEED_AGE, SME_RD_POINTS, SME_STAFF_POINTS

ROOT = Path(__file__).resolve().parents[2]


def rules():
    """Every function marked ``@rule`` in the agents' files."""
    for path in sorted((ROOT / "agents").glob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            marks = getattr(node, "decorator_list", ())
            if isinstance(node, ast.FunctionDef) and any(getattr(m, "id", "") == "rule" for m in marks):
                yield getattr(importlib.import_module(f"yidu.agents.{path.stem}"), node.name)


RULES = {f"{plain(r).__module__.removeprefix('yidu.agents.')}.{plain(r).__name__}": r for r in rules()}


def real(low, high):
    return st.floats(low, high, allow_nan=False, allow_infinity=False)


def draw():
    return real(2.0**-54, 1.0 - 2.0**-53)


def things(high):
    return st.integers(0, high)


YES_NO = st.booleans()
WORD = st.integers(0, 2**64 - 1)
ID = st.integers(0, 2**62)
QUARTER = st.integers(-24, 83)
SHARE = real(0.0, 1.0)
MONEY = real(0.0, 3.0e6)
YUAN = real(0.0, 1.0e11)
HAZARD = real(0.0, 0.2)

#: What a rule's argument of this name may be, in the units of the docstrings.
RANGES = {
    # what firms become, founding, coaching
    "growth": real(-0.1, 0.3), "years": real(0.0, 20.0), "multiple": real(0.0, 3.0), "named": YES_NO, "renewal": real(0.0, 0.3),
    "strength": real(0.0, 3.0), "typical": real(0.005, 0.3), "step": real(0.0, 1.0), "covered": real(0.0, 3.0), "half": real(0.01, 2.0),
    "reachable": real(0.0, 1.0e5), "sales_before": YUAN, "sales_two_before": YUAN,
    # luck
    "x": WORD, "key": WORD, "seed": st.integers(0, 2**31), "run": st.integers(0, 10**7),
    "run_key": st.integers(0, 2**63 - 1), "quarter": QUARTER, "ident": ID, "one": ID, "other": ID,
    "host_id": ID, "decision": st.integers(0, 120), "kind": st.integers(0, 8), "door": st.integers(0, 10),
    "ordinal": things(10**6), "nth": things(12), "u": draw(), "mean": real(0.0, 200.0), "amount": real(0.0, 300.0),
    "yearly_hazard": real(-0.1, 50.0),
    # firms
    "birth_q": st.integers(-110, 83), "hnte_q": st.sampled_from([-99, -5, 3, 7, 11, 15, 19, 23]),
    "age": real(0.0, 45.0), "revenue": real(5.0, 3.0e6), "sales": MONEY, "sales_last_year": MONEY,
    "staff": real(1.0, 6.0e4), "science_staff": real(0.0, 5.0e4), "rd": real(0.0, 2.0e5),
    "rd_before": real(0.0, 2.0e5), "rd_now": real(0.0, 2.0e5), "rd_lagged": real(0.0, 2.0e5),
    "real_rd": real(0.0, 2.0e5), "rd_ratio": real(0.0, 0.2), "intensity": real(0.0, 0.6), "quality": real(-5.0, 5.0),
    "high_tech_share": SHARE, "cash": YUAN, "quarter_sales": YUAN, "profit": real(-1e5, 1e6),
    "profit_before_rd": real(-1e9, 1e9), "patents": things(2000), "other_ip": things(20000), "rights": things(22000),
    "talents": things(100), "platforms": things(6), "giant": things(100), "grade": things(4), "sector": things(7),
    "score": real(-40.0, 160.0), "year": st.integers(2015, 2035), "occupancy": things(200), "capacity": things(200),
    "graduates": things(500),
    # bodies, platforms, consortia, guarantees
    "landing": real(0.1, 0.6), "researchers": real(0.0, 300.0), "quarters": things(80), "merit": real(0.0, 1.5),
    "running": real(0.0, 12.0), "project": YES_NO, "research": YES_NO, "borrowed": YES_NO,
    # tables of numbers
    "values": st.just(SEED_AGE), "scale": st.sampled_from([SME_STAFF_POINTS, SME_RD_POINTS]), "classes": st.just(HNTE_RD_LINES),
    "size": MONEY,
    # yes or no
    **dict.fromkeys(
        ("industry", "above", "crossed_last_year", "incubated", "needs_credit", "certified", "hosts_platform", "aware",
         "national", "registered", "seeded", "encouraged", "small", "manufacturing", "tech_sme", "profitable",
         "cash_short", "environment_fund", "sector_match", "titled", "had_equity", "two_years_above_1000", "listed",
         "has_partner", "same_sector", "supported", "constrained", "served", "above_scale", "in_contract", "station"),
        YES_NO,
    ),
    # shares, rates and effects
    **dict.fromkeys(
        ("share", "small_rate", "general_rate", "tech_sme_rate", "manufacturing_rate", "deduction", "willingness",
         "loss_share", "default", "misuse", "coverage", "pass_rate"),
        SHARE,
    ),
    **dict.fromkeys(("hazard_0", "hazard_1", "hazard_2", "hazard_3_6", "hazard_7plus"), HAZARD),
    "rate": real(0.0, 0.5), "rate_without": real(0.0, 0.25), "appeal": real(0.5, 2.0),
    "line": real(0.03, 0.05), "base": real(0.005, 0.5), "drive": real(0.0, 2.0),
    "drive_strength": real(1.0, 15.0), "award": real(0.0, 200.0), "award_response": real(0.0, 0.3),
    "response": real(0.0, 0.3), "usual": real(0.0, 200.0), "drift": real(0.8, 1.3),
    "incubator_boost": real(1.0, 2.5), "push": real(1.0, 3.5), "register_ratio": real(0.2, 0.8),
    "incubator_ratio": real(0.8, 1.3), "survival_effect": real(-0.04, 0.06), "sd": real(0.1, 0.7),
    "exponent": real(0.1, 0.3), "expected": real(-1.0, 1.0), "spread": real(0.01, 0.6), "log_growth": real(-0.69, 0.69),
    "skill": real(0.0, 0.1), "cover": real(0.5, 0.95), "cover_response": real(0.2, 0.5), "appetite": real(0.0, 2.0),
    "balance": YUAN, "pool_paid": YUAN, "lent": YUAN, "mean_size": real(120.0, 280.0), "limit": real(40.0, 500.0),
    "support": real(0.0, 300.0), "bonus": real(-0.1, 0.6), "brokered": real(0.0, 200.0), "seekers": real(0.0, 3000.0),
    "uic": real(0.0, 0.3), "cost_ratio": real(0.3, 2.0), "elasticity": real(0.0, 0.7), "loan_effect": real(0.0, 0.2),
    "grant": real(0.0, 6000.0), "additionality": real(-0.6, 0.5), "saturation": real(0.05, 0.3), "now": MONEY,
    "wanted": MONEY, "speed": SHARE, "stock": MONEY, "stock_before": MONEY, "stock_after": MONEY,
    "effect": real(0.0, 0.6), "productivity": real(0.0, 1.5), "factor": real(0.0, 3.0), "awareness_gain": real(1.0, 2.0),
    "surveyed": YUAN, "other_share": real(0.0, 0.2), "noise": real(0.7, 1.4), "package": real(0.0, 300.0),
    "z": real(-9.0, 9.0), "outstanding": YUAN, "carried": YUAN, "asked": real(0.0, 1e8), "money": real(0.0, 60000.0),
    # sectors that the district leans to, start-up support
    **dict.fromkeys(("big_data", "environment", "health", "culture", "traditional"), st.one_of(st.just(1.0), real(0.0, 4.0))),
    "each": real(0.0, 7.2), "helped": SHARE,
    "package_elasticity": real(0.0, 0.5), "best_host": real(0.0, 15.0), "city_pull": real(-1.5, 1.5),
}  # fmt: skip
WORDS = {"x", "key"}  # 64-bit words: uint64 where compiled


def by_hand(function):
    """A rule in plain Python down to the last rule that it calls."""
    if function is word:
        return int
    bare = plain(function)
    if bare is function:
        return function
    names = {n: bare.__globals__[n] for n in bare.__code__.co_names if n in bare.__globals__}
    return types.FunctionType(bare.__code__, {n: by_hand(v) for n, v in names.items()}, bare.__name__)


def arguments(rule):
    return list(inspect.signature(plain(rule)).parameters)


def bits(value):
    """The value's own bits: two floats are equal only to the last one, 0.0 is not -0.0."""
    if isinstance(value, float | np.floating):
        return struct.pack("<d", value)
    return int(value)


def test_there_are_rules_and_each_argument_has_a_range():
    assert len(RULES) > 60
    unknown = {f"{name}({argument})" for name, rule in RULES.items() for argument in arguments(rule)
               if argument not in RANGES}  # fmt: skip
    assert not unknown, f"say in RANGES what these may be: {sorted(unknown)}"


@pytest.mark.skipif(not JIT, reason="nothing is compiled")
@pytest.mark.parametrize("name", RULES)
@given(data=st.data())
@settings(max_examples=60)
def test_compiled_and_plain_rules_agree_to_the_last_bit(name, data):
    rule = RULES[name]
    given_ = {a: data.draw(RANGES.get(a, real(0.01, 10.0)), label=a) for a in arguments(rule)}
    compiled = rule(*[np.uint64(v) if a in WORDS else v for a, v in given_.items()])
    assert bits(compiled) == bits(by_hand(rule)(*given_.values()))
