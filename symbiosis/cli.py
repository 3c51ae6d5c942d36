"""Commands: parse, call, show. Data goes to standard output, progress and messages to error.

What a command does is imported when it runs: Pyomo and pandas take seconds, help needs neither.
"""

import io
import re
import sys
import time
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from symbiosis.cli_studies import add_study_commands
from symbiosis.domain.errors import SymbiosisError, UsageError
from symbiosis.inputs.embedded import dataset_path, embedded_names
from symbiosis.inputs.region import read_study
from symbiosis.inputs.template import write_template
from symbiosis.locale import LANGUAGES, _, language, language_of_locale, set_language
from symbiosis.outputs.json_text import print_json
from symbiosis.outputs.progress import solver_line

DEFAULT_DATASET = "honggu"
INTERRUPTED = 130


def main(arguments: list[str] | None = None) -> None:
    """Run the command and leave with its exit code; a person never sees a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a Windows console cannot show every sign
    arguments = sys.argv[1:] if arguments is None else arguments
    as_json = "--json" in arguments
    set_language(language_of_locale())
    try:
        set_language(_language_asked(arguments))
        code = build_app()(args=arguments, standalone_mode=False)
    except typer.TyperException as error:
        if not error.format_message():  # no command at all: the help has been shown
            sys.exit(UsageError.exit_code)
        code = _report(as_json, UsageError(_usage_text(error)))
    except SymbiosisError as error:
        code = _report(as_json, error)
    except (KeyboardInterrupt, typer.Abort):
        _error_console().print(_("Interrupted before there was a plan."), markup=False)
        code = INTERRUPTED
    except BrokenPipeError:  # the reader of a pipe has left
        sys.stderr.close()
        code = 0
    except OSError as error:  # no room, no right to write, a folder that has gone
        code = _report(as_json, UsageError(f"{error.filename or ''}: {error.strerror}"))
    sys.exit(code or 0)


def _language_asked(arguments: list[str]) -> str:
    """The value of `--lang`, wherever it stands; help texts need it before parsing."""
    for position, argument in enumerate(arguments):
        if argument == "--lang" and position + 1 < len(arguments):
            asked = arguments[position + 1]
        elif argument.startswith("--lang="):
            asked = argument.removeprefix("--lang=")
        else:
            continue
        if asked not in LANGUAGES:
            raise UsageError(
                _("--lang is '{lang}'; known are {known}").format(
                    lang=asked, known=", ".join(LANGUAGES)
                )
            )
        return asked
    return language()


def _report(as_json: bool, error: SymbiosisError) -> int:
    """Say what is wrong; with `--json` as one document on standard output."""
    if as_json:
        told: dict[str, Any] = {"kind": type(error).__name__, "message": str(error)}
        told["faults"] = [fault.as_dict() for fault in getattr(error, "faults", ())]
        if conflict := getattr(error, "conflict", None):
            told["conflict"] = conflict
        print_json({"error": told})
    else:
        _error_console().print(str(error), markup=False, highlight=False)
    return error.exit_code


def _console() -> Console:
    return Console(highlight=False, width=None if sys.stdout.isatty() else 150)


def _error_console() -> Console:
    return Console(stderr=True, highlight=False, soft_wrap=True)


def _named_datasets(names: list[str] | None) -> list[Path]:
    """The datasets asked for; without a name the embedded one, which is said."""
    if not names:
        names = [DEFAULT_DATASET]
        _error_console().print(
            _("No dataset named: taking the embedded '{name}' ({all} are embedded).").format(
                name=DEFAULT_DATASET, all=", ".join(embedded_names())
            ),
            markup=False,
        )
    return [dataset_path(name) for name in names]


def _usage_text(error: typer.TyperException) -> str:
    """What is wrong with the words of a command, in the language in use."""
    option, parameter = getattr(error, "option_name", None), getattr(error, "param", None)
    command = re.fullmatch(r"No such command '(.*)'\.?(?: .*)?", error.format_message())
    extra = re.fullmatch(r"Got unexpected extra argument\(?s?\)? \((.*)\)", error.format_message())
    if option and type(error).__name__ == "NoSuchOption":
        text = _("there is no option {name}").format(name=option)
    elif command:
        text = _("there is no command {name}").format(name=command[1])
    elif extra:
        text = _("'{words}' are words too many").format(words=extra[1])
    elif parameter is not None and type(error).__name__ == "MissingParameter":
        text = _("{name} is missing").format(name=parameter.name.upper())
    else:
        text = error.format_message()
    return text + "; " + _("symbiosis --help lists what there is")


def build_app() -> typer.Typer:
    """The commands, with their help in the language in use."""
    app = typer.Typer(
        add_completion=False,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        help=_("Plans the circular chains of an industrial park (园区循环化改造)."),
    )
    name_help = _("an embedded dataset or the path of a dataset folder; several: one region")
    names_argument = Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]...", help=name_help, show_default=False)
    ]
    json_option = Annotated[
        bool, typer.Option("--json", help=_("print one JSON document on standard output"))
    ]
    lang_option = Annotated[str | None, typer.Option("--lang", help=_("language: zh or en"))]
    set_option = Annotated[
        list[str] | None,
        typer.Option("--set", help=_("change a cell: table.key.column=value (may stand often)")),
    ]

    @app.callback()
    def everything(lang: lang_option = None) -> None:
        """`symbiosis --lang zh --help`: the language has been looked at before."""

    @app.command(help=_("Choose chains, projects, links and exchanges: the main job."))
    def plan(
        names: names_argument = None,
        objective: Annotated[
            str | None,
            typer.Option(
                help=_("npv, co2e, fresh_water, disposed, virgin, byproduct_exchanged, heat_links")
            ),
        ] = None,
        chains: Annotated[
            str | None, typer.Option(help=_("at most so many priority chains"))
        ] = None,
        budget: Annotated[
            str | None, typer.Option(help=_("most to invest, with its unit: '5 亿元'"))
        ] = None,
        changes: set_option = None,
        time_limit: Annotated[str | None, typer.Option(help=_("seconds"))] = None,
        gap: Annotated[str | None, typer.Option(help=_("proven gap to stop at, 0.001"))] = None,
        seed: Annotated[str | None, typer.Option(help=_("seed of the search"))] = None,
        out: Annotated[
            Path | None, typer.Option(help=_("folder of the plan; without it plans/NAME"))
        ] = None,
        json_: json_option = False,
        lang: lang_option = None,
    ) -> int:
        from symbiosis.commands import run_plan
        from symbiosis.outputs.plan_folder import Source

        options = {
            "objective": objective,
            "chains.at_most": chains,
            "chains.at_least": "0" if chains == "0" else None,
            "money.budget": budget,
            "solver.time_limit_s": time_limit,
            "solver.gap": gap,
            "solver.seed": seed,
        }
        edits = (
            *(changes or ()),
            *(f"study.{name}={value}" for name, value in options.items() if value is not None),
        )
        started = time.perf_counter()
        folders = _named_datasets(names)
        dataset = read_study(folders, edits)
        return run_plan(
            dataset,
            Source(folders, edits),
            out or Path("plans") / dataset.name,
            read_s=time.perf_counter() - started,
            as_json=json_,
            progress=solver_line(),
            console=_console(),
        )

    @app.command(help=_("Say everything wrong or suspicious in a dataset."))
    def check(
        names: names_argument = None,
        changes: set_option = None,
        json_: json_option = False,
        lang: lang_option = None,
    ) -> int:
        from symbiosis.commands import run_check

        folders, edits = _named_datasets(names), tuple(changes or ())
        return run_check(lambda: read_study(folders, edits), json_, _console())

    @app.command(help=_("Write a small, filled, runnable example dataset."))
    def new(
        path: Annotated[Path, typer.Argument(help=_("folder to make"))],
        json_: json_option = False,
        lang: lang_option = None,
    ) -> int:
        files = write_template(path)
        if json_:
            print_json({"folder": str(path), "files": [str(file) for file in files]})
        else:
            _console().print(
                _("{count} files in {path}; try: symbiosis plan {path}").format(
                    count=len(files), path=path
                ),
                markup=False,
            )
        return 0

    @app.command(help=_("List possible exchanges and near-misses with their reason."))
    def screen(
        names: names_argument = None,
        changes: set_option = None,
        out: Annotated[
            Path | None, typer.Option(help=_("folder of the curves; without it screens/NAME"))
        ] = None,
        json_: json_option = False,
        lang: lang_option = None,
    ) -> int:
        from symbiosis.commands import run_screen

        dataset = read_study(_named_datasets(names), tuple(changes or ()))
        return run_screen(dataset, out or Path("screens") / dataset.name, json_, _console())

    @app.command(help=_("Measure the network; draw it; write it for Gephi, GraphML and pandas."))
    def graph(
        names: Annotated[
            list[str] | None,
            typer.Argument(
                metavar="[NAME]...",
                help=_("datasets as for plan, or the folder of a plan"),
                show_default=False,
            ),
        ] = None,
        changes: set_option = None,
        shortlist: Annotated[
            Path | None,
            typer.Option(help=_("folder of a shortlist: shows how often each link is chosen")),
        ] = None,
        out: Annotated[
            Path | None, typer.Option(help=_("folder of the files; without it graphs/NAME"))
        ] = None,
        json_: json_option = False,
        lang: lang_option = None,
    ) -> int:
        from symbiosis.commands import networks_of_dataset, networks_of_plan, run_graph

        folders = _named_datasets(names)
        if len(folders) == 1 and (folders[0] / "plan.json").is_file():
            networks = networks_of_plan(folders[0])
        else:
            networks = networks_of_dataset(read_study(folders, tuple(changes or ())))
        folder = out or Path("graphs") / networks.dataset.name
        return run_graph(networks, shortlist, folder, json_, _console())

    @app.command(help=_("Recompute a plan from its folder, without the optimisation model."))
    def audit(
        folder: Annotated[Path, typer.Argument(help=_("folder of a plan"))],
        json_: json_option = False,
        lang: lang_option = None,
    ) -> int:
        from symbiosis.commands import run_audit

        return run_audit(folder, json_, _console())

    @app.command(help=_("Run published cases and compare with their published figures."))
    def verify(
        path: Annotated[
            Path | None,
            typer.Argument(help=_("a case or a folder of cases; without it all embedded ones")),
        ] = None,
        json_: json_option = False,
        lang: lang_option = None,
    ) -> int:
        from symbiosis.commands import run_verify

        return run_verify(path, json_, _console())

    add_study_commands(app, _named_datasets, _console, solver_line)
    return app
