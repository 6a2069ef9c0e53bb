"""The groups that a client is compared with, by name."""

from lib.dashboard.texts import text_id

GROUP_NAMES = {
    "all": text_id("comparison.all"),
    "granted": text_id("comparison.granted"),
    "refused": text_id("comparison.refused"),
    "similar": text_id("comparison.similar"),
    "filters": text_id("comparison.filters"),
}
