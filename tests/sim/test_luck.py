"""Luck is keyed: the same for an agent whoever else exists, uniform, and never shared by two decisions."""

import ast
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

import yidu.agents.luck as luck_module
from tests.sim.small import constant, living, opened, quarters, small
from yidu.agents.compiled import kernel, plain
from yidu.agents.face import Face
from yidu.agents.luck import DOOR_FOUNDED, DOOR_START, ENTERPRISE, GROWTH, agent_id, luck, run_key_of
from yidu.sim.ensemble import ROWS_IN_USE, fused, fused_source
from yidu.sim.levers import LEVERS
from yidu.sim.model import FACES
from yidu.sim.population import own_sector
from yidu.sim.schedule import QUARTER
from yidu.sim.stages.district import found

ROOT = Path(__file__).resolve().parents[2]
FIRMS = 20_000
DECISIONS = max(v for k, v in vars(luck_module).items() if k.isupper() and isinstance(v, np.integer)) + 1


@kernel
def fill_luck(out, run_keys, quarters_, firms, decisions):
    """``out[k]``: one draw for each key."""
    for k in range(out.size):
        ident = agent_id(ENTERPRISE, DOOR_START, 3, firms[k])
        out[k] = luck(run_keys[k], quarters_[k], ident, decisions[k])


def draws(runs=0, quarter=10, firms=0, decision=GROWTH):
    """Draws over whichever of the four is an array."""
    runs, quarter, firms, decision = np.broadcast_arrays(*(np.asarray(x, np.int64) for x in (runs, quarter, firms, decision)))
    keys = np.array([run_key_of(1, int(r)) for r in runs.ravel()], np.int64)
    out = np.empty(keys.size)
    fill_luck(out, keys, *(np.ascontiguousarray(x.ravel()) for x in (quarter, firms, decision)))
    return out


@pytest.mark.parametrize("over", ["firms", "quarter", "runs", "decision"])
def test_draws_are_uniform_over_firms_quarters_runs_and_decisions(over):
    many = {"firms": FIRMS, "quarter": 84, "runs": 5000, "decision": int(DECISIONS)}[over]
    drawn = draws(**{over: np.arange(many)})
    assert ((drawn > 0.0) & (drawn < 1.0)).all() and np.unique(drawn).size == many
    assert stats.kstest(drawn, "uniform").pvalue > 0.001


def test_no_two_decisions_of_a_firm_are_correlated():
    table = np.array([draws(firms=np.arange(FIRMS), decision=d) for d in range(DECISIONS)])
    r = np.corrcoef(table)
    np.fill_diagonal(r, 0.0)
    assert np.abs(r).max() < 5.5 / np.sqrt(FIRMS)


def test_neither_neighbouring_quarters_nor_firms_nor_runs_nor_seeds_are_correlated():
    firms = np.arange(FIRMS)
    now = draws(firms=firms)
    other = np.empty(FIRMS)
    fill_luck(other, np.full(FIRMS, run_key_of(2, 0), np.int64), np.full(FIRMS, 10), firms, np.full(FIRMS, int(GROWTH)))
    for then in (draws(firms=firms, quarter=11), draws(firms=firms + 1), draws(firms=firms, runs=1), other):
        assert abs(np.corrcoef(now, then)[0, 1]) < 4.5 / np.sqrt(FIRMS)


def test_keys_of_runs_and_seeds_do_not_meet():
    keys = {run_key_of(seed, run) for seed in range(40) for run in range(500)}
    assert len(keys) == 20_000 and all(0 <= key < 2**63 for key in keys)


def test_every_decision_has_a_number_of_its_own():
    numbered = [node for node in ast.parse((ROOT / "agents/luck.py").read_text(encoding="utf-8")).body
                if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple)]  # fmt: skip
    names = [name.id for name in numbered[-1].targets[0].elts]
    assert len({getattr(luck_module, name) for name in names}) == len(names)


def decisions_drawn_for_firms():
    """(decision, stage) wherever a stage draws one of this quarter's decisions of a firm by its id."""
    for file in ("enterprise.py", "others.py"):
        for function in ast.parse((ROOT / "sim/stages" / file).read_text(encoding="utf-8")).body:
            if not isinstance(function, ast.FunctionDef):
                continue
            for call in ast.walk(function):
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
                    of_firm = call.func.id == "luck" and [ast.unparse(a) for a in call.args[1:3]] == ["d.quarter", "f.id"]
                    by_key = call.func.id == "drawn"
                    if by_key or of_firm:
                        yield call.args[-1].id, function.name


def test_no_two_stages_use_the_same_draw_of_a_firm():
    used: dict[str, set[str]] = {}
    for decision, stage in decisions_drawn_for_firms():
        used.setdefault(decision, set()).add(stage)
    assert len(used) > 30
    # Loans of the three kinds are asked for and decided by kernels of their own, but a firm asks at most one of them in a quarter.
    apart = {
        "PAID_LUCK": {"knowledge_verdict", "commercial_verdict", "guarantee_verdict"},
        "WHICH_BANK": {"knowledge_verdict", "commercial_verdict", "guarantee_verdict"},
        "POOL_HAS_ROOM": {"knowledge_verdict", "commercial_verdict", "guarantee_verdict"},
        "LOAN_AMOUNT": {"ask_for_seed_or_knowledge_loan", "ask_for_commercial_loan"},
        # Who may close, or seek a place, is listed by the very draw that then decides it.
        "CLOSES": {"close_or_continue", "endangered"},
        "MOVES_OUT": {"close_or_continue", "endangered"},
        "SEEKS_INCUBATOR": {"apply_to_incubators", "looking_round"},
    }
    shared = {d: sorted(stages) for d, stages in used.items() if len(stages) > 1 and apart.get(d) != stages}
    assert not shared, f"drawn once, used for two decisions: {shared}"


# --- nobody's luck depends on who else exists


FIXED = ("sector", "industry", "place", "strategic", "high_tech_class", "digital", "pillar", "state_owned", "birth_q", "door")


def by_id(w):
    firms = w.firms[: w.district[0].n_firms]
    return {int(f.id): f for f in firms}


def run_on(w, last):
    for _ in quarters(w, last):
        pass
    return w


def test_one_more_signed_project_leaves_everyone_elses_id_and_nature_alone(dadukou):
    usual, more = (constant(dadukou, {"firms_attracted": signed}, 2021) for signed in (21.0, 22.0))  # 20 would be each run's own level
    for run in range(5):
        plain_run = by_id(run_on(opened(dadukou, usual, run=run, reconciled=False), 43))
        with_more = by_id(run_on(opened(dadukou, more, run=run, reconciled=False), 43))
        assert plain_run.keys() <= with_more.keys()
        assert len(with_more) - len(plain_run) <= 5
        for ident, firm in plain_run.items():
            assert all(firm[name] == with_more[ident][name] for name in FIXED)


def test_one_more_founder_leaves_the_fortune_of_nearly_everyone_alone_to_the_bit(dadukou):
    quiet = small(dadukou, local_spillover=0.0, large_plant_spillover=0.0, effort_on=0.0)
    for run in range(5):
        alone, joined = (opened(dadukou, draws=quiet, run=run, reconciled=False) for _ in range(2))
        run_on(alone, 8)
        run_on(joined, 8)
        ident = agent_id(ENTERPRISE, DOOR_FOUNDED, 8, 999)
        assert found(joined, ident, DOOR_FOUNDED, 0.3, 0.5, own_sector(joined, ident)) >= 0
        one, other = by_id(run_on(alone, 16)), by_id(run_on(joined, 16))
        assert other.keys() - one.keys() == {ident}
        same = [one[i].revenue == other[i].revenue for i in one]
        assert np.mean(same) > 0.9, "an unrelated firm's growth has moved"


def test_more_of_every_lever_may_found_more_firms_but_renames_none(dadukou):
    w = {}
    for end in ("low", "high"):
        paths = constant(dadukou, {name: getattr(bar, end) for name, bar in LEVERS.items()}, 2021)
        w[end] = run_on(opened(dadukou, paths, run=2, reconciled=False), 43)
    ids = {(end, door): {int(f.id) for f in one.firms[: one.district[0].n_firms] if f.door == door}
           for end, one in w.items() for door in (DOOR_START, DOOR_FOUNDED)}  # fmt: skip
    assert ids["low", DOOR_START] == ids["high", DOOR_START]
    assert ids["low", DOOR_FOUNDED] < ids["high", DOOR_FOUNDED]  # platforms bring forth a few more, numbered after the others
    low, high = by_id(w["low"]), by_id(w["high"])
    for ident in ids["low", DOOR_FOUNDED]:
        assert all(
            low[ident][name] == high[ident][name] for name in FIXED if name not in ("strategic", "high_tech_class", "digital", "pillar")
        ), ident


# --- one list, two ways


def test_the_fused_quarter_calls_every_stage_once_in_the_order_of_the_list():
    tree = ast.parse(fused_source())
    (run_to,) = [f for f in tree.body if isinstance(f, ast.FunctionDef) and f.name == "run_to"]
    (loop,) = [s for s in run_to.body if isinstance(s, ast.While)]
    calls = [(s.value, None) for s in loop.body if isinstance(s, ast.Expr)]
    for block in (s for s in loop.body if isinstance(s, ast.For)):  # of firms, a block at a time
        assert ast.unparse(block.iter) == f"range(FIRST, {ROWS_IN_USE['firms']}, BLOCK)"
        assert ast.unparse(block.body[0]) == f"end = min(first + BLOCK, {ROWS_IN_USE['firms']})"
        calls += [(s.value, block) for s in block.body[1:]]
    calls.sort(key=lambda call: call[0].lineno)
    assert [call.func.id for call, _ in calls] == [stage.name for stage in QUARTER]
    for (call, block), stage in zip(calls, QUARTER, strict=True):
        assert (block is None) == (stage.kind != "firms")
        rows = ["first", "end"] if block else ["FIRST", ROWS_IN_USE[stage.kind]]
        assert [ast.unparse(a) for a in call.args] == ["w", *rows]
    imported = {a.name: node.module for node in tree.body if isinstance(node, ast.ImportFrom) for a in node.names}
    for stage in QUARTER:
        assert imported[stage.name] == plain(stage.kernel).__module__


def test_the_module_on_disk_is_the_one_written_from_the_list():
    assert Path(fused().__file__).read_text(encoding="utf-8") == fused_source()


def test_no_stage_comes_twice():
    names = [stage.name for stage in QUARTER]
    assert len(set(names)) == len(names) > 30


@pytest.mark.parametrize("table", FACES)
def test_each_face_has_a_method_for_each_of_its_stages_and_no_other(table):
    face = FACES[table]
    methods = {name for name, value in vars(face).items() if callable(value) and not name.startswith("_")}
    assert methods == {stage.name for stage in QUARTER if stage.kind == table}
    assert face.TABLE == table and issubclass(face, Face)


def test_stage_by_stage_is_the_fused_quarter_to_the_bit(dadukou):
    fast, slow = (opened(dadukou, run=4, reconciled=False) for _ in range(2))
    for _ in quarters(fast, 15):
        d = slow.district[0]
        used = {"firms": "n_firms", "people": "n_people", "incubators": "n_incubators", "institutes": "n_institutes"}
        for stage in QUARTER:
            rows = d[used[stage.kind]] if stage.kind in used else slow.funds.size if stage.kind == "funds" else 1
            stage.kernel(slow, 0, int(rows))
        for name in ("firms", "incubators", "institutes", "funds", "people", "district", "ledger", "flows", "indicators"):
            assert getattr(fast, name).tobytes() == getattr(slow, name).tobytes(), (name, d.quarter)
    assert living(fast).size > 100
