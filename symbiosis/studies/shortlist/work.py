"""The work of a shortlist: pieces that know nothing of each other, done in processes.

What a piece gives is kept as soon as it is there. A shortlist that was killed goes on with what is
missing; what is kept is read, so the answer is the same.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any, Protocol

import joblib

from symbiosis.domain.errors import UsageError
from symbiosis.locale import _

Json = dict[str, Any]


@dataclass(frozen=True)
class Piece:
    """A piece of work: `do(solved, *arguments)` as JSON; `kind` groups pieces of like length."""

    kind: str
    name: str
    do: Callable[..., Json]
    arguments: tuple[Any, ...]

    def done(self, shared: Any) -> tuple[Json, float]:
        """What it gives, and the seconds it took."""
        started = time.perf_counter()
        return self.do(shared, *self.arguments), time.perf_counter() - started


@dataclass(frozen=True)
class Engine:
    """Where pieces are done: processes of this machine (loky), or a Dask cluster.

    jobs        processes; -1: one for every core
    scheduler   address of a Dask scheduler, "" for a cluster on this machine
    """

    name: str = "loky"
    jobs: int = 1
    scheduler: str = ""

    @property
    def processes(self) -> int:
        """How many work at once, as far as this machine knows."""
        return joblib.cpu_count() if self.jobs < 0 else self.jobs


Heard = Callable[[Piece, float | None], None]  # seconds a piece took, None where it was kept


class Kept(Protocol):
    """Pieces of work that are done, by name."""

    def get(self, name: str) -> Json | None:
        """What a piece gave, None where it has not been done."""

    def put(self, name: str, gave: Json) -> None:
        """Keep what a piece gave."""


def do_all(
    pieces: list[Piece],
    shared: Any,
    kept: Kept,
    engine: Engine,
    heard: Heard = lambda piece, seconds: None,
) -> dict[str, Json]:
    """What every piece gives, by name; `heard` hears of each as it is there.

    Raises:
        UsageError: if the engine cannot be had.
    """
    gave: dict[str, Json] = {}
    missing = []
    for piece in pieces:
        before = kept.get(piece.name)
        if before is None:
            missing.append(piece)
        else:
            gave[piece.name] = before
            heard(piece, None)
    if not missing:
        return gave
    with _backend(engine):
        parallel = joblib.Parallel(
            n_jobs=engine.jobs,
            batch_size=1,
            pre_dispatch="2*n_jobs",
            return_as="generator_unordered",
        )
        calls = (joblib.delayed(_do)(number, x, shared) for number, x in enumerate(missing))
        for number, (result, seconds) in parallel(calls):
            piece = missing[number]
            kept.put(piece.name, result)
            gave[piece.name] = result
            heard(piece, seconds)
    return gave


def _do(number: int, piece: Piece, shared: Any) -> tuple[int, tuple[Json, float]]:
    return number, piece.done(shared)


def _backend(engine: Engine) -> AbstractContextManager[Any]:
    if engine.name == "dask":
        return _dask(engine)
    return nullcontext()


@contextmanager
def _dask(engine: Engine) -> Iterator[None]:
    try:
        from dask.distributed import Client, LocalCluster
    except ImportError:
        raise UsageError(
            _("--engine dask needs Dask: pip install symbiosis-optimizer[dask]")
        ) from None
    if engine.scheduler:
        try:
            client = Client(engine.scheduler, timeout=10, set_as_default=False)
        except (OSError, ValueError) as error:
            raise UsageError(
                _("no Dask scheduler answers at {address}").format(address=engine.scheduler)
            ) from error
        with client, joblib.parallel_config("dask", client=client):
            yield
        return
    workers = None if engine.jobs < 0 else engine.jobs
    with (
        LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster, set_as_default=False) as client,
        joblib.parallel_config("dask", client=client),
    ):
        yield
