"""Colours of a network: the same in Gephi, on the map and in the Sankey.

A node has the colour of its kind, an enterprise that of its sector. An edge has the hue of what it
carries; full where the plan brings it, paler where it runs today already, faint where it is only
possible or missing.
"""

from collections.abc import Mapping
from typing import Any

Colour = tuple[int, int, int]

# After Paul Tol's muted scheme, which stays apart for colour-blind readers; projects stand out.
SECTOR_COLOURS: Mapping[str, Colour] = {
    "farming": (153, 153, 51),
    "mining": (102, 73, 60),
    "light": (221, 204, 119),
    "refining": (51, 51, 51),
    "chemicals": (136, 34, 85),
    "minerals": (160, 130, 100),
    "metals": (51, 34, 136),
    "equipment": (108, 117, 150),
    "recycling": (17, 119, 51),
    "power": (204, 102, 119),
    "environment": (68, 170, 153),
}
SERVICES: Colour = (90, 140, 190)  # enterprises of any other sector, or of none told
PROJECT: Colour = (240, 140, 0)
MARKET: Colour = (150, 150, 150)
GHOSTS: Mapping[str, Colour] = {
    "candidate": (238, 196, 120),  # a pale project
    "taker_missing": (232, 140, 165),
    "supplier_missing": (165, 185, 225),
}

# Okabe and Ito's colours.
EDGE_COLOURS: Mapping[str, Colour] = {
    "material": (0, 158, 115),
    "energy": (213, 94, 0),
    "water": (0, 114, 178),
}
OUTSIDE: Colour = (215, 215, 215)  # trades, which are many and no exchange
ENDED: Colour = (130, 130, 130)
PALE, FAINT = 0.55, 0.75  # share of white in what runs today already, and in what does not run


def node_colour(values: Mapping[str, Any]) -> Colour:
    """Colour of a node by its kind, status and sector."""
    kind = values.get("kind")
    if kind == "ghost":
        return GHOSTS.get(str(values.get("status")), MARKET)
    if kind in ("project", "market"):
        return PROJECT if kind == "project" else MARKET
    return SECTOR_COLOURS.get(str(values.get("sector_group")), SERVICES)


def edge_colour(values: Mapping[str, Any]) -> Colour:
    """Colour of an edge by what it carries and whether the plan changes it."""
    colour = EDGE_COLOURS.get(str(values.get("resource_kind")), MARKET)
    if values.get("status") in ("candidate", "missing"):
        return paler(colour, FAINT)
    if values.get("action", "exchange") != "exchange":
        return OUTSIDE
    if values.get("change") == "ended":
        return ENDED
    return colour if values.get("change") in (None, "new") else paler(colour, PALE)


def paler(colour: Colour, white: float) -> Colour:
    """The colour with a share of white in it."""
    red, green, blue = (round(c + white * (255 - c)) for c in colour)
    return red, green, blue


def css(colour: Colour) -> str:
    """The colour as a page writes it."""
    return f"rgb({','.join(map(str, colour))})"
