"""The form for a list of townships and villages; the checks live in `core.actions.region_lines`."""

from django import forms
from django.utils.translation import gettext_lazy

from .accounts import PlainForm


class RegionFileForm(PlainForm):
    """A table of codes and names."""

    file = forms.FileField(
        label=gettext_lazy("区划代码表（.xlsx 或 .csv）"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        help_text=gettext_lazy("标题行写“代码”“名称”，“简称”可以没有。CSV 用 UTF-8 或 GB 18030 编码。"),
        error_messages={
            "required": gettext_lazy("没有收到文件，请重新选择。"),
            "missing": gettext_lazy("没有收到文件，请重新选择。"),
            "empty": gettext_lazy("文件是空的，请重新选择文件。"),
        },
    )
