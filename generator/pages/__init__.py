"""The ledger and its findings → Markdown files, charts and downloads.

Functions return text and bytes; ``publishing`` writes them. ``address`` knows
where everything lives, ``rendering`` how text becomes safe Markdown,
``snapshot_pages`` and ``site_pages`` what stands on which page.
"""
