"""What is read of HTML, Markdown and plain text: what a browser shows, in lines, its headings marked."""

import json
import subprocess
import sys

import pytest

from koprogo_app.core import markup


def lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def test_blocks_are_lines_and_headings_are_marked():
    page = "<html><body><h1>Loi</h1><p>Art. 1.\nUn <b>texte</b>.</p><ul><li>a</li><li>b</li></ul>x<br>y<h3>Suite</h3></body></html>"
    assert lines(markup.html(page)) == ["# Loi", "Art. 1. Un texte.", "a", "b", "x", "y", "### Suite"]


def test_cells_of_a_row_stand_apart():
    assert lines(markup.html("<table><tr><td>1</td><td>deux</td></tr><tr><th>3</th></tr></table>")) == ["1 deux", "3"]


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>alert('x')</script>",
        "<style>p{}</style>",
        "<!-- secret -->",
        "<p hidden>secret</p>",
        "<div style='display: none'><p>secret</p></div>",
        "<span style='visibility:hidden'>secret</span>",
        "<span style='font-size:0'>secret</span>",
        "<template>secret</template>",
        "<noscript>secret</noscript>",
        "<svg><text>secret</text></svg>",
        "<p hidden>secret",
    ],
)
def test_what_a_browser_does_not_show_is_not_read(hidden):
    assert lines(markup.html(f"<p>avant</p>{hidden}<p>après</p>")) == ["avant", "après"]


@pytest.mark.parametrize(
    "page",
    [
        "<head><title>t</title><body><p>Texte</p></body>",
        "<title>t</title><p>Texte",
        "<p>Texte</div></span></p></body>",
        "<p>Te<!-- x -->xte",
    ],
)
def test_careless_pages_are_read_as_browsers_do(page):
    assert lines(markup.html(page))[-1] == "Texte"


def test_entities_and_spaces_are_letters():
    assert markup.html("<p>d&eacute;c&#233;d&eacute;&nbsp;&amp; l&lt;b</p>").strip() == "décédé & l<b"


def test_markdown_keeps_its_headings_and_loses_its_signs():
    text = "Titre\n=====\n\n## Étape **une**\nVoyez [la loi](https://example.be/x) et `ceci`.\n<!-- caché -->\n- item"
    assert lines(markup.markdown(text)) == ["# Titre", "## Étape une", "Voyez la loi et ceci.", "- item"]


@pytest.mark.parametrize("text", ["a<!-- x --> b", "a<script>x</script> b", "a<STYLE>x</Style> b"])
def test_plain_text_loses_what_only_programs_read(text):
    assert markup.plain(text).split() in (["a", "b"], ["a", ">", "b"])


def test_marks_that_are_never_closed_are_gone_at_once():
    assert "<!--" not in markup.plain("<!--" * 200_000)
    assert markup.plain("avant <!-- après").split() == ["avant", "après"]


@pytest.mark.parametrize(
    ("content", "encoding"),
    [("Été à Liège", "utf-8"), ("Été à Liège", "utf-8-sig"), ("Été à Liège", "cp1252"), ("Été à Liège", "utf-16")],
)
def test_any_usual_encoding_is_read(content, encoding):
    assert markup.decoded(content.encode(encoding)) == content


def test_a_page_may_name_its_encoding():
    page = "<meta charset='iso-8859-15'><p>5 €</p>"
    assert markup.decoded(page.encode("iso-8859-15")) == page


@pytest.mark.parametrize("named", ["nonsense", "utf-16"])
def test_a_wrong_name_of_the_encoding_does_no_harm(named):
    page = f"<meta charset='{named}'><p>été</p>".encode("cp1252")
    assert "t" in markup.decoded(page)


def test_it_runs_alone_and_says_what_it_read(tmp_path):
    file = tmp_path / "page"
    file.write_bytes("<p>Été\x00\ud800</p>".encode("utf-8", "surrogatepass"))
    done = subprocess.run(
        [sys.executable, "-I", markup.__file__, str(file), "text/html", "100"], capture_output=True, check=True
    )
    assert json.loads(done.stdout.splitlines()[0]) == {"pages": None}
    assert "t" in json.loads(done.stdout.splitlines()[1])["text"]
    done = subprocess.run(
        [sys.executable, "-I", markup.__file__, str(file), "text/html", "2"], capture_output=True, check=True
    )
    assert json.loads(done.stdout.splitlines()[1]) == {"refused": "letters"}
