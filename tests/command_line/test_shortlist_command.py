"""The shortlist as a person types it: refusals, a kill in the middle, both languages."""

import csv
import json
import os
import signal
import subprocess
import time

import pytest

from judged import twins
from symbiosis.cli import main
from symbiosis.inputs.tables import TABLES
from symbiosis.studies.shortlist.records import Shortlist, from_json
from typed import PROGRAM, run_here

ASKED = ("shortlist", "twins", "--samples", "4", "--plans", "3", "--near", "5%", "--jobs", "1")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with the twins as a dataset; their costs have ranges."""
    folder = tmp_path_factory.mktemp("shortlists")
    park = twins().change("projects", "cheap", low=12, high=22)
    (folder / "twins").mkdir()
    for table in ("parks", "enterprises", "resources"):
        assert TABLES[table].key[0] in park.rows[table][0]
    for table, rows in park.rows.items():
        columns = list(dict.fromkeys(column for row in rows for column in row))
        with (folder / "twins" / f"{table}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, columns)
            writer.writeheader()
            writer.writerows(rows)
    (folder / "twins" / "study.toml").write_text(
        '[network]\nmatching = "declared"\n[money]\ndiscount_rate = 0\n'
        "[policy]\nleast_utilisation = 0\n[chains]\nat_least = 0\n"
        '[[periods]]\nid = "base"\nyears = 10\n[solver]\ngap = 0\n',
        encoding="utf-8",
    )
    return folder


def results(folder):
    """Every result file; the work is left out."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_killed_and_asked_again_it_gives_the_same_bytes(folder):
    """`kill -9` after some pieces: no result file, no half file; then only the rest is done."""
    whole = run_here(*ASKED, "--out", "whole", "--json", cwd=folder)
    assert whole.returncode == 0, whole.stderr
    found = from_json(Shortlist, json.loads(whole.stdout))
    assert [x.project_id for x in found.targets] == ["cheap", "dear", "mad"]

    words = [PROGRAM, *ASKED, "--out", "killed"]
    process = subprocess.Popen(words, cwd=folder, stderr=subprocess.DEVNULL)
    work = folder / "killed" / "work"
    until = time.monotonic() + 120
    while len(list(work.glob("*/[!.]*.json"))) < 4 and time.monotonic() < until:
        time.sleep(0.005)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    done = {path: path.read_bytes() for path in work.glob("*/[!.]*.json")}
    pieces = len(list((folder / "whole" / "work").glob("*/*.json")))
    assert 4 <= len(done) < pieces and not results(folder / "killed")
    assert all(json.loads(content) is not None for content in done.values())

    again = run_here(*ASKED, "--out", "killed", "--json", cwd=folder)
    assert again.returncode == 0, again.stderr
    assert again.stdout == whole.stdout
    assert results(folder / "killed") == results(folder / "whole")
    assert {path: path.read_bytes() for path in done} == done  # kept, not done again


def test_both_languages_and_the_tables(folder):
    """The screen speaks either language; every table stands in the folder, targets by rank."""
    english = run_here(*ASKED, "--out", "whole", cwd=folder).stdout
    chinese = run_here(*ASKED, "--out", "whole", cwd=folder, lang="zh").stdout
    for said in ("Shortlist, by how often", "support paid once", "loss of a partner"):
        assert said in english and said not in chinese
    for said in ("补链招商清单", "一次性扶持", "失去哪家企业", "抽样情景"):
        assert said in chinese and said not in english
    tables = {path.stem for path in (folder / "whole").glob("*.csv")}
    assert tables == set(
        "targets flips dependences measure_first flows near_best futures exchanges links "
        "gaps".split()
    )
    with (folder / "whole" / "targets.csv").open(encoding="utf-8-sig") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["project_id"] for row in rows] == ["cheap", "dear", "mad"]
    assert float(rows[0]["loss_value"]) == pytest.approx(1.5)
    assert rows[0]["killed_by"] == "mill"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--engine", "spark"), "--engine is 'spark'; known are loky, dask"),
        (("--scheduler", "tcp://here:1"), "--scheduler needs --engine dask"),
        (("--jobs", "0"), "--jobs is 0; write how many, or -1 for one for every core"),
        (("--near", "3"), "--near is '3'; write a share as 2% or 0.02"),
        (("--samples", "-1"), "--samples"),
        (("--plans", "0"), "--plans"),
        (("--out", "twins"), "holds something else"),
    ],
)
def test_what_is_refused(folder, words, said, monkeypatch, capsys):
    """One line that says what is wrong and how to write it; exit code 2."""
    monkeypatch.chdir(folder)
    with pytest.raises(SystemExit) as ended:
        main(["shortlist", "twins", "--lang", "en", *words])
    assert ended.value.code == 2
    error = capsys.readouterr().err
    assert said in error and "Traceback" not in error


def test_a_resource_that_moves_with_others_must_be_there(folder, monkeypatch, capsys):
    monkeypatch.chdir(folder)
    change = "study.futures.together=ash;ashes"
    with pytest.raises(SystemExit) as ended:
        main(["check", "twins", "--lang", "en", "--set", change])
    told = capsys.readouterr()
    assert ended.value.code in (1, 2)
    assert "ashes" in told.out + told.err and "futures.together" in told.out + told.err
