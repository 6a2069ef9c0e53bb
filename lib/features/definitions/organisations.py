"""How the sectors of employers are written."""

from lib.features.description import Text

# Sectors that the lender numbers without saying what the numbers mean: they are its own codes.
NUMBERED = {
    "Business Entity Type {}": (3, Text("Entreprise (notre code {})", "Company (our code {})")),
    "Industry: type {}": (13, Text("Industrie (notre code {})", "Industry (our code {})")),
    "Trade: type {}": (7, Text("Commerce (notre code {})", "Trade (our code {})")),
    "Transport: type {}": (4, Text("Transport (notre code {})", "Transport (our code {})")),
}

NAMED = {
    "Advertising": Text("Publicité", "Advertising"),
    "Agriculture": Text("Agriculture", "Agriculture"),
    "Bank": Text("Banque", "Banking"),
    "Cleaning": Text("Nettoyage", "Cleaning"),
    "Construction": Text("Construction", "Construction"),
    "Culture": Text("Culture", "Culture"),
    "Electricity": Text("Électricité", "Electricity"),
    "Emergency": Text("Secours", "Emergency services"),
    "Government": Text("Administration", "Government"),
    "Hotel": Text("Hôtellerie", "Hotels"),
    "Housing": Text("Logement", "Housing"),
    "Insurance": Text("Assurance", "Insurance"),
    "Kindergarten": Text("École maternelle", "Nursery school"),
    "Legal Services": Text("Services juridiques", "Legal services"),
    "Medicine": Text("Santé", "Health care"),
    "Military": Text("Armée", "Armed forces"),
    "Mobile": Text("Téléphonie mobile", "Mobile telephony"),
    "Other": Text("Autre", "Other"),
    "Police": Text("Police", "Police"),
    "Postal": Text("Poste", "Postal services"),
    "Realtor": Text("Immobilier", "Real estate"),
    "Religion": Text("Culte", "Religious organisation"),
    "Restaurant": Text("Restauration", "Restaurants"),
    "School": Text("Enseignement", "School"),
    "Security": Text("Sécurité privée", "Private security"),
    "Security Ministries": Text("Ministères de la sécurité", "Security ministries"),
    "Self-employed": Text("À son compte", "Self-employed"),
    "Services": Text("Services", "Services"),
    "Telecom": Text("Télécommunications", "Telecommunications"),
    "University": Text("Université", "University"),
}


def all_organisations() -> dict[str, Text]:
    """Give the sectors that have a name and those that have a number."""
    numbered = {
        name.format(number): Text(text.fr.format(number), text.en.format(number))
        for name, (count, text) in NUMBERED.items()
        for number in range(1, count + 1)
    }
    return NAMED | numbered


ORGANISATIONS = all_organisations()
