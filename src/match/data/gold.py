#!/usr/bin/python3
"""Labelled articles for train.py out of sentences that must and must not hit.

  src/match/data/gold.py LIST.watchtest|LIST.headlines PREFIX

Writes PREFIX.articles (JSON Lines for match_features) and PREFIX.gold. Entities
must be named in the file as in the watchlist, not by their ids. In a watchtest
one name is judged a sentence; in a list of headlines all are.
"""
import json
import pathlib
import sys


def sentences(path):
    entity = field = article = None
    for line in pathlib.Path(path).read_text(encoding="utf-8").splitlines():
        if not line.strip() or line[0] == "#":
            continue
        if line[0] == "[":
            entity = line.strip()[1:-1].strip()
            continue
        if line[0] in "+-":
            if article:
                yield article
            article = {"entity": entity, "must": line[0] == "+", "title": "", "text": ""}
            field, join, line = "text", "", line[1:]
        else:
            join = " "
        line = line.strip()
        for name in ("title", "text"):
            if line.startswith(name + ":"):
                field, join, line = name, "\n", line[len(name) + 1:].strip()
        article[field] += (join if article[field] else "") + line
    if article:
        yield article


def headlines(path):
    for line in pathlib.Path(path).read_text(encoding="utf-8").splitlines():
        if not line or line[0] == "#":
            continue
        names, _, rest = line.partition(" | ")
        title, _, text = rest.partition(" // ")
        yield {"names": [] if names == "-" else names.split("; "), "title": title, "text": text}


def main():
    articles, gold = [], []
    if sys.argv[1].endswith(".headlines"):
        for i, s in enumerate(headlines(sys.argv[1])):
            articles.append({"id": f"s{i}", "title": s["title"], "text": s["text"]})
            gold.append({"item": f"s{i}", "entities": s["names"], "ignore": []})
        write(articles, gold)
        return
    for i, s in enumerate(sentences(sys.argv[1])):
        articles.append({"id": f"s{i}", "title": s["title"], "text": s["text"]})
        gold.append({"item": f"s{i}", "entities": [s["entity"]] if s["must"] else [], "ignore": [],
                     "judged": [s["entity"]]})
    write(articles, gold)


def write(articles, gold):
    for name, rows in (("articles", articles), ("gold", gold)):
        pathlib.Path(f"{sys.argv[2]}.{name}").write_text(
            "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), encoding="utf-8")


main()
