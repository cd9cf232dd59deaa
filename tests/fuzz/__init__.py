"""Attacks on whatever reads what somebody wrote: good inputs are spoiled, and the answer must be a sentence, never a traceback, a hang
or half a file.

    mutators   how an input is spoiled: its keys, rows, cells, encodings, bytes
    readers    what is attacked, each with good inputs of its own
    guards     limits of time and memory
    campaign   `python -m tests.fuzz READER --minutes 5`: guided by coverage (atheris), for as long as wanted
"""
