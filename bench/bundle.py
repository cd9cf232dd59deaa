"""One zip that installs Yidu on a machine without a network.

    make bundle        or python -m yidu.bench.bundle [linux_x86_64|win_amd64] [--to FOLDER]

It holds the wheel of this checkout, the wheels of everything that running needs, for Python 3.13, and a script that installs them. What
comes from a package index is checked against the hashes of requirements.txt, when it is fetched and again when it is installed.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from packaging.markers import Marker

ROOT = Path(__file__).resolve().parent.parent
PYTHON = "3.13"
BUILT_HERE = "solara-assets"
"""Published as a source only: built here, of the hash that is pinned."""

SYSTEMS: dict[str, tuple[Sequence[str], dict[str, str]]] = {
    "linux_x86_64": (
        [f"manylinux{which}_x86_64" for which in (*(f"_2_{minor}" for minor in range(28, 4, -1)), "2014", "2010", "1")],
        {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix", "platform_machine": "x86_64"},
    ),
    "win_amd64": (
        ["win_amd64"],
        {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt", "platform_machine": "AMD64"},
    ),
}  # fmt: skip
"""What wheels of a system are called, and what their markers see there."""

UNIX = """#!/bin/sh
# Installs Yidu into the folder yidu beside this file, or into the one that is named: sh install.sh [FOLDER]
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
to=${1:-$here/yidu}
python=${PYTHON:-python3.13}
"$python" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info[:2] != (3, 13))' || {
    echo "Yidu 需要 Python 3.13 及其 venv 模块；可用 PYTHON=/路径/python3.13 指定。" >&2
    echo "Yidu needs Python 3.13 with its venv module; name one with PYTHON=/path/to/python3.13." >&2
    exit 1
}
"$python" -m venv "$to"
pip="$to/bin/python -m pip --isolated --disable-pip-version-check install --quiet --no-index --no-deps"
$pip --require-hashes --find-links "$here/wheels" -r "$here/requirements.txt"
$pip "$here"/own/*.whl
"$to/bin/python" -m yidu.viz.app.scripts
echo "已安装 Installed: $to/bin/yidu"
"""

WINDOWS = """@echo off
rem Installs Yidu into the folder yidu beside this file, or into the one that is named: install.cmd [FOLDER]
setlocal
set "here=%~dp0"
set "to=%~1"
if not defined to set "to=%here%yidu"
if not defined PYTHON goto launcher
set PYTHON="%PYTHON:"=%"
goto install
:launcher
set PYTHON=py -3.13
:install
%PYTHON% -c "import sys; sys.exit(sys.version_info[:2] != (3, 13))"
if errorlevel 1 goto missing
%PYTHON% -m venv "%to%"
if errorlevel 1 exit /b 1
set "pip=-m pip --isolated --disable-pip-version-check install --quiet --no-index --no-deps"
"%to%\\Scripts\\python" %pip% --require-hashes --find-links "%here%wheels" -r "%here%requirements.txt"
if errorlevel 1 exit /b 1
"%to%\\Scripts\\python" %pip% --find-links "%here%own" solara-assets yidu
if errorlevel 1 exit /b 1
"%to%\\Scripts\\python" -m yidu.viz.app.scripts
if errorlevel 1 exit /b 1
echo 已安装 Installed: "%to%\\Scripts\\yidu"
exit /b 0
:missing
echo Yidu 需要 Python 3.13；可先 set PYTHON=C:\\路径\\python.exe 指定。 1>&2
echo Yidu needs Python 3.13: install it, or name one with set PYTHON=C:\\path\\to\\python.exe 1>&2
exit /b 1
"""
"""In the code page of Chinese Windows when written: `cmd` reads a script as its console shows text."""


def pinned(text: str) -> list[tuple[str, str, str]]:
    """Every package of a requirements file with hashes: name, its lines without the marker, and the marker ("" for none)."""
    found = []
    for block in re.split(r"\n(?=\S)", text.replace("\\\n", " ").strip()):
        head, *hashes = re.split(r"\s+(?=--hash)", block.strip())
        wanted, _, marker = (part.strip() for part in head.partition(";"))
        found.append((wanted.split("==")[0], " \\\n    ".join([wanted, *map(str.strip, hashes)]), marker))
    return found


def needed(text: str, system: str) -> dict[str, str]:
    """Lines of the packages that a system needs, by name."""
    there: dict[str, Any] = {
        **SYSTEMS[system][1], "python_version": PYTHON, "python_full_version": f"{PYTHON}.0", "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }  # fmt: skip
    return {name: lines for name, lines, marker in pinned(text) if not marker or Marker(marker).evaluate(there)}


def pip(*arguments: str | Path) -> None:
    """Run pip of this environment; what it says goes to standard error, and its failure ends the whole."""
    called = [sys.executable, "-m", "pip", "--disable-pip-version-check", *map(str, arguments)]
    subprocess.run(called, check=True, stdin=subprocess.DEVNULL, stdout=sys.stderr)


def wheel(to: Path) -> Path:
    """The wheel of this checkout, written into a folder.

    It is built of a copy: what an earlier build left here (build/lib) would be packed too, and two builds at once would meet.

    Raises:
        CalledProcessError: pip could not build it.
    """
    left_out = shutil.ignore_patterns(".*", "__pycache__", "build", "dist", "*.egg-info", "docs", "tests")
    with tempfile.TemporaryDirectory(prefix="yidu-wheel-") as name:
        copy = shutil.copytree(ROOT, Path(name) / "yidu", ignore=left_out)
        pip("wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", to, copy)
    return next(to.glob("yidu-*.whl"))


def bundle(system: str, to: Path) -> Path:
    """The zip for a system, written into a folder.

    Raises:
        CalledProcessError: pip could not fetch or build something.
    """
    lines = needed((ROOT / "requirements.txt").read_text(encoding="utf-8"), system)
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    to.mkdir(parents=True, exist_ok=True)
    file = to / f"yidu-{version}-{system}.zip"
    with tempfile.TemporaryDirectory(prefix="yidu-bundle-") as name:
        folder = Path(name)
        assets = folder / "assets.txt"
        assets.write_text(lines.pop(BUILT_HERE) + "\n", encoding="utf-8")
        wanted = folder / "requirements.txt"
        wanted.write_text("\n".join(lines.values()) + "\n", encoding="utf-8")
        platforms = [part for one in SYSTEMS[system][0] for part in ("--platform", one)]
        pip(
            "download", "--quiet", "--require-hashes", "--no-deps", "--only-binary=:all:", "--implementation", "cp",
            "--python-version", PYTHON, *platforms, "-d", folder / "wheels", "-r", wanted,
        )  # fmt: skip
        pip("wheel", "--quiet", "--no-deps", "--require-hashes", "-w", folder / "own", "-r", assets)
        wheel(folder / "own")
        windows = system.startswith("win")
        script = "install.cmd" if windows else "install.sh"
        (folder / script).write_bytes(WINDOWS.replace("\n", "\r\n").encode("gbk") if windows else UNIX.encode())
        (folder / script).chmod(0o755)
        assets.unlink()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as packed:  # wheels are packed already
            for path in sorted(path for path in folder.rglob("*") if path.is_file()):
                packed.write(path, Path(file.stem) / path.relative_to(folder))
    return file


def main() -> None:
    """Write the bundle and print where it is."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("system", nargs="?", default="linux_x86_64", choices=sorted(SYSTEMS))
    parser.add_argument("--to", type=Path, default=ROOT / "dist")
    asked = parser.parse_args()
    file = bundle(asked.system, asked.to)
    print(f"{file} ({file.stat().st_size / 1e6:.0f} MB)")


if __name__ == "__main__":
    main()
