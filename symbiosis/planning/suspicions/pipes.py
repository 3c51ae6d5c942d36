"""Pipes: lifts that are not known, and pipes that run below their smallest flow today."""

from collections.abc import Iterator

import pandas as pd

from symbiosis.locale import _
from symbiosis.planning.study import Prepared
from symbiosis.planning.suspicions.common import Weighed, number, some, warning


def unknown_lifts(prepared: Prepared) -> Iterator[Weighed]:
    """Ways that are pumped uphill or downhill nobody knows, in one line: no lift is counted."""
    dataset, candidates = prepared.dataset, prepared.matches.candidates
    lifting = {row.carrier_id for row in dataset.carriers if row.pumping_per_m > 0}
    unknown = {
        actor.actor_id
        for actor in prepared.actors.actors.values()
        if actor.elevation_m != actor.elevation_m
    }
    ways = candidates[candidates["carrier"].isin(lifting)]
    ends = ways[ways[["donor", "receiver"]].isin(unknown).any(axis=1)][["donor", "receiver"]]
    if len(ends):
        names = sorted(unknown & set(pd.unique(ends.to_numpy().ravel())))
        yield warning(
            "enterprises.csv",
            _("{count} of {all} pumped ways have an end of unknown height ({names})").format(
                count=len(ends), all=len(ways), names=some(names)
            ),
            _("write elevation_m of these places or of their parks; until then no lift is counted"),
            column="elevation_m",
        )


def below_smallest_flow(prepared: Prepared) -> Iterator[Weighed]:
    """Links that carry less today than the least they may carry while they are on."""
    rows = {row.link_id: row for row in prepared.dataset.links}
    on_link = prepared.matches.candidates.groupby("link", sort=True)
    flows = on_link[["today", "existing_capacity", "least_share"]]
    for link, found in flows:
        row, moved = rows.get(str(link)), float(found["today"].sum())
        least = float((found["existing_capacity"] * found["least_share"]).max())
        if row is not None and 0 < moved < least:
            unit = prepared.dataset.resource[row.resource_id].unit
            problem = _("carries {moved} {unit}/a today, less than its smallest flow {least}")
            yield warning(
                "links.csv",
                problem.format(moved=number(moved), unit=unit, least=number(least)),
                _("a plan has to turn it off or raise its flow: check the share and the capacity"),
                row=row.row,
                column="least_share",
                value=number(float(found["least_share"].max())),
                weight=least / moved,
            )
