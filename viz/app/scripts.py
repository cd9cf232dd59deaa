"""Scripts and fonts that pages ask for, of all that the package `solara-assets` brings.

    python -m yidu.viz.app.scripts        removes the others from this environment: 225 of 240 MB, with their source maps

The rest are libraries for widgets that no page has.
"""

from __future__ import annotations

import sys
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

ASKED_FOR = (
    "@widgetti/solara-vuetify-app@*/dist/main8.css",
    "@widgetti/solara-vuetify-app@*/dist/fonts.css",
    "@widgetti/solara-vuetify-app@*/dist/solara-vuetify-app8.min.js",
    "@widgetti/solara-vuetify-app@*/dist/*.woff2",
    "requirejs@*/require.js",
    "echarts@*/dist/echarts.js",
)
ALWAYS = ("*LICENSE*", "*NOTICE*")
"""What stays of these libraries without being asked for."""


def is_kept(name: str) -> bool:
    """Whether a file, by its path within the folder of scripts, is one that pages ask for or the licence of one."""
    if any(fnmatch(name, pattern) for pattern in ASKED_FOR):
        return True
    libraries = {pattern.split("@*")[0] for pattern in ASKED_FOR}
    return any(fnmatch(PurePosixPath(name).name, pattern) for pattern in ALWAYS) and any(name.startswith(f"{one}@") for one in libraries)


def prune(folder: Path) -> None:
    """Remove what no page asks for from a folder of scripts.

    Raises:
        RuntimeError: some of what pages ask for is not there, so that the list belongs to another version; nothing is removed then.
    """
    files = {path: path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    missing = [pattern for pattern in ASKED_FOR if not any(fnmatch(name, pattern) for name in files.values())]
    if missing:
        raise RuntimeError(f"{folder} has no {', '.join(missing)}")
    for path, name in files.items():
        if not is_kept(name):
            path.unlink()
    for path in sorted((path for path in folder.rglob("*") if path.is_dir()), reverse=True):
        if not any(path.iterdir()):
            path.rmdir()


if __name__ == "__main__":
    prune(Path(sys.prefix) / "share" / "solara" / "cdn")
