"""The scoring API: what goes over the wire, who answers, and who calls.

`wire` has the messages that both sides share and `api.ScoringApi` the calls; who calls the service
needs these two only. `endpoints` lists what the service answers, by the functions of `handlers`;
`http` holds what all requests have in common, `journal` what was answered, `settings` what the
environment says. ``service.py`` puts them together.
"""
