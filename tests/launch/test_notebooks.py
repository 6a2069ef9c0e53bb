"""Notebooks stay thin, say in one line why they failed, and become pages for readers."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from playwright.sync_api import sync_playwright

from lib.decision import InvalidInput
from lib.launch.chain import Chain
from lib.launch.notebooks import execute, write_report

SVG = "<svg xmlns='http://www.w3.org/2000/svg' width='10' height='10'></svg>"
ARGUMENTS = ["--no-sandbox", "--headless", "--disable-quic", "--disable-background-networking"]


@pytest.mark.parametrize(
    "path", [*Path("notebooks").glob("*.ipynb"), *Path("dashboards").glob("*.ipynb")], ids=str
)
def test_a_notebook_defines_no_function_or_class(path: Path) -> None:
    for cell in json.loads(path.read_text())["cells"]:
        source = "".join(cell["source"])
        assert cell["cell_type"] != "code" or not re.search(r"^\s*(def|class) ", source, re.M)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (
            "from lib.decision import InvalidInput; raise InvalidInput('x', 'y', 'z')",
            "x: y; z; see",
        ),
        ("raise OSError(28, 'No space left on device', 'data')", "the disk has room for it; free"),
        ("1 / 0", "it failed with ZeroDivisionError: division by zero; read"),
    ],
    ids=["bad input", "full disk", "bug"],
)
def test_a_failed_cell_is_one_line(code: str, words: str, tmp_path: Path) -> None:
    notebook = write(tmp_path / "mine.ipynb", new_code_cell(code))
    with pytest.raises(InvalidInput, match=words) as failed:
        execute(notebook, tmp_path / "copy.ipynb", {})
    assert str(failed.value).startswith("mine.ipynb, cell 1: ")
    assert "\n" not in str(failed.value)
    assert (tmp_path / "copy.ipynb").is_file()


def test_a_notebook_that_the_system_ends_is_one_line(tmp_path: Path) -> None:
    killed = write(
        tmp_path / "killed.ipynb",
        new_code_cell("print('begun')"),
        new_code_cell("import os, signal; os.kill(os.getpid(), signal.SIGKILL)"),
    )
    copy = tmp_path / "copies" / "killed.ipynb"
    with pytest.raises(InvalidInput, match=r"killed\.ipynb: .* the system ended it"):
        execute(killed, copy, {})
    assert "begun" in copy.read_text()


def returned(**data: str) -> list:
    kinds = {"svg": "image/svg+xml", "plain": "text/plain", "html": "text/html"}
    kinds |= {"markdown": "text/markdown", "png": "image/png"}
    return [new_output("display_data", {kinds[name]: value for name, value in data.items()})]


def write(path: Path, *cells: nbformat.NotebookNode) -> Path:
    nbformat.write(new_notebook(cells=[new_markdown_cell("# 2. Choose"), *cells]), path)
    return path


@pytest.fixture
def page(tmp_path: Path) -> str:
    """A page of every kind of output."""
    printed = new_output("stream", name="stdout", text="trial 3 of 12")
    summary = new_code_cell("say()", outputs=returned(markdown="## In short", plain="<Markdown>"))
    summary.metadata["tags"] = ["summary"]
    hidden = new_markdown_cell("## Save")
    hidden.metadata["tags"] = ["not-in-report"]
    executed = write(
        tmp_path / "mine.ipynb",
        new_markdown_cell("## The threshold"),
        new_code_cell(
            "secret = 1", outputs=[printed, *returned(svg=SVG, plain="Cost & threshold")]
        ),
        new_code_cell("table", outputs=returned(html="<table id='t'></table>", plain="<Styler>")),
        new_code_cell("old", outputs=returned(png="AAAA", plain="<Figure size 8x4>")),
        summary,
        hidden,
    )
    return write_report(executed).read_text("utf-8")


def test_it_shows_words_figures_and_tables_but_no_code(page: str) -> None:
    assert "The threshold" in page
    assert "<table" in page
    assert page.count("<img") == 2
    assert "secret" not in page
    assert "trial 3" not in page
    assert "Save" not in page


def test_the_title_has_no_number_and_the_summary_follows_it(page: str) -> None:
    assert "<title>Choose</title>" in page
    headings = re.findall(r"<h\d[^>]*>([^<]*)<", page)
    assert headings == ["Choose", "In short", "The threshold"]


def test_what_a_figure_says_is_its_caption_and_stands_for_it(page: str) -> None:
    assert 'alt="Cost &amp; threshold"' in page
    assert "<figcaption>Cost &amp; threshold</figcaption>" in page
    # That of matplotlib only tells the size.
    assert page.count("<figcaption>") == 1


def test_the_page_may_go_elsewhere(tmp_path: Path) -> None:
    executed = write(tmp_path / "a.ipynb", new_code_cell("1", outputs=returned(plain="1")))
    assert write_report(executed) == tmp_path / "a.html"
    assert write_report(executed, tmp_path / "sent" / "b.html").is_file()


def test_a_notebook_that_is_missing_was_not_run_or_failed_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="it is an executed notebook"):
        write_report(tmp_path / "none.ipynb")
    with pytest.raises(InvalidInput, match="it was executed"):
        write_report(write(tmp_path / "new.ipynb", new_code_cell("1")))
    failed = new_output("error", ename="ValueError", evalue="no", traceback=[])
    with pytest.raises(InvalidInput, match="no cell failed"):
        write_report(write(tmp_path / "bad.ipynb", new_code_cell("1", outputs=[failed])))


class Asked(HTMLParser):
    """Keeps every address that a page asks for."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.addresses += [v or "" for name, v in attrs if name in ("src", "href", "srcset")]


@pytest.fixture(scope="module")
def committee(chain: Chain) -> Path:
    """The page that the chain leaves beside the executed notebook 02."""
    (run,) = chain.runs.iterdir()
    return run / "02_select_model.html"


def test_the_chains_report_asks_for_nothing_by_its_text(committee: Path) -> None:
    text = committee.read_text("utf-8")
    asked = Asked(text).addresses
    assert asked
    assert all(address.startswith("data:") for address in asked)
    assert not re.search(r"<script|<link|<iframe|@import|url\(\s*['\"]?(?!data:)", text)


def test_the_chains_report_asks_for_nothing_in_a_browser(committee: Path, chromium: str) -> None:
    asked: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1200, "height": 900})
        page.on("request", lambda request: asked.append(request.url))
        page.goto(committee.as_uri())
        pictures = page.locator("img").evaluate_all("all => all.map(one => one.naturalWidth)")
        too_wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        browser.close()
    assert [url for url in asked if not url.startswith("data:")] == [committee.as_uri()]
    assert len(pictures) >= 6
    assert all(width > 0 for width in pictures)
    assert not too_wide


@pytest.mark.parametrize(
    "words",
    [
        "In short",
        "Business cost per client",
        "Baseline: Logistic regression",
        "Granted, though defaulted",
        "Leaving them out costs",
        "Each dot is a test client",
        "Why expected",
    ],
)
def test_the_chains_report_has_what_a_committee_asks_for(committee: Path, words: str) -> None:
    assert words in committee.read_text("utf-8")
