"""What people have written is theirs: kept over every build, and never half-read."""

import tomllib
from pathlib import Path

import pytest

from lib.decision import InvalidInput
from lib.dossier.answers import read_answers, write_template
from lib.dossier.items import questions
from lib.features.description import Text

NAMES = [question.name for _, question in questions()]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "answers.toml"
    assert write_template(questions(), path)
    return path


def test_the_template_asks_every_question_and_answers_none(file: Path) -> None:
    assert list(tomllib.loads(file.read_text())) == NAMES
    assert set(read_answers(file, NAMES).values()) == {Text("", "")}


def test_what_is_written_stays(file: Path) -> None:
    written = '[provider]\nfr = "Le prêteur"\nen = """\nThe lender\n\nof Paris\n"""\n'
    file.write_text(written)
    assert not write_template(questions(), file)
    assert file.read_text() == written
    assert read_answers(file, NAMES) == {"provider": Text("Le prêteur", "The lender\n\nof Paris")}


def test_one_language_is_enough_for_a_start(file: Path) -> None:
    file.write_text('[provider]\nen = "The lender"\n')
    assert read_answers(file, NAMES) == {"provider": Text("", "The lender")}


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("[provider\n", "it is TOML"),
        ('[providr]\nfr = "x"\n', "[providr]: it answers a question of the dossier"),
        ('provider = "x"\n', "provider: an answer has `fr` and `en`"),
        ("[provider]\nfr = 3\n", "provider.fr: an answer has `fr` and `en`"),
        ('[provider]\nde = "x"\n', "provider.de: an answer has `fr` and `en`"),
    ],
)
def test_what_makes_no_sense_is_named(file: Path, written: str, words: str) -> None:
    file.write_text(written)
    with pytest.raises(InvalidInput) as refused:
        read_answers(file, NAMES)
    assert words in str(refused.value)
