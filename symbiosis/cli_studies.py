"""Commands that ask further questions of a study: near-best plans, comparisons, reasons.

They take datasets as `plan` does, or the folder of a plan, whose inputs are then asked again.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, get_args

import typer
from rich.console import Console

from symbiosis.domain.errors import UsageError
from symbiosis.domain.settings import ObjectiveName
from symbiosis.locale import _
from symbiosis_models.problem import HEAT_LINKS

# fewest heat links come after the least heat, not against another objective
OBJECTIVES = tuple(name for name in get_args(ObjectiveName) if name != HEAT_LINKS)
SHORT = {"co2": "co2e"}
ENGINES = ("loky", "dask")


def share_of(text: str, option: str) -> float:
    """A share as a person writes it: `2%` or `0.02`.

    Raises:
        UsageError: if it is neither, or not between 0 and 1.

    >>> share_of("2%", "--within"), share_of("0.05", "--within")
    (0.02, 0.05)
    """
    match = re.fullmatch(r"\s*(\d+(?:\.\d*)?|\.\d+)\s*([%％]?)\s*", text)
    value = float(match[1]) / (100 if match[2] else 1) if match else 2.0
    if value > 1:
        raise UsageError(
            _("{option} is '{text}'; write a share as 2% or 0.02").format(option=option, text=text)
        )
    return value


def two_objectives(text: str) -> tuple[str, str]:
    """Two names of objectives, parted by a comma.

    Raises:
        UsageError: if they are not two different known ones.

    >>> two_objectives("npv, co2")
    ('npv', 'co2e')
    """
    names = [SHORT.get(name.strip(), name.strip()) for name in text.replace("，", ",").split(",")]
    if len(names) != 2 or names[0] == names[1] or not set(names) <= set(OBJECTIVES):
        raise UsageError(
            _("--objectives is '{text}'; write two of {names} with a comma between").format(
                text=text, names=", ".join(OBJECTIVES)
            )
        )
    return names[0], names[1]


def add_study_commands(
    app: typer.Typer,
    named_datasets: Callable[[list[str] | None], list[Path]],
    console: Callable[[], Console],
    progress: Callable[[], Callable[[Any], None]],
) -> None:
    """Add the commands to `app`; datasets are found and progress is shown as for `plan`."""
    names_argument = Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME]...",
            help=_("datasets as for plan, or the folder of a plan"),
            show_default=False,
        ),
    ]
    json_option = Annotated[
        bool, typer.Option("--json", help=_("print one JSON document on standard output"))
    ]
    lang_option = Annotated[str | None, typer.Option("--lang", help=_("language: zh or en"))]
    set_option = Annotated[
        list[str] | None,
        typer.Option("--set", help=_("change a cell: table.key.column=value (may stand often)")),
    ]

    @app.command(help=_("Other sets of projects that are nearly as good as the best plan."))
    def alternatives(
        names: names_argument = None,
        within: Annotated[
            str, typer.Option(help=_("share of the best objective that may be lost"))
        ] = "2%",
        at_most: Annotated[
            int, typer.Option(min=1, help=_("at most so many plans, the best one among them"))
        ] = 10,
        changes: set_option = None,
        out: Annotated[
            Path | None,
            typer.Option(help=_("folder of the plans; without it alternatives/NAME")),
        ] = None,
        json_: json_option = False,
        lang: lang_option = None,
    ) -> int:
        from symbiosis.commands_studies import run_alternatives
        from symbiosis.outputs.plan_folder import read_inputs

        share = share_of(within, "--within")
        dataset, source = read_inputs(named_datasets(names), tuple(changes or ()))
        return run_alternatives(
            dataset,
            source,
            out or Path("alternatives") / dataset.name,
            share,
            at_most,
            json_,
            progress,
            console(),
        )

    @app.command(help=_("What changed from one plan to another, and by how much."))
    def compare(
        a: Annotated[Path, typer.Argument(help=_("folder of a plan"))],
        b: Annotated[Path, typer.Argument(help=_("folder of another plan"))],
        json_: json_option = False,
        lang: lang_option = None,
    ) -> int:
        from symbiosis.commands_studies import run_compare

        return run_compare(a, b, json_, console())

    @app.command(help=_("Why a project is in the best plan, or why not, and what that is worth."))
    def explain(
        names: names_argument = None,
        why: Annotated[
            str | None, typer.Option(metavar="PROJECT", help=_("a project the plan builds"))
        ] = None,
        why_not: Annotated[
            str | None, typer.Option(metavar="PROJECT", help=_("a project it does not build"))
        ] = None,
        changes: set_option = None,
        json_: json_option = False,
        lang: lang_option = None,
    ) -> int:
        from symbiosis.commands_studies import run_explain
        from symbiosis.outputs.plan_folder import read_inputs

        if (why is None) == (why_not is None):
            raise UsageError(_("write --why PROJECT or --why-not PROJECT, one of the two"))
        dataset, _source = read_inputs(named_datasets(names), tuple(changes or ()))
        return run_explain(
            dataset, why or why_not or "", why is not None, json_, progress, console()
        )

    @app.command(help=_("Plans between the best in one objective and the best in another."))
    def pareto(
        names: names_argument = None,
        objectives: Annotated[
            str, typer.Option(help=_("two of: {names}").format(names=", ".join(OBJECTIVES)))
        ] = "npv,co2e",
        points: Annotated[
            int, typer.Option(min=2, help=_("at most so many points, ends included"))
        ] = 9,
        changes: set_option = None,
        out: Annotated[
            Path | None, typer.Option(help=_("folder of the plans; without it pareto/NAME"))
        ] = None,
        json_: json_option = False,
        lang: lang_option = None,
    ) -> int:
        from symbiosis.commands_studies import run_pareto
        from symbiosis.outputs.plan_folder import read_inputs

        pair = two_objectives(objectives)
        edits = (*(changes or ()), f"study.objective={pair[0]}")
        dataset, source = read_inputs(named_datasets(names), edits)
        folder = out or Path("pareto") / dataset.name
        return run_pareto(dataset, source, folder, pair, points, json_, progress, console())

    @app.command(help=_("Missing links: what each project is worth, how sure, what changes it."))
    def shortlist(
        names: names_argument = None,
        near: Annotated[
            str, typer.Option(help=_("share of the best objective that near-best plans may lose"))
        ] = "2%",
        plans: Annotated[int, typer.Option(min=1, help=_("at most so many near-best plans"))] = 20,
        samples: Annotated[int, typer.Option(min=0, help=_("so many sampled futures"))] = 100,
        seed: Annotated[int, typer.Option(min=0, help=_("seed of the futures"))] = 0,
        jobs: Annotated[
            int, typer.Option(help=_("processes at once; -1: one for every core"))
        ] = -1,
        engine: Annotated[
            str, typer.Option(help=_("loky: processes of this machine; dask: a Dask cluster"))
        ] = "loky",
        scheduler: Annotated[
            str, typer.Option(help=_("address of a Dask scheduler; without it one is started"))
        ] = "",
        changes: set_option = None,
        out: Annotated[
            Path | None,
            typer.Option(help=_("folder of the shortlist; without it shortlists/NAME")),
        ] = None,
        json_: json_option = False,
        lang: lang_option = None,
    ) -> int:
        from symbiosis.commands_shortlist import run_shortlist
        from symbiosis.outputs.plan_folder import read_inputs
        from symbiosis.studies.shortlist.records import Asking
        from symbiosis.studies.shortlist.work import Engine

        if engine not in ENGINES:
            known = ", ".join(ENGINES)
            raise UsageError(
                _("--engine is '{engine}'; known are {known}").format(engine=engine, known=known)
            )
        if scheduler and engine != "dask":
            raise UsageError(_("--scheduler needs --engine dask"))
        if jobs == 0:
            raise UsageError(_("--jobs is 0; write how many, or -1 for one for every core"))
        asking = Asking(share_of(near, "--near"), plans, samples, seed)
        dataset, _source = read_inputs(named_datasets(names), tuple(changes or ()))
        folder = out or Path("shortlists") / dataset.name
        where = Engine(engine, jobs, scheduler)
        return run_shortlist(dataset, folder, asking, where, json_, progress, console())
