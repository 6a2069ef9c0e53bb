"""The client's letter on the page: prepared at a click, printed or saved as PDF."""

from base64 import b64encode
from datetime import date

from ipywidgets import HTML, Button, VBox

from lib.dashboard.errands import Errands
from lib.dashboard.fault_words import write_fault
from lib.dashboard.letter import Letter, Section, write_letter
from lib.dashboard.markup import element, table, text
from lib.dashboard.state import State
from lib.dashboard.texts import say
from lib.serving.api import ApiFault


class HandoutPanel:
    """A card that shows the letter as it will be printed; another client puts it away."""

    def __init__(self, state: State, errands: Errands) -> None:
        self._state, self._errands = state, errands
        self._open = False
        self.heading = HTML().add_class("card-heading")
        self.prepare = Button().add_class("handout-prepare").add_class("primary")
        self.actions = HTML().add_class("handout-actions")
        self.letter = HTML().add_class("handout-letter")
        self.widget = (
            VBox([self.heading, self.prepare, self.actions, self.letter])
            .add_class("card")
            .add_class("handout-card")
        )
        self.prepare.on_click(lambda _: self._show())
        state.observe(lambda _: self._put_away(), names="file")
        state.follow(self._write, "language")

    def _show(self) -> None:
        self._open = True
        self._write()

    def _put_away(self) -> None:
        self._open = False
        self._write()

    def _write(self) -> None:
        language = self._state.language
        self.heading.value = element("h2", text(say(language, "handout.title"))) + element(
            "p", text(say(language, "handout.intro"))
        )
        self.prepare.description = say(language, "handout.prepare")
        letter = write_letter(self._state, date.today()) if self._open else None
        self.prepare.layout.display = "none" if letter else ""
        self.letter.value = write_page(letter) if letter else ""
        if letter is None:
            self._errands.drop("pdf")
            self.actions.value = ""
        else:
            self._make_pdf(letter)

    def _make_pdf(self, letter: Letter) -> None:
        file = self._state.file
        name = f"client-{file.client_id}.pdf" if file else "client.pdf"
        self.actions.value = write_printing(letter) + write_wait(letter)

        def done(document: bytes) -> None:
            self.actions.value = write_printing(letter) + write_saving(document, name, letter)

        def failed(fault: ApiFault) -> None:
            self.actions.value = write_printing(letter) + write_fault(fault, letter.language)

        self._errands.run("pdf", lambda: make_pdf(letter), done, failed)


def make_pdf(letter: Letter) -> bytes:
    """Write a letter as PDF; the library is loaded by the first one."""
    from lib.dashboard.pdf import write_pdf

    return write_pdf(letter)


def write_printing(letter: Letter) -> str:
    """Write the button that prints: the style sheet leaves nothing on the paper but the letter."""
    return element(
        "button",
        text(say(letter.language, "handout.print")),
        type="button",
        onclick="window.print()",
        class_="handout-button",
    )


def write_wait(letter: Letter) -> str:
    """Write what stands in for the PDF until it is there."""
    words = say(letter.language, "handout.wait")
    return element("span", text(words), role="status", class_="handout-wait")


def write_saving(document: bytes, name: str, letter: Letter) -> str:
    """Write the link that saves the PDF, which it holds itself."""
    address = f"data:application/pdf;base64,{b64encode(document).decode()}"
    words = say(letter.language, "handout.pdf")
    return element("a", text(words), href=address, download=name, class_="handout-button")


def write_page(letter: Letter) -> str:
    """Write a letter as HTML."""
    return element(
        "article",
        element("p", text(say(letter.language, "page.brand")), class_="handout-brand"),
        element("h3", text(letter.title)),
        element("p", text(letter.about), class_="handout-about"),
        *(_write_section(section, letter.headings) for section in letter.sections),
        class_="handout-page",
        lang=letter.language,
    )


def _write_section(section: Section, headings: tuple[str, str]) -> str:
    points = "".join(element("li", text(point)) for point in section.points)
    return element(
        "section",
        element("h4", text(section.title)),
        *(element("p", text(paragraph)) for paragraph in section.paragraphs),
        element("ul", points) if points else "",
        table(section.title, headings, section.rows, class_="handout-data") if section.rows else "",
    )
