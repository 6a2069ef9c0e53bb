"""Questions about the known clients, answered from one Parquet file."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial, wraps
from math import isnan
from pathlib import Path
from typing import Any, Concatenate, ParamSpec

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from lib.decision import InvalidInput
from lib.features.description import BANDS, CREDIT_AMOUNT
from lib.portfolio.ahead import (
    GROUPS,
    REFUSED,
    SAMPLE_AHEAD,
    Answers,
    answered,
    asked_ahead,
)
from lib.portfolio.alike import CLUSTER, Coordinate, Index
from lib.portfolio.comparison import (
    MOST_CATEGORIES,
    USUAL_QUANTILES,
    Axis,
    Counted,
    Density,
    Distribution,
    Numbers,
    Usual,
    categories_of,
    density_of,
    distribution_of_categories,
    distribution_of_numbers,
    edges_of,
    frequent,
    most_frequent,
    numbers_of,
    percentile_between,
    share_of_category,
    share_of_equals,
    usual_category,
    usual_number,
)
from lib.portfolio.counting import codes_of
from lib.portfolio.disclosure import (
    DRAWN,
    FEWEST_IN_A_GROUP,
    LOT,
    check_size,
    drawn_below,
    in_tens,
    left_out_by,
    quantiles_around,
)
from lib.portfolio.file import Answer, NotFound, PortfolioFile, ScoredBy, State
from lib.portfolio.groups import (
    EVERYBODY,
    Condition,
    Group,
    Kind,
    Row,
    band_column,
    is_number,
    quoted,
)
from lib.portfolio.keeping import kept
from lib.portfolio.likeness import Neighbours, Scale, distance_from, weightiest
from lib.portfolio.ranked import in_order
from lib.portfolio.risks import Clients, RiskCounts, Risks, finest_edges, risk_counts, risks_of
from lib.portfolio.rows import Rows, open_rows
from lib.portfolio.tables import OUTCOME, index_told

SCORE_COLUMNS = ("client_id", "default_probability", "decision", "review_notes")
OUTCOME_COLUMNS = (*SCORE_COLUMNS, "defaulted")

# Answers kept for the next who asks, as long as the file stays the same.
ROWS_KEPT = 64
PAGES_KEPT = 64
COUNTS_KEPT = 256
DISTRIBUTIONS_KEPT = 1024
DENSITIES_KEPT = 64
RISKS_KEPT = 128
OVERVIEWS_KEPT = 16
SAMPLES_KEPT = 8
# So many combinations of categories are counted at once, at most.
MOST_CELLS = 50_000
# Of so many clients the clusters are counted.
CLIENTS_COUNTED = 1_000_000
# So many values are read at once, where a group is described by all its features.
VALUES_AT_ONCE = 20_000_000

Parameters = ParamSpec("Parameters")


def from_one_file(
    method: Callable[Concatenate["Portfolio", Parameters], Answer],
) -> Callable[Concatenate["Portfolio", Parameters], Answer]:
    """Let a method of several queries answer from one file."""

    @wraps(method)
    def repeated(
        portfolio: "Portfolio", *args: Parameters.args, **kwargs: Parameters.kwargs
    ) -> Answer:
        return portfolio.file.read_as_one(partial(method, portfolio, *args, **kwargs))

    return repeated


@dataclass(frozen=True)
class Page:
    """One page of a list of clients, how many there are in all, and the counts of each facet."""

    total: int
    rows: list[Row]
    facets: dict[str, dict[str, int]]


class Portfolio:
    """The known clients.

    Each method raises `InvalidInput` if a column is unknown, a condition does not suit what it
    holds, or a group that it describes has fewer than 10 clients; `NotFound` if nobody has the
    client's number; and `PortfolioUnavailable` if the file is missing, cannot be read, or holds
    another scorer's scores.

    Parameters
    ----------
    path : Path
        File that `build_portfolio` has written. A file that replaces it is seen at once, and no
        answer mixes the two; it need not be there yet.
    scored_by : ScoredBy or None
        Whose scores the file has to hold; None takes anybody's.
    """

    def __init__(self, path: Path, scored_by: ScoredBy | None = None) -> None:
        self.file = PortfolioFile(path, scored_by)

    def state(self) -> State:
        """Give what is different for each file that is put at the path."""
        return self.file.state()

    def answers_ahead(self) -> Answers:
        """Give the answers that were made when the file was written."""
        return self.file.answers_ahead()

    @from_one_file
    def client(self, client_id: int) -> Row:
        """Give all columns of one client."""
        return dict(self._row(client_id))

    @from_one_file
    def values(self, client_id: int, features: Sequence[str]) -> Row:
        """Give some columns of one client: less to read than all, unless all are one row."""
        self.file.kinds_of(*features)
        if self._rows_beside() is None:
            return self._columns_of(client_id, quoted(*features))
        row = self._row(client_id)
        return {name: row[name] for name in features}

    # Whoever asks about a client asks again, about changes or those alike.
    @kept(ROWS_KEPT)
    def _row(self, client_id: int) -> Row:
        self.file.kinds()
        rows = self._rows_beside()
        if rows is None:
            return self._columns_of(client_id, self._all_columns())
        try:
            return _found(client_id, rows.of(client_id))
        except (pa.ArrowException, OSError) as error:
            raise self.file.unavailable("can be read", error) from error

    @kept(1)
    def _rows_beside(self) -> Rows | None:
        return open_rows(self.file.path)

    def _columns_of(self, client_id: int, columns: str) -> Row:
        rows = self.file.query(columns, EVERYBODY, "AND client_id = ?", [client_id]).to_pylist()
        return _found(client_id, rows[0] if rows else None)

    def _all_columns(self) -> str:
        """Write as SQL all columns of the file, and none that the tables have beside them."""
        return quoted(*self.file.kinds(), "defaulted")

    @from_one_file
    def search(
        self,
        conditions: Sequence[Condition] = (),
        *,
        sort: str = "client_id",
        descending: bool = False,
        page: int = 1,
        page_size: int = 20,
        features: Sequence[str] = (),
        facets: Sequence[str] = (),
    ) -> Page:
        """Give one page of the clients for whom all conditions hold.

        Parameters
        ----------
        conditions : sequence of Condition
            All of them must hold.
        sort : str
            Column to sort by; clients without a value come last, equal ones by their number.
        descending : bool
            Largest first.
        page, page_size : int
            Which page, from 1 on, and how many clients it has.
        features : sequence of str
            Columns given beside number, default probability and decision.
        facets : sequence of str
            Columns whose categories are counted over the clients for whom the conditions on other
            columns hold: at most 100 categories, the most frequent first, in tens; those with fewer
            than ten clients are left out.
        """
        self.file.kinds_of(sort, *features)
        group = Group(conditions)
        direction = "DESC" if descending else "ASC"
        rows = self._rows(
            group,
            tuple(dict.fromkeys([*SCORE_COLUMNS, *features])),
            f"{quoted(sort)} {direction} NULLS LAST, client_id",
            (page_size, (page - 1) * page_size),
        )
        total, counted = self._size_and_facets(group, list(dict.fromkeys(facets)))
        counts = {name: dict(counted[name]) for name in facets}
        return Page(total, [dict(row) for row in rows], counts)

    # Many managers ask about the same groups, and first of all about everybody.
    @kept(PAGES_KEPT)
    def _rows(
        self, group: Group, columns: tuple[str, ...], order: str, span: tuple[int, int]
    ) -> list[Row]:
        found = self.file.query(quoted(*columns), group, f"ORDER BY {order} LIMIT ? OFFSET ?", span)
        return found.to_pylist()

    def _size_and_facets(
        self, group: Group, facets: Sequence[str]
    ) -> tuple[int, dict[str, dict[str, int]]]:
        """Count the clients of a group, and the categories of each facet."""
        for name in facets:
            self._check_category("facet", name)
        size, counted, together = 0, {}, []
        for name in facets:
            among = _without(name, group)
            if among == group and group not in GROUPS:
                together.append(name)
            else:
                counted[name] = self._categories(name, among)
        for some in self._together(together):
            size, of_these = self._counted_together(some, group)
            counted |= of_these
        return size or self._size(group)[0], counted

    def _together(self, facets: Sequence[str]) -> list[tuple[str, ...]]:
        """Say which facets are counted at once, so that there are not too many cells."""
        parts: list[tuple[str, ...]] = [()]
        cells = 1
        for name in facets:
            categories = len(self._counted(name, EVERYBODY))
            if parts[-1] and cells * categories > MOST_CELLS:
                parts.append(())
                cells = 1
            parts[-1] = (*parts[-1], name)
            cells *= categories
        return [part for part in parts if part]

    @kept(COUNTS_KEPT)
    def _counted_together(
        self, facets: tuple[str, ...], group: Group
    ) -> tuple[int, dict[str, dict[str, int]]]:
        found = self.file.query(
            f"{quoted(*facets)}, count(*) AS clients, {LOT} AS lot",
            group,
            "GROUP BY ALL",
        )
        cells = found.to_pylist()
        return sum(cell["clients"] for cell in cells), {
            name: _frequent_in_tens((cell[name], cell["clients"], cell["lot"]) for cell in cells)
            for name in facets
        }

    @kept(COUNTS_KEPT)
    @asked_ahead
    def _categories(self, facet: str, group: Group) -> dict[str, int]:
        _, counted = self._counted_together((facet,), group)
        return counted[facet]

    @from_one_file
    def compare(
        self,
        feature: str,
        group: Group = EVERYBODY,
        *,
        bins: int = 20,
        value: float | str | None = None,
    ) -> Distribution:
        """Describe a group by one feature.

        Parameters
        ----------
        feature : str
            Column to describe.
        group : Group
            Who is described; everybody unless it says something else.
        bins : int
            Number of bins of a number.
        value : float, str or None
            Value of which is asked where it stands, and how many have it.
        """
        (kind,) = self.file.kinds_of(feature)
        lot = self._lot_of_some(group)
        if kind is Kind.CATEGORY:
            told = distribution_of_categories(self._counted(feature, group), lot)
            equals = share_of_category(value, told) if isinstance(value, str) else None
            return replace(told, equal_share=equals)
        if value is None or isinstance(value, str) or isnan(value):
            return distribution_of_numbers(self._numbers(feature, group), lot, bins)
        with ThreadPoolExecutor(1) as beside:
            # While DuckDB counts, NumPy sorts.
            asked = beside.submit(self._up_to, feature, group, float(value))
            numbers = self._numbers(feature, group)
            below, up_to = asked.result()
        told = distribution_of_numbers(numbers, lot, bins)
        equal, given = up_to - below, sum(numbers.clients)
        return replace(
            told,
            percentile=percentile_between(below, equal, given, lot),
            equal_share=share_of_equals(below, equal, given, lot),
        )

    @kept(DISTRIBUTIONS_KEPT)
    @asked_ahead
    def _counted(self, feature: str, group: Group) -> list[Counted]:
        found = self.file.query(
            f"{quoted(feature)} AS category, count(*) AS clients,"
            " count(*) FILTER (WHERE defaulted) AS defaulted,"
            " count(*) FILTER (WHERE NOT defaulted) AS repaid",
            group,
            "GROUP BY category ORDER BY category",
        )
        return [Counted(**row) for row in found.to_pylist()]

    @kept(DISTRIBUTIONS_KEPT)
    @asked_ahead
    def _numbers(self, feature: str, group: Group) -> Numbers:
        number = _value_column(feature, Kind.NUMBER)
        left_out = self.file.query(f"{number} AS v", self._without_part(group))["v"].to_numpy()
        read = self.file.read(f"{number}, {OUTCOME}", group)
        clients = ((numbers, outcomes) for numbers, outcomes in map(_as_arrays, read))
        return numbers_of(clients, left_out)

    def _without_part(self, group: Group) -> Group:
        """Give those of a group who have no part in what is told of it beside counts."""
        return Group(client_ids=self._left_out(group))

    @kept(COUNTS_KEPT)
    @asked_ahead
    def _left_out(self, group: Group) -> list[int]:
        _, lot = self._size(group)
        return self._draw(group, lot, left_out_by(lot), after=0)

    def _draw(self, group: Group, lot: int, count: int, *, after: int) -> list[int]:
        """Give the numbers of so many of a group as the lot draws them, after some others."""
        clients, _ = self._size(group)
        # A few of millions are found sooner than all are put in order.
        below = drawn_below(count + after, clients)
        found = self.file.query(
            "client_id",
            group,
            f"AND {DRAWN} <= ?::UBIGINT ORDER BY {DRAWN}, client_id LIMIT ? OFFSET ?",
            [lot, below, lot, count, after],
        )
        return found["client_id"].to_pylist()

    @kept(DISTRIBUTIONS_KEPT)
    def _up_to(self, feature: str, group: Group, value: float) -> tuple[int, int]:
        """Count those of a group below a value, and those below or at it."""
        number = _value_column(feature, Kind.NUMBER)
        found = self.file.query(
            f"count(*) FILTER ({number} < ?) AS below, count(*) AS up_to",
            group,
            f"AND {number} <= ? AND ({is_number(number)})",
            [value],
            column_values=[value],
        )
        return found["below"][0].as_py(), found["up_to"][0].as_py()

    def _lot_of_some(self, group: Group) -> int:
        """Give the lot of a group that may be described."""
        clients, lot = self._size(group)
        check_size(clients, lot)
        return lot

    @kept(COUNTS_KEPT)
    @asked_ahead
    def _size(self, group: Group) -> tuple[int, int]:
        """Count the clients of a group, and draw its lot."""
        found = self.file.query(f"count(*) AS clients, {LOT} AS lot", group)
        return found["clients"][0].as_py(), found["lot"][0].as_py() or 0

    @from_one_file
    def compare_two(
        self, x: str, y: str, group: Group = EVERYBODY, *, bins_a_side: int = 25
    ) -> Density:
        """Describe a group by two features together."""
        self.file.kinds_of(x, y)
        return self._density(x, y, group, bins_a_side)

    @kept(DENSITIES_KEPT)
    def _density(self, x: str, y: str, group: Group, bins_a_side: int) -> Density:
        lot = self._lot_of_some(group)
        x_axis, y_axis = (self._axis(name, group, bins_a_side) for name in (x, y))
        x_column, y_column = map(_value_column, (x, y), self.file.kinds_of(x, y))
        clients = self.file.read(f"{x_column} AS x, {y_column} AS y", group)
        return density_of(x_axis, y_axis, clients, lot)

    def _axis(self, feature: str, group: Group, parts: int) -> Axis:
        if self.file.kinds_of(feature) == [Kind.CATEGORY]:
            shown = frequent(self._counted(feature, group))[:parts]
            return Axis(None, categories_of(shown))
        return Axis(edges_of(self._numbers(feature, group), parts).tolist(), None)

    @from_one_file
    def overview(self, group: Group = EVERYBODY) -> dict[str, Usual]:
        """Say what is usual of each feature in a group."""
        self._lot_of_some(group)
        return self._overview(group)

    @kept(OVERVIEWS_KEPT)
    @asked_ahead
    def _overview(self, group: Group) -> dict[str, Usual]:
        return self._usual_of_all(list(self._described_features()), group)

    def _described_features(self) -> dict[str, Kind]:
        """Give the features, without scores."""
        kinds = self.file.kinds()
        return {name: kind for name, kind in kinds.items() if name not in SCORE_COLUMNS}

    def _usual_of_all(self, names: Sequence[str], group: Group) -> dict[str, Usual]:
        """Say what is usual of some features, of which several are read at once."""
        clients, lot = self._size(group)
        kinds = self.file.kinds()
        usual: dict[str, Usual] = {}
        left_out = list(self._left_out(group))
        without = "AND client_id NOT IN (SELECT unnest(?))"
        for part in _in_parts(names, max(VALUES_AT_ONCE // clients, 1)):
            columns = ", ".join(
                f"{_value_column(name, kinds[name])} AS {quoted(name)}" for name in part
            )
            found = self.file.query(columns, group, without, [left_out])
            usual |= {name: _usual_of(found[name], kinds[name], lot) for name in part}
        return usual

    @from_one_file
    def similar(
        self,
        client_id: int,
        weights: Mapping[str, float],
        conditions: Sequence[Condition] = (),
        *,
        count: int = 20,
        features: Sequence[str] = (),
        client: Mapping[str, object] | None = None,
    ) -> Neighbours:
        """Find the clients nearest to one, among those for whom all conditions hold.

        Parameters
        ----------
        client_id : int
            Who is not among them.
        weights : mapping of str to float
            Importance of each feature; ``lib.portfolio.likeness`` says how they are compared.
        conditions : sequence of Condition
            All of them must hold.
        count : int
            At most so many.
        features : sequence of str
            Columns given beside number, outcome, default probability and decision.
        client : mapping of str to float, str or None, optional
            The client's own values, as the columns hold them; where none are given, the file's.
        """
        self.file.kinds_of(*features)
        scales = self._scales(weights)
        if client is None:
            client = self._row(client_id)
        distance, values = distance_from(client, scales)
        group = Group(conditions)
        found = self.file.query(
            f"client_id, {distance} AS distance",
            group,
            "AND client_id <> ? ORDER BY distance, client_id LIMIT ?",
            [client_id, count],
            column_values=values,
            clusters=self._clusters_near(client, scales, group),
        )
        distances = _as_dict(found)
        columns = quoted(*dict.fromkeys([*OUTCOME_COLUMNS, *features]))
        nearest = self.file.query(columns, Group(client_ids=list(distances))).to_pylist()
        rows = {row["client_id"]: row for row in nearest}
        return Neighbours(
            [{**rows[number], "distance": distance} for number, distance in distances.items()],
            [scale.name for scale in scales],
        )

    def _clusters_near(
        self, client: Mapping[str, object], scales: Sequence[Scale], group: Group
    ) -> list[int]:
        """Give the clusters where those of a group most like a client are; none if all are read."""
        index = self._index()
        # By other weights others are alike.
        if index is None or index.scales != scales:
            return []
        return index.nearest(client, self._by_cluster(group))

    @kept(COUNTS_KEPT)
    def _by_cluster(self, group: Group) -> dict[int, int]:
        """Count the clients of a group by cluster; of millions, about."""
        clients, _ = self._size(EVERYBODY)
        # Every so many are enough to see where most are.
        step = max(clients // CLIENTS_COUNTED, 1)
        found = self.file.query(
            f"{quoted(CLUSTER)} AS cluster, count(*) * ?",
            group,
            "AND client_id % ? = 0 GROUP BY cluster",
            [step],
            column_values=[step],
        )
        return _as_dict(found)

    @kept(1)
    def _index(self) -> Index | None:
        return index_told(self.file.told_by_tables())

    def coordinates(self, weights: Mapping[str, float]) -> list[Coordinate]:
        """Say where clients lie by what drives the score, for an index of who is like whom."""
        return [self._coordinate(scale) for scale in self._scales(weights)]

    def _coordinate(self, scale: Scale) -> Coordinate:
        if scale.spread is None:
            counted = self._counted(scale.name, EVERYBODY)
            return Coordinate(scale, 0.0, categories_of(frequent(counted)))
        quantiles = self._numbers(scale.name, EVERYBODY).quantiles
        return Coordinate(scale, quantiles[0.5] if quantiles else 0.0, [])

    def _scales(self, weights: Mapping[str, float]) -> list[Scale]:
        kinds = self.file.kinds()
        names = weightiest(weights, list(kinds))
        scales = [
            Scale(
                name,
                weights[name],
                self._numbers(name, EVERYBODY).spread if kinds[name] is Kind.NUMBER else None,
            )
            for name in names
        ]
        # Where all clients have one value, nobody differs.
        return [scale for scale in scales if scale.spread != 0]

    @from_one_file
    def risks(
        self,
        group: Group = EVERYBODY,
        *,
        segment: str | None = None,
        threshold: float,
        bins: int = 60,
    ) -> Risks:
        """Count a group by default probability, with expected and known outcomes.

        Parameters
        ----------
        group : Group
            Who is counted; everybody unless it says something else.
        segment : str or None
            Column of categories, or of numbers in bands (`BANDS`), each of which is counted apart
            too.
        threshold : float
            One of the edges between bins.
        bins : int
            At most so many, and at least 2.
        """
        self._lot_of_some(group)
        counts = self._risk_counts(group, segment, threshold)
        return risks_of(counts, threshold, bins, is_everybody=group == EVERYBODY)

    @kept(RISKS_KEPT)
    @asked_ahead
    def _risk_counts(self, group: Group, segment: str | None, threshold: float) -> RiskCounts:
        amount = quoted(CREDIT_AMOUNT) if CREDIT_AMOUNT in self.file.kinds() else "NULL"
        columns = f"default_probability, {OUTCOME}, CAST({amount} AS DOUBLE)"
        lots = None
        if segment is not None:
            parting = self._parting_column(segment)
            columns, lots = f"{columns}, {parting}", self._lots_by(parting, group)
        probabilities = np.concatenate(
            [_as_arrays(some)[0] for some in self.file.read("default_probability", group)]
        )
        _, lot = self._size(group)
        return risk_counts(
            (_clients_of(some, lots or ()) for some in self.file.read(columns, group)),
            finest_edges(probabilities, threshold),
            lot,
            lots,
            with_amounts=group == EVERYBODY,
        )

    def _lots_by(self, parting: str, group: Group) -> dict[str, int]:
        """Draw the lot of each category that parts a group."""
        columns = f"{parting} AS category, {LOT}"
        return _as_dict(
            self.file.query(columns, group, "AND category IS NOT NULL GROUP BY category")
        )

    @from_one_file
    def sample(
        self, group: Group = EVERYBODY, *, columns: Sequence[str], count: int
    ) -> tuple[int, pa.Table]:
        """Give the size of a group, and columns of some of its clients, the same at each question.

        Parameters
        ----------
        group : Group
            Who is asked about.
        columns : sequence of str
            What is given of each client.
        count : int
            At most so many clients, drawn by lot; 10 to 19 clients never are, so that what is told
            of the others gives nobody away by whom the next group has beside them.
        """
        self.file.kinds_of(*columns)
        clients, _ = self._size(group)
        return clients, self._sample(group, count).select(list(columns))

    @kept(SAMPLES_KEPT)
    @asked_ahead
    def _sample(self, group: Group, count: int) -> pa.Table:
        _, lot = self._size(group)
        drawn = Group(client_ids=self._draw(group, lot, count, after=left_out_by(lot)))
        return _with_texts(self.file.query(self._all_columns(), drawn, "ORDER BY client_id"))

    def ask_ahead(
        self, threshold: float, features: Sequence[str] | None = None
    ) -> Iterator[tuple[str, bytes]]:
        """Answer what will be asked of everybody, those granted and those refused.

        Parameters
        ----------
        threshold : float
            By which risks are counted.
        features : sequence of str or None
            Which ones are described; None is all.

        Yields
        ------
        tuple of (str, bytes)
            As `lib.portfolio.ahead` keeps them.
        """
        for group in GROUPS:
            # Of too small a group nothing is told, however it is asked.
            if self._size(group)[0] >= FEWEST_IN_A_GROUP:
                yield from self._ask_ahead_of(group, threshold, features)

    def _ask_ahead_of(
        self, group: Group, threshold: float, features: Sequence[str] | None
    ) -> Iterator[tuple[str, bytes]]:
        kinds = self.file.kinds()
        numbers = [name for name, kind in kinds.items() if kind is Kind.NUMBER]
        categories = [name for name, kind in kinds.items() if kind is Kind.CATEGORY]
        bands = [name for name in numbers if name in BANDS]
        asked: list[tuple[Any, ...]] = [
            *((self._size, group), (self._left_out, group)),
            *((self._numbers, name, group) for name in numbers if _is_among(name, features)),
            *((self._counted, name, group) for name in categories),
            *((self._categories, name, group) for name in categories),
            *((self._risk_counts, group, name, threshold) for name in [None, *categories, *bands]),
        ]
        if group == REFUSED:
            asked.append((self._sample, group, SAMPLE_AHEAD))
        for method, *arguments in asked:
            yield answered(method, *arguments)
        if features is None:
            yield answered(self._overview, group, answer=self._overview_of_known(group))

    def _overview_of_known(self, group: Group) -> dict[str, Usual]:
        """Say what is usual of each feature, where all numbers are summed up already."""
        kinds = self._described_features()
        counted = [name for name in kinds if kinds[name] is Kind.CATEGORY]
        usual = self._usual_of_all(counted, group)
        without = self._given_without_part(group)
        _, lot = self._size(group)
        for name in kinds.keys() - usual.keys():
            numbers = self._numbers(name, group)
            given = sum(numbers.clients) - without[name]
            usual[name] = usual_number(numbers.quantiles, given, lot)
        return {name: usual[name] for name in kinds}

    def _given_without_part(self, group: Group) -> dict[str, int]:
        """Count the numbers of those of a group who have no part in what is usual of it."""
        kinds = self._described_features()
        numbers = [name for name, kind in kinds.items() if kind is Kind.NUMBER]
        columns = ", ".join(
            f"{_value_column(name, Kind.NUMBER)} AS {quoted(name)}" for name in numbers
        )
        found = self.file.query(columns, self._without_part(group))
        return {name: len(in_order(found[name].to_numpy())) for name in numbers}

    def _parting_column(self, segment: str) -> str:
        """Write as SQL what parts clients by a column of the file."""
        if segment in BANDS and self.file.kinds_of(segment) == [Kind.NUMBER]:
            return band_column(segment)
        self._check_category("segment", segment)
        return quoted(segment)

    def _check_category(self, role: str, column: str) -> None:
        if self.file.kinds_of(column) != [Kind.CATEGORY]:
            raise InvalidInput(
                f"{role} {column}", "it holds categories", "choose a feature that has categories"
            )


def _found(client_id: int, row: Row | None) -> Row:
    if row is None:
        raise NotFound(f"client {client_id}", "the portfolio holds the client", "check the number")
    return row


def _as_arrays(clients: pa.RecordBatch) -> list[npt.NDArray[Any]]:
    return [column.to_numpy(zero_copy_only=False) for column in clients.columns]


def _clients_of(read: pa.RecordBatch, categories: Iterable[str]) -> Clients:
    """Give clients by probability, outcome, amount and, where they have one, category."""
    numbers = _as_arrays(read.select(range(3)))
    parted = [codes_of(column, list(categories)) for column in read.columns[3:]]
    return Clients(*numbers, *parted)


def _with_texts(clients: pa.Table) -> pa.Table:
    """Give categories as texts: tables keep them as places among others."""
    texts = {
        name: column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column
        for name, column in zip(clients.column_names, clients.columns, strict=True)
    }
    return pa.table(texts)


def _value_column(name: str, kind: Kind) -> str:
    """Write as SQL a category as it is, a number as it is reckoned with."""
    return quoted(name) if kind is Kind.CATEGORY else f"CAST({quoted(name)} AS DOUBLE)"


def _usual_of(values: pa.ChunkedArray, kind: Kind, lot: int) -> Usual:
    """Say what is usual of the values of those who have a part in it."""
    if kind is Kind.CATEGORY:
        counted = pc.value_counts(values.drop_null()).to_pylist()
        return usual_category([(one["values"], one["counts"]) for one in counted], lot)
    ranked = in_order(values.to_numpy())
    return usual_number(quantiles_around(ranked, USUAL_QUANTILES), len(ranked), lot)


def _frequent_in_tens(cells: Iterable[tuple[str | None, int, int]]) -> dict[str, int]:
    """Count each category in tens, the most frequent first, from clients and lot of some cells."""
    counts: Counter[str] = Counter()
    lots: defaultdict[str, int] = defaultdict(int)
    for category, clients, lot in cells:
        if category is not None:
            counts[category] += clients
            lots[category] ^= lot
    ranked = most_frequent(counts.items())[:MOST_CATEGORIES]
    return {
        category: in_tens([clients], lots[category])[0]
        for category, clients in ranked
        if clients >= FEWEST_IN_A_GROUP
    }


def _is_among(name: str, names: Sequence[str] | None) -> bool:
    return names is None or name in names


def _in_parts(names: Sequence[str], most: int) -> list[Sequence[str]]:
    """Cut a list into parts of at most so many."""
    return [names[first : first + most] for first in range(0, len(names), most)]


def _without(column: str, group: Group) -> Group:
    """Leave out the conditions on a column."""
    return Group([one for one in group.conditions if one.column != column])


def _as_dict(found: pa.Table) -> dict:
    """Read a table of two columns, of a key and its value."""
    return dict(zip(*(column.to_pylist() for column in found.columns), strict=True))
