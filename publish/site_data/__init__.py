"""The data of the page, cut as people ask: gzipped JSON that a browser opens by itself.

    data/site.json.gz             what the build is, the form's rows, measures, places, words
    data/agencies.json.gz         every agency in a line: who it is and where
    data/places/N.json.gz         the agencies of a county (or of a part of a large one), number by number
    data/places/first.json.gz     the first agency of each of these files, by which the file is found
    data/measures/M-YEAR.json.gz  one measure of all agencies in one year
    data/ledger/YEAR.json.gz      whether each agency's report of that year is here
    data/coverage.json.gz         the ledger by place and year
    data/dictionary.json.gz       the views with their columns
    data/search/N.json.gz         which agencies have a character, or begin with letters of pinyin

Agencies are numbered in the order of agencies.json.gz; a number of that order stands for them elsewhere.
"""
