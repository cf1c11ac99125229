"""Patterns of profiles as Python's expressions: written in simplified Chinese, they fit traditional Chinese too."""

from __future__ import annotations

import re
from functools import lru_cache

from newsingest.expressions import compiled

# Characters that line patterns write in simplified form and lines may hold in traditional or Japanese form; and the
# stroke between a credit and a name, for which editors use whatever looks like one.
_VARIANTS = {
    forms[0]: forms
    for forms in (
        "编編 辑輯 责責 来來 图圖図 摄攝 资資 关關関 阅閱 读讀読 标標 题題 报報 导導 采採 访訪 视視 频頻 译譯訳 闻聞 "
        "链鏈 连連 实實 习習 声聲 权權権 扫掃 维維 码碼 载載 订訂 专專 荐薦 热熱 门門 转轉転 讯訊 员員 制製 综綜 时時 "
        "间間 发發 记記 见見 驻駐 统統 终終 审審 监監 华華 杂雜 网網 点點 击擊 蓝藍 获獲 单單 众眾 号號 评評 论論 览覽 "
        "浏瀏 请請 经經 许許 复復 购購 领領 费費 开開 户戶 为為 国國 体體 丨︱⏐∣│"
    ).split()
}  # fmt: skip


_ANY_OF_VARIANTS = str.maketrans({char: f"[{forms}]" for char, forms in _VARIANTS.items()})
_INSIDE_A_CLASS = str.maketrans(_VARIANTS)
_KEPT = 1024  # patterns: a profile has those of the one it extends
_BRACKET = re.compile(r"(?<!\\)([\[\]])")


@lru_cache(_KEPT)
def _with_variants(pattern: str) -> str:
    """Let a pattern in simplified Chinese fit the same words in traditional Chinese."""
    table = _ANY_OF_VARIANTS
    pieces = _BRACKET.split(pattern)
    for place, piece in enumerate(pieces):
        if piece in {"[", "]"}:
            table = _INSIDE_A_CLASS if piece == "[" else _ANY_OF_VARIANTS
        else:
            pieces[place] = piece.translate(table)
    return "".join(pieces)


def whole_line(patterns: list[str]) -> str:
    """Write an expression of patterns of which one must fit the whole line."""
    return rf"(?:{'|'.join(map(_with_variants, patterns))})\Z"


def line_pattern(patterns: list[str]) -> re.Pattern[str] | None:
    """Compile patterns of which one must fit the whole line."""
    return compiled(whole_line(patterns), re.IGNORECASE) if patterns else None


def any_pattern(patterns: list[str]) -> re.Pattern[str] | None:
    """Compile patterns of which one must stand in a text."""
    return compiled("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE) if patterns else None
