"""The app as visitors meet it, in a real browser."""

import os
import re
import tomllib
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.killing import workers
from tests.viz.proxy import Does, proxied
from yidu.bench.browser import Visitor, browser, chromium, served

# One server and one browser for all of them: they run on one worker.
pytestmark = pytest.mark.browser

PAGES = ("overview", "compare", "explain", "plan", "evidence", "microscope")
VISIT = Callable[..., Visitor]


@pytest.fixture(scope="module")
def window() -> Iterator[Any]:
    if chromium() is None:
        said = "NO CHROMIUM ON THIS MACHINE: the app is not tested in a browser. Install it: apt-get install chromium fonts-noto-cjk"
        if os.environ.get("CI"):
            pytest.fail(said)
        warnings.warn(said, stacklevel=1)
        pytest.skip(said)
    with browser() as one:
        yield one


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[str, int]]:
    """Address and process of an app in Chinese."""
    with served(YIDU_LANG="zh") as (address, process):
        yield address, process.pid


@pytest.fixture(scope="module")
def address(server: tuple[str, int]) -> str:
    return server[0]


@pytest.fixture
def visit(window: Any, address: str) -> Iterator[VISIT]:
    """A new visitor; at the end nothing may have gone wrong in any of their pages."""
    came: list[Visitor] = []

    def arrive(path: str = "/", **size: int) -> Visitor:
        one = Visitor(window, address, **size)
        came.append(one)
        return one.open(path)

    yield arrive
    try:
        for one in came:
            one.clean()
    finally:
        for one in came:
            one.leave()


def path_of(page: str, query: str = "") -> str:
    return ("/" if page == "overview" else f"/{page}") + (f"?{query}" if query else "")


# --- every page


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_in_both_languages_without_an_error_or_a_request_outside(visit: VISIT, page: str, language: str) -> None:
    one = visit(path_of(page, f"lang={language}"))
    one.page.wait_for_selector(f"#tab-{page}[aria-current=page]", state="attached")
    one.page.wait_for_selector("#main", state="attached")
    one.page.wait_for_timeout(1500)
    text = one.page.inner_text("#main")
    assert len(text) > 40
    chinese = len(re.findall(r"[一-鿿]", text)) / max(1, len(re.findall(r"\w", text)))
    assert chinese > 0.4 if language == "zh" else chinese < 0.1, text[:400]
    assert one.page.evaluate("document.documentElement.lang") == ("zh-CN" if language == "zh" else "en")
    unnamed = one.page.eval_on_selector_all(
        "button, input, select, textarea, a[href]",
        """all => all.filter(one => one.offsetParent !== null && !(one.innerText || '').trim() && !one.getAttribute('aria-label')
            && !one.title && !(one.labels && one.labels.length)).map(one => one.outerHTML.slice(0, 120))""",
    )
    assert not unnamed, "controls that a screen reader cannot name"


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_no_page_is_wider_than_a_phone(visit: VISIT, page: str) -> None:
    one = visit(path_of(page), width=390, height=844)
    one.page.wait_for_selector("#main", state="attached")
    one.page.wait_for_timeout(1500)
    assert one.page.evaluate("document.documentElement.scrollWidth") <= 390


# --- the overview


def test_moving_a_lever_changes_the_cards_and_the_link(visit: VISIT) -> None:
    one = visit().answered()
    before = one.cards()
    assert len(before) == 25
    one.set("enterprise_coaching", 120).answered()
    after = one.cards()
    assert float(after["tech_enterprises"]) > float(before["tech_enterprises"])
    assert "enterprise_coaching=120" in one.query()
    assert one.page.locator("#lever-enterprise_coaching.changed").count() == 1


def test_a_slider_moves_by_the_keyboard(visit: VISIT) -> None:
    one = visit().answered()
    slider = one.page.locator("#range-enterprise_coaching")
    slider.focus()
    for _ in range(5):
        one.page.keyboard.press("ArrowRight")
    one.page.wait_for_function("location.search.includes('enterprise_coaching=')")
    one.answered()
    value = float(re.search(r"enterprise_coaching=([\d.]+)", one.query()).group(1))  # type: ignore[union-attr]
    assert value > 30


@pytest.mark.slow
def test_a_shared_link_reproduces_the_scenario_and_the_answer(visit: VISIT) -> None:
    one = visit("/?mix=talent_first&seed=3").answered()
    one.set("platform_award", 60).answered(1000)
    other = visit("/?" + one.query()).answered(1000)
    assert other.cards() == one.cards()
    assert other.page.input_value("#number-platform_award") == "60"


@pytest.mark.slow
def test_two_visitors_stay_apart(visit: VISIT) -> None:
    one, other = visit().answered(), visit().answered()
    before, query = other.cards(), other.query()
    one.set("enterprise_coaching", 150).answered()
    one.page.click("#language")
    one.page.wait_for_selector("html[lang=en]")
    assert other.query() == query and other.cards().keys() == before.keys()
    assert other.page.input_value("#number-enterprise_coaching") == "30"
    assert other.page.evaluate("document.documentElement.lang") == "zh-CN"


def came_back(one: Visitor, count: int) -> None:
    """Solara's script has connected anew, and the server hears a press again."""
    one.page.wait_for_function("count => solara.debug.reconnectCount > count && solara.debug.connectionStatus === 'connected'", arg=count)
    one.page.click("#why-enterprise_coaching")
    one.page.wait_for_selector("#dialog")
    one.page.click("#dialog-close")
    one.page.wait_for_selector("#dialog", state="hidden")


@pytest.mark.slow
def test_browsers_that_lose_their_connection_at_once_each_show_their_own_mix_again(visit: VISIT) -> None:
    links = ("enterprise_coaching=61", "mix=plan&platform_award=62")
    came, heard = [visit() for _ in links], [[], []]  # type: ignore[var-annotated]
    for one, said, link in zip(came, heard, links):
        one.page.on("websocket", lambda socket, said=said: socket.on("framereceived", lambda frame: said.append(frame)))
        one.open(f"/?{link}").answered(60)
    before = [(one.query(), one.page.inner_text("#scenario-title")) for one in came]
    widgets = [set(one.page.evaluate("Object.keys(solara.debug.widgetManager()._models)")) for one in came]
    assert widgets[0] and not widgets[0] & widgets[1]
    for _ in range(3):
        counts = [one.page.evaluate("solara.debug.reconnectCount") for one in came]
        for one in came:
            assert one.page.evaluate("solara.debug.dropConnection()")
        for one, count in zip(came, counts):
            came_back(one, count)
        assert [(one.query(), one.page.inner_text("#scenario-title")) for one in came] == before
        for said, others, link in zip(heard, reversed(widgets), reversed(links)):
            came_over = b"".join(one if isinstance(one, bytes) else one.encode() for one in said)
            assert link.rpartition("&")[2].encode() not in came_over
            assert [one for one in others if one.encode() in came_over] == []
    assert came[0].page.input_value("#number-enterprise_coaching") == "61"
    came[0].set("platform_award", 63).answered(60)
    assert came[1].query() == before[1][0] and came[1].page.input_value("#number-platform_award") == "62"


@pytest.mark.slow
def test_a_move_is_taken_back_and_made_again(visit: VISIT) -> None:
    one = visit().answered()
    one.set("seed_fund", 900)
    one.page.click("#undo")
    one.page.wait_for_function("!location.search.includes('seed_fund')")
    one.page.keyboard.press("Control+y")
    one.page.wait_for_function("location.search.includes('seed_fund=900')")
    one.page.keyboard.press("Control+z")
    one.page.wait_for_function("!location.search.includes('seed_fund')")
    one.page.keyboard.press("Control+Shift+Z")
    one.page.wait_for_function("location.search.includes('seed_fund=900')")


@pytest.mark.slow
def test_assumptions_stand_apart_from_policy(visit: VISIT) -> None:
    one = visit().answered()
    assert one.page.locator("#levers-policy #lever-enterprise_coaching").count() == 1
    assert one.page.locator("#levers-assume #lever-gdp_growth").count() == 1
    assert one.page.locator("#levers-assume #lever-enterprise_coaching").count() == 0
    before = one.cards()
    one.page.click("#environment-slow")
    one.page.wait_for_function("location.search.includes('env=slow')")
    assert one.answered().cards() != before


def test_a_lever_says_why_to_believe_it(visit: VISIT) -> None:
    one = visit().answered()
    one.page.click("#why-enterprise_coaching")
    said = one.page.inner_text("#dialog")
    for word in ("作用途径", "由谁决定", "证据等级", "来源", "区级费用"):
        assert word in said
    one.page.click("#dialog-close")
    one.page.wait_for_selector("#dialog", state="hidden")


STILL = """([press, id]) => new Promise(done => {
    const places = new Set(), began = performance.now();
    const look = () => {
        const one = document.querySelector(id);
        if (one && one.offsetParent !== null) {
            const at = one.getBoundingClientRect();
            places.add(`${Math.round(at.x)},${Math.round(at.y)}`);
        }
        places.size && performance.now() - began > 1000 ? done([...places]) : requestAnimationFrame(look);
    };
    document.querySelector(press).click();
    look();
})"""
"""Where a button stands, frame by frame, from the press that opens its dialog."""


@pytest.mark.slow
@pytest.mark.parametrize(
    "press, close", [("#why-enterprise_coaching", "#dialog-close"), ("#open", "#open-close"), ("#region", "#region-close")]
)
def test_a_dialog_stands_still_from_the_moment_it_opens(visit: VISIT, press: str, close: str) -> None:
    # A press on a button that moves away from under the pointer is none: the dialog would stay.
    one = visit()
    one.page.wait_for_selector(press, state="attached")
    assert len(one.page.evaluate(STILL, [press, close])) == 1
    one.page.click(close)
    one.page.wait_for_selector(close, state="hidden")


AT_ONCE = """() => new Promise(done => {
    const watch = new MutationObserver(() => {
        const close = document.querySelector('#dialog-close');
        if (close && close.offsetParent !== null) { watch.disconnect(); close.click(); done(true); }
    });
    watch.observe(document.body, {subtree: true, childList: true, attributes: true});
    document.querySelector('#why-enterprise_coaching').click();
})"""


@pytest.mark.slow
def test_a_dialog_that_is_closed_at_once_while_runs_arrive_is_closed(visit: VISIT) -> None:
    one = visit().answered(60)
    for value in range(90, 96):
        one.set("enterprise_coaching", value).answered(60)
        one.page.evaluate(AT_ONCE)
        one.page.wait_for_selector("#dialog", state="hidden")


MARKED = "#dialog, #dialog-close, .yd-chart, .yd-chart canvas, .yd-card, .yd-lever input, .yd-button:not(#limits-more)"
"""What an answer that arrives leaves in place; what it cannot know is its own, so that line is made anew."""


@pytest.mark.slow
def test_an_answer_that_arrives_leaves_an_open_dialog_the_charts_and_the_levers_in_place(visit: VISIT) -> None:
    one = visit().answered(60)
    one.page.wait_for_selector(".yd-chart canvas")
    one.page.click("#why-enterprise_coaching")
    one.page.wait_for_selector("#dialog")
    one.page.evaluate("what => { window.marked = [...document.querySelectorAll(what)] }", MARKED)
    one.page.evaluate("document.querySelector('#lever-seed_fund').closest('details').open = true")
    before = one.cards()
    one.moved("seed_fund", 900, 60, 200)
    one.answered(1000)
    left = one.page.evaluate("window.marked.filter(one => !one.isConnected).map(one => one.outerHTML.slice(0, 120))")
    assert one.cards() != before and left == []
    one.page.click("#dialog-close")
    one.page.wait_for_selector("#dialog", state="hidden")


@pytest.mark.slow
def test_a_sentence_that_goes_leaves_the_page_below_in_place(visit: VISIT) -> None:
    one = visit("/?mix=nowhere").answered(60)
    one.page.evaluate("what => { window.marked = [...document.querySelectorAll(what)] }", MARKED)
    one.page.click("#trouble-close")
    one.page.wait_for_selector("#trouble", state="hidden")
    left = one.page.evaluate("window.marked.filter(one => !one.isConnected).map(one => one.id)")
    assert left == ["trouble-close"]


@pytest.mark.slow
def test_the_way_back_of_the_browser_leads_back(visit: VISIT) -> None:
    one = visit().answered()
    one.set("seed_fund", 900)
    one.page.click("#tab-compare")
    one.page.wait_for_selector("#tab-compare[aria-current=page]")
    assert "seed_fund=900" in one.query()
    one.page.go_back()
    one.page.wait_for_selector("#tab-overview[aria-current=page]")
    assert one.page.input_value("#number-seed_fund") == "900"


@pytest.mark.parametrize(
    "link, said",
    [
        ("?Mix=plan", "“mix”"),
        ("?seed_fund=500&seed_fund=900", "500 和 900"),
        ("?mix=plan&v=0.0.9-1&check=0", "0.0.9"),
        ("?mix=nowhere", "nowhere"),
        ("?enterprise_coaching=9999", "0 到 200"),
        ("?env=mars", "mars"),
        ("?seed_fund=x", "seed_fund"),
        ("?seed=" + "9" * 5000, "seed"),
        ("?" + "&" * 900, "链接"),
    ],
)
def test_a_link_that_cannot_be_is_answered_with_a_sentence(visit: VISIT, link: str, said: str) -> None:
    one = visit("/" + link)
    assert said in one.page.inner_text("#trouble")
    one.answered()


def test_a_link_with_one_bad_part_keeps_the_others_and_the_language(visit: VISIT) -> None:
    one = visit("/?lang=en&amp;mix=plan&amp;enterprise_coachin=60&amp;seed_fund=500&from=timeline")
    said = one.page.inner_text("#trouble")
    assert "Did you mean 'enterprise_coaching'?" in said and "left out" in said and "timeline" not in said
    assert not re.search("[一-鿿]", said)
    one.answered(60)
    assert one.page.input_value("#number-seed_fund") == "500" and "mix=plan" in one.query() and "enterprise_coachin=" not in one.query()


@pytest.mark.slow
def test_a_copied_link_is_opened_without_a_word_and_half_of_it_with_one(visit: VISIT) -> None:
    one = visit("/?mix=plan").answered(60)
    one.set("seed_fund", 500)
    one.answered(60)
    assert visit("/?" + one.query()).answered(60).page.locator("#trouble").count() == 0
    half = visit("/?" + one.query()[: one.query().index("500") + 1]).answered(60)
    assert "与复制时不一致" in half.page.inner_text("#trouble")


def test_a_number_outside_its_range_is_said_and_not_made_another(visit: VISIT) -> None:
    one = visit().answered(60)
    one.page.eval_on_selector("#lever-enterprise_coaching", "one => { one.closest('details').open = true }")
    field = one.page.locator("#number-enterprise_coaching")
    before, query = field.input_value(), one.query()
    field.fill("9999")
    field.dispatch_event("change")
    one.page.wait_for_selector("#trouble")
    assert "0 到 200" in one.page.inner_text("#trouble")
    assert field.input_value() == before and one.query() == query


@pytest.mark.slow
@pytest.mark.parametrize("does", ["refuse", "strip", "hang"])
def test_behind_a_proxy_without_websocket_a_page_says_what_is_missing(window: Any, address: str, does: Does) -> None:
    with proxied(int(address.rpartition(":")[2]), does) as before:
        one = Visitor(window, before)
        try:
            one.open("/?mix=plan", "#no-connection")
            said = one.page.inner_text("#no-connection")
            assert "WebSocket" in said and "十秒过去" in said and "After ten seconds" in said
            assert 'proxy_set_header Connection "upgrade";' in said and "proxy_http_version 1.1;" in said
            assert one.page.locator("#header").count() == 0 and not one.outside
            assert one.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        finally:
            one.leave()


@pytest.mark.slow
def test_behind_a_proxy_that_passes_websocket_on_nothing_is_said(window: Any, address: str) -> None:
    with proxied(int(address.rpartition(":")[2]), "pass") as before:
        one = Visitor(window, before)
        try:
            one.open("/?mix=plan")
            one.page.wait_for_timeout(11_000)
            assert one.page.locator("#no-connection").count() == 0
            one.clean()
        finally:
            one.leave()


def test_what_stands_in_a_link_is_shown_and_never_run(visit: VISIT) -> None:
    one = visit("/?title=%3Cimg%20src%3Dx%20onerror%3D%22window.harmed%3D1%22%3E").answered(60)
    assert "<img" in one.page.inner_text("#scenario-title")
    assert one.page.evaluate("window.harmed") is None


@pytest.mark.parametrize("link", ["?slide=²", "?slide=" + "9" * 500, "?target=nothing", "microscope?draw=²&firm=x&quarter=9"])
def test_what_a_page_alone_asks_is_read_or_left(visit: VISIT, link: str) -> None:
    one = visit("/" + link)
    one.page.wait_for_selector("#main", state="attached")
    if not link.startswith("microscope"):
        one.answered(60)
        one.page.keyboard.press("F9")
        one.page.wait_for_selector("#present")


@pytest.mark.slow
def test_presenting_fills_the_screen_and_goes_by_keys(visit: VISIT) -> None:
    one = visit().answered()
    one.page.click("#start-present")
    one.page.wait_for_selector("#present[data-slide='0']")
    one.page.keyboard.press("ArrowRight")
    one.page.wait_for_selector("#present[data-slide='1']")
    assert one.page.locator("#header").count() == 0
    one.page.keyboard.press("5")  # the fifth mix of the pack
    one.page.wait_for_function("location.search.includes('mix=')")
    one.page.keyboard.press("Escape")
    one.page.wait_for_selector("#cards")


# --- files


def saved(one: Visitor, press: str, into: Path) -> Path:
    with one.page.expect_download() as coming:
        one.page.click(press)
    file = into / coming.value.suggested_filename
    coming.value.save_as(file)
    return file


def test_the_data_of_a_chart_are_downloaded(visit: VISIT, tmp_path: Path) -> None:
    import openpyxl

    one = visit().answered(1000)
    tools = "#figure-probabilities .yd-figure-tools"
    text = saved(one, f"{tools} >> text=CSV", tmp_path).read_text(encoding="utf-8-sig")
    assert len(text.splitlines()) == 26
    book = openpyxl.load_workbook(saved(one, f"{tools} >> text=Excel", tmp_path))
    cells = [cell for row in book.worksheets[0].iter_rows(values_only=True) for cell in row]
    told = {round(float(cell), 3) for cell in cells if isinstance(cell, (int, float))}
    assert {round(100 * float(value), 3) for value in one.cards().values()} <= told


@pytest.mark.slow
def test_a_chart_that_leaves_before_it_is_drawn_breaks_nothing(visit: VISIT) -> None:
    one = visit()
    held: list[Any] = []
    one.page.route("**/echarts.js", lambda asked: held.append(asked))
    one.page.reload()
    one.page.wait_for_selector(".yd-chart", state="attached")
    while not held:
        one.page.wait_for_timeout(100)
    one.page.click("#tab-microscope")
    one.page.wait_for_selector("#tab-microscope[aria-current=page]", state="attached")
    one.page.wait_for_selector(".yd-chart", state="detached")
    for asked in held:
        asked.continue_()
    one.page.wait_for_timeout(1000)


@pytest.mark.slow
def test_a_mix_is_saved_and_opened_again(visit: VISIT, tmp_path: Path) -> None:
    one = visit("/?mix=plan").answered(60)
    one.set("ip_services", 55)
    file = saved(one, "text=保存方案", tmp_path)
    assert tomllib.loads(file.read_text(encoding="utf-8"))["levers"]["ip_services"] == 55
    other = visit().answered(60)
    other.page.click("#open")
    other.page.set_input_files("#open-file", file)
    other.page.wait_for_function("location.search.includes('ip_services=55')")
    assert "mix=plan" in other.query()


@pytest.mark.slow
@pytest.mark.parametrize(
    "name, content, said",
    [
        ("mix.toml", 'extends = "status_quo"\n[levers]\nseed_found = 3\n', "seed_fund"),
        ("mix.toml", 'extends = "../../../../etc/passwd"\n', "passwd"),
        ("mix.toml", "\x00\x01", "mix.toml"),
        ("mix.exe", "hello", "toml"),
        ("mix.toml", "#" * 300_000, "0.25 MB"),
    ],
)
def test_a_file_that_is_no_mix_is_answered_with_a_sentence(visit: VISIT, tmp_path: Path, name: str, content: str, said: str) -> None:
    one = visit().answered(60)
    (tmp_path / name).write_text(content, encoding="utf-8")
    one.page.click("#open")
    one.page.set_input_files("#open-file", tmp_path / name)
    one.page.wait_for_selector("#open-file-error")
    sentence = one.page.inner_text("#open-file-error")
    assert said in sentence and "Traceback" not in sentence


@pytest.mark.slow
def test_region_data_come_back_changed_and_only_for_who_sent_them(visit: VISIT, tmp_path: Path) -> None:
    import openpyxl

    one, other = visit().answered(60), visit().answered(100)
    one.page.click("#region")
    file = saved(one, "text=下载工作簿", tmp_path)
    book = openpyxl.load_workbook(file)
    sheet = next(one for one in book.worksheets if one.title.endswith("targets"))
    heads = next(row for row in sheet.iter_rows() if any(cell.value and "value" in str(cell.value) for cell in row))
    column = next(cell.column for cell in heads if cell.value and "value" in str(cell.value))
    row = next(
        row for row in range(heads[0].row + 1, sheet.max_row + 1)
        if any("tech_enterprises" == str(cell.value).split()[-1] for cell in sheet[row] if cell.value)
    )  # fmt: skip
    sheet.cell(row, column).value = "many"
    book.save(tmp_path / "wrong.xlsx")
    one.page.set_input_files("#region-file", tmp_path / "wrong.xlsx")
    one.page.wait_for_selector("#region-file-error")
    sentence = one.page.inner_text("#region-file-error")
    assert sheet.title in sentence and f"{sheet.cell(row, column).coordinate}" in sentence
    sheet.cell(row, column).value = 5
    book.save(tmp_path / "right.xlsx")
    one.page.set_input_files("#region-file", tmp_path / "right.xlsx")
    one.page.wait_for_selector("#region-dialog", state="hidden")
    one.answered(60)
    assert float(one.cards()["tech_enterprises"]) == 1.0
    assert float(other.cards()["tech_enterprises"]) < 1.0
    one.page.click("#region")
    one.page.click("#region-leave")
    one.page.wait_for_function("Number((document.querySelector('#card-tech_enterprises') || {dataset: {}}).dataset.probability) < 1")
    assert "随服务提供" in one.page.inner_text("#region-now")


@pytest.mark.slow
def test_cancelled_work_ends_and_its_process_with_it(visit: VISIT, server: tuple[str, int]) -> None:
    one = visit().answered(60)
    one.page.click("#export")
    one.page.click("#export-start")
    one.page.wait_for_selector("#work[data-state=running]")
    assert workers(server[1])
    one.page.click("#cancel")
    one.page.wait_for_selector("#work[data-state=cancelled]")
    one.page.wait_for_selector("#export-start:not([disabled])")
    for _ in range(50):
        if not workers(server[1]):
            break
        one.page.wait_for_timeout(200)
    assert not workers(server[1])


@pytest.mark.slow
def test_reports_are_made_and_open(visit: VISIT, tmp_path: Path) -> None:
    import docx
    import openpyxl
    import pptx

    one = visit().answered(60)
    one.page.click("#export")
    for kind in ("xlsx", "html"):
        one.page.click(f"#kind-{kind}")
    one.page.click("#export-start")
    one.page.wait_for_selector("#export-files", timeout=1_800_000)  # its work gives way to all other work of the machine
    files = {}
    for kind, said in (("pptx", "PowerPoint"), ("docx", "Word"), ("xlsx", "Excel"), ("html", "网页")):
        files[kind] = saved(one, f"#export-files >> text={said}", tmp_path)
        assert files[kind].suffix == f".{kind}"
    assert any(shape.has_chart for slide in pptx.Presentation(str(files["pptx"])).slides for shape in slide.shapes)
    assert "大渡口" in "".join(part.text for part in docx.Document(str(files["docx"])).paragraphs)
    assert len(openpyxl.load_workbook(files["xlsx"]).worksheets) > 3
    assert "http://" not in re.sub(r"http://www\.w3\.org/\S+", "", files["html"].read_text(encoding="utf-8"))
