"""What the plan says and the model does not stands beside the targets, sentence by sentence, and says why."""

import io
import shutil
from pathlib import Path

import pytest
from rich.console import Console

from tests.experiments.synthetic import outcomes
from yidu.experiments.assess.compute import assess
from yidu.experiments.scenarios.scenario import load as scenario
from yidu.sim.errors import InputError
from yidu.sim.region import REGIONS, Region, load
from yidu.viz.terminal.assess import show_assessment
from yidu.viz.words import LANGUAGES, Language, Words

pytestmark = pytest.mark.fast

PLAN = Path("/work/shared/plan")


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A copy of the pack that a test may spoil."""
    folder = tmp_path / "copy"
    shutil.copytree(REGIONS / "dadukou", folder, ignore=shutil.ignore_patterns("posterior"))
    return folder


def test_what_cannot_be_answered_is_said_in_the_words_of_the_plan(dadukou: Region) -> None:
    ids = {one.id for one in dadukou.not_answered}
    assert {"breakthroughs", "original_products", "rank_in_the_city", "popular_science", "livelihood", "ecosystem"} <= ids
    by_id = {one.id: one for one in dadukou.not_answered}
    assert "卡脖子" in by_id["breakthroughs"].quote and "第一方阵" in by_id["rank_in_the_city"].quote
    assert not {target.quote for target in dadukou.targets} & {one.quote for one in dadukou.not_answered}
    assert "技术合同" in by_id["transfer_efficiency"].why_zh and "technology contracts" in by_id["transfer_efficiency"].why_en.casefold()


@pytest.mark.skipif(not PLAN.is_dir(), reason="the plan lies beside the project only where it is made")
def test_every_sentence_stands_in_the_plan(dadukou: Region) -> None:
    text = "".join(file.read_text(encoding="utf-8") for file in PLAN.glob("*.txt"))
    assert [one.id for one in dadukou.not_answered if one.quote not in text] == []


def test_the_answer_holds_them_beside_the_targets(pack: Path) -> None:
    bare = load(pack)
    answer = assess(bare, scenario(bare, "status_quo"), outcomes(bare)).answer()
    assert [row.id for row in answer.not_answered] == [one.id for one in bare.not_answered]
    assert all(row.why_zh and row.why_en and row.quote for row in answer.not_answered)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_terminal_shows_each_below_the_targets(pack: Path, language: Language) -> None:
    text, bare = io.StringIO(), load(pack)
    mix = scenario(bare, "status_quo")
    found = assess(bare, mix, outcomes(bare))
    out, words = Console(file=text, width=200, highlight=False, emoji=False), Words(language)
    show_assessment(out, words, bare, mix, found, found.answer())
    shown = "".join(text.getvalue().split())
    for one in bare.not_answered:
        assert one.quote[:12] in shown and "".join((one.why_zh if language == "zh" else one.why_en).split())[:20] in shown
    assert shown.index("".join(words.indicator("rd_growth").split())) < shown.index(bare.not_answered[0].quote[:12])


def test_a_district_that_names_none_has_none(pack: Path) -> None:
    (pack / "not_answered.csv").unlink()
    assert load(pack).not_answered == () == load("chongqing").not_answered


@pytest.mark.parametrize(
    "row, said",
    [
        ("rank,一句话,原因,\n", "row 2: why_en is empty"),
        ("rank,,原因,why\n", "row 2: quote is empty"),
        ("rank,一句话,原因,why\nrank,另一句,原因,why\n", "row 3: the id 'rank' already stands in row 2"),
        ("tech,全区科技型企业达到550家,原因,why\n", "row 2: the sentence of 'tech' is that of a target, 'tech_enterprises'"),
    ],
)
def test_a_sentence_without_a_reason_twice_or_of_a_target_is_refused(pack: Path, row: str, said: str) -> None:
    (pack / "not_answered.csv").write_text("id,quote,why_zh,why_en\n" + row, encoding="utf-8")
    with pytest.raises(InputError) as refused:
        load(pack)
    assert said in str(refused.value)
    assert refused.value.file is not None and refused.value.file.endswith("not_answered.csv")
    assert "not_answered" in Words("zh").error(refused.value)


def test_no_fit_depends_on_them(pack: Path) -> None:
    from yidu.calibration.manifest import pack_digest

    before = pack_digest(load(pack))
    (pack / "not_answered.csv").write_text("id,quote,why_zh,why_en\nrank,一句话,原因,why\n", encoding="utf-8")
    assert pack_digest(load(pack)) == before
