#!/usr/bin/python3
"""Make pairs.txt, which words make one thing together, from WordNet and terms.txt.

  apt-get install wordnet-base
  ./pairs.py > pairs.txt

One line for each two words that stand side by side in a term of two words or
more: "orange juice", "big apple", "agent orange", "abraham lincoln". In lower
case, sorted by bytes. Both words must be in words.txt, and not among
its rarest, which leaves out most of genus and species; neither may be a word of
grammar. terms.txt is for people to lengthen: what WordNet lacks.
Licences: see words.LICENSE.
"""
import pathlib
import re

WORDNET = pathlib.Path("/usr/share/wordnet")
SMALL = set("a an and as at by for from in into it of off on or out over the to up with under".split())
HERE = pathlib.Path(__file__).resolve().parent


def main():
    rows = (line.split("\t") for line in (HERE / "words.txt").read_text().splitlines())
    known = {word for word, marks in rows if "7" not in marks}
    pairs = set()
    for pos in ("noun", "adj"):
        for line in (WORDNET / f"index.{pos}").read_text(encoding="latin-1").split("\n"):
            words = re.split("[-_]", line.split(" ", 1)[0].replace("'s", "").replace(".", ""))
            for a, b in zip(words, words[1:]):
                if {a, b} <= known and not {a, b} & SMALL and len(a) > 1 and len(b) > 1:
                    pairs.add(f"{a} {b}")
    for line in (HERE / "terms.txt").read_text().splitlines():
        if line and line[0] != "#":
            word, *others = line.split()
            before = [o[:-1] for o in others if o.endswith("_")]
            pairs |= {f"{o} {word}" for o in before} | {f"{word} {o}" for o in others if not o.endswith("_")}
    print("\n".join(sorted(pairs)))


main()
