"""Dossiers of a shortlist: for every target what an investor is told, on one page.

facts       the content, computed once as plain records; `prices` and `result` are parts of it
sections    the same as titled tables in one language
markdown, page, workbook    the three forms of these tables
files       writes them all
"""
