#!/usr/bin/python3
"""Make background.inc: how many headlines in ten thousand have a word.

  src/story/data/background.py ARTICLES.jsonl... > src/story/data/background.inc

Counts ordinary words of English (grade 1 to 3 in src/match/data/words.txt, no
names; and what company news is full of) over titles of articles as `newswatch stories` reads them. The shipped
table was counted in 15,600 headlines and posts of SEntFiN 1.0 and Twitter
Financial News (both MIT); words that fewer than 12 of them have are left out.
"""
import collections
import json
import pathlib
import re
import sys

WORDS = pathlib.Path(__file__).resolve().parents[2] / "match/data/words.txt"
LEAST = 12
# No words of a dictionary, and common all the same.
ALSO = set("ceo cfo corp crore eps etf fy inc ipo llc ltd nasdaq nyse plc sec".split())


def main():
    marks = dict(line.split("\t") for line in WORDS.read_text().splitlines())
    known = {w for w, m in marks.items() if m[0] in "123" and not set("pgl") & set(m) and len(w) > 2} | ALSO
    count, n = collections.Counter(), 0
    for path in sys.argv[1:]:
        for line in open(path, encoding="utf-8"):
            title = json.loads(line)["title"].lower()
            n += 1
            count.update(known & set(re.findall("[a-z]+", title)))
    print(f"/* Of 10,000 headlines, how many have the word; made by background.py from\n * {n} of them. */")
    for w in sorted(w for w in count if count[w] >= LEAST):
        print('{"%s", %d},' % (w, max(1, round(count[w] * 10000 / n))))


main()
