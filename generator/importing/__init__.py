"""Documents → rows of text, with the place each came from.

``document`` is the seam: readers of formats (``plain_text``, ``word``, ``excel``,
``web_page``, ``pdf``) give a ``Document`` of rows of cells; readers of content
(``status_table``, ``work_plan``, ``prose_report``) turn such rows into a
``Reading``. Neither side knows the other; ``readers`` chooses one of each.
"""
