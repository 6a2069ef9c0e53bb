"""What the manager sees: one client's decision, its reasons, the client's data and a comparison.

Everything comes from the scoring API; this stage holds no data. The parts, from the inside out:

- `state.State`: what the page is about, as traitlets without widgets;
- `session.Session`: keeps the state filled from the API, drops answers that arrive too late;
- `panels`: one panel a file, each follows the state and makes its marks once;
- `texts`, `formats`, `words`: all that is written, in French and in English;
- `page.Page`: puts them together; the notebook in `dashboards/` shows it.
"""

from lib.dashboard.page import Page

__all__ = ["Page"]
