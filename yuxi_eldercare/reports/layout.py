"""The official layout (GB/T 9704-2012) in figures, and the fonts by role: what the Word and the PDF renderer share.

A4; the type area begins 37 mm below the top and 28 mm from the left and measures 156 mm × 225 mm, which holds 22
lines of 28 characters in 16 pt. A font that is missing on a machine is replaced by the next one named.
"""

from typing import Final

PAGE_WIDTH_MM, PAGE_HEIGHT_MM = 210, 297
TOP_MM, BOTTOM_MM, LEFT_MM, RIGHT_MM = 37, 35, 28, 26
LINES, CHARACTERS = 22, 28
TITLE_PT, BODY_PT, TABLE_PT, WIDE_TABLE_PT, NUMBER_PT = 22, 16, 10.5, 9, 14
TEXT_WIDTH_MM = PAGE_WIDTH_MM - LEFT_MM - RIGHT_MM
# 22 lines fill 225 mm: 637.8 pt / 22.
LINE_PT: Final = 28.95
# 28 characters fill 156 mm: 442.2 pt / 28, in steps of 0.05 pt.
CHARACTER_PT: Final = 15.75

# Role → font families, the wanted one first.
FONTS: Final[dict[str, tuple[str, ...]]] = {
    "title": ("方正小标宋简体", "FZXiaoBiaoSong-B05S", "小标宋体", "SimSun", "宋体", "Noto Serif CJK SC"),
    "body": ("仿宋_GB2312", "FangSong_GB2312", "仿宋", "FangSong", "STFangsong", "Noto Serif CJK SC"),
    "black": ("黑体", "SimHei", "STHeiti", "Noto Sans CJK SC"),
    "kai": ("楷体_GB2312", "KaiTi_GB2312", "楷体", "KaiTi", "STKaiti", "Noto Serif CJK SC"),
    "song": ("宋体", "SimSun", "STSong", "Noto Serif CJK SC"),
}
LATIN: Final = "Times New Roman"
# Level of a heading → role of its font.
HEADING_ROLES: Final = {1: "black", 2: "kai", 3: "body"}

# Lights and curves as marks that stay apart in black and white: (ink, paper, pattern of Word, mark, dash of Word).
LOOKS: Final[dict[str, tuple[str, str, str, str, str]]] = {
    "green": ("1B6E3C", "A3D2B3", "", "circle", "solid"),
    "yellow": ("7A5200", "FBE7B2", "wdUpDiag", "triangle", "dash"),
    "red": ("A61B1B", "A61B1B", "", "square", "solid"),
    "grey": ("5B6672", "FFFFFF", "", "circle", "sysDot"),
    "value": ("1F3A5F", "1F3A5F", "", "circle", "solid"),
    "path": ("5B6672", "FFFFFF", "", "none", "dash"),
    "target": ("1F3A5F", "FFFFFF", "", "diamond", "none"),
}
CHECKSUM: Final = "内容校验码（SHA-256）："
SHAPES: Final = {"green": "●", "yellow": "▲", "red": "■", "grey": "○"}
