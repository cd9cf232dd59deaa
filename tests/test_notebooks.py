"""The notebooks of the documents run from the first cell to the last, and are kept as a reader can use them."""

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.fast

nbformat = pytest.importorskip("nbformat")
nbclient = pytest.importorskip("nbclient")
pytest.importorskip("ipykernel")

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((ROOT / "docs").glob("*.ipynb"))
NAMES = [path.name for path in NOTEBOOKS]
LARGEST = 400_000  # bytes of a notebook with its outputs
OF_A_MACHINE = re.compile(r"/tmp/|/home/|/Users/|/root/|/work/|[A-Z]:\\\\")


def code_cells(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]


def read(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


def test_there_is_a_notebook_on_mesa() -> None:
    assert "mesa.ipynb" in NAMES


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=NAMES)
def test_a_notebook_runs_without_an_error(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    notebook = read(path)
    client = nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}})
    client.execute()
    assert [out for cell in code_cells(notebook) for out in cell.outputs if out.output_type == "error"] == []
    assert all(cell.execution_count for cell in code_cells(notebook))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=NAMES)
def test_a_notebook_is_kept_with_outputs_of_one_run_small_and_of_no_machine_in_particular(path: Path) -> None:
    text, notebook = path.read_text(encoding="utf-8"), read(path)
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3"
    assert [cell.execution_count for cell in code_cells(notebook)] == list(range(1, len(code_cells(notebook)) + 1))
    assert any(cell.outputs for cell in code_cells(notebook))
    assert not any(out.output_type == "error" for cell in code_cells(notebook) for out in cell.outputs)
    assert len(text.encode()) < LARGEST
    assert OF_A_MACHINE.search(text) is None
