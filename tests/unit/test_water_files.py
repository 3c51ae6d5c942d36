"""Water targets of a dataset: what counts as source, sink and fresh water, and the files."""

import re
import xml.etree.ElementTree as ET

import pandas as pd
import pytest

from parks import Park
from symbiosis.inputs.embedded import datasets_folder
from symbiosis.inputs.reader import read_dataset
from symbiosis.locale import set_language
from symbiosis.network.water_streams import water_cases
from symbiosis.outputs.text import Names
from symbiosis.outputs.water_files import (
    cases_of,
    property_texts,
    water_target_rows,
    write_water_files,
)
from symbiosis.planning.study import prepare


def water_park(**settings):
    """A mill gives 87600 m3 of grey water (TDS 900); a dyer needs as much at most 500, a boiler 50.

    Bought water has 0: half of the dyer's need can be grey, and nothing of the boiler's.
    """
    park = Park(**settings).enterprise("mill", "dyer", "boiler")
    park.resource("grey", "tap", "hot", kind="water", unit="m3", balance="slice")
    park.change("resources", "tap", virgin=1)
    park.add("properties", property_id="tds", unit="mg/L")
    park.supply("mill", "grey", 87600).need("dyer", "tap", 87600).need("boiler", "tap", 8760)
    park.substitute("grey", "tap")
    park.market("grey", "dispose", 1).market("tap", "buy", 2)
    quality = {"property_id": "tds"}
    park.add(
        "qualities", owner_id="mill", resource_id="grey", direction="supply", value=900, **quality
    )
    park.add("qualities", owner_id="dyer", resource_id="tap", direction="need", most=450, **quality)
    park.add("qualities", owner_id="boiler", resource_id="tap", direction="need", most=0, **quality)
    return park.add("qualities", resource_id="tap", direction="bought", value=0, **quality)


def rows_of(park):
    ready = prepare(park.dataset())
    (case,) = cases_of(ready)
    return {row["place"]: row for row in water_target_rows(ready, case)}


def test_targets_of_places_and_all_by_hand():
    """The dyer alone buys 10 m3/h, together 5; the boiler's 1 m3/h is always bought."""
    rows = rows_of(water_park())
    assert [rows[place]["fresh_m3_h"] for place in ("dyer", "boiler")] == pytest.approx([10, 1])
    assert rows["all"]["fresh_m3_h"] == pytest.approx(6)
    assert rows["all"]["discharge_m3_h"] == pytest.approx(5)
    assert rows["all"]["today_fresh_m3_h"] == pytest.approx(11)
    assert rows["all"]["today_discharge_m3_h"] == pytest.approx(10)
    assert rows["P"]["fresh_m3_h"] == rows["all"]["fresh_m3_h"]
    (tds,) = rows["all"]["properties"]
    assert tds["property"] == "tds" and tds["fresh_m3_h"] == pytest.approx(6)
    assert tds["pinch"] == pytest.approx(900)


def test_water_sent_to_others_today_leaves_its_place():
    """2 of the mill's 10 m3/h go to the dyer: all 10 leave the mill, 8 the park, 9 are bought.

    The dyer's target alone is what it buys and what the mill sends it.
    """
    park = water_park()
    park.add(
        "exchanges",
        donor_id="mill",
        receiver_id="dyer",
        resource_id="grey",
        serves_resource_id="tap",
        amount=17520,
    )
    rows = rows_of(park)
    leaving = {name: rows[name]["today_discharge_m3_h"] for name in ("mill", "dyer", "all")}
    assert leaving == pytest.approx({"mill": 10, "dyer": 0, "all": 8})
    assert rows["all"]["today_fresh_m3_h"] == pytest.approx(9)
    sent = {name: rows[name]["today_from_others_m3_h"] for name in ("mill", "dyer", "all")}
    assert sent == pytest.approx({"mill": 0, "dyer": 2, "all": 0})
    assert rows["dyer"]["fresh_m3_h"] == pytest.approx(rows["dyer"]["today_fresh_m3_h"] + 2)


def test_a_treatment_takes_up_and_gives_but_needs_no_fresh_water():
    """A plant that cleans 3 m3/h of the grey water to 100: the dyer can take all of it."""
    park = water_park().enterprise("works")
    park.resource("clean", kind="water", unit="m3", balance="slice")
    park.recipe("cleaning", {"grey": 1}, {"clean": 1}).unit("plant", "works", "cleaning", 26280)
    park.market("grey", "buy", 0).market("clean", "dispose", 0).substitute("clean", "tap")
    park.add(
        "qualities",
        owner_id="cleaning",
        resource_id="clean",
        direction="supply",
        property_id="tds",
        value=100,
    )
    rows = rows_of(park)
    assert rows["works"]["fresh_m3_h"] == 0
    # 3 m3/h at 100 and x at 900 within 450 x 10: x = 4.667, and 10 - 3 - x of fresh water
    assert rows["all"]["fresh_m3_h"] == pytest.approx(1 + 10 - 3 - (4500 - 300) / 900)


def test_fixed_loads_count_with_their_limiting_flow():
    """The limiting flow, whatever runs today."""
    dataset = read_dataset(datasets_folder() / "template")
    limits = {s.name: s for s in water_cases(dataset, prepare(dataset).actors)[0].sinks}
    # dairy: 60 t TDS a year between 100 and 600 mg/L
    assert limits["dairy fresh_water"].flow == pytest.approx(60e6 / 8760 / 500)


def test_a_study_without_water_has_no_cases():
    park = Park().resource("coal").enterprise("mine").supply("mine", "coal", 5)
    assert cases_of(prepare(park.market("coal", "sell", 1).dataset())) == []


def test_every_slice_has_its_own_flows():
    """The dyer works in winter only: 20 m3/h there, none in summer."""
    halves = [{"id": "winter", "hours": 4380}, {"id": "summer", "hours": 4380}]
    park = water_park(slices=halves)
    for slice_id, factor in (("winter", 2), ("summer", 0)):
        park.add("profiles", profile_id="cold", slice_id=slice_id, factor=factor)
    need = next(row for row in park.rows["streams"] if row["enterprise_id"] == "dyer")
    need["profile_id"] = "cold"
    ready = prepare(park.dataset())
    found = {c.name: water_target_rows(ready, c)[-1] for c in cases_of(ready)}
    assert found["winter"]["fresh_m3_h"] == pytest.approx(1 + 20 - 10)
    assert found["summer"]["fresh_m3_h"] == pytest.approx(1)
    assert found["winter"]["today_fresh_m3_h"] == pytest.approx(1 + 20)
    assert found["summer"]["today_fresh_m3_h"] == pytest.approx(1)


def test_page_pictures_and_points(tmp_path):
    """Everything is in the folder, offline, well-formed, names escaped."""
    park = water_park().change("enterprises", "mill", name_en="<b>Mill</b> & Co", name_zh="<b>厂")
    ready = prepare(park.dataset())
    cases = cases_of(ready)
    targets = {case.name: water_target_rows(ready, case) for case in cases}
    files = write_water_files(ready, cases, targets, tmp_path)
    assert {file.name for file in files} == {"water.html", "water_year.svg", "water_year.csv"}
    page = (tmp_path / "water.html").read_text(encoding="utf-8")
    body = re.sub(r"<script>.*?</script>", "", page, flags=re.S)
    assert "<b>" not in body and "&lt;b&gt;" in body
    assert not re.search(r"""(src|href)=["']?https?:""", body)
    ET.parse(tmp_path / "water_year.svg")
    points = pd.read_csv(tmp_path / "water_year.csv")
    assert set(points["place"]) >= {"all", "P", "dyer"}
    assert points["load"].max() > 0


def test_properties_of_one_target_stand_together():
    """What asks for most first; a pinch in brackets; what no fresh water can serve as a dash."""
    properties = [("tds", 6.0, 900.0), ("cod", 10.00001, None), ("oil", 10.0, 3.0), ("ss", None, 5)]
    park = water_park()
    for name, _fresh, _pinch in properties[1:]:
        park.add("properties", property_id=name, unit="mg/L")
    names = Names(park.dataset())
    keys = "property", "fresh_m3_h", "pinch"
    row = {"properties": [dict(zip(keys, found, strict=True)) for found in properties]}
    assert property_texts(names, row) == "10: cod, oil (3); 6: tds (900); -: ss (5)"


def test_page_names_slices_and_properties_in_its_language(tmp_path):
    """In Chinese by their Chinese names; keys stay in the names of files and in the points."""
    park = water_park(slices=[{"id": "year", "hours": 8760, "name_zh": "全年", "name_en": "all"}])
    park.change("properties", "tds", name_zh="溶解性总固体", name_en="dissolved solids")
    ready = prepare(park.dataset())
    cases = cases_of(ready)
    targets = {case.name: water_target_rows(ready, case) for case in cases}
    set_language("zh")
    try:
        write_water_files(ready, cases, targets, tmp_path)
    finally:
        set_language("en")
    page = (tmp_path / "water.html").read_text(encoding="utf-8")
    assert "<h2>全年</h2>" in page and "6: 溶解性总固体 (900)" in page
    assert set(pd.read_csv(tmp_path / "water_year.csv")["property"]) == {"tds"}
