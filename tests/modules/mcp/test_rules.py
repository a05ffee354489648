from koprogo_app.modules.mcp.rules import paragraphs, table


def test_a_table_in_markdown_with_figures_to_the_right():
    assert table(("Lot", "Shares"), [("1A", "100"), ("1B", "90")], (1,)) == (
        "| Lot | Shares |\n| --- | ---: |\n| 1A | 100 |\n| 1B | 90 |"
    )


def test_a_cell_cannot_end_itself_or_its_line():
    assert table(("A",), [("x | y\n| z |",)]).splitlines()[2] == r"| x \| y \| z \| |"


def test_no_columns_no_table():
    assert table((), []) == ""


def test_paragraphs_leave_out_what_is_empty():
    assert paragraphs("a", "", "b") == "a\n\nb"
