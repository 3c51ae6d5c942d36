"""Names of things of a dataset, in both languages."""

from symbiosis.domain.dataset import Dataset
from symbiosis.outputs.dossier.records import Name


class Namer:
    """Finds the names of actors, resources and other rows by their keys."""

    def __init__(self, dataset: Dataset) -> None:
        """Index the names of `dataset`."""
        self.dataset = dataset
        self.place = {row.place_id: row for row in dataset.project_places}

    def actor(self, key: str) -> Name:
        """An enterprise, or a project by itself or by one of its places."""
        if row := self.dataset.enterprise.get(key):
            return Name(key, row.name_zh, row.name_en, row.placeholder)
        place = self.place.get(key)
        project = self.dataset.project.get(place.project_id if place else key)
        return Name(key, project.name_zh, project.name_en) if project else Name(key)

    def resource(self, key: str) -> Name:
        """A resource."""
        row = self.dataset.resource[key]
        return Name(key, row.name_zh, row.name_en)

    def park(self, key: str) -> Name:
        """A park."""
        row = self.dataset.park[key]
        return Name(key, row.name_zh, row.name_en)

    def chain(self, key: str) -> Name:
        """A chain."""
        row = self.dataset.chain[key]
        return Name(key, row.name_zh, row.name_en)

    def recipe(self, key: str) -> Name:
        """A recipe."""
        row = self.dataset.recipe[key]
        return Name(key, row.name_zh, row.name_en)

    def carrier(self, key: str) -> Name:
        """A carrier."""
        row = self.dataset.carrier[key]
        return Name(key, row.name_zh, row.name_en)

    def property(self, key: str) -> Name:
        """A property."""
        row = self.dataset.property[key]
        return Name(key, row.name_zh, row.name_en)
