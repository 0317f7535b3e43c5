"""Whether a problems cell states a problem at all."""

from __future__ import annotations

import re

# 无, 暂无, 没有, 暂未发现问题, 无明显问题 … and a dash for an empty cell.
_NONE = re.compile(
    r"^(?:[-—/\\]*|(?:目前|暂时?|尚|均)*(?:无|没有|未有|未发现|无发现)"
    r"(?:存在|发现)?(?:明显|突出|重大|其他|任何)*的?(?:问题|困难|情况)?"
    r"|不存在(?:明显|突出)?(?:问题|困难)|[nN]/?[aA])$"
)


def states_problem(text: str) -> bool:
    """False where the cell is empty or says that there is none (GUIDE, has_problem)."""
    bare = re.sub(r"^[0-9]{1,2}[.、．]|[\s。．.；;，,！!（）()“”]", "", text.strip())
    return not _NONE.match(bare)
