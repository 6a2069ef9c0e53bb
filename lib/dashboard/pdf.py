"""The client's letter as PDF, with fonts that hold every letter and space of both languages.

Imported only when a PDF is wanted: a session that makes none does not hold the library.
"""

from importlib.resources import files

from fpdf import FPDF
from fpdf.enums import TableBordersLayout
from fpdf.fonts import FontFace

from lib.dashboard.panels.letter import Letter, Section
from lib.dashboard.texts import say

FONT = "DejaVu"
INK, SOFT, ACCENT, LINE = (27, 38, 56), (81, 94, 117), (29, 79, 145), (200, 208, 220)
MARGIN, INDENT, WIDTHS = 20, 5, (88, 42, 40)  # millimetres


def write_pdf(letter: Letter) -> bytes:
    """Write a letter as PDF, in A4.

    Parameters
    ----------
    letter : Letter
        What it says, in one language, which the document bears as its own.

    Returns
    -------
    bytes
        The document.
    """
    pdf = FPDF(format="A4")
    for style, name in (("", "DejaVuSans"), ("B", "DejaVuSans-Bold")):
        pdf.add_font(FONT, style, str(files("lib.dashboard") / "fonts" / f"{name}.ttf"))
    pdf.set_lang(letter.language)
    pdf.set_title(letter.title)
    pdf.set_author(say(letter.language, "page.brand"))
    pdf.set_margin(MARGIN)
    pdf.set_top_margin(15)
    pdf.set_auto_page_break(True, margin=12)
    pdf.add_page()
    _write_head(pdf, letter)
    for section in letter.sections:
        _write_section(pdf, section, letter.headings)
    return bytes(pdf.output())


def _write_head(pdf: FPDF, letter: Letter) -> None:
    _write(pdf, say(letter.language, "page.brand"), 11, ACCENT, bold=True)
    pdf.ln(4)
    _write(pdf, letter.title, 18, INK, bold=True)
    _write(pdf, letter.about, 10, SOFT)


def _write_section(pdf: FPDF, section: Section, headings: tuple[str, str, str]) -> None:
    pdf.ln(4)
    _write(pdf, section.title, 13, ACCENT, bold=True)
    pdf.ln(1)
    for paragraph in section.paragraphs:
        _write(pdf, paragraph, 10, INK)
        pdf.ln(1)
    for point in section.points:
        _write_point(pdf, point)
    if section.rows:
        _write_rows(pdf, section.rows, headings)


def _write_point(pdf: FPDF, point: str) -> None:
    """Write a point whose lines all begin beside its bullet."""
    pdf.set_font(FONT, "", 10)
    pdf.set_text_color(*INK)
    pdf.cell(INDENT, 5.3, "•", align="CENTER")
    pdf.set_left_margin(MARGIN + INDENT)
    _write(pdf, point, 10, INK)
    pdf.set_left_margin(MARGIN)
    pdf.ln(1)


def _write_rows(
    pdf: FPDF, rows: tuple[tuple[str, str, str], ...], headings: tuple[str, str, str]
) -> None:
    pdf.set_font(FONT, "", 9)
    pdf.set_text_color(*INK)
    pdf.set_draw_color(*LINE)
    with pdf.table(
        col_widths=WIDTHS,
        text_align=("LEFT", "RIGHT", "LEFT"),
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        headings_style=FontFace(emphasis="BOLD", color=SOFT),
        line_height=5.4,
    ) as table:
        for cells in (headings, *rows):
            table.row(cells)


def _write(
    pdf: FPDF, words: str, size: int, colour: tuple[int, int, int], bold: bool = False
) -> None:
    pdf.set_font(FONT, "B" if bold else "", size)
    pdf.set_text_color(*colour)
    pdf.multi_cell(0, size * 0.53, words, align="LEFT", new_x="LMARGIN", new_y="NEXT")
