"""The commands as a person types them: what they print, write and return."""

import json
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from typed import PROGRAM, run, run_here

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def planned(tmp_path_factory):
    """`symbiosis plan yongdeng --json`, run once."""
    folder = tmp_path_factory.mktemp("planned")
    done = run("plan", "yongdeng", "--out", "plan", "--json", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder, done


def test_json_of_a_plan_keeps_its_contract(planned):
    """Every key that other programs rely on is there, and nothing else is on standard output."""
    _folder, done = planned
    document = json.loads(done.stdout)
    assert document["status"] == "optimal"
    assert set(document["objective"]) == {"name", "value", "unit", "bound", "gap"}
    assert document["objective"]["gap"] <= 0.001
    assert document["chains"] and document["projects"] and document["exchanges"]
    assert isinstance(document["links"], list)
    assert set(document["indicators"]) == {"today", "plan"}
    assert document["limits"] and {"name", "value", "limit", "slack"} <= set(document["limits"][0])
    assert set(document["heat"]) == {"heating", "rest", "peak"}
    assert document["audit"]["passed"] is True and document["audit"]["checks"]
    assert document["dataset"]["name"] == "yongdeng" and len(document["dataset"]["hash"]) == 64
    assert {"pyomo", "highspy"} <= set(document["versions"])
    assert {"read", "match", "build", "handover", "solve", "audit"} <= set(document["times_s"])
    assert document["next_chain"]["gain"] >= -1e-6 * abs(document["objective"]["value"])


def test_progress_goes_to_standard_error(planned):
    """A search of less than a second may say nothing; what it says is not on standard output."""
    _folder, done = planned
    assert done.stdout.lstrip().startswith("{")
    assert "Running HiGHS" not in done.stdout + done.stderr


def test_plan_folder_holds_tables_networks_inputs_and_provenance(planned):
    """Everything needed to read, draw and audit the plan is in its folder."""
    folder = planned[0] / "plan"
    for name in ("plan.json", "provenance.json", "plan.gexf", "inputs/study.toml"):
        assert (folder / name).is_file(), name
    tables = {path.stem for path in (folder / "tables").glob("*.csv")}
    assert {"chains", "projects", "exchanges", "trades", "indicators", "limits", "money"} <= tables
    provenance = json.loads((folder / "provenance.json").read_text(encoding="utf-8"))
    assert {"dataset", "changes", "settings", "versions", "times_s"} <= set(provenance)
    assert not [path for path in planned[0].iterdir() if path.name.startswith(".")]


def test_graph_of_a_plan_is_one_network_and_a_page(planned, tmp_path):
    """Today and plan are measured apart and written as one; a folder that is no shortlist is said
    to be none."""
    folder = planned[0] / "plan"
    done = run_here("graph", str(folder), "--json", "--out", "drawn", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert set(document["metrics"]) == {"today", "plan"}
    names = {Path(file).name for file in document["files"]}
    assert names == {
        "plan.gexf",
        "plan.graphml",
        "plan_nodes.csv",
        "plan_edges.csv",
        "network.html",
    }
    done = run_here("graph", str(folder), "--shortlist", str(folder), cwd=tmp_path)
    assert done.returncode == 2 and "no finished shortlist" in done.stderr


def test_audit_of_the_folder_passes_and_fails_when_a_table_is_altered(planned, tmp_path):
    """The audit reads the tables: a project made cheaper by hand is found out, exit code 1."""
    folder, _done = planned
    done = run_here("audit", "plan", "--json", cwd=folder)
    assert done.returncode == 0 and json.loads(done.stdout)["passed"] is True

    shutil.copytree(folder / "plan", tmp_path / "altered")
    path = tmp_path / "altered/tables/projects.csv"
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    column = lines[0].split(",").index("capital_cost")
    cells = lines[1].split(",")
    cells[column] = str(float(cells[column]) * 0.8)
    path.write_text("\n".join([lines[0], ",".join(cells), *lines[2:]]) + "\n", encoding="utf-8-sig")
    done = run_here("audit", "altered", cwd=tmp_path)
    assert done.returncode == 1 and "FAILED" in done.stdout


def test_same_inputs_give_the_same_plan(planned, tmp_path):
    """Tables of a second run, in another process, are the same, byte for byte."""
    folder, _done = planned
    assert run_here("plan", "yongdeng", "--out", "again", cwd=tmp_path).returncode == 0
    for path in sorted((folder / "plan/tables").iterdir()):
        assert path.read_bytes() == (tmp_path / "again/tables" / path.name).read_bytes(), path.name


def test_plan_without_a_name_plans_honggu_and_says_so(tmp_path):
    """A new user names no dataset; a rough plan is enough to see which was taken."""
    done = run_here("plan", "--gap", "0.5", cwd=tmp_path)
    assert done.returncode == 0
    assert "honggu" in done.stderr
    assert (tmp_path / "plans/honggu/plan.json").is_file()


def test_one_screen_in_both_languages(tmp_path):
    """Chains, projects, indicators, audit and folder are on the screen; labels follow --lang."""
    assert run_here("new", "mypark", cwd=tmp_path).returncode == 0
    english = run_here("plan", "mypark", cwd=tmp_path, lang="en").stdout
    chinese = run_here("plan", "mypark", cwd=tmp_path, lang="zh").stdout
    for text in ("Prioritised chains", "Projects", "Indicators of a year", "Audit: passed"):
        assert text in english
    for text in ("优先产业链", "项目", "审计：通过", "万元"):
        assert text in chinese
    assert "Projects" not in chinese and "Audit" not in chinese


def test_new_check_and_plan_of_a_fresh_park(tmp_path):
    """The example folder is runnable as it stands."""
    assert run_here("new", "mypark", cwd=tmp_path).returncode == 0
    checked = run_here("check", "mypark", "--json", cwd=tmp_path)
    assert checked.returncode == 0 and json.loads(checked.stdout)["ok"] is True
    done = run_here("plan", "mypark", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["projects"]


def test_new_leaves_an_existing_folder_alone(tmp_path):
    """A folder with something in it is never written over."""
    (tmp_path / "mypark").mkdir()
    (tmp_path / "mypark/mine.txt").write_text("mine")
    done = run_here("new", "mypark", cwd=tmp_path)
    assert done.returncode == 2
    assert sorted(path.name for path in (tmp_path / "mypark").iterdir()) == ["mine.txt"]


def test_out_is_never_a_foreign_folder(tmp_path):
    """`--out` refuses a folder that holds no plan, before any work."""
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos/a.png").write_text("x")
    done = run_here("plan", "honggu", "--out", "photos", cwd=tmp_path)
    assert done.returncode == 2 and "photos" in done.stderr
    assert (tmp_path / "photos/a.png").is_file()


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    """`--out` below a file: what the system says, without a traceback."""
    (tmp_path / "file").write_text("x")
    done = run_here("graph", "honggu", "--out", "file/graphs", cwd=tmp_path)
    assert done.returncode == 2 and "file" in done.stderr
    assert "Traceback" not in done.stderr


def test_graph_and_screen_of_honggu(tmp_path):
    """Metrics and files of the network; candidates, near-misses and targets."""
    done = run_here("graph", "honggu", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert {"nodes", "density", "betweenness_leaders", "finn_cycling_index"} <= set(
        document["metrics"]["today"]
    )
    for file in document["files"]:
        assert (tmp_path / file).is_file()
    screened = json.loads(run_here("screen", "honggu", "--json", cwd=tmp_path).stdout)
    assert len(screened["candidates"]) > 100
    assert {row["reason"] for row in screened["refused"]} >= {"too_far"}
    assert {row["place"] for row in screened["heat_targets"]["heating"]} >= {"E06", "carriers"}
    assert "screens/honggu/heat.html" in screened["files"]
    for file in screened["files"]:
        assert (tmp_path / file).is_file()


def test_screen_of_a_fresh_park(tmp_path):
    """Near-misses are printed with their reason: steam that goes 1 km does not reach the dairy."""
    assert run_here("new", "mypark", cwd=tmp_path).returncode == 0
    done = run_here("screen", "mypark", "--set", "carriers.steam_main.reach=1", cwd=tmp_path)
    assert done.returncode == 0 and "beyond the carrier's reach" in done.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["plan", "hongu"], "closest is 'honggu'"),
        (["plan", "no/such/folder"], "no/such/folder"),
        (["plan", "honggu", "--budget", "5 apples"], "money.budget"),
        (["plan", "honggu", "--budget=-1"], "money.budget"),
        (["plan", "honggu", "--objective", "happiness"], "objective"),
        (["plan", "honggu", "--chains", "many"], "'many': is not a whole number"),
        (["plan", "honggu", "--chains=-1"], "chains.at_most"),
        (["plan", "honggu", "--gap", "2"], "solver.gap"),
        (["plan", "honggu", "--time-limit", "0"], "solver.time_limit_s"),
        (["plan", "honggu", "--set", "nonsense"], "table.key.column=value"),
        (["plan", "honggu", "--set", "units.E06-P01.capacty=3"], "closest is 'capacity'"),
        (["plan", "honggu", "--set", "marketz.coal/buy.price=3"], "closest is 'markets'"),
        (["plan", "honggu", "--set", "study.solver.gapp=3"], "closest is 'gap'"),
        (["plan", "honggu", "--set", "study.chains.barred=HG99"], "'HG99': is not in"),
        (["plan", "--colour", "blue"], "--colour"),
        (["plant", "honggu"], "plant"),
        (["audit", "nowhere"], "nowhere"),
        (["verify", "nowhere"], "nowhere"),
    ],
)
def test_wrong_words_are_named_with_exit_code_2(words, said, tmp_path):
    """No traceback, nothing written, the wrong word and where possible the right one."""
    done = run_here(*words, cwd=tmp_path)
    assert done.returncode == 2, done.stdout + done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr and not list(tmp_path.iterdir())
    document = json.loads(run_here(*words, "--json", cwd=tmp_path).stdout)
    assert said in document["error"]["message"]


def test_unknown_language_is_refused(tmp_path):
    """The language decides the help text itself, so it is looked at before anything else."""
    done = run("plan", "--lang", "fr", cwd=tmp_path, lang=None)
    assert done.returncode == 2 and "zh, en" in done.stderr


def test_help_is_in_both_languages(tmp_path):
    """Help needs no dataset and speaks the language asked for."""
    assert "main job" in run_here("--help", cwd=tmp_path).stdout
    chinese = run_here("plan", "--help", cwd=tmp_path, lang="zh").stdout
    assert "补链" in chinese


@pytest.fixture(scope="module")
def hard_park(tmp_path_factory):
    """A dataset whose search takes minutes: one resource, 90 sites, 200 customers."""
    import random

    rng = random.Random(7)
    folder = tmp_path_factory.mktemp("hard") / "hard"
    folder.mkdir()

    def write(name, header, rows):
        lines = [header, *(",".join(map(str, row)) for row in rows)]
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")

    sites, customers = range(90), range(200)
    write("parks.csv", "park_id,lat,lon", [("P", 36, 103)])
    write("resources.csv", "resource_id,kind,unit,carrier_id", [("good", "material", "t", "truck")])
    write("carriers.csv", "carrier_id,unit,freight,reach", [("truck", "t", 0.001, 1000)])
    write(
        "enterprises.csv",
        "enterprise_id,park_id,lat,lon",
        [(f"C{j}", "P", 36 + rng.random(), 103 + rng.random()) for j in customers],
    )
    write(
        "streams.csv",
        "stream_id,enterprise_id,resource_id,direction,amount",
        [(f"s{j}", f"C{j}", "good", "need", rng.randint(50, 150)) for j in customers],
    )
    write("recipes.csv", "recipe_id,reference_resource", [("make", "good")])
    write(
        "recipe_flows.csv",
        "recipe_id,resource_id,direction,coefficient",
        [("make", "good", "out", 1)],
    )
    write(
        "projects.csv",
        "project_id,kind,least_size,reference_size,most_size,capital_cost,scale_exponent",
        [(f"F{i}", "platform", 100, 500, 900, rng.randint(380, 420), 0.6) for i in sites],
    )
    write(
        "project_units.csv",
        "project_id,recipe_id,activity_per_size",
        [(f"F{i}", "make", 1) for i in sites],
    )
    write(
        "project_places.csv",
        "place_id,project_id,park_id,lat,lon",
        [(f"F{i}@P", f"F{i}", "P", 36 + rng.random(), 103 + rng.random()) for i in sites],
    )
    (folder / "study.toml").write_text('baseline = "none"\n[solver]\ngap = 0.0\n')
    return folder


@pytest.fixture
def ctrl_c_is_heard():
    """A shell starts what runs in its background deaf to Ctrl-C, and so all that it starts."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_ctrl_c_keeps_the_best_plan_so_far(hard_park, tmp_path, ctrl_c_is_heard):
    """Exit code 130, a whole folder, and the gap of the plan that was kept."""
    process = subprocess.Popen(
        [PROGRAM, "plan", str(hard_park), "--out", "plan", "--lang", "en"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    waited = 0.0
    seen = ""
    while waited < 120 and not re.search(r"best -?[0-9]", seen):
        seen += process.stderr.readline()
        waited += 0.1
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 130, err
    document = json.loads((tmp_path / "plan/plan.json").read_text(encoding="utf-8"))
    assert document["status"] == "interrupted" and document["objective"]["gap"] > 0
    assert document["audit"]["passed"] is True
    assert "interrupted" in out and "Traceback" not in err


def test_killed_work_leaves_nothing_half_written(hard_park, tmp_path):
    """A killed search has written nothing at all."""
    process = subprocess.Popen(
        [PROGRAM, "plan", str(hard_park), "--out", "plan"],
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    process.stderr.readline()
    process.kill()
    process.communicate(timeout=60)
    assert not list(tmp_path.iterdir())


def test_time_limit_returns_the_best_plan_with_its_gap(hard_park, tmp_path):
    """A limit is no failure: exit code 0, status time_limit, and the gap says how far it may be."""
    done = run("plan", str(hard_park), "--time-limit", "8", "--out", "plan", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["status"] == "time_limit" and document["objective"]["gap"] > 0


def test_no_plan_in_time_is_exit_code_3(hard_park, tmp_path):
    """Nothing was found: nothing is written, and the way out is said."""
    done = run_here("plan", str(hard_park), "--time-limit", "0.001", cwd=tmp_path)
    assert done.returncode == 3 and "allow more time" in done.stderr
    assert not list(tmp_path.iterdir())


def test_python_cli_py_is_the_command(tmp_path):
    """The launcher at the root of a checkout needs no installation of the command."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "cli.py"), "--help"], cwd=tmp_path, capture_output=True
    )
    assert done.returncode == 0
