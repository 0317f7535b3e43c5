"""Pages → a site: mkdocs for each partition, links checked, then the switch.

``workspace`` keeps build/ in step with the pages, ``build`` runs mkdocs and
switches, ``links`` checks the finished tree, ``preview`` serves it live.
"""
