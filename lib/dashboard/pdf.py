"""The client's letter as PDF, with fonts that hold every letter and space of both languages.

Imported only when a PDF is wanted: a session that makes none does not hold the library.
"""

from importlib.resources import files
from re import sub

from fpdf import FPDF
from fpdf.enums import TableBordersLayout
from fpdf.fonts import FontFace

from lib.dashboard.panels.letter import Letter, Section
from lib.dashboard.texts import say

FONT = "DejaVu"
INK, SOFT, ACCENT, LINE = (27, 38, 56), (81, 94, 117), (29, 79, 145), (200, 208, 220)
# Millimetres: the usual letter fits one page.
MARGIN, INDENT, WIDTHS = 17, 5, (100, 32, 44)
BODY, SMALL = 9, 8  # points
LINE_HEIGHT = 0.47  # millimetres a point
# Nothing of a section but its heading at the foot of a page, millimetres.
LEAST_OF_A_SECTION = 22


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
    pdf.set_top_margin(11)
    pdf.set_auto_page_break(True, margin=8)
    pdf.add_page()
    _write_head(pdf, letter)
    for section in letter.sections:
        _write_section(pdf, section, letter.headings)
    return bytes(pdf.output())


def _write_head(pdf: FPDF, letter: Letter) -> None:
    _write(pdf, say(letter.language, "page.brand"), 11, ACCENT, bold=True)
    pdf.ln(2)
    _write(pdf, letter.title, 17, INK, bold=True)
    _write(pdf, letter.about, BODY, SOFT)


def _write_section(pdf: FPDF, section: Section, headings: tuple[str, str, str]) -> None:
    if pdf.will_page_break(LEAST_OF_A_SECTION):
        pdf.add_page()
    pdf.ln(3)
    _write(pdf, section.title, 12, ACCENT, bold=True)
    pdf.ln(0.8)
    for paragraph in section.paragraphs:
        _write(pdf, paragraph, BODY, INK)
        pdf.ln(0.8)
    for point in section.points:
        _write_point(pdf, point)
    if section.rows:
        _write_rows(pdf, section.rows, headings)


def _write_point(pdf: FPDF, point: str) -> None:
    """Write a point whose lines all begin beside its bullet."""
    pdf.set_font(FONT, "", BODY)
    pdf.set_text_color(*INK)
    pdf.cell(INDENT, BODY * LINE_HEIGHT, "•", align="CENTER")
    pdf.set_left_margin(MARGIN + INDENT)
    _write(pdf, point, BODY, INK)
    pdf.set_left_margin(MARGIN)
    pdf.ln(0.8)


def _write_rows(
    pdf: FPDF, rows: tuple[tuple[str, str, str], ...], headings: tuple[str, str, str]
) -> None:
    pdf.set_font(FONT, "", SMALL)
    pdf.set_text_color(*INK)
    pdf.set_draw_color(*LINE)
    with pdf.table(
        col_widths=WIDTHS,
        text_align=("LEFT", "RIGHT", "LEFT"),
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        headings_style=FontFace(emphasis="BOLD", color=SOFT),
        line_height=4.3,
    ) as table:
        for cells in (headings, *rows):
            table.row(cells)


def _write(
    pdf: FPDF, words: str, size: int, colour: tuple[int, int, int], bold: bool = False
) -> None:
    pdf.set_font(FONT, "B" if bold else "", size)
    pdf.set_text_color(*colour)
    pdf.multi_cell(
        0, size * LINE_HEIGHT, keep_signs(words), align="LEFT", new_x="LMARGIN", new_y="NEXT"
    )


def keep_signs(words: str) -> str:
    """Bind the signs that French sets apart to their words, so that no line begins with one.

    Examples
    --------
    >>> keep_signs("gratuitement ; pour « vous »") == "gratuitement\u00a0; pour «\u00a0vous\u00a0»"
    True
    """
    return sub(r"(?<=«) | (?=[;:?!»])", "\u00a0", words)
