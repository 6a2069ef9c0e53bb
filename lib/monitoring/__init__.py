"""Journal and outcomes → whether the scorer still fits, what it costs, and who overrides it.

`entries` reads what happened, `groups` to whom it happened; `watch` puts it together as the report
that the page, the notebook and the gauges show. `distributions`, `expected`, `realised` and
`oversight` are the figures: pure functions, each with its source. `levels` is the one table of what
is amber and what is red. `retraining` writes what a challenger learns from, `challenge` says what
it would change.
"""
