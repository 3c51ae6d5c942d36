"""Verification: published cases, their published figures against ours.

A case becomes an ordinary dataset and is solved as a park is; there is no other formulation. The
gap is 0, so that an optimum is exact to its tolerance.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from symbiosis.domain.errors import DatasetError, InfeasibleError, SymbiosisError, UsageError
from symbiosis.inputs.embedded import datasets_folder
from symbiosis.inputs.reader import dataset_from_raw
from symbiosis.inputs.tables import closest, raw_from_rows
from symbiosis.locale import _
from symbiosis.planning.plan import Plan
from symbiosis.planning.study import plan_study, prepare
from symbiosis.studies.published import FACTS, MEASURED, NOT_YET, PLANNED
from symbiosis.studies.published.case import Case, CaseError, flattened, read_case
from symbiosis.studies.published.translation import Figures, Translation
from symbiosis_models.solver import Progress

DEFAULT_TOLERANCE = {"rel": 1e-6, "abs": 1e-9}  # where a case states none

Outcome = Literal["match", "miss", "not_supported", "not_scored", "refused"]


@dataclass(frozen=True)
class Figure:
    """A published figure and ours.

    tolerance   largest difference that is a match, None where the two are no numbers
    computed    None if we have no such figure, or the case has no plan
    """

    name: str
    published: Any
    computed: Any
    tolerance: float | None
    ok: bool


@dataclass(frozen=True)
class CaseResult:
    """What became of a case; `message` says why where that is not plain from the figures."""

    name: str
    family: str
    kind: str
    file: str
    outcome: Outcome
    figures: tuple[Figure, ...] = ()
    message: str = ""
    time_s: float = 0.0

    @property
    def ok(self) -> bool | None:
        """True if every figure matches, None if the case is not supported or not scored."""
        if self.outcome in ("not_supported", "not_scored"):
            return None
        return self.outcome == "match"

    def as_dict(self) -> dict[str, Any]:
        """Keys of `--json`."""
        return {
            "name": self.name,
            "family": self.family,
            "kind": self.kind,
            "ok": self.ok,
            "outcome": self.outcome,
            "figures": [asdict(figure) for figure in self.figures],
            "message": self.message,
            "time_s": round(self.time_s, 3),
            "file": self.file,
        }


def read_cases(path: Path | None = None) -> Iterator[Case | CaseError]:
    """The cases of a file, of a folder and its folders, or of the embedded ones; faults among them.

    Raises:
        UsageError: if there is no such file or folder, or no case in it.
    """
    for file in case_files(path):
        try:
            yield read_case(file)
        except CaseError as error:
            error.file = file
            yield error


def case_files(path: Path | None = None) -> list[Path]:
    """Files that hold a case each.

    Raises:
        UsageError: if there is no such file or folder, or no case in it.
    """
    folder = datasets_folder() / "cases" if path is None else path
    if folder.is_file():
        return [folder]
    if not folder.is_dir():
        raise UsageError(_("'{path}' is neither a case nor a folder of cases").format(path=folder))
    files = sorted(
        file
        for file in folder.rglob("*")
        if file.suffix.lower() == ".json" and not file.name.startswith(".") and file.is_file()
    )
    if not files:
        raise UsageError(_("the folder {folder} holds no case (*.json)").format(folder=folder))
    return files


def verify(
    paths: Iterable[Path] = (), progress: Callable[[Progress], None] | None = None
) -> list[CaseResult]:
    """Every case of the files and folders, of the embedded ones without any.

    Raises:
        UsageError: if a path is neither, or holds no case.
    """
    return list(verify_each(paths, progress))


def verify_each(
    paths: Iterable[Path] = (), progress: Callable[[Progress], None] | None = None
) -> Iterator[CaseResult]:
    """The same, one after the other as they are done; the paths are looked at before the first."""
    asked: list[Path | None] = [*paths]
    files = [file for path in asked or [None] for file in case_files(path)]
    return (
        _refused(case) if isinstance(case, CaseError) else verify_case(case, progress)
        for file in dict.fromkeys(files)
        for case in read_cases(file)
    )


def exit_code(results: Iterable[CaseResult]) -> int:
    """0 if every scored case matches, 1 if one does not, 2 if a file could not be used."""
    outcomes = {result.outcome for result in results}
    return 2 if "refused" in outcomes else 1 if "miss" in outcomes else 0


def verify_case(case: Case, progress: Callable[[Progress], None] | None = None) -> CaseResult:
    """Solve or measure one case and compare."""
    started = time.perf_counter()

    def result(outcome: Outcome, message: str = "", figures: Iterable[Figure] = ()) -> CaseResult:
        return CaseResult(
            case.name,
            case.family,
            case.kind,
            str(case.file),
            outcome,
            tuple(figures),
            message,
            time.perf_counter() - started,
        )

    if case.status == "reference_only" or case.kind == FACTS:
        return result("not_scored", _("reference data, nothing to score"))
    if case.kind in NOT_YET:
        return result("not_supported", _("cases of this kind are not yet supported"))
    try:
        computed, message = _computed(case, progress)
    except (CaseError, DatasetError) as error:
        return result("refused", str(error))
    except SymbiosisError as error:
        return result("miss", str(error), _compared(case, {}))
    if not case.published:
        return result("not_scored", _("no figure is published"))
    figures = _compared(case, computed)
    if missing := [figure.name for figure in figures if figure.computed is None]:
        text = _("not computed: {names}").format(names=", ".join(missing))
        message = "; ".join(filter(None, [message, text]))
    return result("match" if all(f.ok for f in figures) else "miss", message, figures)


def _refused(error: CaseError) -> CaseResult:
    return CaseResult(error.file.stem, "", "", str(error.file), "refused", message=str(error))


def _computed(case: Case, progress: Callable[[Progress], None] | None) -> tuple[Figures, str]:
    """Figures of a case, and what is to be said of them."""
    data = case.fields()
    if case.kind in MEASURED:
        figures = MEASURED[case.kind](data)
        data.refuse_unread()
        return figures, ""
    if case.kind not in PLANNED:
        kinds = [*PLANNED, *MEASURED, *NOT_YET, FACTS]
        raise CaseError(
            f"{case.file.name}: kind",
            case.kind,
            _("is not one of {allowed}").format(allowed=", ".join(kinds)),
            closest(case.kind, kinds),
        )
    translation = PLANNED[case.kind](data)
    data.refuse_unread()
    computed: Figures = {}
    messages = []
    parts = [translation, *translation.further]
    while parts:
        part = parts.pop(0)
        plan = _plan(case, part, progress)
        status = plan.facts["status"]
        if status == "interrupted":
            raise KeyboardInterrupt
        if status != "optimal":
            messages.append(
                _("stopped by the time limit, the best plan so far is within {gap:.2%}").format(
                    gap=plan.facts["objective"]["gap"]
                )
            )
        computed |= part.figures(plan)
        parts += part.then(plan)
    return computed, "; ".join(messages)


def _plan(
    case: Case, translation: Translation, progress: Callable[[Progress], None] | None
) -> Plan:
    """The plan of a translated case; what it lacks is said in the words of the case."""
    try:
        raw = raw_from_rows(case.name, translation.rows(), translation.settings)
        return plan_study(prepare(dataset_from_raw(raw)), progress)
    except InfeasibleError as error:
        reasons = filter(None, [str(error), translation.shortage()])
        raise InfeasibleError("\n  ".join(reasons)) from None


def _compared(case: Case, computed: Figures) -> tuple[Figure, ...]:
    """Every published figure beside ours."""
    ours = flattened(computed)
    return tuple(
        _figure(name, value, ours.get(name), {**case.allowed(name)} or DEFAULT_TOLERANCE)
        for name, value in case.published.items()
    )


def _figure(name: str, published: Any, computed: Any, size: dict[str, float]) -> Figure:
    """Compare two values: |x - published| <= max(abs, rel |published|); names as a set."""
    if isinstance(computed, list) and _is_number(published):
        computed = len(computed)  # how many are open, where we know which
    if not (_is_number(published) and _is_number(computed)):
        same = computed is not None and _plain(published) == _plain(computed)
        return Figure(name, published, computed, None, same)
    allowed = max(size.get("abs", 0.0), size.get("rel", 0.0) * abs(published))
    return Figure(name, published, computed, allowed, abs(computed - published) <= allowed)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _plain(value: Any) -> Any:
    """Names in any order."""
    return sorted(map(str, value)) if isinstance(value, list) else value
