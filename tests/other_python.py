"""A second Python that can run the model: one that is named, or one built here."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VERSIONS = ("3.12", "3.13")
NAMED = "YIDU_OTHER_PYTHON"
"""Variable that names an interpreter with the packages in it."""

LOADED = """
import runpy, sys
sys.argv, sys.stdout = ["yidu", "assess", "--runs", "1", "--json", "-"], sys.stderr
try:
    runpy.run_path({file!r}, run_name="__main__")
except SystemExit:
    pass
print(*{{name.split(".")[0] for name in sys.modules}}, file=sys.__stdout__)
"""


def other_version() -> str | None:
    """Path of an interpreter of another version that the product runs on; None where none answers."""
    for version in VERSIONS:
        if version == f"{sys.version_info.major}.{sys.version_info.minor}" or not shutil.which(f"python{version}"):
            continue
        asked = [f"python{version}", "-c", "import ensurepip, venv, sys; print(sys.executable)"]  # a pyenv shim looks at the variable
        found = subprocess.run(asked, env={**os.environ, "PYENV_VERSION": version}, capture_output=True, text=True)
        if found.returncode == 0:
            return found.stdout.strip()
    return None


def needed() -> list[str]:
    """Requirements of the product that `yidu assess` loads: a tenth of what a whole environment takes."""
    program = LOADED.format(file=str(ROOT / "yidu/command.py"))
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    of_module = packages_distributions()
    loaded = {name.lower() for module in run.stdout.split() for name in of_module.get(module, ())}
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    return [one for one in wanted if re.split(r"[^\w.-]", one)[0].lower() in loaded]


def built(interpreter: str, folder: Path) -> Path:
    """The interpreter of a virtual environment made there with what the model needs, in the versions of constraints.txt."""
    subprocess.run([interpreter, "-m", "venv", str(folder)], check=True)
    python = folder / "bin" / "python"
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-c", str(ROOT / "constraints.txt")]
    subprocess.run([*install, *needed()], check=True, stdin=subprocess.DEVNULL, capture_output=True)
    return python
