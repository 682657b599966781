"""The words the grid's script says, through gettext; `{name}` is filled in by the script."""

from django.utils.translation import gettext as _


def grid_words() -> dict[str, str]:
    """Sentences by key."""
    return {**_columns(), **_saving(), **_cells(), **_counted(), **_pasting(), **_submitting()}


def _columns() -> dict[str, str]:
    return {
        "indicator": _("指标"),
        "lastYear": _("上年同期"),
        "last": _("上期"),
        "numerator": _("分子"),
        "denominator": _("分母"),
        "value": _("本期数"),
        "light": _("目标与灯"),
        "state": _("状态"),
        "definition": _("口径"),
        "unit": _("单位 {unit}"),
        "target": _("目标"),
        "noTarget": _("没有目标，只作统计"),
        "none": "—",
    }


def _saving() -> dict[str, str]:
    return {
        "dirty": _("待保存"),
        "saving": _("正在保存"),
        "saved": _("已保存 {time}"),
        "offline": _("未保存：连接中断，已存在本机，恢复后自动重试"),
        "expired": _("未保存：登录已失效，已存在本机"),
        "serverError": _("未保存：服务器暂时不可用，已存在本机，稍后自动重试"),
        "refused": _("未保存，见下"),
        "conflict": _("与他人冲突，见下"),
        "allSaved": _("全部已保存 {time}"),
        "nothingYet": _("边填边存，不用点保存"),
        "unsavedCount": _("{count} 格未保存"),
        "offlineBar": _("连接中断。已填的内容存在本机，恢复后自动重试。"),
        "serverBar": _("服务器暂时不可用。已填的内容存在本机，稍后自动重试。"),
        "expiredBar": _("登录已失效，已填的内容存在本机。请在新窗口重新登录，回到这里会自动保存。"),
        "login": _("重新登录（新窗口）"),
        "otherUserBar": _("现在登录的是另一个账号，本页内容没有保存，仍存在本机。请用“{name}”重新登录。"),
        "retry": _("立即重试"),
        "noStorage": _("这台电脑的浏览器不能暂存内容，断线时请不要关闭本页。"),
        "recovered": _("找回上次未保存的 {count} 格内容，正在保存。"),
        "stranded": _("上次有内容没能保存，而这一项现在不能修改："),
        "strandedText": _("你填的是“{mine}”。"),
        "discard": _("放弃我填的"),
        "otherTab": _("这一格刚在另一个窗口保存过。"),
    }


def _cells() -> dict[str, str]:
    return {
        "na": _("不适用"),
        "naOff": _("改填数字"),
        "naReason": _("不适用的理由"),
        "naReasonHint": _("写明为什么不适用，例如：辖区内没有这类机构"),
        "note": _("备注"),
        "more": _("备注佐证"),
        "moreFiles": _("备注佐证 {count}"),
        "explain": _("说明原因"),
        "explained": _("已说明"),
        "keepExplanation": _("沿用这个说明"),
        "sameExplanation": _("同上一条说明"),
        "notUploaded": _("没有上传成功，请检查网络或重新登录后重试"),
        "mustFix": _("须改正"),
        "mustExplain": _("须说明"),
        "returned": _("已退回"),
        "returnedBy": _("{by} {at} 退回：{reason}"),
        "notPublished": _("待发布"),
        "series": _("由{owner}提供（{period}），不用填"),
        "seriesMissing": _("由{owner}提供，尚未发布；请先填分子，发布后自动计算"),
        "seriesOwner": _("负责单位"),
        "evidence": _("佐证材料"),
        "addFile": _("选择文件"),
        "dropFile": _("或把文件拖到这里（PDF、图片、Word、Excel）"),
        "uploading": _("正在上传 {name}"),
        "removeFile": _("移除"),
        "noFiles": _("没有佐证材料"),
        "conflictText": _("{who} 于 {at} 改为“{theirs}”，你填的是“{mine}”。"),
        "yourself": _("你在另一个窗口"),
        "useMine": _("用我的"),
        "useTheirs": _("用对方的"),
        "inForce": _("已生效的数：{text}"),
        "correcting": _("正在更正，理由：{reason}"),
        "withdraw": _("撤回修改"),
        "correct": _("更正"),
        "cancel": _("取消更正"),
        "correctReason": _("更正的理由"),
        "confirmCorrect": _("开始更正"),
        "close": _("收起"),
        "history": _("经过"),
        "editedBy": _("{by} 填于 {at}"),
        "noteOnly": _("（只改了备注或说明）"),
        "empty": _("未填报"),
        "notDeciding": _("本期数不影响灯"),
        "lightWaits": _("保存后显示"),
    }


def _counted() -> dict[str, str]:
    return {
        "countedText": _("{title}：{text}"),
        "countedAt": _("{at} 统计"),
        "countedTaken": _("与填报一致"),
        "countedDiffers": _("与统计不一致"),
        "countedTake": _("采用"),
        "countedTakeLabel": _("采用{title}：{name} {text}"),
        "countedNone": _("统计范围内没有机构或项目"),
        "countedReason": _("名册中没有这类机构"),
        "countedList": _("依据"),
        "countedListLabel": _("{name}的统计依据"),
    }


def _pasting() -> dict[str, str]:
    return {
        "pasted": _("粘贴 {rows} 行 × {columns} 列：填入 {filled} 格"),
        "pastedByName": _("按指标名称对应"),
        "pasteSaved": _("已保存 {count} 格"),
        "pasteRefused": _("{count} 格看不懂，没有保存："),
        "pasteComputed": _("{name}：结果由分子、分母算出，没有采用“{text}”"),
        "pasteDiffers": _("{name}：粘贴的结果 {text} 与算出的 {result} 不同，请核对"),
        "pasteReadOnly": _("{name}：这一格不能填，没有采用“{text}”"),
        "pasteOutside": _("超出表格的 {count} 格没有采用"),
        "pasteUnknown": _("找不到指标“{name}”，这一行没有采用"),
        "ok": _("知道了"),
    }


def _submitting() -> dict[str, str]:
    return {
        "progress": _("应填 {total} 格：已填 {filled}，未填 {empty}"),
        "progressReturned": _("退回 {count}"),
        "progressProblems": _("须处理 {count}"),
        "progressSent": _("已提交 {count}"),
        "submit": _("提交审核"),
        "submitCount": _("提交审核（{count}）"),
        "submitAsk": _("提交 {count} 格给本单位审核员。提交后不能修改，需要修改时可以撤回。"),
        "submitRed": _("其中 {count} 格使目标亮红灯，提交后请到“红灯说明”写明原因、措施、责任人和时限。"),
        "submitEmpty": _("还有 {count} 格未填报，这次不提交。"),
        "submitBlocked": _("有 {count} 格须先改正或说明，这次不提交："),
        "submitConflict": _("与他人冲突，请选择用谁的"),
        "submitUntouched": _("{count} 格退回后还没有修改，这次不提交。"),
        "submitNothing": _("没有可以提交的内容：请先填写。"),
        "submitNothingClean": _("没有可以提交的内容：请先改正或说明标出的各格。"),
        "submitUnsaved": _("还有 {count} 格没有保存，请稍等，或处理标出的各格。"),
        "submitYes": _("提交"),
        "submitNo": _("返回填写"),
        "submitRefused": _("没有提交，请先处理："),
        "withdrawMany": _("撤回多格"),
        "withdrawAsk": _("以下各格已提交、还没有审核。撤回后回到填报中，改好再提交。"),
        "withdrawAll": _("全选（{count}）"),
        "withdrawYes": _("撤回所选 {count} 格"),
        "withdrawNone": _("撤回所选"),
        "withdrawNo": _("返回"),
        "leave": _("还有内容没有保存。"),
    }
