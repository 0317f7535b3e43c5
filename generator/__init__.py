"""Taizhang 台账: government work commitments as a static report site.

The stages form one corridor; each imports only those to its left::

    importing -> ledger -> analysis -> pages -> publishing

``findings`` is the vocabulary in which every stage speaks to the clerk, and
``cli`` alone knows all the rooms.
"""

__version__ = "0.1.0"
