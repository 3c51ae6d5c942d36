"""Ecological network analysis: how much of what flows is cycled, and how ordered the flows are.

Compartments (enterprises, or living things) exchange one currency (t/year, kcal/m2/year).

f[i,j]  flow from compartment i to j        z[i]  import into i from outside
e[i]    usable export from i                r[i]  respiration (dissipation) of i

    inflow[i]  = z[i] + sum_j f[j,i]
    outflow[i] = sum_j f[i,j] + e[i] + r[i]
    T[i]       = max(inflow[i], outflow[i])             throughflow
    G[i,j]     = f[i,j] / T[i]                          share of i's throughflow that goes to j
    N          = I + G + G^2 + ... = (I - G)^-1         over all paths, direct and indirect

At steady state inflow = outflow = T. Away from it, what stays is taken as stored and what is
missing as drawn from a store: Finn's T, inflow plus drawn-down store. Nothing is rebalanced;
`steady_state_imbalance` says how far the network is from steady. Matter is taken as mixed
inside a compartment: it leaves by any way out in proportion to the flows.

Sources: Finn (1976), Journal of Theoretical Biology 56, 363-380 (T, cycling index);
Ulanowicz (1986), Growth and Development (ascendency, capacity);
Fath and Patten (1999), Ecosystems 2, 167-179 (indirect to direct flow).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from symbiosis.locale import _

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

NOTHING: Mapping[str, float] = MappingProxyType({})
ROUNDING = 1e-12  # share of a throughflow below which a leak is an error of the sums


@dataclass(frozen=True)
class EcologicalIndices:
    """Indices of one network; flows in the unit given, shares as numbers from 0 to 1.

    throughflow               sum of T
    total_system_throughput   sum of all flows: imports, between compartments, exports, respirations
    finn_cycling_index        share of the throughflow that comes back to where it was;
                              None if nothing flows
    indirect_to_direct_unit   sum(N - I - G) / sum(G); None if no compartment gives to another, or
                              if some matter circles for ever (the sum of paths has no end)
    ascendency_bits           flow unit x bits; exports and respirations are two sinks,
                              imports one source
    capacity_bits             flow unit x bits; by the output of compartments and of the source,
                              not flow by flow (that is a larger number)
    steady_state_imbalance    largest |inflow - outflow| of a compartment
    """

    throughflow: float
    total_system_throughput: float
    finn_cycling_index: float | None
    indirect_to_direct_unit: float | None
    ascendency_bits: float
    capacity_bits: float
    steady_state_imbalance: float

    def as_dict(self) -> dict[str, float | None]:
        """The indices by name."""
        return asdict(self)


def ecological_indices(
    compartments: Sequence[str],
    flows: Iterable[tuple[str, str, float]],
    imports: Mapping[str, float] = NOTHING,
    exports: Mapping[str, float] = NOTHING,
    respirations: Mapping[str, float] = NOTHING,
) -> EcologicalIndices:
    """Analyse a network given as names and flows; a compartment left out of a mapping has 0.

    `flows` holds (from, to, flow); flows between the same two are added up.

    Raises:
        ValueError: if a flow is negative or no number, if a name is not in `compartments`, or if
            it is there twice.

    A passes half of its throughflow to B, which gives all of it back:

    >>> indices = ecological_indices(["A", "B"], [("A", "B", 10), ("B", "A", 10)],
    ...                              imports={"A": 10}, exports={"A": 10})
    >>> indices.throughflow, indices.finn_cycling_index
    (30.0, 0.5)
    """
    position = {name: i for i, name in enumerate(compartments)}
    if len(position) < len(compartments):
        raise ValueError(_("A compartment is named twice: {names}").format(names=compartments))

    flow = np.zeros((len(position), len(position)))
    for giver, taker, amount in flows:
        flow[_index(position, giver), _index(position, taker)] += _amount(giver, taker, amount)

    def vector(amounts: Mapping[str, float], end: str) -> Vector:
        values = np.zeros(len(position))
        for name, amount in amounts.items():
            values[_index(position, name)] = _amount(name, end, amount)
        return values

    imported = vector(imports, "import")
    exported = vector(exports, "export")
    respired = vector(respirations, "respiration")

    inflow = imported + flow.sum(axis=0)
    outflow = flow.sum(axis=1) + exported + respired
    throughflow = np.maximum(inflow, outflow)
    cycling, indirect_to_direct = _cycling(flow, throughflow)
    ascendency, capacity = _information(flow, imported, exported, respired)
    return EcologicalIndices(
        throughflow=float(throughflow.sum()),
        total_system_throughput=float((imported + outflow).sum()),
        finn_cycling_index=cycling,
        indirect_to_direct_unit=indirect_to_direct,
        ascendency_bits=ascendency,
        capacity_bits=capacity,
        steady_state_imbalance=float(np.abs(inflow - outflow).max(initial=0.0)),
    )


def _cycling(flow: Matrix, throughflow: Vector) -> tuple[float | None, float | None]:
    """Finn cycling index, and indirect over direct flow.

    (N[i,i] - 1) / N[i,i] is the share of T[i] that comes back to i. A closed circle without any
    leak has no N: all of it comes back, and is counted so apart.
    """
    if not throughflow.sum() > 0:
        return None, None
    share = np.divide(
        flow, throughflow[:, None], out=np.zeros_like(flow), where=throughflow[:, None] > 0
    )
    circling = _circles_for_ever(flow, throughflow)
    passing = ~circling
    direct = share[np.ix_(passing, passing)]
    identity = np.eye(len(direct))
    paths = np.linalg.solve(identity - direct, identity)

    returned = np.ones(len(flow))
    returned[passing] = 1 - 1 / np.diag(paths)
    cycling = float(returned @ throughflow / throughflow.sum())
    if circling.any() or not direct.sum() > 0:
        return cycling, None
    return cycling, float((paths - identity - direct).sum() / direct.sum())


def _circles_for_ever(flow: Matrix, throughflow: Vector) -> NDArray[np.bool_]:
    """Which compartments have flow and no way, direct or through others, out of the network."""
    leaves = throughflow - flow.sum(axis=1) > ROUNDING * throughflow
    while True:
        wider = leaves | (flow[:, leaves] > 0).any(axis=1)
        if np.array_equal(wider, leaves):
            circling: NDArray[np.bool_] = (throughflow > 0) & ~leaves
            return circling
        leaves = wider


def _information(
    flow: Matrix, imported: Vector, exported: Vector, respired: Vector
) -> tuple[float, float]:
    """Ascendency and capacity, flow unit x bits.

    t[i,j] runs over the source and the compartments (i), the compartments and two sinks (j):
        ascendency = sum_ij t[i,j] log2(t[i,j] t / (output[i] input[j]))
        capacity   = -sum_i output[i] log2(output[i] / t)
    """
    count = len(flow)
    table = np.zeros((count + 1, count + 2))
    table[0, :count] = imported
    table[1:, :count] = flow
    table[1:, count] = exported
    table[1:, count + 1] = respired
    total, output, received = table.sum(), table.sum(axis=1), table.sum(axis=0)
    if total == 0:
        return 0.0, 0.0

    i, j = table.nonzero()
    t = table[i, j]
    # Logarithms are added, not products taken: flows of 1e-200 or 1e200 stay in range.
    ascendency = t @ (np.log2(t) + np.log2(total) - np.log2(output[i]) - np.log2(received[j]))
    given = output[output > 0]
    capacity = given @ (np.log2(total) - np.log2(given))
    return float(ascendency), float(capacity)


def _index(position: Mapping[str, int], name: str) -> int:
    """Row of a compartment."""
    if name not in position:
        raise ValueError(_("{name} is not among the compartments.").format(name=name))
    return position[name]


def _amount(giver: str, taker: str, amount: float) -> float:
    """A flow as a number that can be added up."""
    if not 0 <= amount < np.inf:
        message = _(
            "The flow {giver} -> {taker} is {amount}; it must be zero or a positive number."
        )
        raise ValueError(message.format(giver=giver, taker=taker, amount=amount))
    return float(amount)
