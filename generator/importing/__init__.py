"""Documents → rows of text, with the place each came from.

``document`` is the seam: readers of formats (``plain_text``) give a ``Document``
of rows of cells; readers of content (``status_table``, ``work_plan``) turn such
rows into a ``Reading``. Neither side knows the other.
"""
