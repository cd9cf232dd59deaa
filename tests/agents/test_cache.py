"""Compiled code is taken only from where nobody else could have put it; and is called compiled only where it will be found."""

from __future__ import annotations

import os
import pickle
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

import pytest

from yidu.agents import cache, compiled
from yidu.agents.cache import find
from yidu.bench.browser import served
from yidu.viz.app.gate import READY

ROOT = Path(__file__).resolve().parents[2]
STRANGER, NOBODY_KNOWS = 65534, 54321
as_root = pytest.mark.skipif(not cache.HAS_OWNERS or os.geteuid() != 0, reason="only root can give folders to others")
with_owners = pytest.mark.skipif(not cache.HAS_OWNERS, reason="folders have no owner here")

ONE_RULE = """
from yidu.agents import compiled

@compiled.rule
def twice(x):
    return 2 * x

print(twice(21), compiled.CACHED.named_by)
"""
BECOMES = [
    "setpriv", "--reuid", f"{NOBODY_KNOWS}", "--regid", f"{NOBODY_KNOWS}", "--clear-groups", "--inh-caps=+dac_read_search",
    "--ambient-caps=+dac_read_search",
]  # fmt: skip
"""Before a command: it is run by a user whom the list of users does not know."""
DOCTOR = [sys.executable, str(ROOT / "yidu/command.py"), "doctor", "--lang", "en"]


def asked(*command: str, expects: int | None = 0, **variables: str | None) -> str:
    """What a process of its own prints, told these variables and not those that are None."""
    told = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "400", **variables}
    told = {name: value for name, value in told.items() if value is not None}
    done = subprocess.run(command, env=told, cwd="/", capture_output=True, text=True, timeout=600)
    assert expects is None or done.returncode == expects, done.stderr[-2000:]
    return done.stdout + done.stderr


@pytest.fixture
def tmp_path():
    """An empty folder that others can come to; pytest's own is hidden from them, so what lies in it is safe whatever its modes."""
    place = Path(tempfile.mkdtemp(prefix="test-of-yidu-"))
    place.chmod(0o755)
    yield place
    shutil.rmtree(place)


@pytest.fixture
def ways(tmp_path, monkeypatch):
    """Sets what names the folder, and says which folder that is then."""

    def way(named_by: str) -> Path:
        for variable in ("YIDU_CACHE", "XDG_CACHE_HOME"):
            monkeypatch.delenv(variable, raising=False)
        for name in ("home", "temporary"):
            (tmp_path / name).mkdir(exist_ok=True)
        monkeypatch.setenv("HOME", str(tmp_path / "home"))
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
        if named_by == "variable":
            monkeypatch.setenv("YIDU_CACHE", str(tmp_path / "own"))
        if named_by == "xdg":
            monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
        if named_by == "temporary":
            monkeypatch.setenv("YIDU_CACHE", os.devnull)
        user = os.geteuid() if cache.HAS_OWNERS else "user"
        return {
            "variable": tmp_path / "own" / "yidu", "xdg": tmp_path / "xdg" / "yidu", "home": tmp_path / "home" / ".cache" / "yidu",
            "temporary": tmp_path / "temporary" / f"yidu-{user}",
        }[named_by]  # fmt: skip

    return way


WAYS = ["variable", "xdg", "home", "temporary"]


def is_a_link(folder: Path) -> None:
    folder.rename(folder.with_name("elsewhere"))
    folder.symlink_to(folder.with_name("elsewhere"))


def is_anybodys(folder: Path) -> None:
    folder.chmod(0o777)


def is_a_groups(folder: Path) -> None:
    os.chown(folder, -1, STRANGER)
    folder.chmod(0o770)


def is_a_strangers(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        os.chown(path, STRANGER, STRANGER)


def lies_where_anybody_could_swap_it(folder: Path) -> None:
    folder.parent.chmod(0o777)


def lies_with_a_stranger(folder: Path) -> None:
    os.chown(folder.parent, STRANGER, STRANGER)


SPOILT = {
    is_a_link: "link", is_anybodys: "writable", is_a_groups: "writable", is_a_strangers: "owner",
    lies_where_anybody_could_swap_it: "writable", lies_with_a_stranger: "owner",
}  # fmt: skip


@with_owners
@pytest.mark.parametrize("named_by", WAYS)
def test_a_folder_of_ours_is_made_for_us_alone_and_found_again(ways, named_by):
    base = ways(named_by)
    found = find("rules")
    assert (found.folder, found.named_by) == (base / "rules", named_by)
    for folder in (base, base / "rules", base / "rules" / "numba"):
        assert folder.stat().st_mode & 0o777 == 0o700
    assert find("rules").folder == found.folder


@as_root
@pytest.mark.parametrize("spoil", SPOILT, ids=lambda spoil: spoil.__name__)
@pytest.mark.parametrize("named_by", WAYS)
@pytest.mark.parametrize("below", ["", "rules", "rules/numba"])
def test_a_folder_that_others_can_write_or_swap_is_passed_over_and_the_next_one_taken(ways, named_by, spoil, below):
    base = ways(named_by)
    before = find("rules")
    spoil(base / below)
    found = find("rules")
    assert found.folder != before.folder and found.named_by == ("fresh" if named_by == "temporary" else "temporary")
    assert found.passed_over[-1].why == SPOILT[spoil]
    assert find("rules").folder.stat().st_uid == os.geteuid()


@with_owners
def test_a_fresh_folder_is_not_the_same_twice_and_processes_started_from_here_share_it(ways, monkeypatch):
    ways("temporary")
    Path(tempfile.gettempdir()).chmod(0o777)
    first = find("rules")
    assert first.named_by == "fresh"
    assert os.environ["YIDU_CACHE"] == str(first.folder.parents[1])
    monkeypatch.setenv("YIDU_CACHE", os.devnull)
    assert find("rules").folder != first.folder


@as_root
def test_a_sticky_folder_above_will_do_as_will_a_link_of_ours_and_what_nobody_else_can_reach(ways, tmp_path):
    ways("variable").parent.mkdir()
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    os.environ["YIDU_CACHE"] = str(shared / "mine")
    assert find("rules").named_by == "variable"
    (tmp_path / "way").symlink_to(shared / "mine")
    os.environ["YIDU_CACHE"] = str(tmp_path / "way")
    assert find("rules").folder == shared / "mine" / "yidu" / "rules"
    shared.chmod(0o777)
    assert find("rules").named_by != "variable"
    tmp_path.chmod(0o700)
    assert find("rules").named_by == "variable"


@as_root
def test_a_link_that_a_stranger_set_on_the_way_is_not_followed(ways, tmp_path):
    ways("variable")
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    (shared / "own").symlink_to(tmp_path / "own")
    os.chown(shared / "own", STRANGER, STRANGER, follow_symlinks=False)
    os.environ["YIDU_CACHE"] = str(shared / "own")
    assert [one.why for one in find("rules").passed_over] == ["owner"]


def test_links_that_lead_round_in_a_circle_are_no_folder(ways, tmp_path):
    ways("variable")
    (tmp_path / "own").symlink_to(tmp_path / "round")
    (tmp_path / "round").symlink_to(tmp_path / "own")
    assert find("rules").named_by == "temporary"


class Planted:
    """What Numba would unpickle; it leaves a file."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __reduce__(self):
        return os.mkdir, (str(self.file),)


@as_root
@pytest.mark.parametrize("spoil", [None, is_a_link, is_anybodys, is_a_strangers, lies_with_a_stranger], ids=lambda s: s and s.__name__)
def test_code_that_was_planted_in_the_cache_is_not_run(tmp_path, spoil):
    script = tmp_path / "one_rule.py"
    script.write_text(ONE_RULE, encoding="utf-8")
    told = {"YIDU_CACHE": str(tmp_path / "own" / "above"), "XDG_CACHE_HOME": None, "TMPDIR": str(tmp_path)}
    (tmp_path / "own").mkdir()
    assert asked(sys.executable, str(script), **told) == "42 variable\n"
    indices = list((tmp_path / "own").rglob("*.nbi"))
    assert indices
    for index in indices:
        index.write_bytes(pickle.dumps(Planted(tmp_path / "has run")))
    if spoil is None:  # the plant is a real one
        asked(sys.executable, str(script), **told, expects=None)
        assert (tmp_path / "has run").exists()
        return
    spoil(tmp_path / "own" / "above" / "yidu")
    assert asked(sys.executable, str(script), **told) == "42 temporary\n"
    assert not (tmp_path / "has run").exists()


@as_root
def test_a_fresh_folder_goes_with_the_process(tmp_path):
    script = tmp_path / "one_rule.py"
    script.write_text(ONE_RULE, encoding="utf-8")
    (tmp_path / "all").mkdir()
    (tmp_path / "all").chmod(0o777)
    assert asked(sys.executable, str(script), YIDU_CACHE=str(tmp_path / "all"), TMPDIR=str(tmp_path / "all")) == "42 fresh\n"
    assert list((tmp_path / "all").iterdir()) == []


@pytest.fixture
def homeless(tmp_path):
    """A command of a user whom the list of users does not know, who may read what root may read, and has no HOME."""
    if not cache.HAS_OWNERS or os.geteuid() != 0 or not shutil.which("setpriv"):
        pytest.skip("needs root and setpriv")
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared").chmod(0o1777)

    def ask(*command: str, expects: int | None = 0, product: Path = ROOT) -> str:
        nothing = {"HOME": None, "YIDU_CACHE": None, "XDG_CACHE_HOME": None}
        return asked(*BECOMES, *command, expects=expects, TMPDIR=str(tmp_path / "shared"), PYTHONPATH=str(product), **nothing)

    return ask


def test_the_doctor_says_that_there_is_no_home_and_where_the_rules_are_kept_then(homeless, tmp_path):
    said = homeless(*DOCTOR, expects=None)
    assert "this user has no home folder" in said
    assert f"in the temporary folder, until that is emptied: {tmp_path}/shared/yidu-{NOBODY_KNOWS}/" in said
    assert "Everything is fine." in said


@pytest.mark.slow
@pytest.mark.usefixtures("homeless")
def test_without_a_home_the_app_answers(tmp_path):
    program = [*BECOMES, "env", "-u", "HOME", "-u", "XDG_CACHE_HOME", sys.executable, str(ROOT / "yidu/command.py")]
    with served(program=program, folder=tmp_path / "shared", YIDU_CACHE=str(tmp_path / "shared" / "own")) as (address, _):
        with urllib.request.urlopen(address + READY, timeout=60) as answer:
            assert answer.read().strip() == b"ok"


@as_root
@pytest.mark.parametrize("language, said", [("en", "others can write to {}"), ("zh", "别的用户可以写入 {}")])
def test_the_doctor_says_which_folder_others_can_write(tmp_path, language, said):
    (tmp_path / "yidu").mkdir()
    (tmp_path / "yidu").chmod(0o777)
    told = asked(*DOCTOR[:-1], language, expects=1, YIDU_CACHE=str(tmp_path), TMPDIR=str(tmp_path))
    assert said.format(tmp_path / "yidu") in told


# --- called compiled

SAYS = "import sys; from yidu.sim import ensemble; sys.argv[1:] and ensemble.note_compiled(); print(ensemble.already_compiled())"


@pytest.fixture(scope="module")
def checkouts(tmp_path_factory):
    """Two copies of the product with the same rules."""
    both = [tmp_path_factory.mktemp("checkout") / "yidu" for _ in range(2)]
    for copy in both:
        for folder in ("yidu", "agents", "sim", "calibration", "experiments", "viz", "bench"):
            shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    return both


def test_what_another_checkout_has_compiled_is_not_called_compiled_here(checkouts, tmp_path):
    def says(copy: Path, *noted: str) -> str:
        return asked(sys.executable, "-c", SAYS, *noted, YIDU_CACHE=str(tmp_path), PYTHONPATH=str(copy)).strip()

    one, other = checkouts
    assert says(one) == "False" and says(one, "noted") == "True"
    assert (says(one), says(other)) == ("True", "False")
    os.utime(one / "agents" / "luck.py")  # Numba looks at the time of a file, not at what it says
    assert says(one) == "False"


def test_what_another_python_numba_or_processor_has_compiled_is_not_called_compiled_here(monkeypatch):
    from yidu.sim import ensemble

    here = ensemble.mark()
    assert ensemble.mark() == here
    for owner, name in ((ensemble.sys.implementation, "cache_tag"), (ensemble.numba, "__version__")):
        with monkeypatch.context() as patched:
            patched.setattr(owner, name, "another")
            assert ensemble.mark() != here
    monkeypatch.setattr(ensemble, "get_host_cpu_name", lambda: "another")
    assert ensemble.mark() != here


def test_without_a_home_rules_are_compiled_and_their_checkout_is_then_called_so_and_no_other(homeless, checkouts, tmp_path):
    one, other = checkouts
    script = tmp_path / "one_rule.py"
    script.write_text(ONE_RULE, encoding="utf-8")

    def doctor(copy: Path) -> str:
        return homeless(sys.executable, str(copy / "yidu/command.py"), "doctor", "--lang", "en", expects=None, product=copy)

    assert "not compiled yet" in doctor(one)
    assert homeless(sys.executable, str(script), product=one) == "42 temporary\n"
    homeless(sys.executable, "-c", SAYS, "noted", product=one)  # as every command does after its first run
    assert "compiled, in" in doctor(one) and "not compiled yet" in doctor(other)


def test_the_file_of_the_cache_is_the_only_one_that_does_not_count_and_holds_no_rule():
    assert compiled.NOT_COMPILED == ("agents/cache.py",)
    left_out = {path for pattern in compiled.COMPILED_SOURCES for path in ROOT.glob(pattern)} - set(compiled.compiled_sources())
    assert left_out == {ROOT / "agents" / "cache.py"}
    assert "numba" not in vars(cache)
