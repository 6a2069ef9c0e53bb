"""What else people call what the labels name: a search for one word finds the other.

One way only: who types “salaire” means income, but who types “revenus” does not mean a wage alone.
Words are in their plain form, in small letters and without accents.
"""

from lib.dashboard.texts import Language

# By language: the word typed, and words that labels have in its place.
SYNONYMS: dict[Language, dict[str, tuple[str, ...]]] = {
    "fr": {
        "salaire": ("revenu",),
        "paie": ("revenu",),
        "remuneration": ("revenu",),
        "mensualite": ("echeance",),
        "traite": ("echeance",),
        "annuite": ("echeance",),
        "emprunt": ("credit", "pret"),
        "impaye": ("retard",),
        "endettement": ("dette", "devez"),
        "metier": ("profession", "emploi"),
        "travail": ("emploi", "profession"),
        "boulot": ("emploi", "profession"),
        "patron": ("employeur",),
        "diplome": ("etudes",),
        "auto": ("voiture",),
        "vehicule": ("voiture",),
        "mobile": ("telephone",),
        "domicile": ("logement", "habitez"),
        "loyer": ("logement",),
    },
    "en": {
        "salary": ("income",),
        "wage": ("income",),
        "earnings": ("income",),
        "repayment": ("instalment",),
        "annuity": ("instalment",),
        "borrow": ("credit", "loan"),
        "arrears": ("late", "overdue"),
        "liabilities": ("debt", "owe"),
        "job": ("employ", "work", "occupation"),
        "profession": ("occupation",),
        "boss": ("employ",),
        "degree": ("education",),
        "vehicle": ("car",),
        "mobile": ("phone",),
        "rent": ("housing", "home"),
    },
}
# From so many letters on the beginning of a word means the word: it is searched while it is typed.
SHORTEST_BEGINNING = 4


def find_synonyms(word: str, language: Language) -> list[str]:
    """Give a word as it was typed, in plain form, and what labels may have in its place.

    Examples
    --------
    >>> find_synonyms("salai", "fr"), find_synonyms("salaires", "fr"), find_synonyms("age", "fr")
    (['salai', 'revenu'], ['salaires', 'revenu'], ['age'])
    """
    found = [word]
    for typed, meant in SYNONYMS[language].items():
        is_begun = len(word) >= SHORTEST_BEGINNING and typed.startswith(word)
        if is_begun or word in (typed, f"{typed}s"):
            found += [one for one in meant if one not in found]
    return found
