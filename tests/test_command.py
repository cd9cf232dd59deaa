"""The command line as a planner meets it: what it prints, what it writes, and how it says no."""

import csv
import dataclasses
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from tests.asking import CHINESE, DIGEST, Yidu, done, refused
from tests.experiments.synthetic import outcomes
from yidu import command
from yidu.calibration.manifest import posterior
from yidu.experiments.assess.answer import AssessAnswer
from yidu.experiments.assess.compute import Assessment, assess
from yidu.experiments.scenarios.scenario import load
from yidu.experiments.schemas import SCHEMAS
from yidu.sim.ensemble import simulate
from yidu.sim.files import write_whole
from yidu.sim.levers import LEVERS
from yidu.sim.region import Region

ROOT = Path(__file__).resolve().parents[1]


# --- assess


def test_assess_answers_every_target_and_says_what_to_try_next(yidu: Yidu, dadukou: Region) -> None:
    said = done(yidu("assess", "--runs", 3))
    assert len(re.findall(r"≥", said.split("判断：")[0])) == len(dadukou.targets) == 25
    assert len(DIGEST.findall(said)) == 1
    for part in ("维持现状", "同时完成的概率", "年区级财政投入", "只有 3 次运行", "下一步可试", "yidu assess plan"):
        assert part in said
    assert "\x1b[" not in said


def test_assess_in_english_has_no_chinese_in_it_but_the_plans_own_words(yidu: Yidu, dadukou: Region) -> None:
    said = done(yidu("assess", "plan", "--runs", 3, "--lang", "en"))
    above, title, rest = said.partition("sentences of the plan that this model does not answer")
    quoted, lead, below = rest.partition("They are not among the targets above")
    assert title and lead and "Next, try" in below
    assert not CHINESE.search(above + below)
    assert CHINESE.findall(quoted) == CHINESE.findall("".join(one.quote for one in dadukou.not_answered))


def test_the_language_can_be_set_once_for_all(yidu: Yidu, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIDU_LANG", "en")
    assert "Next, try" in done(yidu("assess", "--runs", 2))
    assert "Did you mean 'plan'" in refused(yidu("assess", "plna"))


def test_assess_writes_json_that_holds_against_the_published_schema(yidu: Yidu, tmp_path: Path) -> None:
    said = done(yidu("assess", "credit_first", "--runs", 4, "--seed", 7, "--environment", "slow", "--json", "a.json"))
    tree = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    jsonschema.validate(tree, json.loads((SCHEMAS / "assess.json").read_text(encoding="utf-8")))
    answer = AssessAnswer.model_validate(tree)
    assert (answer.region, answer.scenario, answer.environment) == ("dadukou", "credit_first", "slow")
    assert (answer.runs, answer.seed) == (4, 7) and answer.digest in said
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


def test_json_on_standard_output_comes_alone(yidu: Yidu) -> None:
    result = yidu("assess", "--runs", 2, "--json", "-")
    assert json.loads(done(result))["runs"] == 2 and result.stderr == ""


def test_the_same_seed_gives_the_same_answer_and_another_seed_another(yidu: Yidu) -> None:
    def answer(seed: int) -> str:
        return done(yidu("assess", "--runs", 3, "--seed", seed, "--json", "-"))

    assert answer(1) == answer(1)
    assert json.loads(answer(1))["digest"] != json.loads(answer(2))["digest"]


def test_csv_opens_in_excel_and_has_a_row_for_every_target_and_reading(yidu: Yidu, tmp_path: Path) -> None:
    done(yidu("assess", "--runs", 3, "--csv", "a.csv", "--json", "a.json"))
    raw = (tmp_path / "a.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    answer = AssessAnswer.model_validate_json((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert len(rows) == sum(1 + len(target.readings) for target in answer.targets)
    headline = [row for row in rows if row["reading"] == "headline"]
    assert [row["indicator"] for row in headline] == [target.indicator for target in answer.targets]
    assert [float(row["median"]) for row in headline] == [target.median for target in answer.targets]


def test_the_csv_of_a_region_without_targets_has_a_row_for_every_forecast(dadukou: Region) -> None:
    answer = assess(dataclasses.replace(dadukou, targets=()), "status_quo", outcomes(dadukou)).answer()
    rows = list(csv.DictReader(io.StringIO(command.targets_csv(answer))))
    assert [(row["indicator"], int(row["year"])) for row in rows] == [(row.indicator, row.year) for row in answer.forecasts]
    assert rows[0]["median"] == "0.0" and rows[0]["variance_luck"] == ""


@pytest.mark.parametrize("option, shares", [((), True), (("--no-shares",), False)])
def test_the_sources_of_the_variance_can_be_left_out(
    yidu: Yidu, dadukou: Region, monkeypatch: pytest.MonkeyPatch, option: tuple[str, ...], shares: bool
) -> None:
    asked: dict[str, object] = {}

    def answered(*_: object, **named: object) -> Assessment:
        asked.update(named)
        return assess(dadukou, "status_quo", outcomes(dadukou))

    monkeypatch.setattr("yidu.experiments.assess.ask.ask", answered)
    done(yidu("assess", *option))
    assert (asked["shares"], asked["runs"]) == (shares, 1000)


def test_a_lever_turned_to_its_status_quo_value_gives_the_same_digest(yidu: Yidu, tmp_path: Path) -> None:
    (tmp_path / "same.toml").write_text("[levers]\nseed_fund = 188\n", encoding="utf-8")
    answers = [json.loads(done(yidu("assess", mix, "--runs", 2, "--json", "-"))) for mix in ("status_quo", "same.toml")]
    assert answers[0]["digest"] == answers[1]["digest"]


def test_a_changed_assumption_is_mentioned(yidu: Yidu, tmp_path: Path) -> None:
    (tmp_path / "slow.toml").write_text("[environment]\ngdp_growth = 0.03\n", encoding="utf-8")
    assert "方案改动了非政策假设：地区生产总值名义增速" in done(yidu("assess", "slow.toml", "--runs", 2))


# --- how it says no


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["assess", "pln"], "plan"),
        (["assess", "mine.toml"], "mine.toml"),
        (["assess", "--region", "dadukuo"], "dadukou"),
        (["assess", "--environment", "slwo"], "slow"),
        (["assess", "--runs", "0"], "--runs 0"),
        (["assess", "--runs", "-5"], "--runs -5"),
        (["assess", "--runs", "many"], "many"),
        (["assess", "--runs", "1.5"], "1.5"),
        (["assess", "--runs", "99999999999999999999999"], "10,000,000"),
        (["assess", "--seed", "-1"], "--seed -1"),
        (["assess", "--seed", "9223372036854775808"], "2^63"),
        (["assess", "--runs"], "--runs"),
        (["assess", "--lang", "fr"], "fr"),
        (["assess", "--rnus", "3"], "--runs"),
        (["assess", "plan", "talent_first"], "talent_first"),
        (["asses"], "assess"),
        (["assess", "--json", "nowhere/a.json"], "nowhere"),
        (["assess", "--csv", "nowhere/a.csv"], "nowhere"),
        (["assess", "--json", "."], "."),
        (["assess", "--json", "/proc/yidu.json"], "/proc/yidu.json"),
        (["assess", "--json", "same", "--csv", "same"], "same"),
        (["run", "--draw", "-1"], "--draw -1"),
        (["run", "--way", "fast"], "fast"),
        (["run", "--out", "nowhere/run"], "nowhere"),
        (["calibrate", "--runs", "0"], "--runs 0"),
        (["calibrate", "--runs", "10"], "5000"),
        (["calibrate", "--region", "nowhere"], "nowhere"),
        (["region", "check", "nowhere"], "nowhere"),
        (["region", "facts", "nowhere"], "nowhere"),
        (["region", "new", "."], "."),
        (["region", "new", "South Bank"], "South Bank"),
        (["scenario", "check", "nowhere.toml"], "nowhere.toml"),
        (["scenario", "show"], "FILE"),
        (["scenario", "new", "nowhere/mine.toml"], "nowhere"),
        (["scenario", "frobnicate"], "frobnicate"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("language", ["zh", "en"])
def test_wrong_input_is_answered_in_one_sentence_and_nothing_is_written(
    yidu: Yidu, tmp_path: Path, arguments: list[str], said: str, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YIDU_LANG", language)
    sentence = refused(yidu(*arguments))
    assert said in sentence
    assert bool(CHINESE.search(sentence)) == (language == "zh"), sentence
    assert not list(tmp_path.iterdir())


def test_a_wrong_file_name_is_said_before_anything_is_run(yidu: Yidu, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yidu.experiments.assess.ask.ask", lambda *_, **__: pytest.fail("it ran"))
    assert "nowhere" in refused(yidu("assess", "--json", "nowhere/a.json"))


def fails_with(error: BaseException) -> Callable[..., object]:
    def fail(*_: object, **__: object) -> object:
        raise error

    return fail


def test_an_unexpected_error_is_one_sentence_and_debug_shows_the_rest(yidu: Yidu, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yidu.experiments.assess.ask.ask", fails_with(RuntimeError("the ferry\nsank")))
    result = yidu("assess")
    assert (result.exit_code, result.stdout, len(result.stderr.splitlines())) == (1, "", 1)
    assert "the ferry sank" in result.stderr and "--debug" in result.stderr
    assert "Traceback" in yidu("assess", "--debug").stderr


def test_interrupting_is_answered_with_130_and_a_sentence(yidu: Yidu, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yidu.experiments.assess.ask.ask", fails_with(KeyboardInterrupt()))
    result = yidu("assess", "--json", "a.json")
    assert result.exit_code == 130 and len(result.stderr.splitlines()) == 1
    assert not Path("a.json").exists()


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.json"
    write_whole(file, "old")
    monkeypatch.setattr(os, "replace", fails_with(OSError("disk full")))
    with pytest.raises(OSError):
        write_whole(file, "new")
    assert file.read_text(encoding="utf-8") == "old" and [path.name for path in tmp_path.iterdir()] == ["a.json"]


# --- scenarios and packs


def test_a_draft_changes_nothing_until_its_lines_are_put_to_use(yidu: Yidu, tmp_path: Path, dadukou: Region) -> None:
    said = done(yidu("scenario", "new", "mine.toml"))
    assert "yidu scenario check mine.toml" in said
    draft = tmp_path / "mine.toml"
    assert load(dadukou, draft).levers == dadukou.levers
    assert "0 个杠杆" in done(yidu("scenario", "check", "mine.toml"))
    text = draft.read_text(encoding="utf-8")
    for lever in LEVERS:
        assert text.count(f"# {lever} = ") == 1
        text = text.replace(f"# {lever} = ", f"{lever} = ")
    draft.write_text(text, encoding="utf-8")
    assert load(dadukou, draft).levers == dadukou.levers


@pytest.mark.parametrize("mix", ["plan", "credit_first"])
def test_a_draft_may_begin_with_another_scenario(yidu: Yidu, tmp_path: Path, dadukou: Region, mix: str) -> None:
    done(yidu("scenario", "new", "mine.toml", "--extends", mix, "--lang", "en"))
    draft = tmp_path / "mine.toml"
    text = draft.read_text(encoding="utf-8").replace(f'extends = "{mix}"', "")
    for lever in LEVERS:
        text = text.replace(f"# {lever} = ", f"{lever} = ")
    draft.write_text(text, encoding="utf-8")
    years = slice(0, 11)
    assert (load(dadukou, draft).levers.values[years] == load(dadukou, mix).levers.values[years]).all()


def test_a_draft_writes_over_nothing(yidu: Yidu, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("mine", encoding="utf-8")
    assert yidu("scenario", "new", "mine.toml").exit_code == 2
    assert (tmp_path / "mine.toml").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("mix", ["plan", "status_quo", "austerity"])
def test_a_scenario_is_shown_with_units_and_deciders(yidu: Yidu, mix: str) -> None:
    said = done(yidu("scenario", "show", mix))
    assert all(lever in said for lever in LEVERS)
    assert "市区共担" in said and "争取" in said and ("*" in said.split("* 与")[0]) == (mix != "status_quo")


def test_a_new_pack_passes_its_own_check(yidu: Yidu) -> None:
    assert "yidu region check nanan" in done(yidu("region", "new", "nanan"))
    assert "nanan" in done(yidu("region", "check", "nanan"))
    assert "301" in done(yidu("region", "facts", "nanan"))


def test_the_shipped_pack_is_checked_with_its_digest(yidu: Yidu, dadukou: Region) -> None:
    assert dadukou.digest in done(yidu("region", "check", "dadukou"))
    assert "10.08" in done(yidu("region", "facts", "dadukou", "--lang", "en"))


# --- one run


def test_run_number_n_of_assess_is_the_run_of_that_number(yidu: Yidu, dadukou: Region, tmp_path: Path) -> None:
    said = done(yidu("run", "plan", "--draw", 1, "--seed", 3, "--json", "run.json", "--out", "run1"))
    tree = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    jsonschema.validate(tree, json.loads((SCHEMAS / "run.json").read_text(encoding="utf-8")))
    assert tree["digest"] in said and "yidu assess plan" in said
    alone = simulate(dadukou, load(dadukou, "plan").levers, runs=1, first_run=1, seed=3, draws=posterior(dadukou))
    assert tree["digest"] == alone.digest
    for name in ("enterprise", "incubator", "institute", "fund", "talent"):
        assert f"{name}.parquet" in tree["files"]
    for name, columns in {
        "indicators.csv": "year,indicator,value,unit", "flows.csv": "year,indicator,door,count",
        "ledger.csv": "quarter,payer,payee,purpose,amount",
    }.items():  # fmt: skip
        first = (tmp_path / "run1" / name).read_text(encoding="utf-8-sig").splitlines()[0]
        assert first == columns


# --- the fit


def test_the_shipped_fit_is_shown_and_written_as_page_tables_and_netcdf(yidu: Yidu, dadukou: Region, tmp_path: Path) -> None:
    said = done(yidu("calibrate", "--show", "--out", "fit", "--json", "fit.json"))
    tree = json.loads((tmp_path / "fit.json").read_text(encoding="utf-8"))
    jsonschema.validate(tree, json.loads((SCHEMAS / "calibrate.json").read_text(encoding="utf-8")))
    fitted = [fact["fact"] for fact in tree["facts"] if fact["role"] == "calibrate"]
    assert fitted == list(dadukou.facts_with_role("calibrate"))
    assert {"calibration.html", "posterior.nc", "tables"} <= {path.name for path in (tmp_path / "fit").iterdir()}
    assert "覆盖率" in said and "yidu assess" in said


def test_a_fit_of_a_region_without_one_cannot_be_shown(yidu: Yidu, dadukou: Region, tmp_path: Path) -> None:
    shutil.copytree(dadukou.folder, tmp_path / "bare", ignore=shutil.ignore_patterns("posterior"))
    said = refused(yidu("calibrate", "--region", tmp_path / "bare", "--show", "--lang", "en"))
    assert "cannot be read" in said and "yidu calibrate" in said


def test_too_few_runs_to_calibrate_is_a_sentence(yidu: Yidu, tmp_path: Path) -> None:
    said = refused(yidu("calibrate", "--runs", 100, "--out", "fit"))
    assert "5000" in said and not list((tmp_path / "fit").iterdir())


# --- help, version, doctor


@pytest.mark.parametrize(
    "arguments",
    [
        [], ["assess"], ["run"], ["calibrate"], ["bench"], ["doctor"], ["region"], ["region", "check"],
        ["region", "new"], ["region", "facts"], ["scenario"], ["scenario", "check"],
        ["scenario", "show"], ["scenario", "new"],
    ],
)  # fmt: skip
def test_every_command_explains_itself_in_chinese(yidu: Yidu, arguments: list[str]) -> None:
    said = done(yidu(*arguments, "--help"))
    assert CHINESE.search(said) and "Show this message" not in said


def test_the_version_is_one_line(yidu: Yidu) -> None:
    assert re.fullmatch(r"yidu \d+\.\d+\.\d+\S*\n", done(yidu("--version")))


def test_the_doctor_looks_at_versions_cache_pack_and_fit(yidu: Yidu) -> None:
    result = yidu("doctor")
    for part in ("Python", "numba", "mesa", "编译缓存", "区域包 dadukou", "校准结果"):
        assert part in result.stdout
    assert result.exit_code == (0 if "一切正常" in result.stdout else 1)


def test_the_doctor_finds_a_pack_that_is_not_there(yidu: Yidu) -> None:
    result = yidu("doctor", "--region", "nowhere")
    assert result.exit_code == 1 and "nowhere" in result.stdout and "Traceback" not in result.output


def test_the_installed_command_exits_as_promised(tmp_path: Path) -> None:
    called = [sys.executable, str(ROOT / "yidu/command.py"), "assess", "--region", "nowhere"]
    result = subprocess.run(called, cwd=tmp_path, capture_output=True, timeout=120, env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert result.returncode == 2 and result.stdout == b""
    assert result.stderr.decode("utf-8").count("\n") == 1


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [0.1, 1, 2, 3, 12])  # while it loads packs, rules and compiled code, or compiles; while it runs
def test_ctrl_c_ends_a_long_run_within_seconds(tmp_path: Path, seconds: float) -> None:
    # a test runner may pass on that it ignores the signal
    usual = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    code = f"{usual}; from yidu import command; print('begun', flush=True); command.main()"
    called = [sys.executable, "-c", code, "assess", "--runs", "100000", "--json", "a.json"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(called, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)
    assert process.stdout is not None and process.stdout.readline() == b"begun\n"  # how long that takes depends on the machine
    time.sleep(seconds)
    process.send_signal(signal.SIGINT)
    try:
        _, said = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 130 and len(said.decode("utf-8").splitlines()) == 1
    assert not list(tmp_path.iterdir())


def test_what_to_try_next_asks_of_the_same_environment_and_luck(yidu: Yidu) -> None:
    result = yidu("assess", "plan", "--runs", 20, "--environment", "slow", "--seed", 3, "--no-shares")
    steps = [line for line in result.stdout.splitlines() if line.strip().startswith("yidu ")]
    again = [line for line in steps if "yidu assess" in line or "yidu run" in line]
    assert again and all("--environment slow --seed 3" in line for line in again)
    assert not any("--environment" in line for line in steps if "scenario new" in line)
