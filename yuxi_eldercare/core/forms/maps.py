"""The form for importing official county outlines; the checks live in `core.actions.maps`."""

from django import forms
from django.utils.translation import gettext_lazy

from .accounts import PlainForm


class MapForm(PlainForm):
    """A GeoJSON with the two things that must stand under a published map."""

    file = forms.FileField(
        label=gettext_lazy("GeoJSON 文件"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ".geojson,.json"}),
        help_text=gettext_lazy(
            "FeatureCollection，每县一个要素（Polygon 或 MultiPolygon），属性 adcode、name；"
            "坐标为经纬度（CGCS2000 或 WGS 84），不超过 10 MB。"
        ),
    )
    approval_number = forms.CharField(
        label=gettext_lazy("审图号"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("例如 GS(2024)0650号 或 云S(2021)12号；显示在地图下方。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    source = forms.CharField(
        label=gettext_lazy("来源"),
        max_length=160,
        required=False,
        help_text=gettext_lazy("发布单位和数据名称；显示在地图下方。"),
    )
