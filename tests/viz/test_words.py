"""Both languages say the same things, and everything that can be shown has words."""

import re
import typing

import pytest

from yidu.experiments.judging.answer import Class, Verdict
from yidu.sim.errors import InputError
from yidu.sim.indicators import INDICATOR_IDS, INDICATORS
from yidu.sim.levers import UNITS
from yidu.sim.pack import ROLES
from yidu.sim.region import Region
from yidu.viz.words import LANGUAGES, Language, Words, table

pytestmark = pytest.mark.fast


def blanks(text: str) -> set[str]:
    return set(re.findall(r"(?<!\{)\{(\w+)\}", text))


def test_both_languages_have_the_same_words_with_the_same_blanks() -> None:
    zh, en = table("zh"), table("en")
    assert set(zh) == set(en)
    assert {key: blanks(zh[key]) for key in zh} == {key: blanks(en[key]) for key in en}


def test_english_words_are_english() -> None:
    # Keys may be Chinese (verdicts, units); of the texts only the title of a draft's other language is.
    chinese = {key for key, text in table("en").items() if re.search(r"[一-鿿]", text)}
    assert chinese == {"template.title_other"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_verdict_class_and_indicator_has_words(language: Language) -> None:
    words = Words(language)
    for verdict in typing.get_args(Verdict):
        assert f"verdict.{verdict}" in table(language) and words.verdict(verdict)
    for class_ in typing.get_args(Class):
        assert f"class.{class_}" in table(language) and words.class_(class_)
    for indicator in INDICATOR_IDS:
        assert words.indicator(indicator) != indicator
    for role in ROLES:
        assert f"role.{role}" in table(language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_unit_and_parameter_of_the_pack_has_words(dadukou: Region, language: Language) -> None:
    known = table(language)
    units = {target.unit for target in dadukou.targets} | {one.unit for one in INDICATORS} | {one.unit for one in dadukou.priors}
    assert {unit for unit in units if f"unit.{unit}" not in known and unit not in UNITS} == set()
    assert {row.parameter for row in dadukou.priors if f"parameter.{row.parameter}" not in known} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_other_reading_has_words(language: Language) -> None:
    for indicator in INDICATOR_IDS:
        if "@" in indicator:
            assert f"reading.{indicator.partition('@')[2]}" in table(language)


ERRORS = [
    (
        InputError("no lever is called 'sead_fund'", file="my.toml", value="sead_fund", fix="Did you mean 'seed_fund'?"),
        "my.toml：没有名为“sead_fund”的杠杆。是不是想用“seed_fund”？",
    ),
    (
        InputError("saved as GBK", file="my.toml", row=3, expected="UTF-8", fix="Save it again as UTF-8."),
        "my.toml 第 3 行：保存成了 GBK 编码；应为UTF-8。请在记事本等编辑器的“另存为”里选 UTF-8 编码。",
    ),
    (
        InputError("'tolerance' is odd", file="facts.csv", row=7, value=-1, expected="above 0"),
        "facts.csv, row 7: 'tolerance' is odd, found -1; expected above 0.",
    ),
]


@pytest.mark.parametrize("error, sentence", ERRORS)
def test_an_input_error_is_said_in_chinese_where_there_are_words_for_it(error: InputError, sentence: str) -> None:
    assert Words("zh").error(error) == sentence
    assert Words("en").error(error) == str(error)


def test_a_missing_key_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        Words("zh")("no.such.words")
