"""The dossier: what the law asks to be told of a scorer, from what is known of it.

`items` lists what is asked, by article, and says which `facts` answer it or what a person has to
answer; `law` names the acts, `recorded` reads journal and monitoring, `answers` what people have
written. `page` puts it together, in French and in English.
"""

from lib.dossier.answers import read_answers
from lib.dossier.facts import Evidence
from lib.dossier.page import dossier_page, write_dossier

__all__ = ["Evidence", "dossier_page", "read_answers", "write_dossier"]
