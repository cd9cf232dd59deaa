"""`yidu bench` as its users meet it."""

import ast
import io
import json
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from rich.console import Console

from tests.asking import CHINESE, Yidu, done, refused
from yidu.bench import memory, parts
from yidu.bench.agent_by_agent import WAYS, Different
from yidu.bench.paired import EFFECTS
from yidu.bench.parts import PARTS, QUICK, Effort, Found
from yidu.bench.picture import ENDINGS, picture
from yidu.bench.processes import ROOT, Failed, answer_of
from yidu.bench.run import PUBLIC, run
from yidu.bench.terminal import show_bench
from yidu.experiments.benchmark.answer import BenchAnswer
from yidu.experiments.judging.answer import to_json
from yidu.experiments.schemas import SCHEMAS
from yidu.viz.commands.shared import INTERRUPTED
from yidu.viz.words import LANGUAGES, Words, table

TINY = replace(
    QUICK, runs=2, repeats=2, counted=(1, 2), mesa_quarters=1, twin=(200, 4), starsim=(500, 3, 1), sizes=(300, 600), size_repeats=1,
    quarters=(1, 2), batches=(1, 2), thread_runs=3, resident=(4, 1), starts=1, paired_runs=3,
)  # fmt: skip

KEYS = (
    "ns_per_enterprise_quarter", "ratio_to_floor", "ratio_to_plain_mesa", "bytes_per_enterprise", "memory_growth_10000_runs_mb",
    "paired_variance_ratio", "seconds_first_compile", "seconds_warm_start", "seconds_lever_to_chart",
)  # fmt: skip


FREE = ("seconds_first_compile", "seconds_warm_start")
"""Figures of which nothing was promised."""


class Silent:
    """A watch that nobody looks at."""

    def __init__(self, part: str, total: int) -> None:
        self.total, self.seen = total, 0

    def __enter__(self) -> Any:
        return self.more

    def __exit__(self, *_: object) -> None:
        pass

    def more(self, steps: int) -> None:
        self.seen += steps
        assert self.seen <= self.total


def valid(answer: BenchAnswer) -> dict[str, Any]:
    tree = json.loads(to_json(answer))
    jsonschema.validate(tree, json.loads((SCHEMAS / "bench.json").read_text(encoding="utf-8")))
    assert tuple(tree)[: len(KEYS)] == KEYS
    return tree


def printed(answer: BenchAnswer, language: Any) -> str:
    screen = Console(width=120, record=True, file=io.StringIO())
    show_bench(screen, Words(language), answer)
    return screen.export_text()


def made_up(effort: Effort, advance: Any) -> Found:
    """Every public figure, half of them short of what was promised."""
    found = Found("quarter")
    for number, id in enumerate(PUBLIC.values(), 1):
        reach = {} if id in FREE else {"most": 4.0}
        found.says(id, float(number), "times", low=number / 2, high=2.0 * number, **reach)
    found.says("draws_of_enterprise", 7.0, "draws")
    found.says("draws_made", 7.5, "draws")
    found.grows("enterprises", "enterprises", [1e3, 1e4], [0.1, 1.0], most=1.05)
    return found


def test_what_goes_wrong_in_a_part_is_a_failure_of_the_part(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another answer, a process that says no JSON, a server that ends: minutes of other parts are not lost."""
    assert issubclass(Different, Failed)
    with pytest.raises(Failed, match="platform"):
        answer_of("platform")
    from yidu.bench import app

    def ended() -> Any:
        raise RuntimeError("yidu app ended: no\nport")

    monkeypatch.setattr(app, "served", ended)
    with pytest.raises(Failed, match="yidu app ended: no port"):
        app.alone(1)


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> BenchAnswer:
    """An answer of made-up figures, with a part that fails and one that lacks something."""

    def failing(effort: Effort, advance: Any) -> Found:
        raise Failed("yidu.bench.growth 7: killed")

    def lacking(effort: Effort, advance: Any) -> Found:
        found = Found("starsim")
        found.lacks("starsim")
        return found

    for name, part in (("quarter", made_up), ("growth", failing), ("starsim", lacking)):
        monkeypatch.setitem(PARTS, name, part)
    return run(["growth", "starsim", "quarter"], TINY, Silent)


def test_the_nine_public_keys_lead_and_the_rest_says_more(answer: BenchAnswer) -> None:
    tree = valid(answer)
    assert [tree[key] for key in KEYS] == [float(number) for number in range(1, 10)]
    kept = {figure["id"]: figure["kept"] for figure in tree["figures"]}
    assert [kept[id] for id in PUBLIC.values()] == [True] * 4 + [False] * 2 + [None] * 2 + [False]
    assert kept["exponent_enterprises"] is True and kept["draws_made"] is None
    assert {out["part"]: out["reason"] for out in tree["left_out"]} == {
        "growth": "failed", "starsim": "starsim", "mesa": "not_asked", "numpy": "not_asked", "memory": "not_asked", "start": "not_asked",
        "app": "not_asked", "paired": "not_asked", "bulk": "not_asked",
    }  # fmt: skip


def test_what_was_not_measured_is_null() -> None:
    tree = valid(run([], TINY, Silent))
    assert [tree[key] for key in KEYS] == [None] * len(KEYS) and tree["figures"] == []


def test_the_table_says_what_is_kept_and_what_is_not_and_why_a_line_is_missing(answer: BenchAnswer) -> None:
    zh, en = printed(answer, "zh"), printed(answer, "en")
    assert zh.count("没做到") == en.count("NOT KEPT") == 3
    assert "pip install 'yidu[bench]'" in zh and "pip install 'yidu[bench]'" in en.replace("\n", " ")
    assert "yidu.bench.growth 7: killed" in zh and "yidu.bench.growth 7: killed" in en
    assert not CHINESE.search(en) and "not asked" not in en


def test_every_figure_and_every_reason_has_words() -> None:
    """Also of those that are measured only where there is time, a browser or a lack of something."""
    known, used = set(table("zh")), set()
    for node in ast.walk(ast.parse(Path(str(parts.__file__)).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args and isinstance(node.args[0], ast.Constant):
            kind = {"says": "figure", "spread": "figure", "ratio": "figure", "lacks": "reason"}.get(node.func.attr)
            id = node.args[0].value
            used |= set() if kind is None else {f"bench.{kind}.{id}"}
            if any(word.arg in ("most", "least") for word in node.keywords):
                name = f"exponent_{id}" if node.func.attr == "grows" else id
                used |= {f"bench.figure.{name}", f"bench.short.{name}"}
    used |= {f"bench.figure.{kind}_mesa_{way}" for way in WAYS for kind in ("ratio_to", "ns")}
    used |= {f"bench.figure.paired_{lever}" for lever in EFFECTS} | {f"bench.part.{part}" for part in PARTS}
    used |= {f"bench.reason.{what}" for what in ("chromium", "playwright")}
    used |= {f"bench.short.{id}" for id in ("ratio_to_mesa_attributes", "seconds_lever_to_chart")}  # named by a variable
    assert len(used) > 60 and used - known == set() == {key for key in known if key.startswith("bench.short.")} - used


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_picture_shows_ratios_growth_and_reaches(answer: BenchAnswer, language: str, ending: str) -> None:
    drawn = picture(answer, language, ending)
    if ending == ".png":
        assert drawn.startswith(b"\x89PNG")
        return
    text = drawn.decode()
    assert text == picture(answer, language, ending).decode()  # the same figures, the same file
    words = Words("zh" if language == "zh" else "en")
    for key in ("bench.picture.own", "bench.picture.attributes", "bench.short.ratio_to_floor", "bench.not_kept"):
        assert words(key) in text


def test_a_part_is_measured_and_written_where_it_says(yidu: Yidu, tmp_path: Path) -> None:
    said = done(yidu("bench", "--quick", "--only", "numpy", "--json", "b.json"))
    tree = json.loads((tmp_path / "b.json").read_text(encoding="utf-8"))
    jsonschema.validate(tree, json.loads((SCHEMAS / "bench.json").read_text(encoding="utf-8")))
    assert tree["effort"] == "quick" and {figure["part"] for figure in tree["figures"]} == {"numpy"}
    assert all(figure["value"] > 0.0 and figure["low"] <= figure["value"] <= figure["high"] for figure in tree["figures"])
    assert "NumPy" in said and "bench/" in said and "yidu-bench" in said
    assert sorted(file.name for file in (tmp_path / "yidu-bench").iterdir()) == ["bench.json", "bench.svg"]


def test_json_alone_goes_to_standard_output_and_nothing_is_written(yidu: Yidu, tmp_path: Path) -> None:
    assert json.loads(done(yidu("bench", "--quick", "--only", "numpy", "--json", "-")))["ratio_to_floor"] is None
    assert list(tmp_path.iterdir()) == []


def test_a_picture_can_be_had_alone(yidu: Yidu, tmp_path: Path) -> None:
    done(yidu("bench", "--quick", "--only", "numpy", "--picture", "b.png", "--lang", "en"))
    assert [file.name for file in tmp_path.iterdir()] == ["b.png"]


@pytest.mark.parametrize(
    "arguments, part",
    [
        (("--only", "quartr"), "quarter"),
        (("--only", ""), "quarter"),
        (("--picture", "b.gif"), ".svg"),
        (("--picture", "-"), ".svg"),
        (("--picture", "no/b.svg"), "no"),
        (("--picture", "b.svg", "--json", "b.svg"), "b.svg"),
    ],
)
def test_what_cannot_be_done_is_refused_in_a_sentence_before_anything_is_measured(
    yidu: Yidu, tmp_path: Path, arguments: tuple[str, ...], part: str
) -> None:
    assert part in refused(yidu("bench", *arguments))
    assert list(tmp_path.iterdir()) == []


def test_without_the_extra_one_sentence_says_what_to_install(yidu: Yidu, monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib.util

    usual = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *rest: None if name == "psutil" else usual(name, *rest))
    assert "psutil" in (said := refused(yidu("bench"))) and "yidu[bench]" in said


def test_without_starsim_or_a_browser_the_part_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts.importlib.util, "find_spec", lambda name, *rest: None)
    monkeypatch.setattr("yidu.bench.app.missing", lambda: "chromium")
    for part, reason in (("starsim", "starsim"), ("app", "chromium")):
        found = PARTS[part](replace(TINY, moves=1), lambda more: None)
        assert found.figures == [] and [out.reason for out in found.left_out] == [reason]


@pytest.mark.slow
def test_every_other_part_measures_what_it_says_in_words_of_both_languages() -> None:
    asked = [part for part in PARTS if part not in ("start", "app", "bulk")]
    answer = run(asked, TINY, Silent)
    tree = valid(answer)
    assert {out["part"]: out["said"] for out in tree["left_out"] if out["reason"] == "failed"} == {}
    known = {figure["id"]: figure for figure in tree["figures"]}
    assert 2.0 < known["draws_of_enterprise"]["value"] <= known["draws_made"]["value"] < 30.0
    assert known["ratio_to_floor"]["value"] > 1.0 and known["ratio_to_mesa_attributes"]["value"] > 1.0
    assert known["bytes_per_enterprise"]["value"] == memory.of_enterprise(1).row and known["paired_variance_ratio"]["value"] > 0.0
    for language in LANGUAGES:
        assert printed(answer, language) and picture(answer, language, ".svg")


@pytest.mark.slow
def test_interrupted_it_leaves_nothing_behind(tmp_path: Path) -> None:
    asked = [sys.executable, str(ROOT / "yidu/command.py"), "bench", "--only", "mesa", "--lang", "en"]
    process = subprocess.Popen(asked, cwd=tmp_path, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    late = threading.Timer(120.0, process.kill)
    late.start()
    try:
        assert process.stderr is not None and "Against Mesa" in process.stderr.readline()
        time.sleep(3.0)
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate()
    finally:
        late.cancel()
        process.kill()
    assert process.returncode == INTERRUPTED and said == "" and list(tmp_path.iterdir()) == []
