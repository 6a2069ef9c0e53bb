"""A client's own number decides whether it is set aside."""

import numpy as np
import pytest

from lib.scoring.split import draws


def test_the_draws_are_even_and_never_change():
    drawn = draws(range(100_000, 200_000))
    assert drawn.min() >= 0
    assert drawn.max() < 1
    assert np.histogram(drawn, 10, (0, 1))[0] == pytest.approx(np.full(10, 10_000), rel=0.04)
    assert draws([100_002])[0] == 0.5711820815935775
