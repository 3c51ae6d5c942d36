"""What long work says on standard error while it goes on."""

import time
from collections.abc import Callable
from typing import Any

from rich.console import Console

from symbiosis.locale import _

EVERY_S = 2.0


class Lines:
    """Lines on standard error, not more often than every two seconds."""

    def __init__(self) -> None:
        """Nothing is said in the first seconds."""
        self.console = Console(stderr=True, highlight=False, soft_wrap=True)
        self.said = time.perf_counter()

    def say(self, text: str, at_once: bool = False) -> None:
        """A line, unless one has been said just now."""
        now = time.perf_counter()
        if at_once or now - self.said >= EVERY_S:
            self.said = now
            self.console.print(text, markup=False)


def solver_line() -> Callable[[Any], None]:
    """Says how far a solve is: incumbent, bound, gap, time."""
    lines = Lines()

    def text(value: float | None) -> str:
        return "-" if value is None else f"{value:,.1f}"

    def show(progress: Any) -> None:
        gap = "-" if progress.gap is None else f"{100 * progress.gap:.3f} %"
        lines.say(
            _("{seconds:6.1f} s  best {best}  bound {bound}  gap {gap}").format(
                seconds=progress.seconds,
                best=text(progress.incumbent),
                bound=text(progress.bound),
                gap=gap,
            )
        )

    return show


def search_line() -> Callable[[str, int], None]:
    """Says how far the search for a conflict is; its first line comes at once."""
    lines = Lines()
    text = _("No plan meets every condition; looking for those that cannot hold together ...")
    lines.say(text, at_once=True)

    def show(step: str, trials: int) -> None:
        text = {
            "conflict": _("conditions that cannot hold together: {trials} trials so far"),
            "change": _("the least change that lets a plan exist: {trials} trials so far"),
            "plan": _("{trials} trials done; planning with the cheapest change"),
        }[step]
        lines.say(text.format(trials=trials), at_once=step == "plan")

    return show
