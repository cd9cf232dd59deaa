"""A thing is declared once: an entry says everything in both languages, names only what there is, and words are no part of the rules."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from yidu.agents.compiled import meaning
from yidu.agents.numbers import NUMBERS, number
from yidu.sim import flows, indicators, ledger, levers
from yidu.sim.indicators import INDICATORS
from yidu.sim.ledger import LINES
from yidu.sim.levers import LEVERS
from yidu.viz.words import LANGUAGES, Words, table

pytestmark = pytest.mark.fast

CHINESE = re.compile(r"[一-鿿]")


def said() -> Iterator[tuple[str, str, str]]:
    """(what, in Chinese, in English) for all that entries say."""
    for bar in LEVERS.values():
        yield f"{bar.id}, title", bar.zh, bar.en
        for name in ("units", "decided", "channel", "source", "unit_cost"):
            yield f"{bar.id}, {name}", getattr(bar, name).zh, getattr(bar, name).en
    for one in INDICATORS:
        yield f"{one.id}, title", one.title_zh, one.title_en
        yield f"{one.id}, counted", one.counted.zh, one.counted.en
    for titled in (*LINES, *flows.DOOR.values()):
        yield titled.id, titled.title_zh, titled.title_en
    for account, title in flows.ACCOUNTS.items():
        yield account, title.zh, title.en
    for figure in NUMBERS.values():
        yield figure.id, figure.title.zh, figure.title.en
        if figure.law is not None:
            yield f"{figure.id}, text", figure.law.zh, figure.law.en


@pytest.mark.parametrize(("what", "zh", "en"), list(said()), ids=lambda one: one if "," in one and len(one) < 50 else "")
def test_an_entry_says_it_in_chinese_and_in_english(what: str, zh: str, en: str) -> None:
    assert CHINESE.search(zh), f"{what}: no Chinese"
    assert en.strip() and not CHINESE.search(en), f"{what}: no English, or not only"


def test_every_unit_of_a_number_and_every_payer_of_a_line_has_words() -> None:
    for language in LANGUAGES:
        assert {one.unit for one in NUMBERS.values() if not in_words(Words(language), one.unit)} == set()


def in_words(words: Words, unit: str) -> bool:
    return unit in levers.UNITS or f"unit.{unit}" in table(words.language)


def test_the_constant_of_an_entry_is_its_place() -> None:
    assert ledger.LINE_IDS[ledger.INCUBATOR_TITLE] == "incubator_title"
    assert flows.DOORS[flows.REGISTERED_COACHED] == "tech_enterprises:registered_after_coaching"
    assert indicators.INDICATOR_IDS[indicators.OTC] == "otc_listed"
    assert indicators.PUBLIC_IDS == indicators.INDICATOR_IDS[:25]


def test_an_entry_that_names_what_is_not_there_or_stands_twice_stops_at_import() -> None:
    bar = LEVERS["seed_fund"]
    for wrong, says in (
        (replace(bar, through=("lone_default",)), "parameter called lone_default"),
        (replace(bar, moves=("fund_scales",)), "indicator called fund_scales"),
        (replace(bar, cost=bar.cost and bar.cost._replace(line="seed")), "ledger called seed"),
        (replace(bar, raises="seed_deals:made"), "door called seed_deals:made"),
    ):
        with pytest.raises(ValueError, match=says):
            levers._check(wrong)
    text = indicators.INDICATOR["gdp"].counted
    with pytest.raises(ValueError, match="no door is called coaching:coach"):
        indicators._indicator("mine", "家", zh="我", en="mine", counted=text, public=False, beside=("coaching:coach",))
    with pytest.raises(ValueError, match="public indicators come first"):
        indicators._indicator("mine", "家", zh="我", en="mine", counted=text, of="firms")
    for twice in (
        lambda: indicators._indicator("gdp", "亿元", zh="我", en="mine", counted=text, public=False),
        lambda: ledger._line("tax", "enterprise", "state", "business", False, zh="我", en="mine"),
        lambda: flows._door("coaching:coached", zh="我", en="mine"),
        lambda: number("SEED_LIMIT", 1.0, unit="万元", zh="我", en="mine"),
    ):
        with pytest.raises(ValueError, match="two .* called"):
            twice()
    assert "mine" not in indicators.INDICATOR


def test_a_number_stands_under_the_name_of_its_constant() -> None:
    from yidu.agents import numbers

    assert [name for name, one in NUMBERS.items() if getattr(numbers, name) is not one.value] == []


def test_words_of_an_entry_may_be_edited_under_a_fit_and_what_changes_a_result_may_not() -> None:
    entry = 'LINE = _line("tax", "enterprise", zh="税", en="tax")'
    assert meaning(entry) == meaning(entry.replace("税", "所得税").replace('en="tax"', 'en="income tax"'))
    assert meaning(entry) != meaning(entry.replace('"enterprise"', '"state"'))
    bar = 'Lever("a", EACH, 0.0, 1.0, 0.5, channel=Text("x", "y"), moves=("b",))'
    assert meaning(bar) == meaning(bar.replace('"x"', '"z"').replace('("b",)', "()"))
    assert meaning(bar) != meaning(bar.replace("1.0", "2.0"))
    assert meaning("f(x, zh=1)") != meaning("f(x, zh=2)"), "only of entries"
