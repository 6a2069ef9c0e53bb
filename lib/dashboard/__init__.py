"""What the manager sees: one client's decision, its reasons, the client's data and a comparison.

Everything comes from the scoring API; this stage holds no data. The parts, from the inside out:

- `state`: what a page is about, as traitlets without widgets;
- `calls.Calls`: asks the API beside the page, and drops answers that arrive too late;
- `session.Session`: keeps the state filled by such calls;
- `panels`: one concept a file; a panel makes its widgets and marks once and follows the state,
  `widgets.Bind` keeps a choice in the state and in its widget equal;
- `texts`, `formats`, `words`, `markup`: all that is written, in French and in English;
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
