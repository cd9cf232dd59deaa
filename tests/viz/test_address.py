"""A link says what is asked, and whoever opens it asks the same, or is told."""

import html
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.experiments.test_mix import paths
from yidu.experiments.scenarios.mix import Mix
from yidu.sim.levers import LEVERS
from yidu.sim.region import Region
from yidu.viz.app import address
from yidu.viz.app.address import LONGEST, Asked, made_by, query, read
from yidu.viz.pages import explain, explain_milestones, explain_response, explain_stress, explain_tasks, explain_why
from yidu.viz.words import LANGUAGES, Words

titles = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=40).map(str.strip)


@given(
    set_=st.lists(paths(), max_size=3), base=st.sampled_from(["status_quo", "plan"]), title=titles, seed=st.integers(0, 2**40),
    environment=st.sampled_from(["baseline", "slow", "shock"]), language=st.sampled_from(["zh", "en"]),
    target=st.sampled_from(["", "tech_enterprises", "high_end_talent"]),
)  # fmt: skip
def test_a_link_gives_the_question_again(
    dadukou: Region, set_: list, base: str, title: str, seed: int, environment: str, language: str, target: str
) -> None:
    mix = Mix(base, title)
    for id, steps in set_:
        mix = mix.lever(id, steps)
    asked = Asked(mix, environment, seed, language).put(target=target)
    for made in ("", made_by(dadukou)):
        assert read(dadukou, query(asked, made=made)) == (asked, (), ())


def test_a_link_of_the_usual_question_is_empty() -> None:
    assert query(Asked()) == ""
    assert query(Asked(language="en"), language="en") == query(Asked(), made="0.1.0-0") == ""


def test_a_link_can_be_written_by_hand(dadukou: Region) -> None:
    link = "mix=plan&seed_fund=2021:300,2023:600&assume.gdp_growth=0.05&when=tech_enterprises < 400@2023~ip_services:90"
    asked, *said = read(dadukou, link)
    scenario = asked.mix.scenario(dadukou)
    assert said == [(), ()]
    assert scenario.levers.get("seed_fund", 2022) == 300 and scenario.levers.get("seed_fund", 2024) == 600
    assert scenario.environment["gdp_growth"] == {2021: 0.05}
    assert scenario.triggers[0].then == {"ip_services": 90.0}


REFUSED = [
    ("mix=nowhere", "nowhere"), ("env=mars", "mars"), ("seed=-1", "seed"), ("seed=1e9", "seed"), ("enterprise_coaching=many", "many"),
    ("enterprise_coaching=201", "outside 0 to 200"), ("enterprise_coaching=9999", "outside 0 to 200"),
    ("enterprise_coaching=2021:1,x:2", "not a value"), ("enterprise_coaching=2021:1,2021:2", "more than once"),
    ("seed_fund=2019:3", "record"), ("enterprise_coaching=nan", "not a number"), ("assume.nothing=1", "no assumption"),
    ("assume.gdp_growth=9", "outside"), ("when=tech_enterprises", "trigger"), ("when=tech_enterprises<400@2023~nothing:1", "nothing"),
    ("when=tech_enterprises<400@2023~seed_fund:1,seed_fund:2", "more than once"), ("x=" + "y" * LONGEST, "too long"),
    ("a&" * 3000, "too long"), ("seed=" + "9" * 5000, "whole number"), ("enterprise_coachin=60", "Did you mean 'enterprise_coaching'?"),
    ("Seed_fund=500", "Did you mean 'seed_fund'?"), ("Mix=plan", "Did you mean 'mix'?"), ("MIX=plan", "Did you mean 'mix'?"),
    ("seed_fund=500&seed_fund=900", "as 500 and as 900"), ("mix=plan&mix=austerity", "as plan and as austerity"),
    ("assume.gdp_growht=0.05", "Did you mean 'gdp_growth'?"), ("assume_gdp_growth=0.05", "Did you mean 'assume.gdp_growth'?"),
    ("lang=fr", "language"), ("target=tech_enterprise", "Did you mean 'tech_enterprises'?"), ("tab=Why", "Did you mean 'why'?"),
    ("Target=tech_enterprises", "Did you mean 'target'?"), ("event=flood", "flood"), ("quarter=1999Q1", "1999Q1"), ("slide=900", "900"),
    ("why_runs=7", "Choose from: 40, 100, 200"),
    ("&".join(f"when=tech_enterprises<{n}@2023~seed_fund:9" for n in range(30)), "more than 20"),
]  # fmt: skip


@pytest.mark.parametrize("link, said", REFUSED)
def test_a_part_that_cannot_be_is_said_in_a_sentence_and_does_not_lose_the_link(dadukou: Region, link: str, said: str) -> None:
    for around in (f"{link}&ip_services=55&env=slow", f"ip_services=55&env=slow&{link}"):
        if "env=" in link:
            around = around.replace("&env=slow", "")
        asked, wrong, doubts = read(dadukou, around)
        assert said in " ".join(map(str, wrong)) and not doubts
        if not around.endswith("slow") or len(link) < 2000:  # what stands behind too long a link is cut off
            assert dict(asked.mix.levers)["ip_services"] == ((2021, 55.0),)
        for error in wrong:
            assert Words("zh").error(error) != str(error) and len(str(error)) < 600


def test_only_the_part_that_will_not_do_is_left_out(dadukou: Region) -> None:
    asked, wrong, _ = read(dadukou, "mix=plan&seed_fund=9999&ip_services=55&assume.gdp_growth=0.05&assume.city_pull=99&env=slow&seed=3")
    assert asked == Asked(Mix("plan").lever("ip_services", ((2021, 55.0),)).assume("gdp_growth", ((2021, 0.05),)), "slow", 3)
    assert [error.message.split()[0] for error in wrong] == ["seed_fund", "city_pull"]


ADDED = ["utm_source=weixin&utm_medium=x", "fbclid=1", "gclid=1", "from=singlemessage&isappinstalled=0", "spm=a.b", "nsukey=1", "FBCLID=1"]


@pytest.mark.parametrize("added", ADDED)
def test_what_chat_programs_and_trackers_add_is_left_alone(dadukou: Region, added: str) -> None:
    asked = Asked(Mix("plan").lever("seed_fund", ((2021, 500.0),)))
    link = query(asked, made=made_by(dadukou))
    assert read(dadukou, f"{link}&{added}") == read(dadukou, f"{added}&{link}") == (asked, (), ())
    assert read(dadukou, f"{link}。快来看") == (asked, (), ())


def test_a_link_written_out_of_html_is_mended(dadukou: Region) -> None:
    asked = Asked(Mix("plan").lever("enterprise_coaching", ((2021, 60.0),)).lever("seed_fund", ((2021, 500.0),)))
    for made in ("", made_by(dadukou)):
        link = query(asked, made=made)
        assert read(dadukou, html.escape(link)) == read(dadukou, html.escape(html.escape(link))) == (asked, (), ())


def test_a_link_made_elsewhere_says_so(dadukou: Region) -> None:
    here = made_by(dadukou)
    for made, said in (("0.0.9-12345678", "version 0.0.9"), (here[:-8] + "00000000", "other data, rules or fit"), ("x", "version ,")):
        asked, wrong, (doubt,) = read(dadukou, query(Asked(Mix("plan")), made=made))
        assert (asked, wrong) == (Asked(Mix("plan")), ()) and (said in str(doubt) or made == "x")
        assert Words("zh").error(doubt) != str(doubt)


def sorted_(asked: Asked) -> Asked:
    """The question with its levers in one order: which was moved first is no part of it."""
    return replace(asked, mix=replace(asked.mix, levers=tuple(sorted(asked.mix.levers))))


# --- damage: the same question, or a sentence


DAMAGE: list[Callable[[str, int, int, str], str]] = [
    lambda link, at, to, text: link[:at],
    lambda link, at, to, text: link[at:],
    lambda link, at, to, text: link[: min(at, to)] + link[max(at, to) :],
    lambda link, at, to, text: link[:at] + text + link[at:],
    lambda link, at, to, text: link[:at] + text + link[at + 1 :],
    lambda link, at, to, text: link[:at] + link[at : at + 1].swapcase() + link[at + 1 :],
    lambda link, at, to, text: link.upper(),
    lambda link, at, to, text: html.escape(link),
    lambda link, at, to, text: quote_plus(link),
    lambda link, at, to, text: link + "&" + link,
    lambda link, at, to, text: link + text,
    lambda link, at, to, text: "&".join([*link.split("&"), link.split("&")[at % (link.count("&") + 1)]]),
    lambda link, at, to, text: "&".join(sorted(link.split("&"), reverse=at % 2 == 0)),
    lambda link, at, to, text: "&".join(part for k, part in enumerate(link.split("&")) if k != at % (link.count("&") + 1)),
    lambda link, at, to, text: link.replace("%", ""),
    lambda link, at, to, text: link.replace("&", ";"),
    lambda link, at, to, text: link.replace("=", ":"),
    lambda link, at, to, text: link.replace(".", ". "),
]


@given(
    set_=st.lists(paths(), min_size=1, max_size=3), base=st.sampled_from(["status_quo", "plan"]), title=titles, seed=st.integers(0, 99),
    target=st.sampled_from(["", "tech_enterprises"]), damage=st.lists(st.sampled_from(DAMAGE), min_size=1, max_size=2),
    at=st.integers(0, 400), to=st.integers(0, 400), text=st.sampled_from(["0", "1", "9", "-", "&", "=", "%", " ", "。", "x", "amp;", "e5"]),
)  # fmt: skip
def test_a_link_that_was_damaged_asks_the_same_or_says_so(
    dadukou: Region, set_: list, base: str, title: str, seed: int, target: str, damage: list, at: int, to: int, text: str
) -> None:
    mix = Mix(base, title)
    for id, steps in set_:
        mix = mix.lever(id, steps)
    asked = Asked(mix, seed=seed).put(target=target)
    link = query(asked, made=made_by(dadukou))
    for harm in damage:
        link = harm(link, at % (len(link) + 1), to % (len(link) + 1), text)
    found = read(dadukou, link)
    said = [Words(language).error(error) for error in (*found.doubts, *found.wrong) for language in LANGUAGES]
    gone = address.MADE not in link and address.CHECK not in link  # nothing is left of what would tell
    assert sorted_(found.asked) == sorted_(asked) or said or gone


@given(text=st.text(max_size=200))
def test_any_text_behind_the_question_mark_is_read(dadukou: Region, text: str) -> None:
    found = read(dadukou, text)
    found.asked.mix.scenario(dadukou)
    assert read(dadukou, query(found.asked, made=made_by(dadukou))) == (found.asked, (), ())


def test_names_of_a_link_are_no_levers() -> None:
    assert not {"mix", "title", "when", "env", "seed", "lang", "target", "slide"} & set(LEVERS)
    assert not set(address.PAGES) & {*LEVERS, *address.MIX, *address.QUESTION, address.MADE, address.CHECK}


def test_the_values_that_a_link_may_have_are_those_that_pages_offer(dadukou: Region) -> None:
    offered = {
        "tab": explain.TABS, "why_runs": explain_why.RUNS, "line_runs": explain_milestones.RUNS, "task_runs": explain_tasks.RUNS,
        "stress_runs": explain_stress.RUNS, "against": explain_why.references(dadukou),
        "curve_runs": explain_response.RUNS,
    }  # fmt: skip
    for name, values in offered.items():
        known = address.PAGES[name]
        assert known is not None and set(known(dadukou)) == set(values)


def test_a_page_cannot_ask_by_a_name_that_links_do_not_know() -> None:
    with pytest.raises(LookupError, match="targte"):
        Asked().put(targte="x")
    with pytest.raises(LookupError, match="targte"):
        Asked().get("targte")
