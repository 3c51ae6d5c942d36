"""Tables of datasets/library as rows of text, corrections applied."""

import csv
from pathlib import Path

Row = dict[str, str]


class Library:
    """The library tables; `resources` also means resources_<family>.csv of every family."""

    def __init__(self, folder: Path, families: list[str]) -> None:
        """Read nothing yet."""
        self.folder, self.families = folder, families

    def rows(self, name: str) -> list[Row]:
        """Rows of `name.csv`, then of `name_<family>.csv` of all families, in file order.

        Raises:
            FileNotFoundError: if there is none of these files.
        """
        names = [name, *(f"{name}_{family}" for family in self.families)]
        paths = [path for one in names if (path := self.folder / f"{one}.csv").is_file()]
        if not paths:
            raise FileNotFoundError(f"{self.folder} has none of {', '.join(names)} (.csv)")
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
