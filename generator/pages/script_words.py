"""The words of the theme's scripts in the site's language, as a script of their own."""

from __future__ import annotations

import json
from collections.abc import Sequence

from generator.pages.site import Site
from generator.pages.snapshot_pages import Partition


def with_script_words(partitions: Sequence[Partition], site: Site) -> tuple[Partition, ...]:
    """The partitions with ``js/words.js`` where the scripts must speak another language."""
    words = site.language.script_words()
    if not words:
        return tuple(partitions)
    script = f"var taizhangWords={json.dumps(words, ensure_ascii=False)};\n".encode()
    return tuple(p.with_files([(f"{p.name}/js/words.js".lstrip("/"), script)]) for p in partitions)
