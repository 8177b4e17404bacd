"""newswatch watch: lists made of the SEC's files, and lists looked at."""
import csv
import io
import json

SEC = {str(i): {"cik_str": cik, "ticker": ticker, "title": title} for i, (cik, ticker, title) in enumerate([
    (320193, "AAPL", "Apple Inc."), (789019, "MSFT", "MICROSOFT CORP"), (1067983, "BRK-B", "BERKSHIRE HATHAWAY INC"),
    (1067983, "BRK-A", "BERKSHIRE HATHAWAY INC"), (70858, "BAC", "BANK OF AMERICA CORP /DE/"),
    (70858, "BAC-PK", "BANK OF AMERICA CORP /DE/"), (1018724, "AMZN", "AMAZON COM INC"), (732717, "T", "AT&T INC."),
    (66740, "MMM", "3M CO"), (319201, "KLAC", "KLA CORP"), (21344, "KO", "COCA-COLA CO"), (1, "X", "Apple Inc"),
    (2, "", "No Ticker Inc"), (3, "Q", 'Foo, "Bar" & Co.')])}
TABLE = {"fields": ["cik", "name", "ticker", "exchange"],
         "data": [[320193, "Apple Inc.", "AAPL", "Nasdaq"], [12, "Acme Corp", "ACM", None], [0, "Nobody", "N", "NYSE"]]}


def imported(nw, data, *args):
    return nw.cli("watch", "import", nw.write("sec.json", data if isinstance(data, str) else json.dumps(data)), *args,
                  check=False)


def rows(p):
    return {r["id"]: r for r in csv.DictReader(io.StringIO(p.stdout))}


def test_companies_are_merged_and_their_titles_cleaned(nw):
    p = imported(nw, SEC)
    assert p.returncode == 0
    got = rows(p)
    assert [r["name"] for r in got.values()] == [
        "Apple", "Microsoft", "Berkshire Hathaway", "Bank of America", "Amazon.com", "AT&T", "3M", "KLA", "Coca-Cola",
        "Apple", 'Foo, "Bar"']
    assert got["berkshire-hathaway"]["tickers"] == "BRK.B|BRK.A"
    assert got["bank-of-america"]["tickers"] == "BAC" and got["apple"]["codes"] == "0000320193"
    assert got["apple-cik1"]["tickers"] == "X" and got["apple"]["aliases"] == "Apple Inc."
    assert "14 rows, 11 companies with 12 tickers" in p.stderr and "1 ticker of preferred" in p.stderr


def test_what_comes_out_is_a_watchlist(nw):
    w = nw.write("sec.csv", imported(nw, SEC).stdout)
    p = nw.cli("check", "-w", w, check=False)
    assert (p.returncode, json.loads(p.stdout)["entities"]) == (0, 11)
    listed = [json.loads(x) for x in nw.cli("watch", "list", "-w", w).stdout.splitlines()]
    assert listed[0] == {"id": "apple", "name": "Apple", "kind": "company", "watchlist": "sec", "aliases": 1,
                         "tickers": ["AAPL"], "ambiguity": "common word", "file": str(w), "line": 2}


def test_the_layout_with_exchanges(nw):
    got = rows(imported(nw, TABLE))
    assert {i: r["tickers"] for i, r in got.items()} == {"apple": "NASDAQ:AAPL", "acme": "ACM"}


def test_what_is_no_such_list_is_refused(nw):
    for text, message in (('{"a":', "sec.json:"), ('{"a": {"b": 1}}', "company_tickers.json"), ("[]", "no company"),
                          ('{"fields": ["cik"], "data": []}', "'fields' must name cik, name and ticker")):
        p = imported(nw, text)
        assert p.returncode == 65 and message in p.stderr and p.stdout == "", text


def test_a_file_is_not_overwritten_silently(nw):
    out = nw.write("list.csv", "mine\n")
    p = imported(nw, TABLE, "--output", out)
    assert p.returncode == 73 and "--force" in p.stderr and out.read_text() == "mine\n"
    assert imported(nw, TABLE, "-o", out, "--force").returncode == 0
    assert out.read_text().startswith("name,id,kind,aliases,tickers,codes\nApple,apple,")


def test_the_configuration_s_entities_are_listed(nw):
    nw.write("w.yaml", "entities:\n  - {name: Target, aliases: [TGT Stores]}\n  - name: Deals\n    kind: topic\n"
             "    query: merger\n")
    main = nw.write("newswatch.yaml", "include: [w.yaml]\n")
    got = [json.loads(x) for x in nw.cli("watch", "list", "-c", main).stdout.splitlines()]
    assert [(e["id"], e["line"], e.get("ambiguity"), e.get("query")) for e in got] == [
        ("target", 2, "common word", None), ("deals", 3, None, "merger")]


def test_the_wrong_words_are_told(nw):
    for args in (["lisst"], ["import"], ["list", "x.csv"]):
        assert nw.cli("watch", *args, check=False).returncode == 64
    assert nw.cli("watch", "import", nw.etc / "nothere.json", check=False).returncode == 66
