"""Outlines read from GeoJSON and drawn into a box, and every way in which a file can be wrong."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from yuxi_eldercare.core.actions.map_faults import sentence
from yuxi_eldercare.core.maps import Drawing, Fault, MapFault, draw, geojson, read_outlines
from yuxi_eldercare.core.maps.rings import area, crosses_itself, label_point

from .outlines import PLACES, collection, feature, packed, square

pytestmark = pytest.mark.pure

EXPECTED = {code: [name] for code, name in PLACES.items()}
ALIASES = {"999921": "999902"}


def read(data: Any) -> list[geojson.Outline]:
    return read_outlines(data if isinstance(data, bytes) else packed(data), EXPECTED, ALIASES)


def test_a_right_file_is_read_in_the_usual_order() -> None:
    data = collection()
    data["features"].reverse()
    assert [outline.code for outline in read(data)] == list(PLACES)


@pytest.mark.parametrize("code", [999902, "999902", " 999902 ", "999921", 999921])
def test_codes_are_numbers_or_texts_present_or_withdrawn(code: Any) -> None:
    data = collection()
    data["features"][0]["properties"]["adcode"] = code
    assert read(data)[0].code == "999902"


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4490", "urn:ogc:def:crs:EPSG::4326"])
def test_systems_in_degrees_are_taken(name: str) -> None:
    assert read({**collection(), "crs": {"type": "name", "properties": {"name": name}}})


def test_a_mark_at_the_beginning_and_heights_are_taken() -> None:
    data = collection()
    for each in data["features"]:
        for position in each["geometry"]["coordinates"][0]:
            position.append(1800.0)
    assert read(b"\xef\xbb\xbf" + packed(data))


def test_a_multipolygon_with_a_hole() -> None:
    data = collection()
    hole = [[102.02, 24.48], [102.04, 24.48], [102.04, 24.46], [102.02, 24.46], [102.02, 24.48]]
    far = [[103.0, 24.0], [103.1, 24.0], [103.1, 24.1], [103.0, 24.0]]
    data["features"][0]["geometry"] = {"type": "MultiPolygon", "coordinates": [[square(0), hole], [far]]}
    assert draw(read(data)).paths["999902"].count("z") == 3


Change = Callable[[dict[str, Any]], Any]


def ring(points: Any) -> Change:
    return lambda data: data["features"][1]["geometry"]["coordinates"].__setitem__(0, points)


def properties(**changed: Any) -> Change:
    return lambda data: data["features"][1]["properties"].update(changed)


def without(name: str) -> Change:
    return lambda data: data["features"][1]["properties"].pop(name)


BOW_TIE = [[102.1, 24.5], [102.2, 24.4], [102.2, 24.5], [102.1, 24.4], [102.1, 24.5]]
LOPSIDED = [[102.1, 24.5], [102.2, 24.4], [102.2, 24.55], [102.1, 24.4], [102.1, 24.5]]
SPIKE = [
    [102.1, 24.5],
    [102.1, 24.4],
    [102.2, 24.4],
    [102.3, 24.4],
    [102.2, 24.4],
    [102.2, 24.5],
    [102.1, 24.5],
]
TOUCHING = [[102.1, 24.5], [102.1, 24.4], [102.2, 24.4], [102.1, 24.45], [102.2, 24.5], [102.1, 24.5]]
WRONG: list[tuple[str, Fault, Change | bytes]] = [
    ("no text", Fault.NOT_UTF8, "行".encode("gb18030") * 3),
    ("no json", Fault.NOT_JSON, b'{"type": '),
    ("a number that is none", Fault.NOT_JSON, b'{"type": NaN}'),
    ("too deep", Fault.NOT_JSON, b"[" * 200_000),
    ("a list", Fault.NOT_COLLECTION, b"[]"),
    ("one feature", Fault.NOT_COLLECTION, packed(feature("999902", "红河区", square(0)))),
    ("topojson", Fault.NOT_COLLECTION, b'{"type": "Topology", "objects": {}}'),
    ("no features", Fault.NOT_COLLECTION, lambda d: d.update(features=[])),
    ("features no list", Fault.NOT_COLLECTION, lambda d: d.update(features={"a": 1})),
    ("another system", Fault.WRONG_CRS, lambda d: d.update(crs={"properties": {"name": "EPSG:4547"}})),
    ("a linked system", Fault.WRONG_CRS, lambda d: d.update(crs={"type": "link", "properties": {}})),
    ("a system of text", Fault.WRONG_CRS, lambda d: d.update(crs="EPSG:4326")),
    ("no feature", Fault.NOT_FEATURE, lambda d: d["features"].__setitem__(1, {"type": "Point"})),
    ("null", Fault.NOT_FEATURE, lambda d: d["features"].__setitem__(1, None)),
    ("no properties", Fault.NO_ADCODE, lambda d: d["features"][1].update(properties=None)),
    ("no code", Fault.NO_ADCODE, without("adcode")),
    ("a code that is none", Fault.NO_ADCODE, properties(adcode=True)),
    ("a fraction", Fault.NO_ADCODE, properties(adcode=999903.0)),
    ("no name", Fault.NO_NAME, without("name")),
    ("an empty name", Fault.NO_NAME, properties(name=" ")),
    ("another city's county", Fault.UNKNOWN_PLACE, properties(adcode="530102", name="五华区")),
    ("the city itself", Fault.UNKNOWN_PLACE, properties(adcode="999900", name="云溪市")),
    ("names exchanged", Fault.WRONG_NAME, properties(name="白水县")),
    ("twice", Fault.DUPLICATE, properties(adcode="999902", name="红河区")),
    ("twice by its old code", Fault.DUPLICATE, properties(adcode="999921", name="红河区")),
    ("one missing", Fault.MISSING, lambda d: d["features"].pop(1)),
    ("a point", Fault.NOT_POLYGON, lambda d: d["features"][1].update(
        geometry={"type": "Point", "coordinates": [1, 2]})),
    ("no geometry", Fault.NOT_POLYGON, lambda d: d["features"][1].update(geometry=None)),
    ("no coordinates", Fault.NOT_POLYGON, lambda d: d["features"][1]["geometry"].update(coordinates=[])),
    ("a ring for a polygon", Fault.NOT_POLYGON, lambda d: d["features"][1]["geometry"].update(
        type="MultiPolygon", coordinates=[[]])),
    ("texts for numbers", Fault.BAD_POSITION, ring([["102.1", "24.5"]] * 5)),
    ("one number", Fault.BAD_POSITION, ring([[102.1]] * 5)),
    ("a bare number", Fault.BAD_POSITION, ring([1, 2, 3, 4])),
    ("a number too long", Fault.BAD_POSITION, ring([[10**400, 24.5]] * 4)),
    ("metres", Fault.PROJECTED, ring([[500000.0, 2700000.0]] * 4)),
    ("latitude first", Fault.SWAPPED, ring([[y, x] for x, y in square(1)])),
    ("elsewhere", Fault.OUT_OF_BOUNDS, ring([[116.4, 39.9], [116.5, 39.9], [116.5, 39.8], [116.4, 39.9]])),
    ("three points", Fault.RING_SHORT, ring([[102.1, 24.5], [102.2, 24.5], [102.1, 24.5]])),
    ("no ring", Fault.RING_SHORT, ring("x")),
    ("open", Fault.RING_OPEN, ring(square(1)[:-1])),
    ("one point four times", Fault.RING_FLAT, ring([[102.1, 24.5]] * 4)),
    ("a line there and back", Fault.RING_FLAT, ring([[102.1, 24.5], [102.2, 24.4], [102.3, 24.3], [102.1, 24.5]])),
    ("a bow tie", Fault.RING_FLAT, ring(BOW_TIE)),
    ("a lopsided bow tie", Fault.RING_CROSSES, ring(LOPSIDED)),
    ("a spike", Fault.RING_CROSSES, ring(SPIKE)),
    ("touching itself", Fault.RING_CROSSES, ring(TOUCHING)),
    ("a speck", Fault.TOO_SMALL, ring(square(1, 1e-5))),
]  # fmt: skip


@pytest.mark.parametrize(("fault", "change"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_every_kind_of_wrong_file_is_told_apart(fault: Fault, change: Change | bytes) -> None:
    data: Any = collection()
    if isinstance(change, bytes):
        data = change
    else:
        change(data)
    with pytest.raises(MapFault) as found:
        draw(read(data))
    assert found.value.fault == fault
    words = sentence(found.value, PLACES)
    assert re.search(r"[\u4e00-\u9fff].*。$", words)
    assert "%(" not in words
    assert "None" not in words


def test_a_file_too_large_or_too_fine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(geojson, "MOST_BYTES", 100)
    with pytest.raises(MapFault) as found:
        read(collection())
    assert found.value.fault == Fault.TOO_LARGE
    monkeypatch.undo()
    monkeypatch.setattr(geojson, "MOST_POINTS", 10)
    with pytest.raises(MapFault) as found:
        read(collection())
    assert found.value.fault == Fault.TOO_MANY_POINTS


def test_every_fault_has_a_case_and_a_sentence() -> None:
    told = {case[1] for case in WRONG} | {Fault.TOO_LARGE, Fault.TOO_MANY_POINTS}
    assert told == set(Fault)


def test_a_ring_made_to_be_slow_is_refused() -> None:
    """Long sides through the same squares as thousands of short ones."""
    teeth = [[102.0 + n * 1e-5, 24.4 + (n % 2) * 0.5] for n in range(20_000)]
    data = collection()
    data["features"][1]["geometry"]["coordinates"] = [[*teeth, [102.3, 23.0], [101.9, 23.0], teeth[0]]]
    with pytest.raises(MapFault) as found:
        read(data)
    assert found.value.fault == Fault.TOO_MANY_POINTS


def test_names_of_the_missing_are_said() -> None:
    data = collection()
    del data["features"][0]
    with pytest.raises(MapFault) as found:
        read(data)
    assert sentence(found.value, PLACES) == "文件里缺少：红河区。请导出本市全部 3 个县（市、区）。"


# Drawing.


def test_north_is_up_and_proportions_are_kept() -> None:
    drawing = draw(read(collection()))
    west, east = drawing.labels["999902"][0], drawing.labels["999904"][0]
    assert west < drawing.labels["999903"][0] < east
    # Three squares of a tenth of a degree: 0.3° of longitude shrink by cos 24.45°.
    assert drawing.height == pytest.approx(992 / (0.3 * 0.9103) * 0.1 + 8, abs=2)


def test_shared_borders_stay_shared() -> None:
    drawing = draw(read(collection()))
    corners = [set(points(path)) for path in drawing.paths.values()]
    assert len(corners[0] & corners[1]) == 2
    assert len(corners[1] & corners[2]) == 2
    assert not corners[0] & corners[2]


def points(path: str) -> list[tuple[int, int]]:
    """Absolute corners of a path of one ring."""
    start, steps = re.fullmatch(r"M(\d+ \d+)l(.*)z", path).groups()  # type: ignore[union-attr]
    x, y = map(int, start.split())
    found = [(x, y)]
    numbers = [int(n) for n in steps.split()]
    for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
        x, y = x + dx, y + dy
        found.append((x, y))
    return found


def test_points_on_a_line_are_left_out() -> None:
    data = collection()
    x0, y0 = 102.0, 24.5
    fine = [[x0, y0 - n * 1e-4] for n in range(1000)]
    data["features"][0]["geometry"]["coordinates"] = [
        [*fine, [x0, 24.4], [102.1, 24.4], [102.1, y0], [x0, y0]]
    ]
    assert len(points(draw(read(data)).paths["999902"])) == 4


def test_a_drawing_survives_the_database() -> None:
    drawing = draw(read(collection()))
    assert Drawing.from_json(drawing.as_json()) == drawing


def test_a_name_stands_inside_even_of_a_crescent() -> None:
    crescent = ((0, 0), (10, 0), (10, 10), (0, 10), (0, 8), (8, 8), (8, 2), (0, 2), (0, 0))
    x, y = label_point(crescent)
    assert 8 < x < 10 or y < 2 or y > 8


def test_area_and_crossing() -> None:
    assert area(((0, 0), (1, 0), (1, 1), (0, 1), (0, 0))) == 2
    assert area(((0, 0), (0, 1), (1, 1), (1, 0), (0, 0))) == -2
    assert not crosses_itself(((0, 0), (1, 0), (1, 1), (0, 1), (0, 0)))
    assert not crosses_itself(((0, 0), (1, 0), (1, 0), (1, 1), (0, 1), (0, 0))), (
        "a repeated point crosses nothing"
    )
    assert crosses_itself(((0, 0), (2, 2), (2, 0), (0, 1), (0, 0)))


def test_words_on_every_fill_keep_their_contrast() -> None:
    root = Path(__file__).resolve().parents[2] / "yuxi_eldercare" / "static" / "css"
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", (root / "tokens.css").read_text()))
    colours |= dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", (root / "map.css").read_text()))
    pairs = [("ink", f"v{n}") for n in (1, 2, 3)] + [("surface", "v4")]
    pairs += [(light, f"{light}-pale") for light in ("red", "yellow", "green", "grey")]
    pairs += [("ink", f"{light}-pale") for light in ("red", "yellow", "green", "grey")]
    weak = {pair: found for pair in pairs if (found := contrast(*(colours[name] for name in pair))) < 4.5}
    assert not weak


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast ratio."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
