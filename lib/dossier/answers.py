"""What only people can say: a file of answers, theirs to write, which no build ever changes."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from lib.decision import InvalidInput
from lib.dossier.writing import LANGUAGES
from lib.features.description import Text

NOT_WRITTEN = Text("", "")
HEAD = """\
# Answers for the dossier: what only a person can say. `make dossier` wrote this file once and only
# reads it from now on. Write between the quotes, in both languages; an empty line begins a new
# paragraph. What stays empty is a marked field of the dossier.
#
# Réponses au dossier : ce que seule une personne peut dire. `make dossier` a écrit ce fichier une
# fois et ne fait plus que le lire. Écrivez entre les guillemets, dans les deux langues ; une ligne
# vide commence un paragraphe. Ce qui reste vide est un champ marqué du dossier.
"""


@dataclass(frozen=True)
class Question:
    """What a person is asked.

    Parameters
    ----------
    name : str
        Of the answer in the file, in snake_case.
    words : Text
        What to write.
    """

    name: str
    words: Text


Answers = Mapping[str, Text]


def write_template(questions: Iterable[tuple[str, Question]], file: Path) -> bool:
    """Write the file of answers with its questions, unless there is one.

    Parameters
    ----------
    questions : iterable of (str, Question)
        Each with the place in the law that asks for it, in English.
    file : Path

    Returns
    -------
    bool
        Whether it was written.
    """
    if file.exists():
        return False
    parts = [
        f"# {place}\n# {question.words.en}\n# {question.words.fr}\n[{question.name}]\n"
        + "\n".join(f'{language} = """\n"""' for language in LANGUAGES)
        for place, question in questions
    ]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n\n".join([HEAD, *parts]) + "\n", encoding="utf-8")
    return True


def read_answers(file: Path, known: Iterable[str]) -> Answers:
    """Read what people have written; a question that the file does not have is not answered.

    Raises
    ------
    InvalidInput
        If the file is no such TOML, or answers what nobody asks.
    """
    try:
        written = tomllib.loads(file.read_text(encoding="utf-8"))
        answers = TypeAdapter(dict[str, Text]).validate_python(
            {name: _as_text(answer) for name, answer in written.items()}
        )
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidInput(str(file), f"it is TOML; {error}", "mend that line") from error
    except ValidationError as error:
        place = ".".join(map(str, error.errors()[0]["loc"]))
        raise InvalidInput(
            f"{file}, {place}",
            "an answer has `fr` and `en`, each between quotes",
            "write it as the others",
        ) from error
    unknown = sorted(set(answers) - set(known))
    if unknown:
        raise InvalidInput(
            f"{file}, [{unknown[0]}]",
            "it answers a question of the dossier",
            "correct the name; move the file away for one with all questions",
        )
    return answers


def _as_text(answer: object) -> object:
    """Take away what surrounds words; a language that is not there is not answered yet."""
    if not isinstance(answer, dict):
        return answer
    return {
        **dict.fromkeys(LANGUAGES, ""),
        **{key: one.strip() if isinstance(one, str) else one for key, one in answer.items()},
    }
