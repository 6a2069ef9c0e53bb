"""What the manager sees: one client's decision, its reasons, the client's data and a comparison.

Everything comes from the scoring API; this stage holds no data. The parts, from the inside out:

- `state.State`: what the page is about, as traitlets without widgets;
- `session.Session`: keeps the state filled from the API, drops answers that arrive too late;
- `panels`: one panel a file, each follows the state and makes its marks once;
- `texts`, `formats`, `words`: all that is written, in French and in English;
- `tools.Tools`: what is done with a client beyond reading: simulate, record, hand over, score anew;
- `portfolio`: the page on all clients together, for the head of the team;
- `page.Page`: puts the manager's page together; the notebook in `dashboards/` shows it.

To add a text, give it an id and say it where it is shown: ``say(language, "handout.title")``.
Write the id out: where it depends on a value, mark each with ``text_id("...")`` in a table, and
where the wording depends on a number use ``say_count``. Then let Babel put it into both catalogues
and write its words there, in French and in English; the tests name what is missing or unused::

    KEYS="--no-default-keywords -k say:2 -k say_count:2,3 -k text_id"
    pybabel extract $KEYS --no-location --sort-output --no-wrap -o texts.pot lib/dashboard
    pybabel update -D dashboard -d lib/dashboard/locale -i texts.pot -N --ignore-obsolete --no-wrap

The catalogues are sorted by id, so that what two people add rarely meets. Labels of features are
not here: they come from the API, in both languages.
"""

from lib.dashboard.page import Page

__all__ = ["Page"]
