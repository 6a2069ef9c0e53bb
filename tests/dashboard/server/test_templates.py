"""Templates are compiled once, whoever visits."""

from pathlib import Path

import pytest
from jinja2 import Environment

from lib.dashboard.server.templates import PageExporter


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the templates that were compiled."""
    names, compile_it = [], Environment.compile

    def note(self: Environment, source: str, name: str, *args: object) -> object:
        names.append(name)
        return compile_it(self, source, name, *args)

    monkeypatch.setattr(Environment, "compile", note)
    return names


def write(template: Path, visitor: str) -> str:
    """Write a page as one visit does, with an exporter of its own."""
    exporter = PageExporter(template_paths=[str(template.parent)])
    return exporter.environment.get_template(template.name).render(visitor=visitor)


def test_the_second_visit_compiles_nothing(tmp_path: Path, compiled: list[str]) -> None:
    template = tmp_path / "page.html.j2"
    template.write_text("Good day, {{ visitor }}")
    assert write(template, "Anna") == "Good day, Anna"
    assert compiled == ["page.html.j2"]
    assert write(template, "Bela") == "Good day, Bela"
    assert compiled == ["page.html.j2"]


def test_a_template_that_has_changed_is_compiled_again(tmp_path: Path, compiled: list[str]) -> None:
    template = tmp_path / "page.html.j2"
    for text in ("Good day", "Good night"):
        template.write_text(text)
        assert write(template, "Anna") == text
    assert compiled == 2 * ["page.html.j2"]
