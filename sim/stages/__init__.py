"""The stages of a quarter: thin loops over rows that carry the rules of ``agents``.

Every stage has the same shape, ``stage(w, lo, hi)``: it works on rows ``lo`` to ``hi`` of its own kind and writes on
no other row. District stages take ``(w, 0, 1)``. Sums over other rows run in row order in a district stage only.
"""
