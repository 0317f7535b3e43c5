"""The words of the theme's scripts in the site's language, as a script of their own."""

from __future__ import annotations

import json

from generator.pages.partition import Partition
from generator.pages.site import Site


def with_script_words(partition: Partition, site: Site) -> Partition:
    """The partition with ``js/words.js`` where the scripts must speak another language."""
    words = site.language.script_words()
    if not words:
        return partition
    script = f"var taizhangWords={json.dumps(words, ensure_ascii=False)};\n".encode()
    return partition.with_files([(f"{partition.name}/js/words.js".lstrip("/"), script)])
