#!/usr/bin/python3
"""Make words.txt, what newswatch knows of English words, from Debian packages.

  apt-get install scowl wordnet-base python3-fake-factory
  ./words.py > words.txt

One line a word, sorted by bytes: the word in lower case, a tab, and its marks.
  1..7   how common it is in lower case, from SCOWL's size classes: 1 = class
         10 (the commonest few thousand), 2 = 20, 3 = 35, 4 = 40, 5 = 50,
         6 = 55 and 60, 7 = 70 (single words of WordNet only)
  n v a  WordNet knows it as noun, verb, adjective or adverb (also inflected)
  g      a given name (Faker)
  l      a place on a map or in the sky (instances in WordNet)
  p      written with a capital: places, peoples, days, surnames (SCOWL)
  b      first of all an animal, a plant, food or a part of the body (WordNet)
  h      first of all a human being: who somebody is or what they do (WordNet)
Licences: see words.LICENSE.
"""
import importlib
import pathlib
import re

SCOWL = pathlib.Path("/usr/share/dict/scowl")
WORDNET = pathlib.Path("/usr/share/wordnet")
CLASSES = {10: 1, 20: 2, 35: 3, 40: 4, 50: 5, 55: 6, 60: 6, 70: 7}
POS = {"noun": "n", "verb": "v", "adj": "a", "adv": "a"}


def lines(path):
    return path.read_text(encoding="latin-1").split("\n")


def wordnet():
    marks = {}
    for pos, mark in POS.items():
        for line in lines(WORDNET / f"index.{pos}"):
            word = line.split(" ", 1)[0]
            if re.fullmatch("[a-z]+", word):
                marks.setdefault(word, set()).add(mark)
        for line in lines(WORDNET / f"{pos}.exc"):
            if line:
                marks.setdefault(line.split()[0], set()).add(mark)
    return marks


LIVING = {"05": "b", "13": "b", "20": "b", "08": "b", "18": "h"}  # by WordNet's lexicographer files


def senses():
    """What a noun's first sense is: a human being, or something else that lives and is no verb first. A part of
    the body only if it is no verb at all, as backs and heads are."""
    files = {line[:8]: line[9:11] for line in lines(WORDNET / "data.noun") if line[:8].isdigit()}
    tagged = {}
    for line in lines(WORDNET / "index.verb"):
        f = line.split()
        if f and line[0] != " ":
            tagged[f[0]] = int(f[5 + int(f[3])])
    found = {}
    for line in lines(WORDNET / "index.noun"):
        f = line.split()
        if not f or line[0] == " " or not re.fullmatch("[a-z]+", f[0]):
            continue
        n = int(f[3])
        file, noun_tags, verb_tags = files[f[6 + n]], int(f[5 + n]), tagged.get(f[0], -1)
        if file != "18" and (verb_tags > max(0, noun_tags - 1) or (file == "08" and verb_tags >= 0)):
            continue
        found[f[0]] = LIVING.get(file, "")
    return found


def sense_of(word, found):
    if word in found:
        return found[word]
    for end, add in (("s", ""), ("es", ""), ("ies", "y")):
        if word.endswith(end) and len(word) > len(end) + 2 and found.get(word[:-len(end)] + add):
            return found[word[:-len(end)] + add]
    return ""


def stems(word):
    """Regular inflections: what to strip, what to add, the mark it proves."""
    for end, add, mark in (("s", "", "nv"), ("es", "", "nv"), ("ies", "y", "nv"), ("ed", "", "v"),
                           ("ed", "e", "v"), ("ied", "y", "v"), ("ing", "", "v"), ("ing", "e", "v"),
                           ("er", "", "a"), ("est", "", "a")):
        if word.endswith(end) and len(word) > len(end) + 2:
            yield word[:-len(end)] + add, mark
    if re.search(r"([b-z])\1(ed|ing)$", word):
        yield re.sub(r"([b-z])\1(ed|ing)$", r"\1", word), "v"


def pos_of(word, marks):
    out = set(marks.get(word, ()))
    for stem, proves in stems(word):
        out |= marks.get(stem, set()) & set(proves)
    return out


LOCALES = "en_US en_GB en_NZ de_DE es_ES fr_FR it_IT nl_NL pt_BR sv_SE dk_DK no_NO fi_FI hi_IN".split()


def given_names():
    names = set()
    for locale in LOCALES:
        try:
            person = importlib.import_module("faker.providers.person." + locale).Provider
        except ImportError:
            continue
        for attr in ("first_names", "first_names_male", "first_names_female"):
            names.update(n.lower() for n in getattr(person, attr, ()))
    return sorted(n for n in names if re.fullmatch("[a-z]{2,}", n))


def places():
    """Instances of locations and of natural objects; lexicographer files 15 and 17."""
    found = set()
    for line in lines(WORDNET / "data.noun"):
        f = line.split(" ")
        if len(f) < 6 or line[0] == " " or int(f[1]) not in (15, 17) or "@i" not in f:
            continue
        words = f[4:4 + 2 * int(f[3], 16):2]
        found.update(w.lower() for w in words if re.fullmatch("[A-Za-z]{2,}", w))
    return sorted(found)


def main():
    marks, found = wordnet(), senses()
    table = {}
    for size, grade in CLASSES.items():
        for kind in ("english-words", "american-words"):
            for word in lines(SCOWL / f"{kind}.{size}"):
                if not re.fullmatch("[a-z]{2,}", word) or word in table:
                    continue
                pos = pos_of(word, marks)
                if grade < 7 or word in marks:
                    table[word] = str(grade) + "".join(sorted(pos)) + sense_of(word, found)
    for size in (10, 35, 40, 50, 60):
        for kind in ("english-upper", "english-proper-names", "american-upper", "american-proper-names"):
            path = SCOWL / f"{kind}.{size}"
            for word in lines(path) if path.exists() else ():
                low = word.lower()
                if re.fullmatch("[a-z]{2,}", low) and "p" not in table.get(low, ""):
                    table[low] = table.get(low, "") + "p"
    for low in given_names():
        table[low] = table.get(low, "") + "g"
    for low in places():
        table[low] = table.get(low, "") + "l"
    for word in sorted(table):
        print(f"{word}\t{table[word]}")


main()
