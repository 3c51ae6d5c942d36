"""Tables of datasets/library as rows of text, corrections applied."""

import csv
from pathlib import Path

Row = dict[str, str]

TEXTS = ("inputs", "outputs", "flow_unit")  # of a project: words, corrections change no number


class Library:
    """The library tables; `resources` also means resources_<family>.csv of every family."""

    def __init__(self, folder: Path, families: list[str]) -> None:
        """Read nothing yet."""
        self.folder, self.families = folder, families

    def rows(self, name: str) -> list[Row]:
        """Rows of `name.csv`, then of `name_<family>.csv` of all families, in file order.

        Each says in `family` from which it is (the common table: none).

        Raises:
            FileNotFoundError: if there is none of these files.
        """
        names = {"": name} | {family: f"{name}_{family}" for family in self.families}
        rows: list[Row] = []
        found = False
        for family, one in names.items():
            path = self.folder / f"{one}.csv"
            if path.is_file():
                found = True
                with path.open(encoding="utf-8", newline="") as lines:
                    rows += (row | {"family": family} for row in csv.DictReader(lines))
        if not found:
            raise FileNotFoundError(f"{self.folder} has none of {', '.join(names.values())} (.csv)")
        return rows

    def enterprises(self) -> list[Row]:
        """Rows of enterprises.csv, then those that a family adds."""
        rows = self.rows("enterprises")
        extra = (self.folder / f"enterprises_extra_{family}.csv" for family in self.families)
        return rows + self.rows("enterprises_extra") if any(p.is_file() for p in extra) else rows

    def projects(self) -> list[Row]:
        """Rows of projects.csv and projects_extra.csv, corrected.

        Raises:
            ValueError: if a correction does not find the value it corrects.
        """
        rows = self.rows("projects")
        by_id = {row["project_id"]: row for row in rows}
        for correction in self.rows("corrections"):
            row, column = by_id.get(correction["row_key"]), correction["column"]
            if correction["file"] != "projects.csv" or row is None:
                continue  # processes: already inside the recipes; `*`: a definition
            if column in TEXTS:
                continue
            if float(row[column]) != float(correction["old"]):
                raise ValueError(
                    f"corrections.csv: {correction['row_key']}.{column} is {row[column]}, "
                    f"not {correction['old']}: the correction is applied already or out of date"
                )
            row[column] = correction["new"]
        return rows + self.rows("projects_extra")
