"""A sweep: the same table however it is run or cut off, and nothing that is done is lost."""

import io
import json
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest
import xarray as xr

from tests.asking import Yidu, done, refused
from tests.dying import die
from tests.full_disk import WITHOUT_BYTECODE, full_at
from tests.killing import until, workers
from yidu.calibration.discrepancy import widened
from yidu.calibration.manifest import posterior
from yidu.experiments.ensembles.cores import cores
from yidu.experiments.judging.verdicts import mc_error
from yidu.experiments.sweep import chunks, engines
from yidu.experiments.sweep.chunks import Done, compute
from yidu.experiments.sweep.compute import chunk_of, manifest_for, parts_of, run_sweep
from yidu.experiments.sweep.designs import Design, Setting, read
from yidu.experiments.sweep.engines import local
from yidu.experiments.sweep.export import export
from yidu.experiments.sweep.store import Sweep, Unwritten, begun, opened
from yidu.experiments.sweep.summary import error_of
from yidu.sim.ensemble import simulate
from yidu.sim.errors import InputError
from yidu.sim.files import drafted
from yidu.sim.region import Region

ROOT = Path(__file__).resolve().parents[2]
YIDU = [sys.executable, "-m", "yidu"]

LEVERS = """
[design]
kind = "lhs"
size = 4
seed = 3
[vary]
knowledge_loan_cover = [0.5, 0.9]
enterprise_coaching = [0, 60]
[runs]
per_point = 3
years = [2024, 2025]
indicators = ["tech_enterprises", "knowledge_loans_total", "gdp"]
chunk = 5
"""

STATUS_QUO = """
[design]
kind = "lhs"
size = 1
[runs]
per_point = {runs}
years = [2025, 2025]
indicators = ["tech_enterprises", "rd_expenditure"]
chunk = {chunk}
"""

PLAIN = STATUS_QUO.format(runs=300, chunk=10)
PARTS_OF_PLAIN = 30
"""Seconds of work, so that a slow machine still sees its middle."""


def file(folder: Path, text: str) -> Path:
    written = folder / "design.toml"
    written.write_text(text, encoding="utf-8")
    return written


@contextmanager
def here() -> Iterator[Callable[[Iterator[chunks.Chunk]], Iterator[Done]]]:
    """The chunks in this process, last first: order is nothing that may show."""
    yield lambda work: (compute(chunk) for chunk in reversed(list(work)))


@pytest.fixture(scope="module")
def design(tmp_path_factory: pytest.TempPathFactory) -> Design:
    return read(file(tmp_path_factory.mktemp("design"), LEVERS))


@pytest.fixture(scope="module")
def swept(design: Design, tmp_path_factory: pytest.TempPathFactory) -> Sweep:
    return run_sweep(design, tmp_path_factory.mktemp("swept") / "s", here())


# --- what is in the table


def test_every_run_of_a_sweep_is_the_run_that_assess_would_make(swept: Sweep, design: Design, dadukou: Region) -> None:
    from yidu.experiments.sweep.designs import prepared

    found = swept.table(["tech_enterprises", "gdp"], 2025)
    assert len(found) == 12 and swept.complete
    region, scenario, _ = prepared(design.setting(2))
    outcomes = simulate(dadukou, scenario.levers, runs=3, seed=1, draws=posterior(dadukou))
    of_point = found[found["point"] == 2]
    for name in ("tech_enterprises", "gdp"):
        assert (of_point[name].to_numpy() == outcomes.of(name, 2025).astype(np.float32)).all()
    judged = swept.table(["tech_enterprises"], 2025, judged=True)
    expected = widened(dadukou, outcomes).of("tech_enterprises", 2025).astype(np.float32)
    assert (judged[judged["point"] == 2]["tech_enterprises"].to_numpy() == expected).all()


def test_on_common_luck_every_point_meets_the_same_runs_and_on_independent_luck_no_run_stands_twice(design: Design) -> None:
    common = [s.run for k in range(parts_of(design)) for s in chunk_of(design, k, ()).stretches() for s in [s] if s.replicate == 0]
    assert set(common) == {0}
    apart = replace(design, luck="independent")
    runs = [s.run + k for n in range(parts_of(apart)) for s in chunk_of(apart, n, ()).stretches() for k in range(s.many)]
    assert runs == list(range(12))


def test_duckdb_and_pandas_read_a_sweep_with_one_line(swept: Sweep) -> None:
    ours = swept.table(["tech_enterprises"], 2025)["tech_enterprises"].mean()
    ((theirs,),) = duckdb.sql(f"select avg(tech_enterprises) from '{swept.where}/parts/*.parquet' where year = 2025").fetchall()
    table = pd.read_parquet(swept.where / "parts")
    assert theirs == pytest.approx(ours) == pytest.approx(table[table["year"] == 2025]["tech_enterprises"].mean())


def test_what_was_varied_and_drawn_stands_beside_each_run(swept: Sweep, dadukou: Region) -> None:
    inputs = swept.inputs(["entry_rate"])
    assert list(inputs.columns) == ["knowledge_loan_cover", "enterprise_coaching", "entry_rate"] and len(inputs) == 12
    assert inputs["knowledge_loan_cover"].between(0.5, 0.9).all() and inputs["knowledge_loan_cover"].nunique() == 4
    drawn, _ = posterior(dadukou).of_runs(1, np.arange(3))
    from yidu.sim.draws import DRAWN

    assert (inputs["entry_rate"].to_numpy().reshape(4, 3) == drawn[:, DRAWN.index("entry_rate")]).all()


# --- however it is run


def test_worker_processes_give_the_bits_of_one_process_in_another_order(design: Design, swept: Sweep, tmp_path: Path) -> None:
    found = run_sweep(design, tmp_path / "two", local(2))
    assert found.digest() == swept.digest()
    for ours, theirs in zip(found.files, swept.files, strict=True):
        assert ours.read_bytes() == theirs.read_bytes()


def test_the_cut_into_parts_does_not_show(design: Design, swept: Sweep, tmp_path: Path) -> None:
    found = run_sweep(replace(design, chunk=12), tmp_path / "one", here())
    assert len(found.files) == 1
    for judged in (False, True):
        pd.testing.assert_frame_equal(
            found.table(["tech_enterprises", "gdp"], 2025, judged), swept.table(["tech_enterprises", "gdp"], 2025, judged)
        )


@pytest.mark.parametrize("name", ["design.parquet", "manifest.json"])
def test_a_sweep_killed_as_it_writes_what_it_is_made_of_begins_anew(name: str, design: Design, swept: Sweep, tmp_path: Path) -> None:
    (tmp_path / "s").mkdir()
    with suppress(KeyboardInterrupt), drafted(tmp_path / "s" / name) as draft:
        draft.write_bytes(b"half")
        left = shutil.copy(draft, tmp_path / "left")
        raise KeyboardInterrupt
    shutil.move(left, draft)  # who is killed removes nothing
    assert run_sweep(design, tmp_path / "s", here()).digest() == swept.digest() and not draft.exists()


def test_a_sweep_that_lost_parts_goes_on_to_the_same_table(design: Design, swept: Sweep, tmp_path: Path) -> None:
    shutil.copytree(swept.where, tmp_path / "s")
    halves = [tmp_path / "s" / "parts" / f"part-{number:06d}.parquet" for number in (0, 2)]
    halves[0].unlink()
    halves[1].write_bytes(halves[1].read_bytes()[:100])  # as a machine that lost power may leave it
    (tmp_path / "s" / "parts" / "part-000000.parquet.part").write_bytes(b"half")
    assert not opened(tmp_path / "s").complete
    seen: list[int] = []
    found = run_sweep(design, tmp_path / "s", here(), progress=seen.append)
    assert seen[0] == 5 and sum(seen) == 12
    assert found.digest() == swept.digest() and not list((tmp_path / "s" / "parts").glob("*.part"))


# --- what goes wrong


def fails_at(run: int) -> Callable[..., object]:
    def failing(region: Region, levers: object, *, first_run: int, runs: int, **rest: object) -> object:
        if first_run <= run < first_run + runs:
            raise RuntimeError("a table of agents was full")
        return simulate(region, levers, first_run=first_run, runs=runs, **rest)  # type: ignore[arg-type]

    return failing


def test_a_run_that_fails_is_recorded_with_its_error_and_the_rest_goes_on(
    design: Design, swept: Sweep, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunks, "simulate", fails_at(1))
    found = run_sweep(design, tmp_path / "s", here())
    table, whole = found.table(["tech_enterprises"], 2025), swept.table(["tech_enterprises"], 2025)
    bad = table["replicate"] == 1
    assert found.failed == bad.sum() == 4 and found.complete
    assert table[bad]["tech_enterprises"].isna().all() and table[bad]["error"].str.contains("a table of agents was full").all()
    pd.testing.assert_frame_equal(table[~bad], whole[~bad])
    assert list(found.failures()["replicate"]) == [1] * 4
    monkeypatch.undo()
    again = run_sweep(design, tmp_path / "s", here(), retry=True)
    assert again.failed == 0 and again.digest() == swept.digest()


def parts_in(folder: Path) -> int:
    return len(list((folder / "parts").glob("part-*.parquet")))


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A design of status-quo runs in `PARTS_OF_PLAIN` parts, and the digest of its uninterrupted sweep."""
    folder = tmp_path_factory.mktemp("plain")
    written = file(folder, PLAIN)
    return written, run_sweep(read(written), folder / "s", here()).digest()


def test_the_death_of_a_worker_costs_nothing(plain: tuple[Path, str], tmp_path: Path) -> None:
    sweep = subprocess.Popen([*YIDU, "sweep", str(plain[0]), "--out", str(tmp_path / "s"), "--workers", "2"], cwd=ROOT)
    until(lambda: parts_in(tmp_path / "s") >= 2)
    workers(sweep.pid)[0].kill()
    assert sweep.wait(timeout=300) == 0
    assert opened(tmp_path / "s").failed == 0 and opened(tmp_path / "s").digest() == plain[1]


def test_a_worker_that_dies_before_it_has_begun_costs_nothing(design: Design) -> None:
    chunk = chunk_of(design, 0, ())

    def kill() -> None:
        until(lambda: workers(os.getpid()))
        workers(os.getpid())[0].kill()

    killer = threading.Thread(target=kill)
    with local(1) as engine:
        killer.start()
        (found,) = engine(iter([chunk]))
    killer.join()
    assert found.data == compute(chunk).data


class Deadly(tuple[Setting, ...]):
    """Settings that kill the worker process that looks at them, as memory that runs out would."""

    def __iter__(self) -> Iterator[Setting]:
        if multiprocessing.parent_process() is not None:
            os._exit(9)
        return super().__iter__()


class DeadlyToRead(tuple[Setting, ...]):
    """Settings that kill the worker process as it reads them."""

    def __reduce__(self) -> tuple[Any, ...]:
        return die, ()


@pytest.mark.parametrize("deadly", [Deadly, pytest.param(DeadlyToRead, marks=pytest.mark.slow)])
def test_a_chunk_that_kills_every_worker_is_given_up_and_the_rest_goes_on(design: Design, deadly: type[Any]) -> None:
    good, bad = chunk_of(design, 0, ()), chunk_of(design, 1, ())
    with local(2) as engine:
        found = {part.number: part for part in engine(iter([replace(bad, settings=deadly(bad.settings)), good]))}
    assert (found[0].failed, found[1].failed) == (0, found[1].runs)
    table = pd.read_parquet(io.BytesIO(found[1].data))
    assert table["error"].str.contains("died 3 times").all() and table["gdp"].isna().all()
    assert found[0].data == compute(good).data


@pytest.mark.parametrize("workers", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_where_every_worker_dies_as_it_starts_there_is_an_end(design: Design, monkeypatch: pytest.MonkeyPatch, workers: int) -> None:
    monkeypatch.setattr(engines, "_ready", die)
    with pytest.raises(engines.Stillborn), local(workers) as engine:
        list(engine(chunk_of(design, number, ()) for number in range(parts_of(design))))


def test_a_sweep_without_workers_ends_with_a_sentence(yidu: Yidu, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "_ready", die)
    ran = yidu("sweep", file(tmp_path, LEVERS), "--out", tmp_path / "s", "--workers", 1)
    assert ran.exit_code == 1 and "没有一个工作进程活到开始计算" in ran.stderr and len(ran.stderr.splitlines()) == 1


class DeadlyOnce:
    """Work of which the first worker that reads it does slowly, the second dies before anybody knows that it has it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[Any, ...]:
        return read_work, (self.folder,)


def read_work(folder: Path) -> Callable[[bytes], Done]:
    """What a worker makes of `DeadlyOnce`."""
    with suppress(FileExistsError):
        (folder / "slow").touch(exist_ok=False)
        return slowly
    with suppress(FileExistsError):
        (folder / "dead").touch(exist_ok=False)
        die()
    return engines._computed


def slowly(chunk: bytes) -> Done:
    """Work that is still being done when another worker dies."""
    time.sleep(5.0)
    return engines._computed(chunk)


@pytest.mark.slow
def test_a_chunk_of_which_nobody_hears_again_is_done_again(design: Design, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "_computed", DeadlyOnce(tmp_path))
    monkeypatch.setattr(engines, "STILL", 20.0)
    work = [chunk_of(design, number, ()) for number in range(parts_of(design))]
    with local(2) as engine:
        found = {part.number: part for part in engine(iter(work))}
    assert (tmp_path / "dead").exists()
    assert {number: part.failed for number, part in found.items()} == dict.fromkeys(range(len(work)), 0)


@pytest.mark.slow
def test_killed_in_the_middle_and_given_again_it_ends_with_the_table_of_an_uninterrupted_sweep(
    plain: tuple[Path, str], tmp_path: Path
) -> None:
    order = [*YIDU, "sweep", str(plain[0]), "--out", str(tmp_path / "s"), "--workers", "2"]
    sweep = subprocess.Popen(order, cwd=ROOT)
    until(lambda: parts_in(tmp_path / "s") >= 3)
    started = workers(sweep.pid)
    sweep.kill()
    sweep.wait()
    until(lambda: not any(one.is_running() for one in started), 30)
    there = parts_in(tmp_path / "s")
    assert 3 <= there < PARTS_OF_PLAIN and not opened(tmp_path / "s").complete
    again = subprocess.run(order, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert again.returncode == 0, again.stderr
    assert opened(tmp_path / "s").digest() == plain[1]


@pytest.mark.slow
def test_ctrl_c_ends_it_with_a_sentence_and_it_goes_on_from_there(plain: tuple[Path, str], tmp_path: Path) -> None:
    order = [*YIDU, "sweep", str(plain[0]), "--out", str(tmp_path / "s"), "--workers", "2"]
    hears = lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)  # noqa: E731  (a shell's background jobs ignore it)
    sweep = subprocess.Popen(order, cwd=ROOT, stderr=subprocess.PIPE, text=True, preexec_fn=hears)
    until(lambda: parts_in(tmp_path / "s") >= 2)
    sweep.send_signal(signal.SIGINT)
    _, said = sweep.communicate(timeout=60)
    assert sweep.returncode == 130 and "接着做完" in said and "Traceback" not in said
    assert run_sweep(read(plain[0]), tmp_path / "s", here()).digest() == plain[1]


@pytest.mark.slow
def test_a_full_disk_ends_with_a_sentence_and_what_is_done_stays(plain: tuple[Path, str], tmp_path: Path) -> None:
    written = file(tmp_path, PLAIN)
    for room, expected in ((2000, 1), (1 << 30, 0)):  # a part takes more than 2000 bytes, the manifest more, too
        if room == 2000:
            folder = begun(tmp_path / "s", manifest_for(read(written)), read(written).points, PARTS_OF_PLAIN)
            folder.close()
        ran = subprocess.run(
            [*YIDU, "sweep", str(written), "--out", str(tmp_path / "s"), "--workers", "1"],
            cwd=ROOT, capture_output=True, text=True, timeout=300, preexec_fn=full_at(room), env={**os.environ, **WITHOUT_BYTECODE},
        )  # fmt: skip
        assert ran.returncode == expected, ran.stderr
        if expected:
            (sentence,) = ran.stderr.strip().splitlines()
            assert "接着做完" in sentence and not list((tmp_path / "s" / "parts").glob("*.part"))
    assert opened(tmp_path / "s").digest() == plain[1]


def moved(where: Path) -> None:
    where.rename(where.with_name("elsewhere"))


def in_its_place(where: Path) -> None:
    """A file where the folder of the sweep was."""
    moved(where)
    where.write_text("mine")


def no_parts(where: Path) -> None:
    """A file where the folder of the parts was: nothing can be written there, whoever asks."""
    (where / "parts").rename(where.with_name("elsewhere"))
    (where / "parts").write_text("mine")


@pytest.mark.slow
@pytest.mark.parametrize(
    "spoilt, cause",
    [
        (moved, "was moved, renamed or removed"),
        pytest.param(in_its_place, "was moved, renamed or removed", marks=pytest.mark.slow),
        pytest.param(no_parts, "a file stands where a folder", marks=pytest.mark.slow),
    ],
)
def test_a_folder_that_goes_while_a_sweep_is_at_work_is_said_with_how_far_it_was(
    plain: tuple[Path, str], tmp_path: Path, spoilt: Callable[[Path], None], cause: str
) -> None:
    where, elsewhere = tmp_path / "s", tmp_path / "elsewhere"
    order = [*YIDU, "sweep", str(plain[0]), "--out", str(where), "--workers", "1", "--lang", "en"]
    sweep = subprocess.Popen(order, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    until(lambda: parts_in(where) >= 2, 300)
    spoilt(where)
    _, said = sweep.communicate(timeout=300)
    (sentence,) = said.splitlines()
    there = len(list(elsewhere.rglob("part-*.parquet")))
    assert sweep.returncode == 1 and cause in sentence and "space" not in sentence
    assert 2 <= there < PARTS_OF_PLAIN and f" {there} of {PARTS_OF_PLAIN} parts" in sentence
    back = where / "parts" if spoilt is no_parts else where
    back.unlink(missing_ok=True)
    elsewhere.rename(back)
    assert run_sweep(read(plain[0]), where, here()).digest() == plain[1]


def test_two_sweeps_in_one_folder_are_refused(design: Design, tmp_path: Path) -> None:
    held = begun(tmp_path / "s", manifest_for(design), design.points, parts_of(design))
    with pytest.raises(InputError, match="another sweep is writing"):
        run_sweep(design, tmp_path / "s", here())
    held.close()


def test_a_folder_of_another_design_or_other_rules_is_refused(design: Design, swept: Sweep, tmp_path: Path) -> None:
    other = read(file(tmp_path, LEVERS.replace("seed = 3", "seed = 4")))
    with pytest.raises(InputError, match="another design"):
        run_sweep(other, swept.where, here())
    shutil.copytree(swept.where, tmp_path / "s")
    manifest = json.loads((tmp_path / "s" / "manifest.json").read_text())
    (tmp_path / "s" / "manifest.json").write_text(json.dumps(manifest | {"rules": "0" * 64}))
    with pytest.raises(InputError, match="another rules"):
        run_sweep(design, tmp_path / "s", here())
    with pytest.raises(InputError, match="no part of a sweep"):
        run_sweep(design, ROOT / "docs", here())
    assert not (ROOT / "docs" / "parts").exists() and not (ROOT / "docs" / ".lock").exists()


def test_a_worker_with_other_rules_does_no_work(design: Design) -> None:
    with pytest.raises(InputError, match="other rules"):
        compute(replace(chunk_of(design, 0, ()), rules="0" * 64))


def test_a_folder_that_cannot_be_written_to_is_said(design: Design, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Unwritten, match="could not be written"):
        run_sweep(design, tmp_path / "file" / "s", here())


# --- handed on


def test_netcdf_has_an_axis_each_for_points_replicates_and_years(swept: Sweep, tmp_path: Path) -> None:
    export(swept, tmp_path / "s.nc")
    with xr.open_dataset(tmp_path / "s.nc") as data:
        assert data["tech_enterprises"].dims == ("point", "replicate", "year") and data["tech_enterprises"].shape == (4, 3, 2)
        found = swept.table(["tech_enterprises"], 2025)["tech_enterprises"].to_numpy()
        assert (data["tech_enterprises"].sel(year=2025).to_numpy().ravel() == found).all()
        assert (data["knowledge_loan_cover"].to_numpy() == swept.points["knowledge_loan_cover"].to_numpy()).all()


def test_csv_has_a_row_a_run_and_year_with_what_went_in(swept: Sweep, tmp_path: Path) -> None:
    export(swept, tmp_path / "s.csv", ["gdp"])
    table = pd.read_csv(tmp_path / "s.csv")
    assert len(table) == 24 and {"region", "knowledge_loan_cover", "gdp", "year", "run"} <= set(table.columns)
    found = table[table["year"] == 2025].sort_values(["point", "replicate"])["gdp"].to_numpy(np.float32)
    assert found == pytest.approx(swept.table(["gdp"], 2025)["gdp"].to_numpy(), rel=1e-6)
    with pytest.raises(InputError, match="exported to .csv or .nc"):
        export(swept, tmp_path / "s.xls")


# --- the command


def test_the_command_tells_size_time_and_disk_beforehand(yidu: Yidu, tmp_path: Path) -> None:
    said = done(yidu("sweep", file(tmp_path, LEVERS), "--dry-run"))
    assert "4 个试验点，每点 3 次，共 12 次运行，分 3 份存" in said and "预计用时" in said and "预计占盘" in said
    assert not (tmp_path / "DIR").exists()


def test_show_says_how_many_runs_reach_each_target(yidu: Yidu, swept: Sweep) -> None:
    said = done(yidu("sweep", "show", swept.where))
    assert "已完成" in said and swept.digest() in said and "入库" in said or "科技型企业" in said
    answer = json.loads(done(yidu("sweep", "show", swept.where, "--json", "-")))
    row = next(row for row in answer["targets"] if row["indicator"] == "tech_enterprises")
    values = swept.table(["tech_enterprises"], 2025, judged=True)["tech_enterprises"]
    assert row["share"] == pytest.approx((values >= row["target"]).mean()) and row["runs"] == 12


def test_the_error_of_a_share_counts_a_run_that_stands_at_many_points_once() -> None:
    runs = pd.DataFrame({"seed": 1, "run": [0, 1, 0, 1, 0, 1]})
    reached = np.array([1.0, 0.0, 1.0, 0.0, 1.0, 0.0])
    assert error_of(reached, runs) == pytest.approx(0.5)  # two runs, one of which always reaches it
    assert error_of(reached[:1].repeat(6), runs) == pytest.approx(mc_error(2, 2))
    assert error_of(reached, runs.assign(run=range(6))) == pytest.approx(mc_error(3, 6))
    assert error_of(reached, runs.assign(run=0)) is None


def test_mistyped_sweeps_end_in_one_sentence(yidu: Yidu, tmp_path: Path, swept: Sweep) -> None:
    design = file(tmp_path, LEVERS)
    assert "--out" in refused(yidu("sweep", design))
    assert "local" in refused(yidu("sweep", design, "--out", "s", "--on", "ray"))
    assert "--on dask" in refused(yidu("sweep", design, "--out", "s", "--scheduler", "tcp://127.0.0.1:1"))
    assert "没有这个文件夹" in refused(yidu("sweep", "show", tmp_path / "nowhere"))
    assert "manifest.json" in refused(yidu("sweep", "show", tmp_path))
    assert "--workers" in refused(yidu("sweep", design, "--out", "s", "--workers", "0"))
    assert "--scheduler" in refused(yidu("sweep", design, "--out", "s", "--workers", 9 * cores()))  # each takes a process and its memory
    assert "cat" in refused(yidu("sweep", "export", swept.where, "--to", "s.nc", "--indicators", "cat"))
    begun(tmp_path / "e", manifest_for(read(design)), read(design).points, 3).close()
    assert "还没有一次运行" in refused(yidu("sweep", "export", tmp_path / "e", "--to", "e.csv"))
    assert refused(yidu("sweep", tmp_path / "missing.toml", "--out", "s"))
    assert not (tmp_path / "s").exists()
