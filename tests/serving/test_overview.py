"""What is usual of every feature goes over the wire with a comparison that asks for it."""

import pytest

from lib.portfolio import Group as KnownGroup
from lib.serving.handlers.groups import compare, group_conditions
from lib.serving.resources import Resources
from lib.serving.wire import CompareRequest, Comparison, Group


def test_it_is_there_only_where_it_is_asked_for(resources: Resources) -> None:
    request = CompareRequest(feature="decision")
    assert compare(resources, request).overview is None
    assert compare(resources, request.model_copy(update={"overview": True})).overview


@pytest.mark.parametrize("kind", ["all", "granted", "refused"])
def test_it_is_of_the_group_and_survives_the_wire(resources: Resources, kind: str) -> None:
    group = Group(kind=kind)
    told = compare(resources, CompareRequest(feature="decision", group=group, overview=True))
    read = Comparison.model_validate_json(told.model_dump_json())
    known = resources.portfolio.overview(KnownGroup(group_conditions(group)))
    assert read.overview.keys() == known.keys()
    for name, usual in known.items():
        quantiles = read.overview[name].quantiles
        assert (quantiles and list(quantiles.values())) == (
            usual.quantiles and list(usual.quantiles.values())
        )
        assert read.overview[name].shares == usual.shares
