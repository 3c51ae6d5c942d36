"""Water of today: where used water goes, and the stations, washings and outfalls that stand."""

from collections.abc import Iterator
from typing import Any

from library import Row
from park_tables.cells import join, text
from park_tables.water import HOURS, Water
from park_tables.water_recipes import WaterRecipes

SEWAGE = ("domestic_sewage", "wastewater_general")
REJECTS = {"demin_reject": "river_discharge", "works_reject": "effluent_discharge"}
TO_RIVER = ("discharge", "partly_returned")  # of condensate, what does not return


class WaterToday:
    """Exchanges and units of water in the base year."""

    def __init__(self, water: Water, recipes: WaterRecipes) -> None:
        """Keep the streams, and the recipes of what stands."""
        self.water, self.recipes = water, recipes

    def exchanges(self) -> Iterator[dict[str, Any]]:
        """Where used water goes today, in the form of [[exchanges.added]]."""
        for key, own in self.water.own.get("reused_today", {}).items():
            row = self.water.stream[key]
            amount = own["share"] * self.water.mean_flow(row) * HOURS
            reuse = (own["from"], self.water.resource_of(row))
            yield self._exchange(row["owner"], row["owner"], *reuse, amount, own["reason"])
        parks = {row["ent_id"]: row["park_id"] for row in self.water.library.rows("enterprises")}
        done: set[tuple[str, str]] = set()
        for row in self.water.stream.values():
            if row["role"] != "source":
                continue
            owner, used = row["owner"], self.water.resource_of(row)
            sewer = self._sewer(used, owner, parks.get(owner))
            if used == "mine_water":
                used = "mine_water_treated"
            way = self._way_today(row, used)
            if (owner, used) in done or (way == "sewer" and not sewer):
                continue
            done.add((owner, used))
            said = f"today {row['today']} (library)"
            if way == "sewer":
                ends = owner, sewer["works"], used, "wastewater_general"
                yield self._exchange(*ends, "supply", said, sewer["fee"], sewer["since"])
            elif way:
                yield self._exchange(owner, owner, used, way, "supply", said)
        for own in self.water.own.get("stations", []):
            owner = self.water.stream[own["stream"]]["owner"]
            gives = {flow["resource_id"] for flow in self.recipes.own[own["recipe"]]}
            for reject, way in REJECTS.items():
                if reject in gives and (owner, reject) not in done:
                    done.add((owner, reject))
                    ends = owner, owner, reject, way
                    yield self._exchange(*ends, "supply", "reject that is not among the streams")

    def _sewer(self, used: str, *owners: str | None) -> dict[str, Any] | None:
        """Sewer of an enterprise, else of its park, that takes a used water."""
        sewers = self.water.own.get("sewers", {})
        own = (sewers[name] for name in owners if name in sewers)
        return next((sewer for sewer in own if used in sewer.get("takes", SEWAGE)), None)

    @staticmethod
    def _way_today(row: Row, used: str) -> str:
        """What a used water serves today: a use, the river, a sewer; empty where it is sold off."""
        if row["today"].startswith("ash_"):
            return "ash_water"
        if used in SEWAGE:
            return "sewer"
        if not row["today"].startswith(TO_RIVER):
            return ""
        return "effluent_discharge" if used == "treated_effluent" else "river_discharge"

    @staticmethod
    def _exchange(
        donor: str,
        receiver: str,
        used: str,
        serves: str,
        amount: float | str,
        reason: str,
        fee: float = 0.0,
        since: int | str = "",
    ) -> dict[str, Any]:
        return {
            "donor": donor,
            "receiver": receiver,
            "resource": used,
            "serves": serves,
            "amount": amount,
            "price": -fee if fee else 0.0,
            "price_unit": "元/m3",
            "since": since,
            "check": "derived",
            "reason": reason,
        }

    def surplus(self, enterprise: str, resource: str) -> float:
        """What streams and stations of an enterprise give of a resource less what they take."""
        found = 0.0
        for row in self.water.streams():
            if (row["enterprise_id"], row["resource_id"]) == (enterprise, resource):
                sign = 1 if row["direction"] == "supply" else -1
                found += sign * float(row["amount"]) * HOURS
        for unit in self._stations():
            if unit["enterprise_id"] == enterprise:
                activity = float(unit["capacity"]) * float(unit["utilisation"]) * HOURS
                for flow in self.recipes.own[unit["recipe_id"]]:
                    if flow["resource_id"] == resource:
                        sign = 1 if flow["direction"] == "out" else -1
                        found += sign * float(flow["coefficient"]) * activity
        return found

    def _stations(self) -> list[Row]:
        """Stations and fixed loads as they run today, sizes in m3/h."""
        rows = []
        spare = self.water.classes.get("stations_spare", 1.0)
        served: dict[tuple[str, str], list[Row]] = {}
        for own in self.water.own.get("stations", []):
            row = self.water.stream[own["stream"]]
            served.setdefault((row["owner"], own["recipe"]), []).append(row)
        for (owner, recipe), streams in served.items():
            size = sum(self.water.mean_flow(row) for row in streams) / spare
            said = [f"{row['stream_id']}: {row['flow_m3_h_typ']} m3/h" for row in streams]
            note = join(*said, "spare capacity assumed")
            rows.append(self._unit(owner, recipe, size, spare, 0.0, 1.0, note))
        for row in self.water.fixed_loads():
            size = self.water.mean_flow(row) / spare
            note = (
                f"{row['stream_id']}: a plan may wash with dirtier water and more of it, not with "
                "less than today"
            )
            recipe = self.water.recipe_of_load(row)
            rows.append(self._unit(row["owner"], recipe, size, spare, spare, 1.0, note))
        return rows

    def _unit(
        self,
        owner: str,
        recipe: str,
        size: float,
        today: float,
        least: float,
        most: float,
        note: str,
    ) -> Row:
        return {
            "unit_id": f"{owner}-{recipe}",
            "enterprise_id": owner,
            "recipe_id": recipe,
            "capacity": text(size),
            "capacity_unit": "m3/h",
            "utilisation": text(today),
            "least_utilisation": text(least),
            "most_utilisation": text(most),
            **self.water.assumed("amount of the library's stream"),
            "note": note,
        }

    def units(self, discharged: dict[str, float]) -> list[Row]:
        """Stations, fixed loads and outfalls; `discharged` is what each actor lets out, m3/a."""
        rows = self._stations()
        for recipe, _use, standards in self.water.outfalls():
            for owner, standard in standards.items():
                size = discharged[owner] / HOURS / 0.5
                note = f"{standard}; twice as wide as today's discharge"
                rows.append(self._unit(owner, recipe, size, 0.5, 0.0, 1.0, note))
        return rows
