#!/usr/bin/python3
"""Make letters_table.inc: letters from U+0080 to U+052F whose folding is two bytes at most.

  ./letters.py > letters_table.inc

Nearly all of Latin, Greek and Cyrillic: an accent, sharp s and the ligatures too.
tests/text/letters_test.c holds the table to what utf8proc says.
"""
import unicodedata

FIRST, LAST = 0x80, 0x52F
APOSTROPHE = 0x2BC  # a letter to Unicode, not to tokens.c
PLAIN = {0xF0: "d", 0xF8: "o", 0x111: "d", 0x127: "h", 0x131: "i", 0x142: "l", 0x167: "t", 0x180: "b", 0x192: "f",
         0xE6: "ae", 0xFE: "th", 0x14B: "ng", 0x153: "oe"}  # plain_letters of fold.c


def folded(c):
    for _ in range(2):
        c = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", c).casefold())
    return c


def plain(c):
    r = ord(c)
    if r in PLAIN:
        return PLAIN[r]
    if not (r < 0x250 or 0x370 <= r <= 0x3FF):
        return c
    return "".join(x for x in unicodedata.normalize("NFD", c) if not 0x300 <= ord(x) <= 0x36F)


def row(c):
    b = c.encode()
    return "{%d, %d}" % (b[0], b[1] if len(b) > 1 else 0)


def main():
    print("/* Made by letters.py: bytes of the folding, of it without accents; letter case.\n"
          " * One row a line. */")
    for r in range(FIRST, LAST + 1):
        c = chr(r)
        category = unicodedata.category(c)
        if category[0] != "L" or r == APOSTROPHE:
            continue
        f = folded(c)
        without = "".join(map(plain, f))
        if len(f.encode()) > 2 or len(without.encode()) > 2:
            continue
        case = {"Lu": "UPPER", "Lt": "UPPER", "Ll": "LOWER"}.get(category, "UNCASED")
        print("[0x%x - LETTERS_FIRST] = {%s, %s, RUNE_%s}," % (r, row(f), row(without), case))


main()
