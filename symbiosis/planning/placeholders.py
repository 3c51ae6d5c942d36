"""Invented members of a dataset, named in every row of a plan that speaks of them."""

from collections.abc import Iterable, Iterator, Mapping

import pandas as pd

from symbiosis.domain.dataset import Dataset

NAMES = ("actor", "donor", "receiver", "host_id", "zone", "link_id")  # name an enterprise, or two


def placeholders(dataset: Dataset) -> list[str]:
    """Enterprises that are stand-ins for members which are not known."""
    return [row.enterprise_id for row in dataset.enterprises if row.placeholder]


def with_placeholders(
    dataset: Dataset, tables: Mapping[str, pd.DataFrame]
) -> dict[str, pd.DataFrame]:
    """The tables with a column `placeholders`: the invented members of a row, parted by `;`.

    Only tables that name enterprises get it. A place names its host, a heat zone (`E70:sink`) its
    site, a link (`E31 > E70`, or one of links.csv) both ends.
    """
    invented = set(placeholders(dataset))
    declared = {link.link_id: (link.from_id, link.to_id) for link in dataset.links}
    hosts = {place.place_id: place.host_id for place in dataset.project_places}
    found = {}
    for name, table in tables.items():
        columns = [column for column in NAMES if column in table.columns]
        if columns:
            rows = table[columns].itertuples(index=False, name=None)
            marks = [
                ";".join(dict.fromkeys(s for s in _sites(row, declared, hosts) if s in invented))
                for row in rows
            ]
            table = table.assign(placeholders=pd.Series(marks, index=table.index, dtype=object))
        found[name] = table
    return found


def _sites(
    names: Iterable[str],
    declared: Mapping[str, tuple[str, str]],
    hosts: Mapping[str, str],
) -> Iterator[str]:
    """Enterprises and places that the cells of a row name."""
    for name in names:
        for end in declared.get(name) or str(name).split(" > "):
            key = end.partition(":")[0]
            yield hosts.get(key) or key
