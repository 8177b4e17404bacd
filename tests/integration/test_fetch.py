"""One look at a URL: `newswatch fetch`, `extract` and `feeds discover`."""
import gzip
import http.server
import json
import os
import pathlib
import threading

import pytest
from conftest import SRC, rss

FEED = rss([{"title": "Meta opens an office", "link": "https://example.com/1", "guid": "1",
             "pubDate": "Sun, 01 Mar 2026 12:00:00 +0000"}], title="Example & News")


class Site:
    """A server whose pages are a table: path -> (status, headers, body)."""

    def __init__(self):
        self.pages, self.asked = {}, []
        site = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                site.asked.append((self.path, dict(self.headers)))
                status, headers, body = site.pages.get(self.path, (404, {}, ""))
                body = body if isinstance(body, bytes) else body.encode()
                if headers.get("ETag") and self.headers.get("If-None-Match") == headers["ETag"]:
                    status, body = 304, b""
                self.send_response(status)
                for k, v in headers.items():
                    self.send_header(k, v)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.base = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.thread.start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def site():
    s = Site()
    yield s
    s.stop()


@pytest.fixture
def nwc(nw):
    nw.conf = nw.write("newswatch.yaml", "fetch: {allow_private: [127.0.0.0/8], timeout: 5s}\nfeeds: []\n")
    return nw


def ask_as(nw, conf, *args, check=False):
    p = nw.cli(*args, "-c", conf, "--json", check=check)
    return [json.loads(line) for line in p.stdout.splitlines()], p


def ask(nwc, *args, check=True):
    return ask_as(nwc, nwc.conf, *args, check=check)


def test_fetch_shows_every_hop_header_and_decision(nwc, site):
    site.pages = {"/old": (301, {"Location": "/feed"}, ""),
                  "/feed": (200, {"Content-Type": "application/rss+xml", "Content-Encoding": "gzip", "ETag": '"v1"',
                                  "Cache-Control": "max-age=600"}, gzip.compress(FEED.encode()))}
    (one,), _ = ask(nwc, "fetch", site.base + "/old")
    assert [(h["status"], h["decision"][:6]) for h in one["hops"]] == [(301, "follow"), (200, "take t")]
    assert ["Accept-Encoding", "gzip, br, zstd, deflate"] in one["hops"][0]["sent"]
    assert [dict(map(tuple, h["sent"])) for h in one["hops"]] == [h for _, h in site.asked], "all that was sent is shown"
    assert ["Cache-Control", "max-age=600"] in one["hops"][1]["received"] and one["hops"][1]["address"] == "127.0.0.1"
    assert one["url"] == one["moved_to"] == site.base + "/feed"
    assert (one["etag"], one["fresh_s"]) == ('"v1"', 600)
    assert one["inflated_bytes"] == len(FEED.encode()) != one["body_bytes"]
    assert one["document"] == {"format": "rss-2.0", "title": "Example & News", "url": "https://example.com/", "items": 1,
                               "recovered": False, "recovered_why": None}
    text = nwc.cli("fetch", "-c", nwc.conf, "--again", site.base + "/feed").stdout
    assert ">   If-None-Match: \"v1\"" in text and "= nothing changed" in text
    assert "fresh for   600 s" in text and "document    rss-2.0, 'Example & News', 1 item\n" in text
    assert "2026-03-01T12:00:00Z  Meta opens an office" in text


def test_fetch_polls_a_configured_feed_with_its_settings_and_hides_its_secrets(nw, site):
    site.pages = {"/feed": (200, {"Set-Cookie": "session=42"}, FEED)}
    conf = nw.write("c.yaml", f"""
fetch: {{allow_private: [127.0.0.0/8]}}
feeds: [{{url: "{site.base}/feed", headers: {{X-Api-Key: top-secret, X-Desk: news}}}}]
""")
    p = nw.cli("fetch", "-c", conf, site.base + "/feed")
    assert site.asked[0][1]["X-Api-Key"] == "top-secret"
    assert ">   X-Api-Key: ***" in p.stdout and ">   X-Desk: news" in p.stdout and "configured" in p.stdout
    assert "top-secret" not in p.stdout + p.stderr and "session=42" not in p.stdout


def test_fetch_says_why_there_is_no_feed(nwc, site, nw):
    site.pages = {"/page": (200, {"Content-Type": "text/html"}, "<html><body>hi</body></html>"),
                  "/loop": (302, {"Location": "/loop"}, ""), "/busy": (429, {"Retry-After": "120"}, "")}
    (one,), p = ask(nwc, "fetch", site.base + "/page", check=False)
    assert p.returncode == 65 and "HTML page" in one["refused"]
    (one,), p = ask(nwc, "fetch", site.base + "/none", check=False)
    assert p.returncode == 69 and one["status"] == 404 and one["error"]
    (one,), p = ask(nwc, "fetch", site.base + "/loop", check=False)
    assert p.returncode == 69 and "circles" in one["error"] and len(one["hops"]) == 11
    (one,), p = ask(nwc, "fetch", site.base + "/busy", check=False)
    assert p.returncode == 69 and one["decision"].startswith("wait")
    public = nw.write("public.yaml", "feeds: []\n")
    p = nwc.cli("fetch", "-c", public, "--json", site.base + "/page", check=False)
    assert p.returncode == 77 and "allow_private" in p.stdout, "the guard stands without leave"
    for url, why in (("nonsense", "file:, or exec:"), ("file://host/x", "with a host"), ("exec:other", "no feed 'exec:other'")):
        p = nwc.cli("fetch", "-c", nwc.conf, url, check=False)
        assert p.returncode == 64 and why in p.stderr, p.stderr


def test_fetch_says_what_to_do_about_a_failure(nw, site):
    conf = nw.write("c.yaml", "fetch: {allow_private: [127.0.0.0/8], timeout: 2s, max_body: 64KiB}\nfeeds: []\n")
    site.pages = {"/big": (200, {}, "x" * 65537)}
    tls = site.base.replace("http:", "https:")
    for url, why in ((site.base + "/big", "larger than the 65536 bytes allowed; for feeds that is fetch.max_body"),
                     (tls + "/", "speaks no TLS; is http: meant?")):
        (one,), p = ask_as(nw, conf, "fetch", url)
        assert p.returncode == 69 and why in one["error"]
    # never sent, so there was no answer to decide on
    (one,), p = ask_as(nw, conf, "fetch", site.base + "/a b")
    assert one["hops"][0]["decision"] is None and "blanks" in one["error"]
    text = nw.cli("fetch", "-c", conf, site.base + "/a b", check=False).stdout
    assert "= not sent\n" in text and "take the document" not in text


def test_headers_of_any_bytes_are_shown_as_text(nwc, site):
    site.pages = {"/feed": (200, {"ETag": '"caf\xe9\x9b"', "Server": "\x1b]0;mine\x07"}, FEED)}
    (one, again), _ = ask(nwc, "fetch", "--again", site.base + "/feed")
    assert one["etag"] == '"caf\xe9\u203a"' and ["ETag", one["etag"]] in one["hops"][0]["received"]
    text = nwc.cli("fetch", "-c", nwc.conf, site.base + "/feed").stdout
    assert not any(c < " " and c != "\n" or c == "\x7f" for c in text), "nothing that a terminal obeys"


def test_fetch_reads_files_and_runs_commands_of_the_configuration(nw):
    path = nw.write("feed.xml", FEED)
    conf = nw.write("c.yaml", f"""
fetch: {{max_body: 64KiB}}
feeds:
  - {{url: "exec:mine", command: [/bin/cat, "{path}"]}}
  - {{url: "exec:bad", command: [/bin/sh, -c, "echo no >&2; exit 3"]}}
  - {{url: "file:feed.xml"}}
""")
    for url, shown in ((f"file:{path}", f"> file://{path}\n"), ("exec:mine", "> exec:mine: /bin/cat\n"),
                       (f"file:{os.path.relpath(path, nw.work)}", f"> file://{path}\n")):
        text = nw.cli("fetch", "-c", conf, "--again", url).stdout
        first, again = text.split(shown)[1:]
        assert f"< {len(FEED.encode())} bytes\n= take the document\nfeed        configured" in first, text
        assert "document    rss-2.0, 'Example & News', 1 item\n" in first and "HTTP" not in first
        assert "= nothing changed\n" in again, text
    (one, again), _ = ask_as(nw, conf, "fetch", "--again", "exec:mine")
    assert (one["hops"], one["document"]["items"], again["decision"]) == ([], 1, "nothing changed")
    (one,), p = ask_as(nw, conf, "fetch", "exec:bad")
    assert p.returncode == 69 and one["error"] == "the command ended with code 3: no"
    (one,), p = ask_as(nw, conf, "fetch", f"file:{nw.etc}/none.xml")
    assert p.returncode == 69 and "No such file" in one["error"]


@pytest.mark.parametrize("hops", [10, 11])
def test_ten_redirects_are_followed_and_no_more(nwc, site, hops):
    site.pages = {f"/{n}": (302, {"Location": f"/{n + 1}"}, "") for n in range(hops)}
    site.pages[f"/{hops}"] = (200, {"Content-Type": "application/rss+xml"}, FEED)
    (one,), p = ask(nwc, "fetch", site.base + "/0", check=False)
    if hops == 10:
        assert p.returncode == 0 and one["status"] == 200 and len(one["hops"]) == 11
    else:
        assert p.returncode == 69 and one["error"] == "more than 10 redirects: the server sends us in circles"


@pytest.mark.parametrize("size", [2048, 2049])
def test_a_validator_of_two_kib_is_kept_and_a_longer_one_is_not(nwc, site, size):
    tag = '"' + "x" * (size - 2) + '"'
    site.pages = {"/feed": (200, {"Content-Type": "application/rss+xml", "ETag": tag}, FEED)}
    (one,), _ = ask(nwc, "fetch", site.base + "/feed")
    assert one["status"] == 200 and one["document"]["items"] == 1
    assert one["etag"] == (tag if size == 2048 else None)


def test_discover_verifies_what_a_page_links_to(nwc, site):
    site.pages = {"/": (200, {"Content-Type": "text/html"}, """<html><head>
<link rel="alternate" type="application/rss+xml" title="All" href="/all.xml">
<link rel="alternate" type="application/atom+xml" href="/gone.xml"></head><body>x</body></html>"""),
                  "/all.xml": (200, {}, FEED)}
    found, p = ask(nwc, "feeds", "discover", site.base + "/")
    assert [(f["url"], f["format"], f["title"], f["items"], f["found"], bool(f["error"])) for f in found] == [
        (site.base + "/all.xml", "rss-2.0", "Example & News", 1, "page", False),
        (site.base + "/gone.xml", None, "", 0, "page", True)]
    assert not any(path == "/feed" for path, _ in site.asked), "the usual addresses only if the page links to none"
    found, _ = ask(nwc, "feeds", "discover", site.base + "/all.xml")
    assert [f["found"] for f in found] == ["itself"]


def test_a_site_is_asked_over_https_also_at_a_port(nwc, site):
    p = nwc.cli("feeds", "discover", "-c", nwc.conf, site.base.removeprefix("http://") + "/blog", check=False)
    assert p.returncode == 69 and f"looking at https{site.base.removeprefix('http')}/blog\n" in p.stderr
    p = nwc.cli("feeds", "discover", "-c", nwc.conf, "gopher:x", check=False)
    assert p.returncode == 64 and "'gopher:x' is no http: or https: URL" in p.stderr


def test_discover_tries_the_usual_addresses_last_and_says_so(nwc, site):
    site.pages = {"/blog/": (200, {}, "<html><body>no links</body></html>"), "/feed.xml": (200, {}, FEED)}
    found, p = ask(nwc, "feeds", "discover", site.base + "/blog/")
    assert [(f["url"], f["found"]) for f in found] == [(site.base + "/feed.xml", "well-known")]
    assert "trying the usual addresses" in p.stderr
    del site.pages["/feed.xml"]
    found, p = ask(nwc, "feeds", "discover", site.base + "/blog/", check=False)
    assert found == [] and p.returncode == 65 and "no feed was found" in p.stderr
    assert ask(nwc, "feeds", "discover", site.base + "/none", check=False)[1].returncode == 69


def test_extract_gives_the_article_of_a_page(nwc, site):
    page = pathlib.Path(SRC, "tests/data/articles/news-site.html").read_bytes()
    site.pages = {"/a": (200, {"Content-Type": "text/html; charset=utf-8"}, page)}
    (a,), _ = ask(nwc, "extract", site.base + "/a")
    assert a["title"] == "Northwind buys Contoso for $3 billion" and a["authors"] == ["Ada Byron", "Bob Lee"]
    assert a["text"] + "\n" == pathlib.Path(SRC, "tests/data/articles/news-site.expected").read_text()
    file = nwc.work / "latin1.html"
    file.write_bytes("<meta charset=iso-8859-1><title>Caf\u00e9</title><p>".encode("latin-1")
                     + ("Das Caf\u00e9 am Hafen ist seit heute wieder offen, sagte der Wirt, nach langem Umbau. " * 3).encode("latin-1"))
    (a,), _ = ask(nwc, "extract", "--base-url", "https://x.example/p", file)
    assert a["title"] == "Caf\u00e9" and "Caf\u00e9 am Hafen" in a["text"] and a["url"] == "https://x.example/p"
    p = nwc.cli("extract", nwc.work / "none.html", check=False)
    assert p.returncode == 66
    site.pages["/empty"] = (200, {}, "<html><body></body></html>")
    assert ask(nwc, "extract", site.base + "/empty", check=False)[1].returncode == 65


def test_discover_tells_each_feed_once_and_looks_further_if_links_are_dead(nwc, site):
    site.pages = {"/": (200, {"Content-Type": "text/html"}, """<html><head>
<link rel="alternate" type="application/rss+xml" href="/all.xml"><link rel="alternate" type="application/rss+xml" href="/all.xml#top">
<link rel="alternate" type="application/atom+xml" href="/moved"></head></html>"""),
                  "/moved": (301, {"Location": "/all.xml"}, ""), "/all.xml": (200, {}, FEED)}
    found, _ = ask(nwc, "feeds", "discover", site.base + "/")
    assert [f["url"] for f in found] == [site.base + "/all.xml"]
    del site.pages["/all.xml"]
    site.pages["/rss.xml"] = (200, {}, FEED)
    found, p = ask(nwc, "feeds", "discover", site.base + "/")
    assert [f["url"] for f in found if not f["error"]] == [site.base + "/rss.xml"]
    assert "no link of the page leads to a feed" in p.stderr


def test_discover_says_that_there_may_be_more(nwc, site):
    site.pages = {"/": (200, {"Content-Type": "text/html"}, "<html>" + "".join(
        f'<link rel="alternate" type="application/rss+xml" href="/{i}.xml">' for i in range(20)) + "</html>")}
    site.pages |= {f"/{i}.xml": (200, {}, FEED) for i in range(20)}
    found, p = ask(nwc, "feeds", "discover", site.base + "/")
    assert len(found) == 16 and "no more than 16 links" in p.stderr


def test_discover_looks_beside_the_page_before_its_site(nwc, site):
    page = (200, {"Content-Type": "text/html"}, "<html><body>x</body></html>")
    site.pages = {"/~me/blog/": page, "/~me/blog/index.xml": (200, {}, FEED), "/feed": (200, {}, FEED)}
    found, _ = ask(nwc, "feeds", "discover", site.base + "/~me/blog/")
    assert [f["url"] for f in found] == [site.base + "/~me/blog/index.xml"]
    del site.pages["/~me/blog/index.xml"]
    found, _ = ask(nwc, "feeds", "discover", site.base + "/~me/blog/")
    assert [f["url"] for f in found] == [site.base + "/feed"]


def test_discover_says_what_a_document_is_that_is_no_page(nwc, site):
    site.pages = {"/index.xml": (200, {}, '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap>'
                                 '<loc>https://example.com/news.xml</loc></sitemap></sitemapindex>'),
                  "/data": (200, {}, '{"no": "feed"}')}
    for path, why in (("/index.xml", "index of sitemaps"), ("/data", "not a JSON Feed")):
        site.asked.clear()
        p = ask(nwc, "feeds", "discover", site.base + path, check=False)[1]
        assert p.returncode == 65 and why in p.stderr and len(site.asked) == 1
