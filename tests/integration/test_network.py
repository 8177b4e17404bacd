"""What lies between the daemon and publishers: proxies, which only some feeds use,
and a network that goes and comes back.
"""
import re
import socket
import ssl
import subprocess
import threading
import time

from conftest import configure_feeds, wait_for
from scripted_http import Answer, feed, moved, ok

LIMIT = ", timeout: 5s"


class Tunnels:
    """A proxy for CONNECT only: every name leads to one address. Keeps what it was asked."""

    def __init__(self, to):
        self.to, self.asked = to, []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.sockets = [self.listener]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                a, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.tunnel, args=(a,), daemon=True).start()

    def tunnel(self, a):
        head = b""
        while b"\r\n\r\n" not in head:
            more = a.recv(4096)
            if not more:
                return
            head += more
        self.asked.append(head.decode())
        b = socket.create_connection(self.to)
        self.sockets += [a, b]
        a.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
        threading.Thread(target=self.pump, args=(a, b), daemon=True).start()
        self.pump(b, a)

    @staticmethod
    def pump(a, b):
        try:
            while data := a.recv(65536):
                b.sendall(data)
            b.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def stop(self):
        for s in self.sockets:
            s.close()


def wait_ok(nw, url):
    return wait_for(f"{url} to be read", lambda: [f for f in nw.feeds() if f["url"] == url and f["result"] == "ok"])[0]


def test_a_feed_with_a_proxy_is_asked_through_it_and_others_are_not(nw, redis_server, server):
    proxy = server.host("proxy", {"http://feeds.example/feed": [ok(feed(3, title="Proxied"))]})
    direct = server.host("direct", {"/feed": [ok()]})
    configure_feeds(nw, redis_server, f'{{url: "http://feeds.example/feed", proxy: "{proxy.url("")}"}}', direct.url(), fetch=LIMIT)
    daemon = nw.daemon().start()
    assert wait_ok(nw, "http://feeds.example/feed")["items"] == 3
    wait_ok(nw, direct.url())
    assert [(r.method, r.target, r.get("Host")) for r in proxy.requests] == [("GET", "http://feeds.example/feed", "feeds.example")]
    assert [r.target for r in direct.requests] == ["/feed"]
    daemon.wait_log(r"behind_proxy .*names are looked up by the proxy")


def test_a_host_in_a_script_of_its_own_is_asked_by_its_name_in_dns(nw, redis_server, server):
    proxy = server.host("proxy", {"http://xn--bcher-kva.example/%C3%A9": [ok()]})
    configure_feeds(nw, redis_server, f'{{url: "http://b\u00fccher.example/\u00e9", proxy: "{proxy.url("")}"}}', fetch=LIMIT)
    nw.daemon().start()
    wait_ok(nw, "http://b\u00fccher.example/\u00e9")
    assert {r.get("Host") for r in proxy.requests} == {"xn--bcher-kva.example"}


def test_the_proxy_of_all_feeds_sees_no_secret_of_an_https_feed(nw, redis_server, server, tmp_path):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                    "-subj", "/CN=x", "-addext", "subjectAltName=DNS:feeds.example", "-keyout", tmp_path / "key.pem",
                    "-out", tmp_path / "cert.pem"], check=True, capture_output=True)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    origin = server.host("origin", {"/feed": [ok()]}, tls)
    tunnels = Tunnels((origin.address, origin.port))
    secret = tmp_path / "secret"
    secret.write_text("s3cret\n")
    secret.chmod(0o600)
    url = "https://feeds.example/feed"
    configure_feeds(nw, redis_server, f'{{url: "{url}", bearer_file: {secret}, headers: {{X-Key: k3y}}}}',
              fetch=f'{LIMIT}, proxy: "{tunnels.url}", ca_file: {tmp_path}/cert.pem')
    nw.daemon().start()
    try:
        wait_ok(nw, url)
    finally:
        tunnels.stop()
    assert (origin.requests[0].get("Authorization"), origin.requests[0].get("X-Key")) == ("Bearer s3cret", "k3y")
    assert tunnels.asked[0].startswith("CONNECT feeds.example:443 HTTP/1.1\r\n")
    assert not re.search("s3cret|k3y|Authorization", "".join(tunnels.asked))


def test_behind_a_proxy_an_address_in_a_url_is_still_judged_also_after_a_redirect(nw, redis_server, server):
    proxy = server.host("proxy", {"http://feeds.example/feed": [moved(302, "http://169.254.169.254/latest/")], "*": [ok()]})
    bad = "http://10.1.2.3/feed"
    configure_feeds(nw, redis_server, "http://feeds.example/feed", bad, fetch=f'{LIMIT}, proxy: "{proxy.url("")}"')
    nw.daemon().start()
    a, b = wait_for("both to fail", lambda: [f for f in [sorted(nw.feeds(), key=lambda f: f["url"])] if all(x["error"] for x in f)])[0]
    assert "10.1.2.3" in a["error"] and "private" in a["error"]
    assert "169.254.169.254" in b["error"] and "link local" in b["error"]
    assert {r.target for r in proxy.requests} == {"http://feeds.example/feed"}


def test_when_no_host_answers_nothing_is_counted_and_after_it_all_goes_on_as_before(nw, redis_server, server):
    hosts = [server.host(f"h{i}", {"*": [Answer(ok(), then="close")]}) for i in range(5)]
    urls = [h.url(p) for h in hosts for p in ("/a", "/b")]
    configure_feeds(nw, redis_server, *(f'{{url: "{u}", interval: 1s}}' for u in urls), fetch=LIMIT)
    daemon = nw.daemon().start()
    for u in urls:
        wait_ok(nw, u)
    for h in hosts:
        h.scripts["accept"] = "reset"
    daemon.wait_log("network_down")
    assert nw.status()["feeds"]["network_down"]
    tries = len([t for h in hosts for t in h.accepted])
    wait_for("three more tries of each", lambda: len([t for h in hosts for t in h.accepted]) >= tries + 3 * len(urls))
    down = nw.feeds()
    assert {(f["result"], f["failures"], f["errors"]) for f in down} == {("network", 0, 0)}
    assert {f["why"] for f in down} == {"no host answers: the network is down"}
    for h in hosts:
        del h.scripts["accept"]
    up = time.time()
    daemon.wait_log("network_up")
    for u in urls:
        f = wait_ok(nw, u)
        assert (f["failures"], f["errors"]) == (0, 0)
    wait_for("polls to go on", lambda: all(len([r for r in h.requests if r.time > up]) >= 6 for h in hosts))
    for h in hosts:
        for path in ("/a", "/b"):
            t = [r.time for r in h.of(path) if r.time > up]
            assert min(b - a for a, b in zip(t, t[1:])) > 0.8, "asked sooner than its interval"
    assert len(re.findall("poll_failed", daemon.log())) < 2 * len(urls), "one fault of ours, told of every feed"


def test_a_news_sitemap_is_a_feed_from_fetch_to_hit(nw, redis_server, server):
    def sitemap(*articles):
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        urls = "".join(f"<url><loc>https://harbour.example/{i}</loc><news:news><news:publication><news:name>Harbour Wire</news:name>"
                       f"<news:language>en</news:language></news:publication><news:publication_date>{now}</news:publication_date>"
                       f"<news:title>{title}</news:title></news:news></url>" for i, title in articles)
        return ('<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
                f'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{urls}</urlset>').encode()

    old, new = (1, "Harbour opens"), (2, "Meta buys Contoso for $2 billion")
    h = server.host("h", {"/news.xml": [ok(sitemap(old), Content_Type="text/xml")]})
    url = h.url("/news.xml")
    configure_feeds(nw, redis_server, f'{{url: "{url}", interval: 1s}}', fetch=LIMIT)
    with open(nw.etc / "newswatch.yaml", "a", encoding="utf-8") as f:
        f.write('entities: [{name: Meta, kind: company, aliases: [Meta Platforms], context: [Contoso]}]\n')
    told = nw.cli("fetch", "-c", nw.etc / "newswatch.yaml", url).stdout
    assert "news-sitemap" in told and "Harbour opens" in told
    nw.daemon().start()
    wait_for("the first sight", lambda: [f for f in nw.feeds() if f["items"] == 1])
    h.scripts["/news.xml"] = [ok(sitemap(new, old), Content_Type="text/xml")]
    hits = wait_for("the hit", lambda: redis_server.client().xrange("newswatch:hits"))
    assert len(hits) == 1 and new[1] in hits[0][1]["json"] and "https://harbour.example/2" in hits[0][1]["json"]
