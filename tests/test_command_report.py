"""`yidu report` as a presenter meets it."""

import io
import json
import shutil
import subprocess
from pathlib import Path

import jsonschema
import openpyxl
import pytest
from pptx import Presentation

from tests.asking import DIGEST, Yidu, done, refused
from tests.viz import report_made
from yidu.experiments.schemas import SCHEMAS


def test_one_computation_makes_all_files_and_agrees_with_assess(yidu: Yidu, tmp_path: Path) -> None:
    files = ["a.pptx", "b.docx", "c.XLSX", "d.html"]
    to = [part for file in files for part in ("--to", file)]
    said = done(yidu("report", "--runs", 6, "--no-measures", *to, "--json", "r.json"))
    assert "已写入 a.pptx、b.docx、c.XLSX、d.html" in said and len(DIGEST.findall(said)) == 1
    assert "yidu report status_quo plan" in said and "yidu explain status_quo" in said
    tree = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    jsonschema.validate(tree, json.loads((SCHEMAS / "report.json").read_text(encoding="utf-8")))
    done(yidu("assess", "--runs", 6, "--no-shares", "--json", "assess.json"))
    alone = json.loads((tmp_path / "assess.json").read_text(encoding="utf-8"))
    assert tree["assess"] == alone and tree["files"] == files and tree["measures"] is None
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted([*files, "r.json", "assess.json"])
    deck = Presentation(tmp_path / "a.pptx")
    assert alone["digest"] in deck.slides[0].notes_slide.notes_text_frame.text
    book = openpyxl.load_workbook(io.BytesIO((tmp_path / "c.XLSX").read_bytes()))
    column = [cell.value for cell in book["目标一览"]["L"]]
    assert all(row["probability"] in column for row in alone["targets"])


@pytest.mark.parametrize(
    "arguments, said",
    [
        (("--to", "a.odp"), "不认识的文件类型“.odp”"),
        ((), "请用 --to 给出要写的文件"),
        (("--to", "a.pptx", "--to", "./a.pptx"), "写了两次"),
        (("--to", "a.html", "--json", "a.html"), "写了两次"),
        (("--to", "nowhere/a.pptx"), "文件夹 nowhere 不存在"),
        (("status_quo", "plan", "credit_first", "talent_first", "austerity", "--to", "a.pptx"), "最多放 4 个方案"),
        (("plan", "plan", "--to", "a.pptx"), "写了两次"),
        (("--to", "a.pptx", "--environment", "mild"), "没有名为“mild”的环境"),
        (("no_such", "--to", "a.pptx"), "no_such"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_before_anything_is_run(
    yidu: Yidu, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    assert said in refused(yidu("report", *arguments))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("ending, least", [(".pptx", 40), (".docx", 10)])
def test_office_opens_the_deck_and_the_document(tmp_path: Path, ending: str, least: int) -> None:
    file = tmp_path / f"report{ending}"
    file.write_bytes(report_made.file(ending))
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(file)], check=True, capture_output=True,
        timeout=300,
    )  # fmt: skip
    pdf = (tmp_path / "report.pdf").read_bytes()
    assert pdf.startswith(b"%PDF") and pdf.count(b"/Type/Page\n") + pdf.count(b"/Type/Page/") >= least
