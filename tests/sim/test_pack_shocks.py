"""Sectors with a demand of their own and giants that leave: what a pack may say of them."""

import shutil
from pathlib import Path

import pytest

from yidu.sim.errors import InputError
from yidu.sim.packfiles import pack_files, read_environment, read_settings
from yidu.sim.region import REGIONS

pytestmark = pytest.mark.fast

SECTORS = "sector_sd = 0.05\n"
GIANT = 'id = "hikvision"\n'


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = tmp_path / "copy"
    folder.mkdir()
    for file in ("region.toml", "environment.toml"):
        shutil.copy(REGIONS / "dadukou" / file, folder)
    return folder


def put(pack: Path, file: str, after: str, line: str) -> None:
    text = (pack / file).read_text(encoding="utf-8")
    assert text.count(after) == 1
    (pack / file).write_text(text.replace(after, after + line + "\n"), encoding="utf-8")


def test_a_slump_of_one_sector_and_a_giant_that_leaves_are_read(pack: Path) -> None:
    put(pack, "environment.toml", SECTORS, "sectors = { health = { 2022 = -0.1, 2024 = 0.0 } }")
    put(pack, "region.toml", GIANT, "leaves = 2023")
    settings = read_settings(pack_files(pack))
    assert {giant.id: giant.leaves for giant in settings.giants if giant.leaves} == {"hikvision": 2023}
    assert read_environment(pack_files(pack), settings).fields["sector_demand"].sectors == {"health": {2022: -0.1, 2024: 0.0}}


@pytest.mark.parametrize(
    "line, said",
    [
        ("sectors = { helth = { 2022 = -0.1 } }", "Did you mean 'health'"),
        ("sectors = { health = { 2040 = -0.1 } }", "2040"),
        ("sectors = { health = { 2014 = -0.1 } }", "expected 2015 to 2035"),
        ("sectors = { health = {} }", "no year"),
    ],
)
def test_a_wrong_sector_is_a_sentence(pack: Path, line: str, said: str) -> None:
    put(pack, "environment.toml", SECTORS, line)
    with pytest.raises(InputError) as caught:
        read_environment(pack_files(pack), read_settings(pack_files(pack)))
    assert said in str(caught.value) and "environment.toml" in str(caught.value) and "\n" not in str(caught.value)


def test_only_demand_can_differ_by_sector(pack: Path) -> None:
    put(pack, "environment.toml", 'group = "city_pull"\n', "sectors = { health = { 2022 = 0.1 } }")
    with pytest.raises(InputError, match="city_pull has sectors, and only sector_demand"):
        read_environment(pack_files(pack), read_settings(pack_files(pack)))


@pytest.mark.parametrize("year", [2017, 2015, 2036, 1])
def test_a_giant_leaves_after_it_came_or_never(pack: Path, year: int) -> None:
    put(pack, "region.toml", GIANT, f"leaves = {year}")
    with pytest.raises(InputError, match="expected 0 .*a year after 2017"):
        read_settings(pack_files(pack))


def test_a_giant_that_never_leaves_says_0(pack: Path) -> None:
    put(pack, "region.toml", GIANT, "leaves = 0")
    assert not any(giant.leaves for giant in read_settings(pack_files(pack)).giants)
