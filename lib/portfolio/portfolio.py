"""Questions about the known clients, answered from one Parquet file."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial, wraps
from math import isnan
from pathlib import Path
from typing import Concatenate, ParamSpec

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from lib.decision import InvalidInput
from lib.features.description import BANDS, CREDIT_AMOUNT
from lib.portfolio.comparison import (
    MOST_CATEGORIES,
    Counted,
    Density,
    Distribution,
    Usual,
    axis_of,
    density_of,
    distribution_of_categories,
    numbers_described,
    percentile_between,
    usual_column,
    usual_of,
)
from lib.portfolio.disclosure import (
    FEWEST_IN_A_GROUP,
    TICKET,
    check_size,
    in_tens,
    ranks_by_lot,
)
from lib.portfolio.file import Answer, NotFound, PortfolioFile, Row, ScoredBy, State
from lib.portfolio.groups import (
    EVERYBODY,
    Condition,
    Group,
    Kind,
    band_column,
    given_number,
    quoted,
)
from lib.portfolio.likeness import (
    Neighbours,
    Scale,
    distance_from,
    spread_column,
    spread_of,
    weightiest,
)
from lib.portfolio.risks import Clients, Risks, risks_of

SCORE_COLUMNS = ("client_id", "default_probability", "decision", "review_notes")
OUTCOME_COLUMNS = (*SCORE_COLUMNS, "defaulted")

# Answers kept for the next who asks, as long as the file stays the same.
ROWS_KEPT = 64
PAGES_KEPT = 64
COUNTS_KEPT = 256
DISTRIBUTIONS_KEPT = 1024
DENSITIES_KEPT = 64
RISKS_KEPT = 32
OVERVIEWS_KEPT = 16
SAMPLES_KEPT = 8
SPREADS_KEPT = 4

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
        # Whoever asks about a client asks again, about changes or those alike.
        self._row = lru_cache(maxsize=ROWS_KEPT)(self._read_row)
        # Many managers ask about the same groups, and first of all about everybody.
        self._rows = lru_cache(maxsize=PAGES_KEPT)(self._read_rows)
        self._size = lru_cache(maxsize=COUNTS_KEPT)(self._read_size)
        self._left_out = lru_cache(maxsize=COUNTS_KEPT)(self._draw_left_out)
        self._total = lru_cache(maxsize=COUNTS_KEPT)(self._count)
        self._categories = lru_cache(maxsize=COUNTS_KEPT)(self._count_categories)
        self._distribution = lru_cache(maxsize=DISTRIBUTIONS_KEPT)(self._read_distribution)
        self._percentile = lru_cache(maxsize=DISTRIBUTIONS_KEPT)(self._find_percentile)
        self._density = lru_cache(maxsize=DENSITIES_KEPT)(self._read_density)
        self._risks = lru_cache(maxsize=RISKS_KEPT)(self._read_risks)
        self._overview = lru_cache(maxsize=OVERVIEWS_KEPT)(self._read_overview)
        self._sample = lru_cache(maxsize=SAMPLES_KEPT)(self._draw_sample)
        self._spreads = lru_cache(maxsize=SPREADS_KEPT)(self._read_spreads)

    @from_one_file
    def client(self, client_id: int) -> Row:
        """Give all columns of one client."""
        return dict(self._row(client_id, self.file.state()))

    @from_one_file
    def values(self, client_id: int, features: Sequence[str]) -> Row:
        """Give some columns of one client: much less to read than all."""
        self.file.kinds_of(*features)
        return self._columns_of(client_id, quoted(*features))

    def _read_row(self, client_id: int, _: State) -> Row:
        return self._columns_of(client_id, "*")

    def _columns_of(self, client_id: int, columns: str) -> Row:
        rows = self.file.query(columns, EVERYBODY, "AND client_id = ?", [client_id]).to_pylist()
        if not rows:
            raise NotFound(
                f"client {client_id}", "the portfolio holds the client", "check the number"
            )
        return rows[0]

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
        group, state = Group(conditions), self.file.state()
        direction = "DESC" if descending else "ASC"
        rows = self._rows(
            group,
            tuple(dict.fromkeys([*SCORE_COLUMNS, *features])),
            f"{quoted(sort)} {direction} NULLS LAST, client_id",
            (page_size, (page - 1) * page_size),
            state,
        )
        counts = {
            name: dict(self._categories(name, _without(name, group), state)) for name in facets
        }
        return Page(self._total(group, state), [dict(row) for row in rows], counts)

    def _count(self, group: Group, _: State) -> int:
        return self.file.query("count(*) AS n", group)["n"][0].as_py()

    def _read_rows(
        self, group: Group, columns: tuple[str, ...], order: str, span: tuple[int, int], _: State
    ) -> list[Row]:
        found = self.file.query(quoted(*columns), group, f"ORDER BY {order} LIMIT ? OFFSET ?", span)
        return found.to_pylist()

    def _count_categories(self, facet: str, group: Group, _: State) -> dict[str, int]:
        self._check_category("facet", facet)
        found = self.file.query(
            f"{quoted(facet)} AS category, count(*) AS clients, bit_xor({TICKET}) AS lot",
            group,
            "AND category IS NOT NULL GROUP BY category HAVING clients >= ?"
            " ORDER BY clients DESC, category LIMIT ?",
            [FEWEST_IN_A_GROUP, MOST_CATEGORIES],
        )
        return {
            row["category"]: in_tens([row["clients"]], row["lot"])[0] for row in found.to_pylist()
        }

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
            Value whose percentile is asked for.
        """
        (kind,) = self.file.kinds_of(feature)
        told = self._distribution(feature, group, bins, self.file.state())
        if kind is Kind.CATEGORY or value is None or isinstance(value, str) or isnan(value):
            return told
        place = self._percentile(feature, group, float(value), self.file.state())
        return replace(told, percentile=place)

    def _read_distribution(self, feature: str, group: Group, bins: int, _: State) -> Distribution:
        if self.file.kinds_of(feature) == [Kind.CATEGORY]:
            counted, lot = self._described(
                f"{quoted(feature)} AS category, count(*) AS clients,"
                " count(*) FILTER (WHERE defaulted) AS defaulted,"
                " count(*) FILTER (WHERE NOT defaulted) AS repaid",
                group,
                "GROUP BY category",
            )
            return distribution_of_categories([Counted(**row) for row in counted.to_pylist()], lot)
        column = f"CAST({quoted(feature)} AS DOUBLE)"
        known = "coalesce(CAST(defaulted AS TINYINT), -1::TINYINT) AS d"
        found, lot = self._described(f"{column} AS v, {known}", group)
        outcomes = found["d"].to_numpy()
        left_out = self.file.query(f"{column} AS v", self._without_part(group))["v"].to_numpy()
        return numbers_described(found["v"].to_numpy(), outcomes, lot, left_out, bins)

    def _without_part(self, group: Group) -> Group:
        """Give those of a group who have no part in what is told of it beside counts."""
        return Group(client_ids=self._left_out(group, self.file.state()))

    def _draw_left_out(self, group: Group, state: State) -> tuple[int, ...]:
        clients, lot = self._size(group, state)
        left_out, _ = ranks_by_lot(clients, lot)
        return self._clients_ranked(group, left_out)

    def _clients_ranked(self, group: Group, ranks: npt.NDArray[np.int64]) -> tuple[int, ...]:
        """Give the numbers of those whose tickets have some ranks in the group."""
        tickets = self.file.query(f"{TICKET} AS ticket", group)["ticket"].to_numpy().copy()
        tickets.partition(np.sort(ranks))
        drawn = self.file.query(
            "client_id",
            group,
            f"AND {TICKET} IN (SELECT unnest(?::UBIGINT[]))",
            [tickets[ranks].tolist()],
        )
        return tuple(drawn["client_id"].to_pylist())

    def _find_percentile(self, feature: str, group: Group, value: float, _: State) -> float | None:
        number = f"CAST({quoted(feature)} AS DOUBLE)"
        found = self.file.query(
            f"count(*) FILTER ({number} < ?) AS below, count(*) FILTER ({number} = ?) AS equal,"
            f" count({given_number(number)}) AS given",
            group,
            column_values=[value, value],
        )
        return percentile_between(*(column[0].as_py() for column in found.columns))

    def _described(self, columns: str, group: Group, rest: str = "") -> tuple[pa.Table, int]:
        """Read columns of the clients of a group that may be described, and its lot."""
        clients, lot = self._size(group, self.file.state())
        check_size(clients, lot)
        return self.file.query(columns, group, rest), lot

    def _read_size(self, group: Group, _: State) -> tuple[int, int]:
        """Count the clients of a group, and draw its lot."""
        found = self.file.query(f"count(*) AS clients, bit_xor({TICKET}) AS lot", group)
        return found["clients"][0].as_py(), found["lot"][0].as_py() or 0

    @from_one_file
    def compare_two(
        self, x: str, y: str, group: Group = EVERYBODY, *, bins_a_side: int = 25
    ) -> Density:
        """Describe a group by two features together."""
        self.file.kinds_of(x, y)
        return self._density(x, y, group, bins_a_side, self.file.state())

    def _read_density(self, x: str, y: str, group: Group, bins_a_side: int, _: State) -> Density:
        x_kind, y_kind = self.file.kinds_of(x, y)
        found, lot = self._described(f"{quoted(x)} AS x, {quoted(y)} AS y", group)
        return density_of(
            axis_of(found["x"], x_kind, bins_a_side),
            axis_of(found["y"], y_kind, bins_a_side),
            missing=found.num_rows - found.drop_null().num_rows,
            lot=lot,
        )

    @from_one_file
    def overview(self, group: Group = EVERYBODY) -> dict[str, Usual]:
        """Say what is usual of each feature in a group."""
        return self._overview(group, self.file.state())

    def _read_overview(self, group: Group, state: State) -> dict[str, Usual]:
        kinds = {
            name: kind for name, kind in self.file.kinds().items() if name not in SCORE_COLUMNS
        }
        clients, lot = self._size(group, state)
        check_size(clients, lot)
        left_out = list(self._left_out(group, state))
        without = "AND client_id NOT IN (SELECT unnest(?))"
        counted = self.file.query(
            ", ".join(f"count({quoted(name)}) AS {quoted(name)}" for name in kinds),
            group,
            without,
            [left_out],
        )
        given = {name: counted[name][0].as_py() for name in kinds}
        columns = ", ".join(usual_column(name, kind, given[name]) for name, kind in kinds.items())
        found = self.file.query(columns, group, without, [left_out])
        return {
            name: usual_of(found[name][0].as_py(), kind, given[name], lot)
            for name, kind in kinds.items()
        }

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
            client = self._row(client_id, self.file.state())
        distance, values = distance_from(client, scales)
        found = self.file.query(
            f"client_id, {distance} AS distance",
            Group(conditions),
            "AND client_id <> ? ORDER BY distance, client_id LIMIT ?",
            [client_id, count],
            column_values=values,
        )
        distances = _as_dict(found)
        columns = quoted(*dict.fromkeys([*OUTCOME_COLUMNS, *features]))
        nearest = self.file.query(columns, Group(client_ids=list(distances))).to_pylist()
        rows = {row["client_id"]: row for row in nearest}
        return Neighbours(
            [{**rows[number], "distance": distance} for number, distance in distances.items()],
            [scale.name for scale in scales],
        )

    def _scales(self, weights: Mapping[str, float]) -> list[Scale]:
        kinds = self.file.kinds()
        names = weightiest(weights, list(kinds))
        numbers = tuple(name for name in names if kinds[name] is Kind.NUMBER)
        spreads = self._spreads(numbers, self.file.state())
        scales = [Scale(name, weights[name], spreads.get(name)) for name in names]
        # Where all clients have one value, nobody differs.
        return [scale for scale in scales if scale.spread != 0]

    def _read_spreads(self, names: tuple[str, ...], _: State) -> dict[str, float]:
        if not names:
            return {}
        (row,) = self.file.query(", ".join(map(spread_column, names))).to_pylist()
        return {name: spread_of(row[name]) for name in names}

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
        return self._risks(group, segment, threshold, bins, self.file.state())

    def _read_risks(
        self, group: Group, segment: str | None, threshold: float, bins: int, state: State
    ) -> Risks:
        name = "NULL" if segment is None else self._parting_column(segment)
        amount = quoted(CREDIT_AMOUNT) if CREDIT_AMOUNT in self.file.kinds() else "NULL"
        check_size(*self._size(group, state))
        found = self.file.query(
            "default_probability AS p, CAST(defaulted AS DOUBLE) AS d,"
            f" CAST({amount} AS DOUBLE) AS a, CAST({name} AS VARCHAR) AS s, {TICKET} AS ticket",
            group,
        )
        tickets = found["ticket"].to_numpy()
        p, outcomes, amounts = (found[name].to_numpy() for name in "pda")
        clients = Clients(p, outcomes, amounts, tickets)
        return risks_of(clients, found["s"], threshold, bins, is_everybody=group == EVERYBODY)

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
        return self._sample(group, tuple(columns), count, self.file.state())

    def _draw_sample(
        self, group: Group, columns: tuple[str, ...], count: int, state: State
    ) -> tuple[int, pa.Table]:
        clients, lot = self._size(group, state)
        _, taken = ranks_by_lot(clients, lot)
        chosen = Group(client_ids=self._clients_ranked(group, taken[:count]))
        return clients, self.file.query(quoted(*columns), chosen, "ORDER BY client_id")

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


def _without(column: str, group: Group) -> Group:
    """Leave out the conditions on a column."""
    return Group([one for one in group.conditions if one.column != column])


def _as_dict(found: pa.Table) -> dict:
    """Read a table of two columns, of a key and its value."""
    return dict(zip(*(column.to_pylist() for column in found.columns), strict=True))
