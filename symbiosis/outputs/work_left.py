"""What a shortlist says on standard error while it is made: pieces done, time left."""

from collections import Counter, defaultdict
from collections.abc import Mapping

from symbiosis.locale import _
from symbiosis.outputs.progress import Lines
from symbiosis.studies.shortlist.work import Piece

SOLVES = {"plan": 2, "project": 9, "partner": 2, "gaps": 1, "future": 2}  # of a piece, about


class WorkLeft:
    """Says which pieces of a shortlist are done and how long the rest may take."""

    def __init__(self, jobs: int) -> None:
        """Nothing is expected yet; so many processes work beside the near-best plans."""
        self.lines, self.jobs = Lines(), jobs
        self.left: dict[str, int] = {}
        self.count = self.all = 0
        self.took: defaultdict[str, float] = defaultdict(float)  # seconds, by kind
        self.fresh: Counter[str] = Counter()  # pieces that took them

    def expect(self, pieces: Mapping[str, int]) -> None:
        """How many pieces of every kind there may be."""
        self.left = dict(pieces)
        self.all = sum(pieces.values())

    def finished(self, piece: Piece, seconds: float | None) -> None:
        """A piece is done; one that was kept says nothing about speed."""
        self.left[piece.kind] = max(0, self.left[piece.kind] - 1)
        self.count += 1
        if seconds is not None:
            self.took[piece.kind] += seconds
            self.fresh[piece.kind] += 1
        text = _("{count} of {all} pieces done, {left}")
        self.lines.say(
            text.format(count=self.count, all=self.all, left=self._time_left()),
            at_once=not sum(self.left.values()),
        )

    def over(self, kind: str) -> None:
        """No more pieces of a kind come."""
        self.all -= self.left[kind]
        self.left[kind] = 0

    def _time_left(self) -> str:
        """As long as the pieces of a kind took; of a kind not met yet, by its number of solves."""
        if not self.took:
            return _("time left not known yet")
        solves = sum(SOLVES[kind] * count for kind, count in self.fresh.items())
        a_solve = sum(self.took.values()) / solves

        def expected(kind: str) -> float:
            a_piece = SOLVES[kind] * a_solve
            if self.fresh[kind]:
                a_piece = self.took[kind] / self.fresh[kind]
            return self.left[kind] * a_piece

        beside = sum(expected(kind) for kind in self.left if kind != "plan") / self.jobs
        plans = expected("plan")  # one after the other
        seconds = plans + beside if self.jobs == 1 else max(plans, beside)
        if seconds < 90:
            return _("about {seconds:.0f} s left").format(seconds=seconds)
        return _("about {minutes:.0f} min left").format(minutes=seconds / 60)
