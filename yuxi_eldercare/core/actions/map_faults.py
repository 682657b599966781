"""What to say about a wrong file of outlines: a sentence with the place and the remedy for each kind of fault."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from yuxi_eldercare.core.maps import Fault, MapFault


def sentence(found: MapFault, names: Mapping[str, str]) -> str:
    """The sentence for a fault; `names` are short names by code."""
    details: dict[str, Any] = {**found.details, "count": len(names)}
    if "place" in details:
        details["place"] = names[str(details["place"])]
    if "places" in details:
        details["places"] = _("、").join(names[code] for code in details["places"])
    return _sentences()[found.fault] % details


def _sentences() -> dict[Fault, str]:
    return {
        Fault.TOO_LARGE: _("文件超过 %(most)s MB。请用制图软件简化边界后重新导出。"),
        Fault.NOT_UTF8: _("文件不是 UTF-8 编码。请用 UTF-8 重新导出 GeoJSON。"),
        Fault.NOT_JSON: _("文件不是有效的 JSON（第 %(line)s 行附近）。请确认导出的是完整的 GeoJSON 文件。"),
        Fault.NOT_COLLECTION: _(
            "文件不是 GeoJSON 的 FeatureCollection，或其中没有要素。请导出为 FeatureCollection。"
        ),
        Fault.WRONG_CRS: _(
            "文件声明的坐标系是“%(found)s”。请转换为经纬度（CGCS2000 或 WGS 84，即 EPSG:4490 或 EPSG:4326）后导出。"
        ),
        Fault.NOT_FEATURE: _("第 %(number)s 个要素不是 Feature。请重新导出 GeoJSON。"),
        Fault.NO_ADCODE: _("第 %(number)s 个要素没有属性 adcode。请在属性表里补上六位行政区划代码。"),
        Fault.NO_NAME: _("第 %(number)s 个要素（%(place)s）没有属性 name。请在属性表里补上名称。"),
        Fault.UNKNOWN_PLACE: _(
            "第 %(number)s 个要素的 adcode 是“%(adcode)s”（%(name)s），不是本市的县（市、区）。"
            "请只保留本市 %(count)s 个县（市、区）的要素。"
        ),
        Fault.WRONG_NAME: _(
            "第 %(number)s 个要素的 adcode 是%(place)s的代码，name 却是“%(name)s”。请核对代码和名称。"
        ),
        Fault.DUPLICATE: _(
            "第 %(number)s 个要素与前面的重复：%(place)s出现了两次。飞地请合并为一个 MultiPolygon。"
        ),
        Fault.MISSING: _("文件里缺少：%(places)s。请导出本市全部 %(count)s 个县（市、区）。"),
        Fault.NOT_POLYGON: _(
            "第 %(number)s 个要素的几何类型是“%(found)s”或没有坐标。边界必须是 Polygon 或 MultiPolygon。"
        ),
        Fault.BAD_POSITION: _("第 %(number)s 个要素里有不是数字的坐标。请重新导出 GeoJSON。"),
        Fault.PROJECTED: _(
            "第 %(number)s 个要素的坐标（%(x)s，%(y)s）不是经纬度，像是投影坐标（米）。请转换为经纬度后导出。"
        ),
        Fault.SWAPPED: _(
            "第 %(number)s 个要素的坐标（%(x)s，%(y)s）经纬度颠倒了。GeoJSON 要求先经度、后纬度，请对调后导出。"
        ),
        Fault.OUT_OF_BOUNDS: _(
            "第 %(number)s 个要素的坐标（%(x)s，%(y)s）不在本市范围内。请核对文件和坐标系。"
        ),
        Fault.RING_SHORT: _("第 %(number)s 个要素的边界少于 4 个点，围不成面。请核对该要素。"),
        Fault.RING_OPEN: _("第 %(number)s 个要素的边界没有闭合（首尾两点不同）。请在制图软件里闭合后导出。"),
        Fault.RING_FLAT: _("第 %(number)s 个要素的边界围成的面积为零。请核对该要素。"),
        Fault.RING_CROSSES: _("第 %(number)s 个要素的边界自相交。请在制图软件里检查并修复几何后导出。"),
        Fault.TOO_MANY_POINTS: _(
            "边界的点太多或太密（全部最多 %(most)s 个点）。请用制图软件简化边界后导出。"
        ),
        Fault.TOO_SMALL: _("%(place)s的边界太小，在图上画不出来。请核对该要素的坐标。"),
    }
