"""What a command prints is kept as sentences and tables, the same words and the same numbers."""

import pytest
from rich.console import Console

from yidu.viz.figures.palette import VERDICT
from yidu.viz.terminal import say, show, table
from yidu.viz.terminal.printed import Grid, Sentence, body, printed, sections, without

pytestmark = pytest.mark.fast


def show_two(out: Console) -> None:
    out.print("[bold]题目[/bold]")
    out.print("方案 [x]", markup=False)
    out.print()
    show(out, table("表一", [("指标", "fold"), ("数", "right")], [["入库", "[dim]1 ±2 [/dim]"], ["认定", "[green]能完成[/green]"]]))
    say(out, "怎样读", style="dim")
    out.print()
    say(out, "还有一句")
    say(out, "结论。", style="bold")
    say(out, "证据。")


def test_a_table_keeps_its_title_its_sides_and_what_is_no_more_than_chance() -> None:
    grid = next(one for one in printed(show_two) if isinstance(one, Grid))
    assert (grid.title, grid.heads, grid.right) == ("表一", ("指标", "数"), (False, True))
    assert [[cell.text for cell in row] for row in grid.rows] == [["入库", "1 ±2"], ["认定", "能完成"]]
    assert grid.rows[0][1].kind == "faint" and grid.rows[1][1].colour == VERDICT["能完成"]


def test_the_body_stands_between_what_was_asked_and_the_conclusion() -> None:
    shown = body(show_two, "结论。\n又一句。")
    assert [one.text if isinstance(one, Sentence) else one.title for one in shown] == ["表一", "怎样读", "还有一句"]


def test_a_column_can_be_left_to_a_picture() -> None:
    grid = next(one for one in without(body(show_two, "结论。"), "数") if isinstance(one, Grid))
    assert grid.heads == ("指标",) and [[cell.text for cell in row] for row in grid.rows] == [["入库"], ["认定"]]


def test_legends_stand_under_their_table() -> None:
    found = sections(body(show_two, "结论。"))
    assert [(None if grid is None else grid.title, [one.text for one in said]) for grid, said in found] == [
        ("表一", ["怎样读"]), (None, ["还有一句"]),
    ]  # fmt: skip


def test_what_is_printed_without_markup_is_kept_as_it_stands() -> None:
    assert "方案 [x]" in [one.text for one in printed(show_two) if isinstance(one, Sentence)]
