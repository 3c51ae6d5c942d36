"""Measures of a published graph or ecological network, by the code that measures our own.

graph_metrics    nodes (names, or objects with a name; may be left out), edges ([a, b] or
                 {from, to}), directed (left out: false)
ena              compartments (may be left out), flows ([from, to, amount] or {from, to, flow}),
                 imports, exports, respirations: by compartment, as an object or as a list in the
                 order of the compartments; what is left out is nil
"""

from collections.abc import Iterator, Sequence

from symbiosis.locale import _
from symbiosis.network.ecology import ecological_indices
from symbiosis.network.metrics import graph_metrics_of_edges
from symbiosis.studies.published.case import (
    CaseError,
    Fields,
    members,
    no_duplicates,
    number,
    text,
    unknown,
)
from symbiosis.studies.published.translation import Figures

FROM, TO = ("from", "source"), ("to", "target")


def graph_metrics(data: Fields) -> Figures:
    """Nodes, edges, degree and betweenness of a graph."""
    directed = bool(data.flag("directed", False))
    nodes = _names(data, "nodes")
    edges = [(start, end) for start, end, _weight in _ties(data, "edges", nodes)]
    return graph_metrics_of_edges(nodes, edges, directed)


def ena(data: Fields) -> Figures:
    """Indices of an ecological network."""
    compartments = _names(data, "compartments")
    flows = list(_ties(data, "flows", compartments, ("flow", "amount")))
    if compartments is None:
        outside = [data.get(key, default={}) for key in ("imports", "exports", "respirations")]
        compartments = list(
            dict.fromkeys(
                [name for start, end, _flow in flows for name in (start, end)]
                + [name for part in outside if isinstance(part, dict) for name in part]
            )
        )
    amounts = {}
    for key in ("imports", "exports", "respirations"):
        given = data.get(key, default={})
        found = members(given, compartments, data.place(key)).items()
        amounts[key] = {
            compartments[i]: number(value, where)
            for i, (where, value) in found
            if value is not None
        }
    return ecological_indices(compartments, flows, **amounts).as_dict()


def _names(data: Fields, key: str) -> list[str] | None:
    """Names of the nodes, None if they are left out."""
    if data.get(key, default=None) is None:
        return None
    names = []
    for i, item in enumerate(data.items(key, empty=True)):
        place = f"{data.place(key)}[{i}]"
        if isinstance(item, dict):
            names.append((place, data.inner(item, place).text("name", "id")))
        else:
            names.append((place, text(item, place)))
    no_duplicates(names)
    return [name for _place, name in names]


def _ties(
    data: Fields, key: str, known: Sequence[str] | None, amount: Sequence[str] = ()
) -> Iterator[tuple[str, str, float]]:
    """Pairs of names with the number under one of `amount`, 0 without such names.

    What stands behind the two names of a tie that needs no number is left out.
    """
    allowed = None if known is None else set(known)
    for i, item in enumerate(data.items(key, empty=True)):
        place = f"{data.place(key)}[{i}]"
        if isinstance(item, dict):
            tie = data.inner(item, place)
            places = [tie.place(tie.named(*ends)) for ends in (FROM, TO)]
            names = [tie.text(*ends) for ends in (FROM, TO)]
            value = tie.number(*amount) if amount else 0.0
            if not amount:
                tie.ignore("weight")
        elif isinstance(item, list) and len(item) in ((3,) if amount else (2, 3)):
            places = [f"{place}[{end}]" for end in (0, 1)]
            names = [text(end, at) for end, at in zip(item, places, strict=False)]
            value = number(item[2], f"{place}[2]") if amount else 0.0
        else:
            raise CaseError(place, item, _("is not a tie"), _("write [from, to, amount]"))
        for at, name in zip(places, names, strict=True):
            if allowed is not None and name not in allowed:
                raise unknown(at, name, known or ())
        yield names[0], names[1], value
