"""Tables of datasets/library as rows of text, corrections applied."""

import csv
from pathlib import Path

Row = dict[str, str]


class Library:
    """The library tables; `resources` finds resources_metals.csv and the like of every family."""

    def __init__(self, folder: Path, families: list[str]) -> None:
        """Read nothing yet."""
        self.folder, self.families = folder, families

    def rows(self, name: str) -> list[Row]:
        """Rows of `name.csv` or of `name_<family>.csv` of all families, in file order."""
        paths = [self.folder / f"{name}.csv"]
        if not paths[0].is_file():
            paths = [self.folder / f"{name}_{family}.csv" for family in self.families]
        rows: list[Row] = []
        for path in paths:
            with path.open(encoding="utf-8", newline="") as lines:
                rows += csv.DictReader(lines)
        return rows

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
            if column in ("inputs", "outputs"):
                continue  # free texts, not used
            if float(row[column]) != float(correction["old"]):
                raise ValueError(
                    f"corrections.csv: {correction['row_key']}.{column} is {row[column]}, "
                    f"not {correction['old']}: the correction is applied already or out of date"
                )
            row[column] = correction["new"]
        return rows + self.rows("projects_extra")
