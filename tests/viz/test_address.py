"""A link says what is asked, and whoever opens it asks the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.mix import Mix
from sim.errors import InputError
from sim.levers import LEVERS
from sim.region import Region
from tests.experiments.test_mix import paths
from viz.address import LONGEST, Asked, query, read

titles = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=40).map(str.strip)


@given(
    set_=st.lists(paths(), max_size=3), base=st.sampled_from(["status_quo", "plan"]), title=titles, seed=st.integers(0, 2**40),
    environment=st.sampled_from(["baseline", "slow", "shock"]), language=st.sampled_from(["zh", "en"]), page=titles,
)  # fmt: skip
def test_a_link_gives_the_question_again(
    dadukou: Region, set_: list, base: str, title: str, seed: int, environment: str, language: str, page: str
) -> None:
    mix = Mix(base, title)
    for id, steps in set_:
        mix = mix.lever(id, steps)
    asked = Asked(mix, environment, seed, language).put(target=page)
    assert read(dadukou, query(asked)) == asked


def test_a_link_of_the_usual_question_is_empty() -> None:
    assert query(Asked()) == ""
    assert query(Asked(language="en"), language="en") == ""


def test_a_link_can_be_written_by_hand(dadukou: Region) -> None:
    asked = read(dadukou, "mix=plan&seed_fund=2021:300,2023:600&assume.gdp_growth=0.05&when=tech_enterprises < 400@2023~ip_services:90")
    scenario = asked.mix.scenario(dadukou)
    assert scenario.levers.get("seed_fund", 2022) == 300 and scenario.levers.get("seed_fund", 2024) == 600
    assert scenario.environment["gdp_growth"] == {2021: 0.05}
    assert scenario.triggers[0].then == {"ip_services": 90.0}


@pytest.mark.parametrize(
    "link, said",
    [
        ("mix=nowhere", "nowhere"), ("env=mars", "mars"), ("seed=-1", "seed"), ("seed=1e9", "seed"), ("enterprise_coaching=many", "many"),
        ("enterprise_coaching=201", "outside 0 to 200"), ("enterprise_coaching=2021:1,x:2", "not a value"), ("seed_fund=2019:3", "record"),
        ("enterprise_coaching=nan", "not a number"), ("assume.nothing=1", "no assumption"), ("assume.gdp_growth=9", "outside"),
        ("when=tech_enterprises", "trigger"), ("when=tech_enterprises<400@2023~nothing:1", "nothing"), ("x=" + "y" * LONGEST, "too long"),
        ("a&" * 3000, "too long"), ("seed=" + "9" * 5000, "whole number"),
    ],
)  # fmt: skip
def test_a_link_that_cannot_be_is_refused_with_a_sentence(dadukou: Region, link: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read(dadukou, link)


@given(text=st.text(max_size=200))
def test_any_text_behind_the_question_mark_is_read_or_refused(dadukou: Region, text: str) -> None:
    try:
        read(dadukou, text)
    except InputError:
        pass


def test_names_of_a_link_are_no_levers() -> None:
    assert not {"mix", "title", "when", "env", "seed", "lang", "target", "slide"} & set(LEVERS)
