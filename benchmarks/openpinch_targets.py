"""Run by `heat_targets.py` in OpenPinch's own environment: stream sets in, its targets out.

Standard input is a JSON list of sets, each a list of streams [name, supply °C, target °C, heat,
approach K]; standard output the list of [hot utility, cold utility] that OpenPinch finds.
"""

import contextlib
import json
import sys

from OpenPinch.main import pinch_analysis_service


def targets(streams: list[list]) -> list[float]:
    """Least hot and cold utility of a set of streams in one zone."""
    columns = ("name", "t_supply", "t_target", "heat_flow", "dt_cont")
    rows = [
        {"zone": "site", "htc": 1.0, **dict(zip(columns, stream, strict=True))}
        for stream in streams
    ]
    for row in rows:
        row["dt_cont"] /= 2  # a stream's half of the approach
    found = pinch_analysis_service({"streams": rows, "utilities": [], "options": {}})
    target = next(t for t in found.targets if t.name == "site/Direct Integration")
    return [float(target.Qh), float(target.Qc)]


with contextlib.redirect_stdout(sys.stderr):  # it reports its times
    answers = [targets(streams) for streams in json.load(sys.stdin)]
json.dump(answers, sys.stdout)
