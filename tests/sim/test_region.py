"""Region packs: what is read, and that whatever is wrong is said with file, row, value and fix."""

import os
import pickle
import shutil
import threading
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yidu.sim.errors import InputError
from yidu.sim.levers import LEVERS
from yidu.sim.packfiles import pack_files, read_environment, read_facts, read_levers, read_priors, read_settings, read_targets
from yidu.sim.region import REGIONS, check, digest, fact_readings, find, load, new, shipped
from yidu.viz.words import Words

FACT = "tech_enterprises_2020,tech_enterprises_2020,tech_enterprises,2020,level,301,家,1,a,1,calibrate,"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A copy of the shipped pack that a test may spoil."""
    folder = tmp_path / "copy"
    shutil.copytree(REGIONS / "dadukou", folder, ignore=shutil.ignore_patterns("posterior"))
    return folder


def spoil(pack: Path, file: str, old: str, by: str) -> None:
    text = (pack / file).read_text(encoding="utf-8")
    assert old in text, f"{file} no longer holds {old!r}"
    (pack / file).write_text(text.replace(old, by, 1), encoding="utf-8")


def row_of(pack: Path, file: str, start: str) -> int:
    lines = (pack / file).read_text(encoding="utf-8").split("\n")
    return next(number for number, line in enumerate(lines, 1) if line.startswith(start))


def complaint(pack: Path) -> InputError:
    with pytest.raises(InputError) as caught:
        load(pack)
    assert "\n" not in str(caught.value)
    return caught.value


# --- finding and identity -----------------------------------------------------------------------------------


def test_a_region_is_found_by_name_by_folder_and_by_its_first_file():
    assert "dadukou" in shipped()
    assert find("dadukou") == find(REGIONS / "dadukou") == find(REGIONS / "dadukou" / "region.toml")


def test_an_unknown_region_is_answered_with_the_nearest_and_the_list():
    with pytest.raises(InputError, match="Did you mean 'dadukou'.*come with the product: .*dadukou"):
        load("dadoukou")


@pytest.mark.parametrize("name", ["", " ", "x" * 5000, "a\0b", "~nobody_here/x"])
def test_an_impossible_name_is_answered_like_any_other(name):
    with pytest.raises(InputError, match="come with the product"):
        load(name)


def test_a_folder_without_region_toml_is_no_pack(tmp_path):
    with pytest.raises(InputError, match="no region pack"):
        load(tmp_path)


def test_the_digest_knows_the_content_and_not_the_place(pack):
    before = digest(pack)
    assert before == load("dadukou").digest == load(pack).digest
    text = (pack / "facts.csv").read_bytes()
    (pack / "facts.csv").write_bytes(b"\xef\xbb\xbf" + text.replace(b"\n", b"\r\n"))
    (pack / "actuals.csv").write_text("indicator,period,value,unit,source\n")
    (pack / "posterior").mkdir()
    (pack / "posterior" / "draws.parquet").write_bytes(b"x")
    for stray in (".DS_Store", "Thumbs.db", "desktop.ini", "~$facts.xlsx", "公报.docx", "scenarios/~$plan.toml", "scenarios/Thumbs.db"):
        (pack / stray).write_bytes(b"x")
    assert load(pack).digest == before
    spoil(pack, "priors.csv", "0.45", "0.46")
    assert digest(pack) != before


def test_under_a_storm_of_edits_every_digest_is_that_of_the_levers_that_were_read(pack):
    forms = [(pack / "levers.toml").read_text(encoding="utf-8")]
    forms.append(forms[0].replace("seed_fund = { 2016 = 188", "seed_fund = { 2016 = 333"))
    assert forms[0] != forms[1]
    levers = {}
    for form in forms:
        (pack / "levers.toml").write_text(form, encoding="utf-8")
        levers[load(pack).digest] = load(pack).levers.get("seed_fund", 2016)
    assert sorted(levers.values()) == [188, 333]
    over, many = threading.Event(), 0

    def edit() -> None:
        nonlocal many
        while not over.is_set():
            (pack / ".draft").write_text(forms[many % 2], encoding="utf-8")
            os.replace(pack / ".draft", pack / "levers.toml")
            many += 1
            time.sleep(0.001)

    editor = threading.Thread(target=edit)
    editor.start()
    try:
        found = [load(pack) for _ in range(60)]
    finally:
        over.set()
        editor.join()
    assert many > 60 and {region.digest for region in found} == set(levers)  # both versions were met
    assert sum(levers[region.digest] != region.levers.get("seed_fund", 2016) for region in found) == 0
    assert all(region.files.contents["levers.toml"].decode() in forms for region in found)


def test_a_scenario_of_the_pack_that_extends_a_file_outside_it_is_refused(pack):
    from yidu.experiments.scenarios.scenario import load as scenario

    (pack / "scenarios" / "more").mkdir()
    (pack / "scenarios" / "more" / "base.toml").write_text('extends = "status_quo"\n[levers]\nseed_fund = 7\n')
    (pack / "scenarios" / "mine.toml").write_text('extends = "more/base.toml"\n')
    (pack / "notes.toml").write_text('extends = "status_quo"\n')
    (pack / "scenarios" / "other.toml").write_text('extends = "../notes.toml"\n')
    region = load(pack)
    (pack / "scenarios" / "more" / "base.toml").write_text("[levers]\nseed_fund = 9\n")
    assert scenario(region, "mine").levers.get("seed_fund", 2022) == 7  # as it was read, with the digest that was made of it
    assert load(pack).digest != region.digest
    with pytest.raises(InputError, match="other.toml: a scenario of the pack extends '../notes.toml'"):
        scenario(region, "other")


def test_a_region_travels_between_processes():
    region = load("dadukou")
    again = pickle.loads(pickle.dumps(region))
    assert again.digest == region.digest and again.facts == region.facts and again.levers == region.levers


def test_a_fact_is_known_by_name_and_by_reading():
    region = load("dadukou")
    assert [fact.reading for fact in fact_readings(region, "rd_expenditure")] == ["a", "b"]
    assert region.fact("rd_expenditure").period == "2019"
    assert region.fact("rd_expenditure", "b").period == "2020"
    with pytest.raises(InputError, match="Did you mean 'rd_expenditure'"):
        region.fact("rd_expendture")
    with pytest.raises(InputError, match="expected a or b"):
        region.fact("rd_expenditure", "c")


def test_money_is_converted_between_its_units():
    fact = load("dadukou").fact("public_money_sum")
    assert fact.value_in("万元") == pytest.approx(19000.0)
    with pytest.raises(ValueError):
        fact.value_in("家")


def test_an_error_travels_between_processes():
    error = InputError("no lever", file="a.toml", row=3, value="x", fix="Did you mean 'y'?")
    again = pickle.loads(pickle.dumps(error))
    assert str(again) == str(error) == "a.toml, row 3: no lever, found 'x'. Did you mean 'y'?"
    assert (again.file, again.row, again.value, again.fix) == ("a.toml", 3, "x", "Did you mean 'y'?")


# --- what can be wrong with a file --------------------------------------------------------------------------


def test_toml_saved_as_gbk_is_called_so(pack):
    text = (pack / "region.toml").read_text(encoding="utf-8")
    (pack / "region.toml").write_bytes(text.encode("gb18030"))
    error = complaint(pack)
    assert "saved as GBK" in str(error) and "as UTF-8" in str(error) and error.file.endswith("region.toml")


def test_a_byte_order_mark_and_windows_lines_do_no_harm(pack):
    for file in ("facts.csv", "region.toml"):
        raw = (pack / file).read_bytes().replace(b"\n", b"\r\n")
        (pack / file).write_bytes(b"\xef\xbb\xbf" + raw)
    assert load(pack).facts == load("dadukou").facts


FILES = ["facts.csv", "targets.csv", "priors.csv", "levers.toml", "environment.toml"]


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize(
    "content, said",
    [
        (b"", "empty"), (b" \n\n", "empty"), (b"\0\0", "zero bytes"), (b"\x81", "UTF-8"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_text_is_named(pack, file, content, said):
    (pack / file).write_bytes(content)
    error = complaint(pack)
    assert said in str(error) and error.file.endswith(file)


@pytest.mark.parametrize("file", ["region.toml", "facts.csv", "targets.csv", "priors.csv", "levers.toml"])
def test_a_missing_file_is_named(pack, file):
    (pack / file).unlink()
    with pytest.raises(InputError, match=file):
        load(pack)


WRONG = [
    ("facts.csv", "id,fact,", "id,", "column 'fact' is missing"),
    ("facts.csv", ",role,quote", ",rolle,quote", "Is 'rolle' meant?"),
    ("facts.csv", ",role,quote", ",role,quote,note", "no column is called 'note'"),
    ("facts.csv", "id,fact,", "id,id,", "'id' stands twice"),
    ("facts.csv", "id,fact,indicator,period,statistic,value,unit,tolerance,reading,weight,role,quote",
     "id;fact;indicator;period;statistic;value;unit;tolerance;reading;weight;role;quote", "semicolons"),
    ("facts.csv", ",level,301,", ',level,"301%",', "Write 301 and put % into the unit column."),
    ("facts.csv", ",level,301,", ",level,三百,", "not a number"),
    ("facts.csv", ",level,301,", ",level,nan,", "not a number"),
    ("facts.csv", ",level,301,", ",level,1e999,", "not a number"),
    ("facts.csv", ",level,301,", ",level,,", "value is empty"),
    ("facts.csv", ",level,301,", ",level,301,9,", "has 13 cells"),
    ("facts.csv", ",level,52.5,", ",level,52.5%,", "put % into the unit column"),
    ("facts.csv", "2020,level,301", "2016-2020,level,301", "needs one year"),
    ("facts.csv", "2020,level,301", "2021,level,301", "outside the record"),
    ("facts.csv", "2020,level,301", "20-20,level,301", "not a year or a range"),
    ("facts.csv", "2020,level,301", "2016-2020,sum,301", "not summed over years"),
    ("facts.csv", "2020,level,301", "2020,growth,301", "needs a range of years"),
    ("facts.csv", "2020,level,301", "2020-2016,growth,301", "Write 2016-2020."),
    ("facts.csv", "2020,level,301", "2015-2020,growth,301", "before the record"),
    ("facts.csv", "2020,level,301", "2020,ratio,301", "ratio:<year>"),
    ("facts.csv", "2020,level,301", "2018,ratio:2019,301", "not before 2018"),
    ("facts.csv", "2020,level,301", "2020,levels,301", "Did you mean 'level'"),
    ("facts.csv", ",tech_enterprises,2020,level,301", ",tech_enterprise,2020,level,301",
     "Did you mean 'tech_enterprises'"),
    ("facts.csv", "301,家,", "301,个,", "expected 家"),
    ("facts.csv", "301,家,1,a,1,", "301,家,0,a,1,", "tolerance = 0 is too small"),
    ("facts.csv", "301,家,1,a,1,", "301,家,1,a,0.9,", "sum to 0.9"),
    ("facts.csv", "301,家,1,a,1,", "301,家,1,a,100,", "For 100 percent write 1."),
    ("facts.csv", "301,家,1,a,1,calibrate", "301,家,1,a,1,calibrat", "Did you mean 'calibrate'"),
    ("facts.csv", "\nhigh_tech_2020,", "\ntech_above_scale_2020,", "already stands in row"),
    ("facts.csv", ",0.2,b,0.15,calibrate", ",0.2,a,0.15,calibrate", "already stands in row"),
    ("facts.csv", ",0.2,b,0.15,calibrate", ",0.2,b,0.15,context", "differ in role"),
    ("targets.csv", "tech_enterprises,2025", "tech_enterprize,2025", "Did you mean 'tech_enterprises'"),
    ("targets.csv", "tech_enterprises,2025", "patents,2025", "no indicator is called 'patents'"),
    ("targets.csv", "rd_platforms,2025", "patents_per_10k,2025", "is not measured in '个'"),
    ("targets.csv", "high_tech_enterprises,2025", "tech_enterprises,2025", "already stands in row"),
    ("targets.csv", "550,家", "550,个", "expected 家"),
    ("targets.csv", "tech_enterprises,2025", "tech_enterprises,2020", "not a year after the record"),
    ("targets.csv", "tech_enterprises,2025,>=", "tech_enterprises,2025,>", "no sense is called '>'"),
    ("levers.toml", "knowledge_loan_cover = { 2016 = 0.80 }", "knowledge_loan_cover = { 2016 = 80 }",
     "For 80 percent write 0.8."),
    ("levers.toml", "seed_fund = { 2016 = 188 }", "seed_fonds = { 2016 = 188 }", "Did you mean 'seed_fund'"),
    ("levers.toml", "seed_fund = { 2016 = 188 }", "seed_fund = { 2018 = 188 }", "does not start in 2016"),
    ("levers.toml", "seed_fund = { 2021 = 188 }", "seed_fund = { 2019 = 188 }", "2019 under [status_quo]"),
    ("levers.toml", "seed_fund = { 2016 = 188 }", 'seed_fund = { 2016 = "188" }', "record.seed_fund"),
    ("levers.toml", "[record]", "[record", "is not TOML"),
    ("levers.toml", "\n[uncertainty]", "\n[uncertainties]", "Did you mean 'uncertainty'"),
    ("environment.toml", "[fields.city_pull]", "[fields.city_pul]", "Did you mean 'city_pull'"),
    ("environment.toml", "rho = 0.3", "rho = 1.3", "fields.gdp_growth.rho"),
    ("environment.toml", "rho = 0.3", "roh = 0.3", "Did you mean 'rho'"),
    ("environment.toml", 'group = "giants"', 'group = "giant"', "Did you mean 'giants'"),
    ("environment.toml", "[environments.baseline]", "[environments.base]", "'baseline' is missing"),
    ("environment.toml", "shift = { gdp_growth", "shift = { gpd_growth", "Did you mean 'gdp_growth'"),
    ("environment.toml", "shock_year = 2023", "shock_year = 2019", "not a year after the record"),
    ("region.toml", "share = 0.20", "share = 0.30", "sum to 1.1"),
    ("region.toml", "share = 0.20", "share = 20", "sectors.1.share"),
    ("region.toml", 'id = "big_data"', 'id = "bigdata"', "not the eight the rules know"),
    ("region.toml", 'sector = "environment"', 'sector = "enviroment"', "Did you mean 'environment'"),
    ("region.toml", "revenue = [80000, 200000]", "revenue = [200000, 80000]", "Write [80000, 200000]"),
    ("region.toml", "arrives = 2017", "arrives = 2022", "anchor_firms"),
    ("region.toml", "scale = 1 ", "scala = 1 ", "Did you mean 'scale'"),
    ("region.toml", "record_end = 2020", "record_end = 2014", "out of order"),
    ("region.toml", ", 2020 = 266.46", "", "lacks 2020"),
    ("region.toml", '"tech_enterprises_2015"', '"tech_enterprises_2020"', "of 2020"),
    ("region.toml", '"tech_enterprises_2015"', '"tech_enterprise_2015"',
     "Did you mean 'tech_enterprises_2015'"),
    ("region.toml", '"patents_per_10k_2015"', '"rd_platforms_2015"', "a level of 'patents_per_10k'"),
    ("priors.csv", "\nrd_doer_share,", "\nrd_doer_shar,", "Did you mean 'rd_doer_share'"),
    ("priors.csv", "\nrd_doer_share,", "\npool_size,", "already stands in row 2"),
    ("priors.csv", "pool_size,lognormal,1900", "pool_size,lognormal,9000", "its centre 9000 is cut off"),
    ("priors.csv", "pool_size,lognormal,1900", "pool_size,lognormal,-1", "not above 0"),
    ("priors.csv", "pool_size,lognormal", "pool_size,lognorm", "Did you mean 'lognormal'"),
    ("priors.csv", "rd_doer_share,uniform,0.05,0.45", "rd_doer_share,uniform,0.45,0.05", "not below"),
    ("priors.csv", "900,3400,家", "3400,900,家", "low = 3400 is not below high = 900"),
    ("priors.csv", "effort_on,bernoulli,0.5", "effort_on,bernoulli,1.5", "not a chance"),
]  # fmt: skip


@pytest.mark.parametrize("file, old, by, said", WRONG)
def test_what_is_wrong_is_said_with_its_file_and_fix(pack, file, old, by, said):
    spoil(pack, file, old, by)
    error = complaint(pack)
    assert said in str(error), str(error)
    assert error.file is not None and error.file.endswith(file)
    if file.endswith(".csv"):
        assert error.row is not None


def test_the_row_is_the_line_of_the_file(pack):
    row = row_of(pack, "facts.csv", FACT)
    spoil(pack, "facts.csv", ",level,301,", ",level,x,")
    spoil(pack, "facts.csv", "rd_share_2015_table", "\n\nrd_share_2015_table")
    assert complaint(pack).row == row + 2


def test_a_parameter_without_prior_is_named(pack):
    text = (pack / "priors.csv").read_text(encoding="utf-8").split("\n")
    kept = [line for line in text if not line.startswith("talent_leave,")]
    (pack / "priors.csv").write_text("\n".join(kept), encoding="utf-8")
    assert "'talent_leave' has no prior" in str(complaint(pack))


ANY_TEXT = st.text(max_size=12) | st.sampled_from(
    ["", ",", '"', "nan", "inf", "-1", "1e400", "０", "2016-2020", "2099", "ratio:", "\n", "家", "%", "\0"]
)
READERS = {"facts.csv": read_facts, "targets.csv": read_targets, "priors.csv": None}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_spoilt_table_is_read_or_refused_and_nothing_else(pack, data):
    head = read_settings(pack_files(pack))
    file = data.draw(st.sampled_from(list(READERS)), label="file")
    original = (REGIONS / "dadukou" / file).read_text(encoding="utf-8")
    lines = original.split("\n")
    row = data.draw(st.integers(0, len(lines) - 1), label="row")
    cells = lines[row].split(",")
    column = data.draw(st.integers(0, len(cells) - 1), label="column")
    cells[column] = data.draw(ANY_TEXT, label="cell")
    lines[row] = ",".join(cells)
    (pack / file).write_text("\n".join(lines), encoding="utf-8", newline="")
    try:
        reader = READERS[file]
        read_priors(pack_files(pack)) if reader is None else reader(pack_files(pack), head)
    except InputError as error:
        assert file in str(error)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_spoilt_settings_file_is_read_or_refused_and_nothing_else(pack, data):
    head = read_settings(pack_files(REGIONS / "dadukou"))
    file = data.draw(st.sampled_from(["region.toml", "levers.toml", "environment.toml"]), label="file")
    raw = (REGIONS / "dadukou" / file).read_bytes()
    place = data.draw(st.integers(0, len(raw) - 1), label="place")
    length = data.draw(st.integers(0, 8), label="length")
    patch = data.draw(st.binary(max_size=6), label="bytes")
    (pack / file).write_bytes(raw[:place] + patch + raw[place + length :])
    try:
        if file == "region.toml":
            read_settings(pack_files(pack))
        elif file == "levers.toml":
            read_levers(pack_files(pack), head)
        else:
            read_environment(pack_files(pack), head)
    except InputError as error:
        assert file in str(error)


# --- checking and making packs ------------------------------------------------------------------------------


def test_a_new_pack_loads_as_it_stands_and_keeps_no_sentence_of_the_template(tmp_path):
    folder = new(tmp_path / "somewhere" / "nanan", "nanan")
    region = load(folder)
    assert region.name == "nanan" and "EVERY FIGURE" in (folder / "region.toml").read_text(encoding="utf-8")
    assert region.settings.start.keys() == load("dadukou").settings.start.keys()
    assert all("replace" in fact.quote for fact in region.facts)
    assert all("replace" in target.quote for target in region.targets)
    assert check(folder).priors == len(load("dadukou").priors)


def test_a_new_pack_writes_over_nothing(tmp_path):
    with pytest.raises(InputError, match="already exists"):
        new(tmp_path, "nanan")
    with pytest.raises(InputError, match="cannot name a region"):
        new(tmp_path / "x", "南岸")
    assert list(tmp_path.iterdir()) == []


def test_a_lever_that_a_pack_has_no_record_of_takes_its_usual_level_and_the_check_says_so(pack):
    file = pack / "levers.toml"
    rows = file.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text("".join(row for row in rows if not row.startswith("listing_award")), encoding="utf-8")
    paths = load(pack).levers
    assert {paths.get("listing_award", year) for year in (2015, 2016, 2025)} == {LEVERS["listing_award"].record}
    (note,) = check(pack).notes
    assert "listing_award = 30" in note and "seed_fund" not in note
    assert Words("zh").said(note).startswith("levers.toml 里没有记录的杠杆按通常力度：listing_award = 30")


def test_what_a_record_lacks_is_noted(pack):
    text = (pack / "region.toml").read_text(encoding="utf-8")
    (pack / "region.toml").write_text(text.replace('otc_listed = "otc_2020"\n', ""), encoding="utf-8")
    assert [note for note in check(pack).notes if "usual level" not in note] == ["no record at the end for otc_listed"]
