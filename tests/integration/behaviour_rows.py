"""What a well-behaved poller does, one row a rule, judged from the server's log.

row(name, scripts, check, ...): scripts is a list of answers for /feed, or path ->
list. check(s) returns what is wrong, or nothing; s is a Seen. One daemon polls
all rows at once, every second; phase 1 is its first run, phase 2 comes after a
restart, phase 3 after a reload within phase 2.
"""
import gzip
import time
import zlib

import scripted_http as sh
from scripted_http import Answer, chunked, feed, gone_soon, moved, ok, status

ROWS = []
EARLY = 0.1  # what a busy machine may blur: a request is logged late, the next one is not
INTERVAL = 1.0


class Row:
    def __init__(self, name, scripts, check, paths=("/feed",), opts="", tls=None, elsewhere=None, edit=None, late=()):
        self.name, self.check, self.paths, self.opts, self.tls = name, check, paths, opts, tls
        self.scripts = scripts if isinstance(scripts, dict) else {"/feed": scripts}
        self.elsewhere = elsewhere  # path -> script of a second host; h.elsewhere
        self.edit = edit  # SQL on the state between the runs: table feed, :url
        self.late = late  # paths that the reload adds

    def urls(self):
        return [self.host.url(p) for p in self.paths]


class Seen:
    def __init__(self, row, states):
        self.row, self.host, self.states = row, row.host, states

    @property
    def state(self):
        return self.states.get(self.host.url(self.row.paths[0]), {})

    def all(self, phase=None, path=None):
        return [r for r in self.host.requests
                if (phase is None or r.phase in phase) and (path is None or r.target == path)]

    def polls(self, phase=(1,), path="/feed"):
        return self.all(phase, path)

    def gaps(self, phase=(1,), path="/feed"):
        p = self.polls(phase, path)
        return [b.time - a.time for a, b in zip(p, p[1:])]


def row(name, scripts, check, **more):
    ROWS.append(Row(name, scripts, check, **more))


def need(s, n, phase=(1,), path="/feed"):
    got = len(s.polls(phase, path))
    return f"only {got} requests of {path}, wanted {n}" if got < n else None


# -- checks that several rows share ---------------------------------------------------

def sends(header, want, at=1):
    """The request number `at` carries exactly this value (None: not at all)."""
    def check(s):
        p = s.polls()
        if len(p) <= at:
            return need(s, at + 1)
        bad = [r for r in p[at:at + 2] if r.get(header) != want]
        return f"{header} is {bad[0].get(header)!r}, not {want!r}" if bad else None
    return check


def no_validators(s):
    p = s.polls()
    bad = [r for r in p if r.get("If-None-Match") or r.get("If-Modified-Since")]
    return need(s, 2) or (f"conditional request: {bad[0]}" if bad else None)


def least_gap(seconds, n=2):
    def check(s):
        bad = [g for g in s.gaps() if g < seconds - EARLY]
        return need(s, n) or (f"asked after {bad[0]:.2f} s, not {seconds}" if bad else None)
    return check


def steady(s):
    """Asked at its interval: what the server said is no reason for less."""
    g = s.gaps()
    return need(s, 4) or (f"slowed to {max(g[:3]):.2f} s" if max(g[:3]) > 3.5 else None) \
        or (f"asked after {min(g):.2f} s" if min(g) < INTERVAL - EARLY else None)


def once(s):
    n = len(s.polls((1, 2, 3)))
    return None if n == 1 else f"asked {n} times"


def growing(s):
    """At least 1, 2, 4 times the interval after 1, 2, 3 failures."""
    bad = [f"gap {i + 1} is {g:.2f} s" for i, g in enumerate(s.gaps()) if g < 2 ** i * INTERVAL - EARLY]
    return need(s, 3) or (bad[0] if bad else None)


def read_whole(s):
    """Only a document that arrived whole and was read as a feed has its validator sent back."""
    return sends("If-None-Match", '"whole"')(s)


def failed(s):
    """Tried, not believed, tried again, each time for a bounded time."""
    bad = [r for r in s.polls() if r.ended and r.ended - r.time > 4.5]
    return no_validators(s) if not bad else f"held a connection for {bad[0].ended - bad[0].time:.1f} s"


def error_says(*words):
    def check(s):
        e = s.state.get("error") or ""
        return None if all(w in e for w in words) else f"the error says {e!r}"
    return check


def both(*checks):
    def check(s):
        return next((e for e in (c(s) for c in checks) if e), None)
    return check


def nothing_elsewhere(s):
    return f"{s.host.elsewhere.requests[0]} reached the other host" if s.host.elsewhere.requests else None


def adopted(s):
    """Three polls follow it, then the old address is not asked any more."""
    old, new = len(s.polls(path="/feed")), len(s.polls(path="/new"))
    if old != 3:
        return f"the old address was asked {old} times"
    return None if new >= 4 else f"the new one {new} times"


def never_adopted(s):
    old, new = len(s.polls(path="/feed")), len(s.polls(path="/new"))
    return need(s, 5) or (None if new >= old - 1 else f"{old} against {new}")


# -- requests ---------------------------------------------------------------------------

row("the method is always GET", [ok()],
    lambda s: need(s, 3) or next((str(r) for r in s.all() if r.method != "GET"), None))
row("User-Agent names program, version and an address", [ok()],
    lambda s: None if (s.polls()[0].get("User-Agent") or "").startswith("newswatch/")
    and "(+http" in s.polls()[0].get("User-Agent") else s.polls()[0].get("User-Agent"))
row("Accept lists feed types first", [ok()],
    lambda s: None if (s.polls()[0].get("Accept") or "").startswith("application/rss+xml, application/atom+xml")
    else s.polls()[0].get("Accept"))
row("Accept-Encoding is gzip, br, zstd, deflate", [ok()], sends("Accept-Encoding", "gzip, br, zstd, deflate", 0))
row("a cookie that was set is not sent back", [ok(Set_Cookie="a=b; Path=/")], sends("Cookie", None))
row("no referrer, not after a redirect either", {"/feed": [moved(302, "/new")], "/new": [ok()]},
    lambda s: next((str(r) for r in s.all() if r.get("Referer")), None) or need(s, 2, path="/new"))
row("nothing is added to the query", {"/feed?b=2&a=%20x&utm_source=y": [ok()]},
    lambda s: need(s, 3, path="/feed?b=2&a=%20x&utm_source=y"), paths=("/feed?b=2&a=%20x&utm_source=y",))
row("a fragment is not sent", [ok()], lambda s: need(s, 2), paths=("/feed#top",))
row("robots.txt is not asked for", {"/feed": [ok()], "/robots.txt": [ok()]},
    lambda s: need(s, 3) or ("asked" if s.all(path="/robots.txt") else None))
row("no range, no body, no upgrade", [ok()],
    lambda s: next((str(r) for r in s.polls() if {"range", "if-range", "content-length", "transfer-encoding", "upgrade",
                                                  "expect", "te"} & set(r.names())), None))
row("Host carries the port", [ok()],
    lambda s: None if s.polls()[0].get("Host") == f"{s.host.address}:{s.host.port}" else s.polls()[0].get("Host"))
row("configured headers are sent", [ok()], sends("X-Desk", "news room", 0), opts='headers: {X-Desk: "news room"}')
row("user and password are sent as basic authentication", [ok()], sends("Authorization", "Basic bWU6czNjcmV0", 0),
    opts="user: me, password_file: {secret}")
row("a bearer token is sent", [ok()], sends("Authorization", "Bearer s3cret", 0), opts="bearer_file: {secret}")
row("a configured Accept stands for ours", [ok()],
    lambda s: None if [v for k, v in s.polls()[0].headers if k == "Accept"] == ["text/x"] else str(s.polls()[0].headers),
    opts='headers: {Accept: "text/x"}')
row("an address beyond ASCII is percent-encoded", {"/f%C3%A9?q=%E2%98%83": [ok()]},
    lambda s: need(s, 2, path="/f%C3%A9?q=%E2%98%83"), paths=("/f\u00e9?q=\u2603",))
row("an address is not tidied", {"/%7Eu/a%2Fb;p?x=%2b&y='()": [ok()]},
    lambda s: need(s, 2, path="/%7Eu/a%2Fb;p?x=%2b&y='()"), paths=("/%7Eu/a%2Fb;p?x=%2b&y='()",))
row("an address without a path is asked for /", {"/": [ok()]}, lambda s: need(s, 2, path="/"), paths=("",))
row("only what is meant is sent: no header twice", [ok(ETag='"x"')],
    lambda s: next((str(r.names()) for r in s.polls() if len(set(r.names())) != len(r.names())), None))

# -- validators -------------------------------------------------------------------------

row("a strong ETag comes back exactly", [ok(ETag='"abc-1"')], sends("If-None-Match", '"abc-1"'))
row("a weak ETag stays weak", [ok(ETag='W/"abc"')], sends("If-None-Match", 'W/"abc"'))
row("an ETag without quotes stays so", [ok(ETag="abc")], sends("If-None-Match", "abc"))
row("bytes beyond ASCII in an ETag are kept", [ok(ETag='"\xe9\xff\xa0"')], sends("If-None-Match", '"\xe9\xff\xa0"'))
row("an ETag with commas and blanks is one", [ok(ETag='"a, b;  c"')], sends("If-None-Match", '"a, b;  c"'))
row("Last-Modified is opaque", [ok(Last_Modified="yesterday, about noon")],
    sends("If-Modified-Since", "yesterday, about noon"))
row("both validators are sent together", [ok(ETag='"e"', Last_Modified="Sat, 01 Jan 2022 00:00:00 GMT")],
    both(sends("If-None-Match", '"e"'), sends("If-Modified-Since", "Sat, 01 Jan 2022 00:00:00 GMT")))
row("validators are never invented", [ok(Date="Sat, 01 Jan 2022 00:00:00 GMT")], no_validators)
row("an empty ETag is none", [ok(ETag="")], no_validators)
row("an ETag of 3 KiB is not kept", [ok(ETag='"' + "x" * 3000 + '"')], no_validators)
row("an ETag in several lines is one", [sh.head(200, ['ETag: "a', '\tb"', f"Content-Length: {len(feed())}"]) + feed()],
    sends("If-None-Match", '"a   b"'))
row("control characters are no validator: they cannot be sent back", [ok(ETag='"a\x01b"', Last_Modified="a\x7fb")],
    both(no_validators, lambda s: need(s, 4)))
row("a 304 to a question without validators is a failure, and its own are none", [status(304, ETag='"x"')],
    both(no_validators, lambda s: growing(s), error_says("304")))
row("a 204 brings no validators", [status(204, ETag='"x"')], both(no_validators, lambda s: need(s, 4)))
row("a 103 and trailers bring no validators",
    [sh.head(103, ['ETag: "hint"']) + chunked(feed(), b'0\r\nETag: "late"\r\n\r\n', Trailer="ETag")],
    both(no_validators, lambda s: need(s, 4)))
row("a 304 may bring a new ETag", [ok(ETag='"1"'), status(304, ETag='"2"')], sends("If-None-Match", '"2"', 2))
row("a 304 without validators keeps the old ones", [ok(ETag='"1"'), status(304)], sends("If-None-Match", '"1"', 3))
row("a 200 without validators drops the old ones", [ok(ETag='"1"'), ok()], sends("If-None-Match", None, 2))
row("a 200 with another ETag replaces it", [ok(ETag='"1"'), ok(ETag='"2"')], sends("If-None-Match", '"2"', 2))
row("validators belong to the address that gave them",
    {"/feed": [moved(302, "/new", ETag='"redirect"')], "/new": [ok(ETag='"new"')]},
    lambda s: need(s, 3) or next((f"{r}" for r in s.polls() if r.get("If-None-Match")), None)
    or next((f"{r}" for r in s.polls(path="/new")[1:] if r.get("If-None-Match") != '"new"'), None))
row("no validator after a gzip body that broke off",
    [ok(gzip.compress(feed(50))[:-9], ETag='"t"', Content_Encoding="gzip")], no_validators)
row("no validator after a body shorter than its Content-Length",
    [Answer(ok(feed(3), ETag='"t"', Content_Length=9000), then="close")], no_validators)
row("no validator after chunks that broke off", [Answer(chunked(feed(3), b"500\r\n<item>", ETag='"t"'), then="close")],
    no_validators)
row("no validator after a page that is no feed", [ok(b"<!doctype html><title>Login</title>", ETag='"h"')], no_validators)
row("no validator after an empty body", [ok(b"", ETag='"e"')], no_validators)
row("no validator from an error's headers", [ok(), status(500, b"x", ETag='"5"')], no_validators)
row("a failure between does not lose the validator", [ok(ETag='"1"'), status(500), status(304)],
    sends("If-None-Match", '"1"', 2))
row("a document cut short keeps the validator of the one before",
    [ok(ETag='"1"'), ok(gzip.compress(feed(50))[:-9], ETag='"2"', Content_Encoding="gzip"), status(304)],
    sends("If-None-Match", '"1"', 2))
row("validators survive a restart", [ok(ETag='"r"'), status(304)],
    lambda s: need(s, 1, (2,)) or (None if s.polls((2,))[0].get("If-None-Match") == '"r"' else "lost"))
row("after 30 days of only 304s it asks once without validators", [ok(ETag='"d"'), status(304)],
    lambda s: need(s, 1, (2,)) or (None if s.polls((2,))[0].get("If-None-Match") is None else "still conditional"),
    edit="UPDATE feed SET validated = validated - 31 * 86400000 WHERE url = :url")
row("before 30 days it stays conditional", [ok(ETag='"d"'), status(304)],
    lambda s: need(s, 1, (2,)) or (None if s.polls((2,))[0].get("If-None-Match") == '"d"' else "not conditional"),
    edit="UPDATE feed SET validated = validated - 29 * 86400000 WHERE url = :url")

# -- freshness --------------------------------------------------------------------------

row("max-age is a floor", [ok(Cache_Control="max-age=3")], least_gap(3))
row("max-age counts from Age", [ok(Cache_Control="public, max-age=100", Age="97")],
    both(least_gap(3), lambda s: None if s.gaps()[0] < 8 else "Age was not taken off"))
row("a quoted max-age is read", [ok(Cache_Control='max-age="3"')], least_gap(3))
row("Expires is a floor, measured from Date", [lambda h, r: ok(Date=gone_soon(-500), Expires=gone_soon(-497))], least_gap(3))
row("max-age in a second line is read",
    [sh.head(200, ["Cache-Control: public", "Cache-Control: max-age=3", f"Content-Length: {len(feed())}"]) + feed()],
    least_gap(3))
row("a comma in quotes ends no directive", [ok(Cache_Control='private="a, max-age=0", max-age=3')], least_gap(3))
row("no-cache that names a field is about that field", [ok(Cache_Control='no-cache="Set-Cookie", max-age=3')], least_gap(3))
row("Age counts against Expires, too", [lambda h, r: ok(Date=gone_soon(-500), Expires=gone_soon(-397), Age="100")],
    both(least_gap(3), lambda s: None if s.gaps()[0] < 8 else "Age was not taken off"))
row("a failure is no reason to ask sooner than max-age", [ok(Cache_Control="max-age=4"), status(500)], least_gap(4, 3))
row("max-age wins over Expires", [ok(Cache_Control="max-age=1", Expires="Fri, 01 Jan 2100 00:00:00 GMT")], steady)
row("an Expires in the past is none", [ok(Expires="Sat, 01 Jan 2000 00:00:00 GMT")], steady)
row("an Expires of 0 is none", [ok(Expires="0")], steady)
row("an Expires that is no date is none", [ok(Expires="soon")], steady)
row("an Expires in 9999 saturates", [ok(Expires="Fri, 31 Dec 9999 23:59:59 GMT")], once)
row("an Expires in 2100 saturates", [ok(Expires="Fri, 01 Jan 2100 00:00:00 GMT")], once)
row("max-age with 30 digits saturates", [ok(Cache_Control="max-age=" + "9" * 30)], once)
row("saturated is one day", [ok(Cache_Control="max-age=999999999")],
    lambda s: None if abs(stamp(s.state["next_due"]) - s.polls()[0].time - 86400) < 60 else s.state["next_due"])
row("a negative max-age is none", [ok(Cache_Control="max-age=-5")], steady)
row("a max-age that is no number is none", [ok(Cache_Control="max-age=soon")], steady)
row("no-cache does not slow down", [ok(Cache_Control="no-cache, max-age=3600")], steady)
row("no-store does not slow down", [ok(Cache_Control="no-store, max-age=3600")], steady)
row("s-maxage is for caches shared, not for us", [ok(Cache_Control="s-maxage=3600")], steady)
row("a 304 may bring a new max-age", [ok(ETag='"1"'), status(304, Cache_Control="max-age=4")],
    lambda s: need(s, 3) or (None if s.gaps()[1] > 4 - EARLY else f"{s.gaps()[1]:.2f} s"))
row("a 304 that says nothing leaves the document's max-age", [ok(ETag='"1"', Cache_Control="max-age=3"), status(304)],
    least_gap(3, 3))
row("a floor outlives a restart", [ok(Cache_Control="max-age=600")], once)
row("ttl is minutes", [ok(feed(extra="<ttl>1</ttl>"))], once)
row("a ttl of 0 is none", [ok(feed(extra="<ttl>0</ttl>"))], steady)
row("a ttl that is no number is none", [ok(feed(extra="<ttl>often</ttl>"))], steady)
row("a negative ttl is none", [ok(feed(extra="<ttl>-60</ttl>"))], steady)
row("sy:updatePeriod is a floor", [ok(feed(extra="<sy:updatePeriod>hourly</sy:updatePeriod>"))], once)
row("sy:updateFrequency divides it",
    [ok(feed(extra="<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>1200</sy:updateFrequency>"))],
    least_gap(3))
row("a ttl holds also for the 304s that follow", [ok(feed(extra="<ttl>1</ttl>"), ETag='"t"'), status(304)], once)


def skip_hours(n):
    hour = time.gmtime().tm_hour
    return "<skipHours>" + "".join(f"<hour>{(hour + i) % 24}</hour>" for i in range(n)) + "</skipHours>"


def skip_days(n):
    return "<skipDays>" + "".join(f"<day>{time.strftime('%A', time.gmtime(time.time() + 86400 * i))}</day>"
                                  for i in range(n)) + "</skipDays>"


row("skipHours are kept", [lambda h, r: ok(feed(extra=skip_hours(2)))], once)
row("skipDays are kept", [lambda h, r: ok(feed(extra=skip_days(2)))], once)
row("skipHours hold after a failure, too", [lambda h, r: ok(feed(extra=skip_hours(2)), ETag='"t"'), status(500)],
    lambda s: need(s, 1) or need(s, 1, (2,)) or (None if len(s.all()) == 2 else f"asked {len(s.all())} times"),
    edit="UPDATE feed SET next_due = 1 WHERE url = :url")
row("24 skipHours are nonsense", [lambda h, r: ok(feed(extra=skip_hours(24)))], steady)
row("skipHours hold also for the 304s that follow",
    [lambda h, r: ok(feed(extra=skip_hours(2)), ETag='"t"'), status(304)], once,
    edit="UPDATE feed SET next_due = 1 WHERE url = :url AND 0")

# -- please less ------------------------------------------------------------------------

row("Retry-After in seconds with a 429", [status(429, Retry_After="3"), ok()], least_gap(1, 2) and
    (lambda s: need(s, 2) or (None if s.gaps()[0] > 3 - EARLY else f"{s.gaps()[0]:.2f} s")))
row("Retry-After as a date with a 503", [lambda h, r: status(503, Retry_After=gone_soon(4)), ok()],
    lambda s: need(s, 2) or (None if s.gaps()[0] > 3 - EARLY else f"{s.gaps()[0]:.2f} s"))
row("a Retry-After that is a date goes by the server's clock",
    [lambda h, r: status(503, Date=gone_soon(-7200), Retry_After=gone_soon(-7196)), ok()],
    lambda s: need(s, 2) or (None if 3 - EARLY < s.gaps()[0] < 8 else f"{s.gaps()[0]:.2f} s"))
row("Retry-After with a 403", [status(403, Retry_After="3"), ok()],
    lambda s: need(s, 2) or (None if s.gaps()[0] > 3 - EARLY else f"{s.gaps()[0]:.2f} s"))
row("Retry-After holds for all feeds of the host",
    {"/feed": [ok(), status(429, Retry_After="600")], "/b": [ok()], "/c": [ok()]},
    lambda s: next((f"{r}" for r in s.all() if s.polls()[1:] and r.time > s.polls()[1].ended + 0.3), None)
    or need(s, 2), paths=("/feed", "/b", "/c"))
row("Retry-After outlives a restart, for the host",
    {"/feed": [status(429, Retry_After="600")], "/b": [Answer(ok(), delay=0.5)]},
    lambda s: None if s.polls((1,)) and not s.all((2, 3)) else f"{s.all((2, 3))}", paths=("/feed", "/b"))
row("Retry-After of 10 years is one day at most", [status(429, Retry_After="315360000")],
    lambda s: once(s) or (None if stamp(s.state["next_due"]) - s.polls()[0].time < 86460 else s.state["next_due"]))
row("a Retry-After that is no time counts as none", [status(429, Retry_After="in a while")], growing)
row("a negative Retry-After counts as none", [status(429, Retry_After="-1")], growing)
row("a Retry-After in the past counts as none", [status(503, Retry_After="Sat, 01 Jan 2000 00:00:00 GMT")], growing)
row("429 without Retry-After: longer each time", [status(429)], growing)
row("503 without Retry-After: longer each time", [status(503)], growing)
row("403 without Retry-After: longer each time", [status(403)], growing)
row("500: longer each time", [status(500)], growing)
row("502 with a page: longer each time", [status(502, b"<html>bad gateway</html>")], growing)
row("404: longer each time, but never given up", [status(404)], both(growing, lambda s: need(s, 1, (1, 2), "/feed")))
row("401 says what to configure", [status(401, WWW_Authenticate="Basic")], both(growing, error_says("password_file")))
row("a success ends the backoff", [status(500), status(500), ok()],
    lambda s: need(s, 5) or (None if s.gaps()[3] < 3 else f"{s.gaps()[3]:.2f} s"))
row("three 410s, then once a day", [status(410)],
    lambda s: None if len(s.polls((1, 2, 3))) == 3 else f"{len(s.polls((1, 2, 3)))} times")
row("two 410s are forgiven", [status(410), status(410), ok()], lambda s: need(s, 5))
row("410s must follow each other", [status(410), status(410), ok(), status(410), ok()], lambda s: need(s, 6))
row("Retry-After with a 502 is for this feed alone", {"/feed": [status(502, Retry_After="5"), ok()], "/b": [ok()]},
    lambda s: need(s, 2) or (f"{s.gaps()[0]:.2f} s" if s.gaps()[0] < 5 - EARLY else None) or need(s, 6, path="/b"),
    paths=("/feed", "/b"))
row("Retry-After with a 200 is no order", [ok(Retry_After="3600")], steady)

# -- redirects --------------------------------------------------------------------------

for code in (301, 308):
    row(f"{code} is adopted after three polls", {"/feed": [moved(code, "/new")], "/new": [ok()]}, adopted)
for code in (302, 303, 307):
    row(f"{code} is never adopted", {"/feed": [moved(code, "/new")], "/new": [ok()]}, never_adopted)
row("an adopted address outlives a restart", {"/feed": [moved(301, "/new")], "/new": [ok()]},
    lambda s: need(s, 1, (2,), "/new") or ("asked the old one" if s.polls((2, 3)) else None))
row("301 to a page that is no feed is not adopted", {"/feed": [moved(301, "/new")], "/new": [ok(b"<html>moved</html>")]},
    lambda s: need(s, 1) or (None if len(s.polls()) == len(s.polls(path="/new")) else "adopted"))
row("301 and 302 in one chain are not adopted",
    {"/feed": [moved(301, "/mid")], "/mid": [moved(302, "/new")], "/new": [ok()]}, never_adopted)
row("another target begins the count anew",
    {"/feed": [moved(301, "/one"), moved(301, "/one"), moved(301, "/new")], "/one": [ok()], "/new": [ok()]},
    lambda s: None if len(s.polls()) == 5 else f"{len(s.polls())} times")
row("a poll without the redirect begins the count anew",
    {"/feed": [moved(301, "/new"), moved(301, "/new"), ok(), moved(301, "/new")], "/new": [ok()]},
    lambda s: None if len(s.polls()) == 6 else f"{len(s.polls())} times")
row("304s at the target confirm a 301, too",
    {"/feed": [moved(301, "/new")], "/new": [ok(ETag='"n"'), status(304)]}, adopted)
row("a redirect loop ends after ten hops", {"/feed": [moved(302, "/feed?")], "/feed?": [moved(302, "/feed?")]},
    lambda s: need(s, 2) or (None if 8 <= len([r for r in s.all() if s.polls()[0].time <= r.time < s.polls()[1].time]) <= 11
                             else "not ten"))


def chain(n):
    def script(h, r, _):
        at = int(r.target.rpartition("/")[2] or 0)
        return ok(ETag='"whole"') if at == n else moved(302, f"/hop/{at + 1}")
    return script


row("ten hops lead to a feed", {"/feed": [moved(302, "/hop/1")], "*": chain(10)},
    lambda s: need(s, 2) or need(s, 2, path="/hop/10")
    or (None if s.polls(path="/hop/10")[1].get("If-None-Match") == '"whole"' else "not read"))
row("eleven hops do not", {"/feed": [moved(302, "/hop/1")], "*": chain(11)},
    lambda s: need(s, 2) or ("followed" if s.polls(path="/hop/11") else None))
row("credentials stay with their origin", [lambda h, r: moved(302, h.elsewhere.url("/x"))],
    lambda s: need(s, 2) or (None if s.polls()[0].get("Authorization") and s.polls()[0].get("X-Key") else "not sent at home")
    or (None if s.host.elsewhere.requests else "not followed")
    or next((f"{r}" for r in s.host.elsewhere.requests if r.get("Authorization") or r.get("X-Key")), None),
    elsewhere={"/x": [ok()]}, opts="user: me, password_file: {secret}, headers: {{X-Key: k}}")
row("credentials do not come back after a detour",
    {"/feed": [lambda h, r: moved(302, h.elsewhere.url("/x"))], "/back": [ok()]},
    lambda s: need(s, 2, path="/back") or next((f"{r}" for r in s.polls(path="/back") if r.get("Authorization")), None),
    elsewhere={"/x": [lambda h, r: moved(302, h.home.url("/back"))]}, opts="bearer_file: {secret}")
row("credentials go along within the origin", {"/feed": [moved(302, "/new")], "/new": [ok()]},
    lambda s: need(s, 2, path="/new") or (None if s.polls(path="/new")[0].get("Authorization") else "dropped"),
    opts="bearer_file: {secret}")
row("validators do not go to another host", {"/feed": [ok(ETag='"h"'), lambda h, r: moved(302, h.elsewhere.url("/x"))]},
    lambda s: (None if s.host.elsewhere.requests else "not followed")
    or next((f"{r}" for r in s.host.elsewhere.requests[:1] if r.get("If-None-Match")), None), elsewhere={"/x": [ok()]})
row("redirects of many feeds go through the gate of the host they lead to",
    {"*": [lambda h, r: moved(302, h.elsewhere.url(r.target))]},
    lambda s: (None if len(s.host.elsewhere.requests) >= 8 else f"{len(s.host.elsewhere.requests)} followed")
    or (None if s.host.elsewhere.most_active <= 2 else f"{s.host.elsewhere.most_active} at once")
    or (f"{s.state['errors']} errors" if s.state["errors"] else None),
    paths=tuple(f"/f{i}" for i in range(8)), elsewhere={"*": [Answer(ok(), delay=0.5)]})
row("Retry-After of the host that a redirect leads to holds for all who are led there",
    {"*": [lambda h, r: moved(302, h.elsewhere.url(r.target))]},
    lambda s: next((f"asked after {b.time - a.time:.2f} s" for a, b in zip(s.host.elsewhere.requests, s.host.elsewhere.requests[1:])
                    if b.time - a.time < 4 - EARLY), None) or (None if s.host.elsewhere.requests else "not followed"),
    paths=("/feed", "/b", "/c"), elsewhere={"*": [status(429, Retry_After="4")]})
row("Retry-After of another host outlives a restart, and is no matter of ours",
    {"/feed": [lambda h, r: moved(302, h.elsewhere.url("/x"))], "/also": [lambda h, r: moved(302, h.elsewhere.url("/x"))],
     "/b": [ok()]},
    lambda s: (None if 1 <= len(s.host.elsewhere.requests) <= 2 else f"{s.host.elsewhere.requests}")
    or (f"{s.host.elsewhere.requests}" if s.host.elsewhere.requests[-1].phase > 1 else None) or need(s, 1, (2,), "/b"),
    paths=("/feed", "/also", "/b"), elsewhere={"/x": [status(429, Retry_After="600")]})
row("a redirect to another host is adopted, too", [lambda h, r: moved(301, h.elsewhere.url("/x"))],
    lambda s: None if len(s.polls()) == 3 and len(s.host.elsewhere.requests) >= 4
    else f"{len(s.polls())}, {len(s.host.elsewhere.requests)}", elsewhere={"/x": [ok()]})
for scheme in ("file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://127.0.0.1/x", "javascript:alert(1)", "data:text/xml,<rss/>"):
    row(f"a redirect to {scheme.partition(':')[0]}: is refused", [moved(302, scheme, ETag='"x"')],
        both(failed, error_says("only http and https")))
row("a redirect to 169.254.169.254 is refused", [moved(302, "http://169.254.169.254/latest/meta-data/")],
    both(failed, error_says("169.254.169.254", "link local")))
row("a redirect to a private network is refused", [moved(302, "http://10.1.2.3/feed")],
    both(failed, error_says("10.1.2.3", "private")))
row("a redirect to [::1] is refused", [moved(302, "http://[::1]/feed")], both(failed, error_says("::1", "loopback")))
row("a redirect to an address in disguise is refused", [moved(302, "http://[::ffff:169.254.169.254]/feed")],
    both(failed, error_says("link local")))
row("a redirect to 0xa9fea9fe is refused", [moved(302, "http://0xa9fea9fe/feed")], both(failed, error_says("link local")))
row("a redirect with a password in it is refused", [lambda h, r: moved(302, h.url("/new").replace("//", "//u:p@"))],
    both(failed, lambda s: "followed" if s.polls(path="/new") else None))
row("a relative Location is resolved", {"/a/feed": [moved(302, "../b/new?x=1")], "/b/new?x=1": [ok()]},
    lambda s: need(s, 3, path="/b/new?x=1"), paths=("/a/feed",))
row("a Location that begins with // keeps the scheme",
    {"/feed": [lambda h, r: moved(302, f"//{h.address}:{h.port}/new")], "/new": [ok()]}, lambda s: need(s, 3, path="/new"))
row("a Location that is only a query", {"/feed": [moved(302, "?page=1")], "/feed?page=1": [ok()]},
    lambda s: need(s, 3, path="/feed?page=1"))
row("a fragment in a Location is not sent", {"/feed": [moved(302, "/new#top")], "/new": [ok()]},
    lambda s: need(s, 3, path="/new"))
row("a redirect without Location fails", [status(302)], both(growing, error_says("Location")))
row("a Location of 20 KiB fails", [Answer(moved(302, "/" + "x" * 20000), then="close")], both(growing, failed))
row("300 is no redirect to follow by itself", {"/feed": [status(300, b"choose", Location="/new")], "/new": [ok()]},
    lambda s: "followed" if s.polls(path="/new") else growing(s))

# -- encodings --------------------------------------------------------------------------

BIG = feed(20)
WHOLE = {"ETag": '"whole"'}
row("gzip is read", [ok(gzip.compress(BIG), Content_Encoding="gzip", **WHOLE)], read_whole)
row("x-gzip is gzip", [ok(gzip.compress(BIG), Content_Encoding="x-gzip", **WHOLE)], read_whole)
row("deflate with a zlib header is read", [ok(zlib.compress(BIG), Content_Encoding="deflate", **WHOLE)], read_whole)
row("deflate without one is read", [ok(sh.deflate_raw(BIG), Content_Encoding="deflate", **WHOLE)], read_whole)
row("Brotli is read", [ok(sh.brotli_stored(BIG), Content_Encoding="br", **WHOLE)], read_whole)
row("Zstandard is read", [ok(sh.zstd_stored(BIG), Content_Encoding="zstd", **WHOLE)], read_whole)
row("gzip in gzip, both named", [ok(gzip.compress(gzip.compress(BIG)), Content_Encoding="gzip, gzip", **WHOLE)], read_whole)
row("gzip that nobody named is read", [ok(gzip.compress(BIG), **WHOLE)], read_whole)
row("plain text that is called gzip is read", [ok(BIG, Content_Encoding="gzip", **WHOLE)], read_whole)
row("identity is none", [ok(BIG, Content_Encoding="identity", **WHOLE)], read_whole)
row("text whose encoding is \"none\" is read", [ok(BIG, Content_Encoding="none", **WHOLE)], read_whole)
row("an unknown encoding is refused", [ok(bytes(255 - b for b in BIG), Content_Encoding="rot13", ETag='"r"')], failed)
row("chunks are put together", [chunked(BIG, **WHOLE)], read_whole)
row("chunks with trailers", [chunked(BIG, b"0\r\nX-Sum: 1\r\n\r\n", **WHOLE)], read_whole)
row("a body that ends with the connection is whole", [Answer(sh.head(200, ['ETag: "whole"']) + BIG, then="close")], read_whole)
row("an image's Content-Type does not hide a feed", [ok(BIG, Content_Type="image/png", **WHOLE)], read_whole)
row("text/html does not hide a feed", [ok(BIG, Content_Type="text/html", **WHOLE)], read_whole)
row("no Content-Type at all", [sh.head(200, [f"Content-Length: {len(BIG)}", 'ETag: "whole"']) + BIG], read_whole)
row("a bomb is refused", [ok(sh.bomb(), Content_Encoding="gzip", ETag='"b"')], failed)
row("a bomb in a bomb is refused", [ok(gzip.compress(sh.bomb()), Content_Encoding="gzip, gzip", ETag='"b"')], failed)

# -- hostile ----------------------------------------------------------------------------

row("an endless body is cut off", [Answer(sh.head(200, ['ETag: "e"']) + b"<rss>" + b" " * 65536, endless=True)], failed)
row("an endless chunked body is cut off",
    [Answer(sh.head(200, ["Transfer-Encoding: chunked"]) + b"10000\r\n" + b" " * 65536 + b"\r\n", endless=True)], failed)
row("a body that drips is cut off", [Answer(ok(feed(9), ETag='"d"'), slice=1, pause=0.2)], failed)
row("headers that drip are cut off", [Answer(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 4000, slice=3, pause=0.2)], failed)
row("a header line of 200 KiB is refused", [ok(ETag='"h"', X_Long="x" * 200000)], failed)
row("5000 headers are refused", [sh.head(200, ['ETag: "h"'] + [f"X-{i}: yyyyyyyyyy" for i in range(5000)]) + BIG], failed)
row("endless headers are cut off", [Answer(b"HTTP/1.1 200 OK\r\n" + b"X-Y: zzzzzzzzzzzzzzzzzzz\r\n" * 500, endless=True)],
    failed)
row("a server that never answers is left", [Answer(b"", then="hold")], failed)
row("a server that stops within the body is left", [Answer(ok(feed(3), Content_Length=5000), then="hold")], failed)
row("a connection that is reset", [Answer(b"", then="reset")], failed)
row("a reset within the body", [Answer(ok(feed(3), Content_Length=5000), then="reset")], failed)
row("a connection that is closed without a word", [Answer(b"", then="close")], failed)
row("HTTP/0.9 is no HTTP", [Answer(BIG, then="close")], failed)
row("another protocol's banner is no HTTP", {"/feed": [Answer(b"", then="close")], "banner": b"SSH-2.0-OpenSSH_9\r\n"},
    lambda s: None if s.host.accepted and s.state.get("result") == "network" else s.state.get("result"))
row("a status of 000 is no HTTP", [Answer(b"HTTP/1.1 000 Zero\r\nContent-Length: 0\r\n\r\n", then="close")], failed)
row("a status of 999 is an error", [status(999)], growing)
row("100 and 103 before the answer are passed over",
    [sh.head(100, []) + sh.head(103, ["Link: </x>; rel=preload"]) + ok(**WHOLE)], read_whole)
row("endless 103s are cut off", [Answer(sh.head(103, ["Link: </x>"]) * 100, endless=True)], failed)
row("204 changes nothing", [ok(ETag='"1"'), status(204)], sends("If-None-Match", '"1"', 3))
row("203 is a document", [status(203, BIG, **WHOLE)], read_whole)
row("206 without a question is an error", [status(206, BIG, ETag='"p"')], failed)
row("two lengths that differ are refused",
    [Answer(sh.head(200, ["Content-Length: 10", f"Content-Length: {len(BIG)}", 'ETag: "l"']) + BIG, then="close")],
    no_validators)
row("a negative length is refused", [Answer(sh.head(200, ["Content-Length: -1", 'ETag: "l"']) + BIG, then="close")],
    lambda s: need(s, 2))
row("a length beyond the limit is refused before the body", [Answer(ok(b"<rss>", Content_Length=10 ** 15), then="hold")],
    both(failed, lambda s: None if s.polls()[0].ended - s.polls()[0].time < 1 else "waited for it"))
row("what follows an answer on its connection is nobody's answer",
    {"/feed": [ok(**WHOLE) + ok(b"<html>poison</html>", ETag='"poison"')], "/b": [ok(ETag='"b"')]},
    lambda s: next((f"{r}" for r in s.all() if r.get("If-None-Match") == '"poison"'), None) or need(s, 2, path="/b"),
    paths=("/feed", "/b"))
row("a header with a NUL does no harm", [Answer(sh.head(200, [b"X: a\0b", f"Content-Length: {len(BIG)}"]) + BIG, then="close")],
    lambda s: need(s, 2))
row("folded headers do no harm", [sh.head(200, ['ETag: "whole"', "X-A: b", " c", f"Content-Length: {len(BIG)}"]) + BIG],
    lambda s: need(s, 2))
row("a document that crashes nothing but is deep", [ok(b"<rss>" + b"<a>" * 40000)], failed)
row("an entity bomb is refused",
    [ok(b'<!DOCTYPE r [<!ENTITY a "' + b"x" * 5000 + b'">]><rss version="2.0"><channel><title>' + b"&a;" * 20000)],
    lambda s: need(s, 2))

# -- connections ------------------------------------------------------------------------

row("one connection serves many polls", [ok(ETag='"k"'), status(304)],
    lambda s: need(s, 5) or (None if len({r.conn for r in s.polls()}) == 1 else f"{len(s.host.accepted)} connections"))
row("a kept connection that dies of the next request is no failure", [
    lambda h, r: Answer(b"", then="reset") if r.nth > 1 else Answer(ok())],
    lambda s: need(s, 8) or (None if s.state["errors"] == 0 else f"{s.state['errors']} errors"))
row("a 304 with a body spoils nothing that follows on its connection",
    {"/feed": [ok(ETag='"1"'), sh.head(304, ["Content-Length: 30"]) + b"<rss><channel><item/></channel>"], "/b": [ok(**WHOLE)]},
    lambda s: next((f"{f['url']}: {f['errors']} errors" for f in map(s.states.get, s.row.urls()) if f["errors"]), None)
    or need(s, 4, path="/b"), paths=("/feed", "/b"))
row("a connection closed in between is no failure", [Answer(ok(), then="close")],
    lambda s: need(s, 4) or (None if s.state["errors"] == 0 else f"{s.state['errors']} errors"))
row("at most two connections to a host", {"*": [Answer(ok(), delay=0.6)]},
    lambda s: None if len(s.all((1,))) >= 12 and s.host.most_active <= 2 else f"{len(s.all((1,)))}, {s.host.most_active} at once",
    paths=tuple(f"/f{i}" for i in range(8)))
row("a gap between two requests of a host", {"*": [ok()]},
    lambda s: next((f"ten requests in {b.time - a.time:.3f} s" for a, b in zip(s.all((1,)), s.all((1,))[10:])
                    if b.time - a.time < 10 * 0.1 - EARLY), None)
    or (None if len(s.all((1,))) > 20 else "too few"), paths=tuple(f"/f{i}" for i in range(6)))
row("due feeds of a host share its connections", {"*": [ok()]},
    lambda s: None if len(s.all((1,))) > 20 and len({r.conn for r in s.all((1,))}) <= 2
    else f"{len({r.conn for r in s.all((1,))})} connections", paths=tuple(f"/f{i}" for i in range(6)))
row("a host that resets everything is left alone for a while", {"accept": "reset"},
    lambda s: None if 1 <= len([t for t in s.host.accepted if t < min(s.host.accepted) + 11]) <= 12
    else f"{len(s.host.accepted)} tries", paths=tuple(f"/f{i}" for i in range(12)))
row("no feed is asked sooner than its minimum, over the restart", [ok(ETag='"m"'), status(304)],
    lambda s: need(s, 1, (2,)) or next((f"{g:.2f} s" for g in s.gaps((1, 2, 3)) if g < INTERVAL - EARLY), None))
row("a longer minimum of the feed holds", [ok()], least_gap(3), opts="min_interval: 3s")

# -- TLS --------------------------------------------------------------------------------

row("a certificate that is signed is accepted", [ok(**WHOLE)], read_whole, tls="good")
row("one TLS connection serves many polls", [ok()],
    lambda s: need(s, 4) or (None if len({r.conn for r in s.polls()}) == 1 else "several"), tls="good")
row("a certificate signed by nobody is refused", [ok()],
    lambda s: "asked" if s.all() else error_says("certificate")(s), tls="self")
row("a certificate for another name is refused", [ok()],
    lambda s: "asked" if s.all() else error_says("certificate")(s), tls="other")
row("https to http drops the credentials and is never adopted", [lambda h, r: moved(301, h.elsewhere.url("/x"))],
    lambda s: need(s, 5) or (None if s.polls()[0].get("Authorization") else "not sent at home")
    or next((f"{r}" for r in s.host.elsewhere.requests if r.get("Authorization")), None)
    or (None if s.host.elsewhere.requests else "not followed"),
    tls="good", elsewhere={"/x": [ok()]}, opts="bearer_file: {secret}")

# -- reload -----------------------------------------------------------------------------

row("a feed that the reload adds is asked", {"/feed": [ok()], "/late": [ok()]},
    lambda s: need(s, 1, (2, 3), "/late") or ("too soon" if s.polls((1,), "/late") else None), late=("/late",))
row("a feed that the reload removes is not asked again", {"/feed": [ok()], "/gone": [ok()]},
    lambda s: need(s, 1, (2,), "/gone")
    or next((f"{r}" for r in s.polls((3,), "/gone") if r.time > s.host.server.reloaded + 0.3), None),
    paths=("/feed", "/gone"))
row("a feed that stays is not asked sooner for the reload", [ok()],
    lambda s: next((f"{g:.2f} s" for g in s.gaps((2, 3)) if g < INTERVAL - EARLY), None) or need(s, 1, (3,)))


def stamp(text):
    import calendar
    return calendar.timegm(time.strptime(text[:19], "%Y-%m-%dT%H:%M:%S"))
