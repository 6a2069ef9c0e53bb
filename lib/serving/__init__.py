"""The wire: what goes over it, who answers, and how errors are told.

Offers `messages` (the types that both sides share), `handlers` (request message → response
message, with a module beside it for each kind of question), `answers` (bytes → bytes, errors as
`Problem`), `guard` (key, content type, size), `settings`, `examples` and, for those who call the
service, `api.ScoringApi`. ``service.py`` puts them together. They are imported by name: a client
needs `messages` and `api` only.
"""
