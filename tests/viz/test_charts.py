"""A figure as an ECharts option: plain JSON, the numbers of the figure, no script."""

import json
import re
from pathlib import Path

import pytest

from yidu.viz.figures import Figure, Series
from yidu.viz.figures.charts import DRAWN, height, option
from yidu.viz.figures.palette import VERDICT
from yidu.viz.words import Words

pytestmark = pytest.mark.fast

BANDS = tuple(Series(role, role, (1.0, 2.0, None)) for role in ("p05", "p25", "median", "p75", "p95"))  # type: ignore[arg-type]
VALUE, ERROR = Series("value", "v", (30.0, -1.0, None)), Series("error", "e", (2.0, 0.5, None))
FIGURES = {
    "fan": (
        *BANDS, Series("record", "r", (1.0, None, None)), Series("target", "t", (None, 4.0, 4.0)), Series("value", "w", (1.0, 1.0, 1.0)),
    ),
    "bars": (VALUE, ERROR), "stacked": (VALUE, Series("value", "w", (1.0, 2.0, 3.0))), "intervals": BANDS,
    "waterfall": (
        Series("total", "t", (10.0, None, 12.0)), Series("value", "v", (None, 2.0, None)), Series("error", "e", (None, 0.5, None)),
    ),
    "scatter": (Series("x", "x", (1.0, 2.0, 3.0)), Series("y", "y", (4.0, 5.0, 6.0)), ERROR),
    "curve": (Series("x", "x", (1.0, 2.0, 3.0)), Series("y", "y", (4.0, -5.0, 6.0)), ERROR),
    "lines": (VALUE, Series("target", "t", (None, None, 5.0))),
}  # fmt: skip


def figure(kind: str, **more: object) -> Figure:
    return Figure("one", kind, "题", "家", "年", ("2019", "2020", "2021"), FIGURES[kind], **more)  # type: ignore[arg-type]


def test_every_kind_of_figure_is_drawn() -> None:
    assert set(DRAWN) == set(FIGURES)


@pytest.mark.parametrize("kind", sorted(FIGURES))
def test_an_option_is_json_and_says_what_it_shows(kind: str) -> None:
    made = option(Words("zh"), figure(kind))
    text = json.dumps(made, allow_nan=False, ensure_ascii=False)
    assert "function" not in text and not re.search(r"https?:", text)
    assert made["aria"]["enabled"] and "题" in made["aria"]["label"]["description"]
    assert made["toolbox"]["feature"]["saveAsImage"]["name"] == "one"
    assert height(figure(kind)) > 100


def test_bands_of_a_fan_lie_on_each_other_and_its_tooltip_tells_the_numbers_themselves() -> None:
    made = option(Words("zh"), figure("fan"))
    stacked = [one for one in made["series"] if one.get("stack") == "p05"]
    assert [one["data"] for one in stacked] == [[1.0, 2.0, None], [0.0, 0.0, None]]
    for place in re.findall(r"\{c(\d+)\}", made["tooltip"]["formatter"]):
        assert made["series"][int(place)].get("stack") is None


def test_a_target_is_marked_in_its_year_alone() -> None:
    made = option(Words("zh"), figure("fan"))
    target = next(one for one in made["series"] if one["name"] == "t")
    assert target["data"] == [None, None, 4.0]
    assert target["markLine"]["data"] == [{"yAxis": 4.0}]


def test_a_verdict_has_its_colour_and_an_error_its_line() -> None:
    columns = (Series("value", "v", (30.0, 90.0)), Series("error", "e", (2.0, 1.0)))
    marked = Figure("one", "bars", "题", "%", "目标", ("a", "b"), columns, marks=("难度较大", "能完成"), levels=((80.0, "能完成"),))
    made = option(Words("zh"), marked)
    (bars,) = made["series"]
    assert [one["itemStyle"]["color"] for one in bars["data"]] == [VERDICT["难度较大"], VERDICT["能完成"]]
    assert bars["markLine"]["data"][0] == [{"coord": [28.0, 0]}, {"coord": [32.0, 0]}]
    assert bars["markLine"]["data"][-1]["xAxis"] == 80.0


def test_the_components_of_the_app_fetch_nothing() -> None:
    for file in (Path(__file__).resolve().parents[2] / "viz" / "pages").glob("*.vue"):
        assert not re.search(r"https?://(?!www\.w3\.org)|v-html|eval\(|innerHTML", file.read_text(encoding="utf-8")), file.name
