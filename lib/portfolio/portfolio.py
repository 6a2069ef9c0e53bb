"""Questions about the known clients, answered from one Parquet file."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import pyarrow as pa

from lib.portfolio.conditions import Condition, check_column, quoted
from lib.portfolio.density import Density
from lib.portfolio.distribution import Distribution
from lib.portfolio.faults import NotFound
from lib.portfolio.file import PortfolioFile, State, from_one_file
from lib.portfolio.groups import EVERYBODY, Group, describe, describe_together
from lib.portfolio.nearest import Neighbours, nearest
from lib.portfolio.overview import Usual, describe_all
from lib.portfolio.pages import Order, Page, Row, page_of
from lib.portfolio.risks import Risks, risks_of
from lib.portfolio.sampling import sample_of

OWN_COLUMNS = ("client_id", "defaulted", "default_probability", "decision")
ROWS_KEPT = 64


class Portfolio:
    """The known clients.

    Each method raises `InvalidInput` if a column is unknown or a condition does not suit what it
    holds, and `PortfolioUnavailable` if the file is missing or cannot be read.

    Parameters
    ----------
    path : Path
        File that `build_portfolio` has written. A file that replaces it is seen at once, and no
        answer mixes the two; it need not be there yet.
    """

    def __init__(self, path: Path) -> None:
        self.file = PortfolioFile(path)
        # Whoever asks about a client asks again, about changes or those alike.
        self._row = lru_cache(maxsize=ROWS_KEPT)(self._read_row)

    @from_one_file
    def client(self, client_id: int) -> Row:
        """Give all columns of one client.

        Raises
        ------
        NotFound
            If nobody has this number.
        """
        self.file.kinds()
        return dict(self._row(client_id, self.file.state()))

    @from_one_file
    def values(self, client_id: int, features: Sequence[str]) -> Row:
        """Give some columns of one client: much less to read than all.

        Raises
        ------
        NotFound
            If nobody has this number.
        """
        kinds = self.file.kinds()
        for name in features:
            check_column(name, kinds)
        return self._read(", ".join(map(quoted, features)), client_id)

    def _read_row(self, client_id: int, _: State) -> Row:
        return self._read("*", client_id)

    def _read(self, columns: str, client_id: int) -> Row:
        rows = self.file.ask(columns, "WHERE client_id = ?", [client_id]).to_pylist()
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
            columns hold.
        """
        order = Order(sort, descending, page, page_size)
        return page_of(self.file, conditions, order, features, facets)

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

        Raises
        ------
        InvalidInput
            If the group has fewer than 10 clients.
        """
        return describe(self.file, group, feature, bins, value)

    @from_one_file
    def compare_two(
        self, x: str, y: str, group: Group = EVERYBODY, *, bins_a_side: int = 25
    ) -> Density:
        """Describe a group by two features together.

        Raises
        ------
        InvalidInput
            If the group has fewer than 10 clients.
        """
        return describe_together(self.file, group, (x, y), bins_a_side)

    @from_one_file
    def overview(self, group: Group = EVERYBODY) -> dict[str, Usual]:
        """Say what is usual of each feature in a group.

        Raises
        ------
        InvalidInput
            If the group has fewer than 10 clients.
        """
        return describe_all(self.file, group)

    @from_one_file
    def similar(
        self,
        client_id: int,
        weights: Mapping[str, float],
        conditions: Sequence[Condition] = (),
        *,
        count: int = 20,
        features: Sequence[str] = (),
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

        Raises
        ------
        NotFound
            If nobody has this number.
        """
        kinds = self.file.kinds()
        for name in features:
            check_column(name, kinds)
        columns = list(dict.fromkeys([*OWN_COLUMNS, *features]))
        client = self.client(client_id)
        return nearest(self.file, client, weights, conditions, count, columns)

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
            Column of categories, each of which is counted apart too.
        threshold : float
            One of the edges between bins.
        bins : int
            At most so many, and at least 2.

        Raises
        ------
        InvalidInput
            If the group has fewer than 10 clients, or the segment holds numbers.
        """
        return risks_of(self.file, group, segment, threshold, bins)

    @from_one_file
    def sample(
        self, group: Group = EVERYBODY, *, columns: Sequence[str], count: int
    ) -> tuple[int, pa.Table]:
        """Give the size of a group, and columns of some of its clients, always the same ones.

        Parameters
        ----------
        group : Group
            Who is asked about.
        columns : sequence of str
            What is given of each client.
        count : int
            At most so many clients, at even distances in the order of their numbers.
        """
        return sample_of(self.file, group, columns, count)
