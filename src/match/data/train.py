#!/usr/bin/python3
"""Learn the weights of src/match/weights.c from labelled candidates.

  bench/match_features WATCHLIST ARTICLES > features.tsv   (once a set)
  src/match/data/train.py --gold GOLD:features.tsv ... --write

Logistic regression for each class of names (ordinary
word, name of something else, acronym, other),
drawn towards prior.txt, so that a feature seldom seen keeps its prior. Each
set of articles has the same say; GOLD:FEATURES+GOLD:FEATURES is one set. Prints F1 of pairs (item, entity) by
five-fold cross-validation over items, and how well probabilities are
calibrated. Gold is JSON Lines {"item", "entities", "ignore", "judged"?}.
Needs python3-numpy.
"""
import argparse
import collections
import json
import pathlib
import re
import sys

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
CLASSES = 4
L2 = 1.5  # pull towards the prior, in candidates
MOST = 1.0  # what a candidate of a small set counts at most


def read_prior():
    names, rows = [], []
    for line in (HERE / "prior.txt").read_text().split("\n"):
        if line and not line.startswith("#"):
            name, *w = line.split()
            names.append(name)
            rows.append([float(x) for x in w])
    listed = re.findall(r'X\(\w+, "([^"]+)"\)', (HERE.parent / "features.h").read_text())
    if names != listed:
        sys.exit(f"prior.txt: its rows are not those of features.h: {[x for x in zip(names, listed) if x[0] != x[1]][:1]}")
    return names, np.array(rows)


def read_set(gold_path, features_path, names):
    """Rows: item, entity, class, dropped, p, then the features by name."""
    gold = {}
    for line in open(gold_path):
        g = json.loads(line)
        gold[g["item"]] = g
    index = {n: i for i, n in enumerate(names)}
    rows = []
    for line in open(features_path):
        item, entity, klass, decided, *feats = line.rstrip("\n").split("\t")
        g = gold.get(item)
        if not g or entity in g["ignore"] or ("judged" in g and entity not in g["judged"]):
            continue
        x = np.zeros(len(names))
        for f in feats:
            name, value = f.split("=")
            x[index[name]] = float(value)
        rows.append((item, entity, int(klass), float(decided), x, entity in g["entities"]))
    want = {(i, e) for i, g in gold.items() for e in g["entities"]
            if e not in g["ignore"] and ("judged" not in g or e in g["judged"])}
    return rows, want


def fit(x, y, weight, prior, l2):
    """Newton's method; a step that does not lower the loss is halved."""
    def loss(w):
        z = x @ w
        return weight @ (np.logaddexp(0, z) - y * z) + l2 / 2 * np.sum((w - prior) ** 2)

    w, at = prior.copy(), loss(prior)
    for _ in range(60):
        p = 1 / (1 + np.exp(-np.clip(x @ w, -30, 30)))
        grad = x.T @ (weight * (p - y)) + l2 * (w - prior)
        hess = (x * (weight * p * (1 - p))[:, None]).T @ x + l2 * np.eye(len(w))
        step = np.linalg.solve(hess, grad)
        while loss(w - step) > at and np.abs(step).max() > 1e-9:
            step /= 2
        w = w - step
        at = loss(w)
        if np.abs(step).max() < 1e-6:
            break
    return w


def fit_all(rows, prior, sets, l2=L2):
    out = prior.copy()
    per_set = collections.Counter(sets)
    for k in range(CLASSES):
        pick = [i for i, r in enumerate(rows) if r[2] == k and r[3] < 0]
        if not pick:
            continue
        x = np.array([rows[i][4] for i in pick])
        y = np.array([rows[i][5] for i in pick], float)
        mean = len(rows) / len(per_set)
        weight = np.array([min(MOST, mean / per_set[sets[i]]) for i in pick])
        out[:, k] = fit(x, y, weight, prior[:, k], l2)
    return out


def predict(rows, w):
    return [r[3] if r[3] >= 0 else 1 / (1 + np.exp(-float(r[4] @ w[:, r[2]]))) for r in rows]


def score(pairs, want):
    tp, fp, fn = len(pairs & want), len(pairs - want), len(want - pairs)
    p, r = tp / max(1, tp + fp), tp / max(1, tp + fn)
    return p, r, 2 * p * r / max(1e-9, p + r)


def reliability(p, y):
    bins = collections.defaultdict(list)
    for a, b in zip(p, y):
        bins[min(9, int(a * 10))].append((a, b))
    error = 0.0
    for b in sorted(bins):
        a = np.array(bins[b], float)
        error += len(a) * abs(a[:, 0].mean() - a[:, 1].mean())
        print(f"  said {a[:, 0].mean():.2f}  was {a[:, 1].mean():.2f}  ({len(a)})")
    print(f"  expected calibration error {error / max(1, len(p)):.4f}")


def write_c(names, w):
    path = HERE.parent / "weights.c"
    head, _, tail = path.read_text().partition("/* BEGIN TABLE */\n")
    _, _, tail = tail.partition("\t/* END TABLE */")
    table = "".join("\t{%sF, %sF, %sF, %sF}, /* %s */\n" % (*("%.2f" % v for v in row), n) for n, row in zip(names, w))
    path.write_text(head + "/* BEGIN TABLE */\n" + table + "\t/* END TABLE */" + tail)


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--gold", nargs="+", required=True, metavar="GOLD:FEATURES")
    ap.add_argument("--write", action="store_true", help="put the weights into weights.c")
    ap.add_argument("--errors", action="store_true", help="print what cross-validation gets wrong")
    ap.add_argument("--prior", action="store_true", help="write the prior itself")
    args = ap.parse_args()
    names, prior = read_prior()
    rows, sets, wants = [], [], []
    for s, joined in enumerate(args.gold):
        wants.append(set())
        for i, pair in enumerate(joined.split("+")):
            got, want = read_set(*pair.split(":"), names)
            rows += [(f"{i}:{r[0]}", *r[1:]) for r in got]
            sets += [s] * len(got)
            wants[s] |= {(f"{i}:{item}", e) for item, e in want}
    fold = [hash_of(r[0].partition(":")[2]) % 5 for r in rows]
    cv = [0.0] * len(rows)
    for k in range(5):
        train = [i for i in range(len(rows)) if fold[i] != k]
        w = fit_all([rows[i] for i in train], prior, [sets[i] for i in train])
        for i, p in zip((i for i in range(len(rows)) if fold[i] == k),
                        predict([r for r, f in zip(rows, fold) if f == k], w)):
            cv[i] = p
    w = fit_all(rows, prior, sets)
    for name, p in (("prior", predict(rows, prior)), ("cross-validated", cv), ("fitted", predict(rows, w))):
        f = []
        for s, want in enumerate(wants):
            pairs = {(r[0], r[1]) for r, q, t in zip(rows, p, sets) if q >= 0.5 and t == s}
            f.append(score(pairs, want))
        print(f"{name:16s}", "  ".join("P=%.3f R=%.3f F1=%.3f" % x for x in f), " mean %.4f" % np.mean([x[2] for x in f]))
    reliability(cv, [r[5] for r in rows])
    for r, p in zip(rows, cv) if args.errors else ():
        if (p >= 0.5) != r[5]:
            print(r[0], r[1], r[2], "%.2f" % p, " ".join(n for n, x in zip(names, r[4]) if x))
    if args.write or args.prior:
        write_c(names, prior if args.prior else w)


def hash_of(text):
    h = 2166136261
    for c in text.encode():
        h = (h ^ c) * 16777619 & 0xffffffff
    return h


main()
