"""One function an endpoint, named as the endpoint is: resources and request in, answer out.

They know nothing of HTTP, settings or BentoML. `scores` are about a client whose features are
known or can be worked out, `clients` about the known clients one by one, `groups` about many of
them together.
"""
