"""content/ → frozen model, with every fault in it reported at once.

``model`` says what there is; ``content`` reads and writes the files; ``registry``
knows the units; ``checks`` compares what the files say with each other;
``intake`` puts an imported document into content/.
"""
