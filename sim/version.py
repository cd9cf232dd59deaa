"""Which version of the product this is."""

from __future__ import annotations

import importlib.metadata
import tomllib
from pathlib import Path


def product_version() -> str:
    """Version of the product, as installed or as `pyproject.toml` says."""
    try:
        return importlib.metadata.version("yidu")
    except importlib.metadata.PackageNotFoundError:
        with (Path(__file__).resolve().parent.parent / "pyproject.toml").open("rb") as file:
            return str(tomllib.load(file)["project"]["version"])
