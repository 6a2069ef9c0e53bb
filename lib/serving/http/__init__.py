"""Everything about HTTP that is not particular to one endpoint.

`answers` reads bodies and gives every error one shape, `guard` refuses what no endpoint has to
read, `keys` says who calls and what the caller may ask for, `documentation` is the page at ``/``.
"""
