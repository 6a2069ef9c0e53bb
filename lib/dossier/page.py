"""The dossier as a page of one language: one file, nothing to load."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from lib.dossier.answers import NOT_WRITTEN, Answers, Question
from lib.dossier.facts import Evidence
from lib.dossier.items import CHAPTERS, ITEMS, Item
from lib.dossier.law import ACTS, READ
from lib.dossier.writing import LANGUAGES, Block, Language, Paragraph, Pen, Points, Table
from lib.scoring import card_page

HERE = Path(__file__).parent
# The model card and the report look the same.
STYLES = (Path(card_page.__file__).with_name("page.css"), HERE / "dossier.css")
KINDS: Mapping[type, str] = {Paragraph: "paragraph", Points: "points", Table: "table"}


@dataclass(frozen=True)
class Field:
    """A question as it stands in one language.

    Parameters
    ----------
    question : Question
    answer : tuple of str
        Its paragraphs; empty where nobody has written any.
    language : {"fr", "en"}
        Of the answer: the other one where it is written in that alone.
    """

    question: Question
    answer: tuple[str, ...]
    language: Language


def write_dossier(evidence: Evidence, answers: Answers, folder: Path) -> list[Path]:
    """Write the dossier in each language into a folder, and give the pages' paths."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = []
    for language in LANGUAGES:
        page = folder / f"dossier_{language}.html"
        page.write_text(dossier_page(evidence, answers, language), encoding="utf-8")
        pages.append(page)
    return pages


def dossier_page(evidence: Evidence, answers: Answers, language: Language) -> str:
    """Write the dossier in one language, as a page that needs no other file.

    Returns
    -------
    str
        HTML; every value is escaped.
    """
    pen = Pen(language)
    fields = {
        item.name: [_field(question, answers, pen) for question in item.asked]
        for item in ITEMS.values()
    }
    return (
        _environment()
        .get_template("dossier.html.j2")
        .render(
            pen=pen,
            evidence=evidence,
            chapters=CHAPTERS,
            items=ITEMS,
            acts=ACTS,
            read=READ,
            blocks={item.name: _blocks(item, evidence, pen) for item in ITEMS.values()},
            fields=fields,
            open_fields=[
                (item, field)
                for item in ITEMS.values()
                for field in fields[item.name]
                if not field.answer
            ],
            asked=sum(map(len, fields.values())),
            style=Markup("\n".join(path.read_text(encoding="utf-8") for path in STYLES)),  # noqa: S704 (our own)
        )
    )


def _blocks(item: Item, evidence: Evidence, pen: Pen) -> Sequence[tuple[str, Block]]:
    return [(KINDS[type(block)], block) for fact in item.told for block in fact(evidence, pen)]


def _field(question: Question, answers: Answers, pen: Pen) -> Field:
    written = answers.get(question.name, NOT_WRITTEN)
    own = pen.text(written)
    other: Language = "en" if pen.language == "fr" else "fr"
    words = own or Pen(other).text(written)
    paragraphs = tuple(part for part in words.split("\n\n") if part.strip())
    return Field(question, paragraphs, pen.language if own or not words else other)


def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
