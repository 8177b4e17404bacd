"""A newswatch with everything around it, made to be broken: a feed simulator
whose hit ids can be computed, Redis, daemon, workers, a sink that logs what it
got and what it answered, and the checker that compares the three.
"""
import collections
import contextlib
import hashlib
import http.server
import json
import mmap
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import statistics
import struct
import subprocess
import sys
import threading
import time
import email.utils

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "integration"))
from conftest import Newswatch, Process, Redis, WATCHLIST, free_port, rss, wait_for  # noqa: E402

import redis  # noqa: E402

P = "newswatch:"
PARALLEL = 4  # sends of a webhook channel that one worker has under way
WINDOW = 800  # items that the feed holds


# -- ids -------------------------------------------------------------------------

def digest(*parts):
    """hash_parts() of src/base/hash.c: each part behind its length, 8 bytes big-endian."""
    h = hashlib.sha256()
    for p in parts:
        h.update(struct.pack(">Q", len(p)) + p)
    return h.digest()[:16].hex()


def hit_id(url):
    """The id of the first hit on an item known by its URL, without its scheme (model/item.h, model/hit.h)."""
    return digest(digest(b"url", url.removeprefix("https:").encode()).encode(), b"hit", b"0")


# -- the feed --------------------------------------------------------------------

PLACES = ("Oslo Lyon Turin Porto Leeds Basel Graz Ghent Malmo Tampere Aarhus Gdansk Brno Split Patras Cork Bergen Vaasa "
          "Linz Namur").split()
THINGS = ("data centre", "research office", "training programme", "headset", "payment service", "chip laboratory",
          "translation model", "satellite link", "solar farm", "game studio", "music library", "robot arm")


class Feed:
    """Serves numbered items, each about something else, newest first; with ETag."""

    def __init__(self, seed):
        self.lock, self.items, self.published, self.times = threading.Lock(), collections.deque(maxlen=WINDOW), 0, {}
        self.chance, self.polls = random.Random(seed), 0
        feed = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self):
                tag, body = feed.document()
                same = self.headers.get("If-None-Match") == tag
                self.send_response(304 if same else 200)
                self.send_header("ETag", tag)
                self.send_header("Content-Type", "application/rss+xml")
                self.send_header("Content-Length", "0" if same else str(len(body)))
                self.end_headers()
                if not same:
                    self.wfile.write(body)

            def log_message(self, *args):
                pass

        self.server = Server(Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/feed.xml"

    def document(self):
        with self.lock:
            self.polls += 1
            return f'"{self.published}"', rss(list(self.items)).encode()

    def publish(self, count=1):
        with self.lock:
            for _ in range(count):
                n = self.published = self.published + 1
                url = f"https://news.example.com/{n}"
                self.times[hit_id(url)] = (n, time.time())
                self.items.appendleft({
                    "title": f"Meta opens {self.chance.choice(THINGS)} number {n} in {self.chance.choice(PLACES)}",
                    "link": url, "guid": url, "pubDate": email.utils.formatdate(),
                    "description": f"<p>The {n}th of its kind, said Mark Zuckerberg, {self.chance.random()}.</p>"})


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, handler):
        super().__init__(("127.0.0.1", 0), handler)
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def handle_error(self, *args):
        pass  # the other side was killed: that is what this is about

    def end(self):
        self.shutdown()
        self.server_close()


# -- the sink --------------------------------------------------------------------

class Sink:
    """Logs every request: webhook-id, hit ids, attempt, time, and whether it was
    acknowledged (a whole 2xx answer was written). `mood` may make it lie."""

    def __init__(self):
        self.lock, self.log, self.attempts = threading.Lock(), [], collections.Counter()
        self.now, self.mood, self.injected = 0, None, 0
        sink = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with contextlib.suppress(OSError):
                    sink.take(self, body)

            def log_message(self, *args):
                pass

        self.server = Server(Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"

    def take(self, handler, body):
        delivery = handler.headers["webhook-id"]
        with self.lock:
            self.attempts[delivery] += 1
            entry = {"id": delivery, "attempt": self.attempts[delivery], "time": time.time(), "acked": False,
                     "slow": False, "hits": [h["id"] for h in json.loads(body)["data"]["hits"]]}
            self.log.append(entry)
            self.now += 1
            mood = self.mood(entry) if self.mood else None
            entry["slow"] = mood == self.slow
            self.injected += mood is not None
        try:
            (mood or self.accept)(handler, entry)
        finally:
            with self.lock:
                self.now -= 1

    @staticmethod
    def answer(handler, status, headers=()):
        handler.send_response(status)
        for k, v in headers:
            handler.send_header(k, v)
        handler.send_header("Content-Length", "0")
        handler.end_headers()
        handler.wfile.flush()

    def accept(self, handler, entry):
        time.sleep(0.01)
        entry["acked"] = True  # before it is written: afterwards may be too late
        self.answer(handler, 204)

    # -- moods: each answers badly, and acknowledges nothing
    def slow(self, handler, entry):
        time.sleep(3)  # the channel's time limit is 2 s
        handler.close_connection = True

    def limited(self, handler, entry):
        self.answer(handler, 429, [("Retry-After", "1")])

    def broken(self, handler, entry):
        self.answer(handler, 503)

    def cut(self, handler, entry):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Le")
        handler.wfile.flush()
        handler.connection.shutdown(socket.SHUT_RDWR)
        handler.close_connection = True

    def lying(self, handler, entry):
        """It says yes and that more comes, and that is all: no whole answer."""
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 4096\r\n\r\n{")
        handler.wfile.flush()
        handler.connection.shutdown(socket.SHUT_RDWR)
        handler.close_connection = True

    def garbage(self, handler, entry):
        handler.wfile.write(bytes(range(256)) * 8)
        handler.wfile.flush()
        handler.close_connection = True


# -- a proxy that cuts -----------------------------------------------------------

class Proxy:
    """Forwards to Redis; cuts connections after some more bytes when told to."""

    def __init__(self, port, seed):
        self.to, self.chance, self.cuts, self.lock = port, random.Random(seed), 0, threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port, self.open = self.listener.getsockname()[1], True
        self.left = None  # bytes until the next cut, in the direction that gets there first
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while self.open:
            try:
                a, _ = self.listener.accept()
            except OSError:
                return
            try:
                b = socket.create_connection(("127.0.0.1", self.to), 2)
            except OSError:
                a.close()
                continue
            for x, y in ((a, b), (b, a)):
                threading.Thread(target=self.pump, args=(x, y), daemon=True).start()

    def cut_soon(self):
        with self.lock:
            self.left = self.chance.choice([0, 1, 7, 30, 100, 400, 3000, 30000])

    def pump(self, x, y):
        with contextlib.suppress(OSError):
            while data := x.recv(65536):
                with self.lock:
                    cut = self.left is not None and self.left <= len(data)
                    if cut:
                        data, self.left = data[:self.left], None
                        self.cuts += 1
                    elif self.left is not None:
                        self.left -= len(data)
                y.sendall(data)
                if cut:
                    break
        for s in (x, y):
            with contextlib.suppress(OSError):
                s.shutdown(socket.SHUT_RDWR)
            s.close()

    def end(self):
        self.open = False
        self.listener.close()


# -- faults inside processes -----------------------------------------------------

class Injector:
    """The control file of fault.c."""

    NONE, WRITE_ENOSPC, WRITE_EIO, SYNC_EIO, NO_MEMORY = range(5)

    def __init__(self, path, files=""):
        self.path, self.files = path, files
        path.write_bytes(bytes(32))
        with open(path, "r+b") as f:
            self.map = mmap.mmap(f.fileno(), 32)

    def env(self, library, who):
        # Redis has an allocator of its own.
        return {"LD_PRELOAD": str(library) + (".files" if who == "redis" else ""), "NW_FAULT": str(self.path), "NW_FAULT_FILES": self.files}

    def set(self, kind=NONE, one_in=0, clock_ms=0):
        self.map[0:16] = struct.pack("=iiq", kind, one_in, clock_ms)

    def injected(self):
        return struct.unpack("=q", self.map[16:24])[0]


# -- all of it -------------------------------------------------------------------

class World:
    """One run. Whoever breaks something counts it in `faults`; what may come
    twice at the sink because of it is added to `may_double`."""

    def __init__(self, work, seed, library, *, proxy=False, inject=(), server=None, workers=2, url=None, feed_interval="1s"):
        work.mkdir()
        self.work, self.seed, self.chance = work, seed, random.Random(seed)
        self.feed, self.sink = Feed(seed), Sink()
        self.injectors = {who: Injector(work / f"fault.{who}", files) for who, files in dict(inject).items()}
        self.redis = server or Redis(work)
        self.proxy = Proxy(self.redis.port, seed) if proxy else None
        self.nw = Newswatch(work)
        self.faults, self.may_double, self.expected_ends = 0, 0, set()
        port = self.proxy.port if proxy else self.redis.port
        self.config = f"""
feeds: [{{url: "{self.feed.url}", interval: {feed_interval}, backfill: 10000d}}]
state_dir: {self.nw.state}
redis: {{url: "{url or f'redis://127.0.0.1:{port}/0'}"}}
fetch: {{min_interval: 1s, host_gap: 0s, allow_private: [127.0.0.0/8]}}
analyse: {{processes: 1}}
include: [ai.yaml]
channels:
  desk: {{type: webhook, url: "{self.sink.url}", timeout: 2s, retry_min: 50ms, retry_max: 500ms, max_attempts: 1000}}
routes: [{{to: [desk], alert: item}}]
http: {{listen: ""}}
"""
        self.nw.write("ai.yaml", WATCHLIST)
        self.main = self.nw.write("newswatch.yaml", self.config)
        env = {who: i.env(library, who) for who, i in self.injectors.items()}
        self.daemon = self.nw.daemon(env.get("daemon"))
        self.workers = [self.nw.worker(f"w{n}", env.get("worker")) for n in range(1, workers + 1)]
        if "redis" in env:
            self.redis.env.update(env["redis"])
        self.raining, self.rain_thread = threading.Event(), None
        self.crashes, self.figures = [], {}

    # -- processes
    @property
    def ours(self):
        return [self.daemon, *self.workers]

    def start(self):
        if not self.redis.alive():
            self.redis.start()
        for p in self.ours:
            p.start()
        wait_for("the daemon", lambda: self.nw.status())

    def note_crash(self, process):
        """The end of a process that nobody killed."""
        if process.p is not None and process.p not in self.expected_ends:
            self.expected_ends.add(process.p)
            self.crashes.append(f"{process.name} ended by itself: {process.p.returncode}: {process.log()[-600:]}")

    def restart(self, process):
        """Start what is not there."""
        if not process.alive():
            self.note_crash(process)
            process.start()

    def kill(self, process):
        """kill -9, counted. A worker's sends under way may come again. Redis is killed once its file is clean: what a second
        kill does before that is Redis' own (doc/QUEUE.md)."""
        if not process.alive():
            self.note_crash(process)
            return
        if process is self.redis:
            process.wait_rewritten()
        self.faults += 1
        self.expected_ends.add(process.p)
        if process in self.workers:
            self.may_double += PARALLEL
        process.kill()

    @contextlib.contextmanager
    def still(self):
        """Workers stand still, so that what is open can be counted."""
        for p in self.workers:
            p.signal(signal.SIGSTOP)
        yield
        for p in self.workers:
            p.signal(signal.SIGCONT)

    @contextlib.contextmanager
    def losing(self):
        """Around what makes Redis forget: hits not confirmed to the database may come again."""
        with self.still():
            self.may_double += self.nw.status()["queue"]["unconfirmed"]
            self.faults += 1
            yield

    def open_in_redis(self):
        """Hits that are under way there, and not yet read."""
        r, waiting = self.client(), 0
        for g in r.xinfo_groups(P + "hits"):
            waiting += g["pending"] + len(r.xrange(P + "hits", "(" + g["last-delivered-id"], "+"))
        return len(r.keys(P + "hit:*")) + waiting

    # -- rain
    def rain(self, per_second):
        def run():
            chance, stored = random.Random(self.seed + 1), 0
            while self.raining.is_set():
                # A real feed would drop items that were never seen; this one waits.
                if self.feed.published - stored > WINDOW / 2:
                    with contextlib.suppress(Exception):
                        stored = self.nw.status()["store"]["hits"]
                    if self.feed.published - stored > WINDOW / 2:
                        time.sleep(0.3)
                        continue
                self.feed.publish()
                time.sleep(chance.uniform(0.5, 1.5) / per_second)

        self.raining.set()
        self.rain_thread = threading.Thread(target=run)
        self.rain_thread.start()

    def dry(self):
        self.raining.clear()
        if self.rain_thread:
            self.rain_thread.join()
        self.rain_thread = None

    def is_confirmed(self, q):
        return q["store"]["hits"] >= len(self.feed.times) and q["queue"]["unconfirmed"] == 0 \
            and q["queue"]["unpublished"] == 0 and q["queue"]["state"] == "ready"

    def wait_confirmed(self):
        wait_for("all hits so far to be confirmed", lambda: self.is_confirmed(self.nw.status()), 400)

    def wait_calm(self):
        """Hits flow again: hardly any is open."""
        def calm():
            q = self.nw.status()["queue"]
            return q["state"] == "ready" and q["unconfirmed"] < 20

        wait_for("calm after a fault", calm, 60)

    # -- the end
    def client(self):
        return self.redis.client()

    def is_in_work(self, member, until):
        """A delivery that a running worker has under a lease."""
        by = (self.client().hget(f"{P}delivery:{member}", "by") or "").split()
        now, _ = self.client().time()
        return bool(by) and int(by[-1]) in {p.p.pid for p in self.workers if p.p} and until / 1000 < now + 60

    def end_abandoned_leases(self):
        """A killed worker's deliveries are due now, not in half a minute; and so is what Redis put off for two days while
        its clock was ahead. Saves time, changes nothing else."""
        r = self.client()
        for key in (*r.scan_iter(P + "deliveries:*"), *r.scan_iter(P + "due:*")):
            for member, until in r.zrange(key, 0, -1, withscores=True):
                if not self.is_in_work(member, until):
                    r.zadd(key, {member: 0}, xx=True)

    def left(self):
        """Keys that go with the last outcome. A Redis that was rolled back may have some that the database is done with."""
        r = self.client()
        return [k for pattern in ("hit:*", "group:*", "delivery:*", "deliveries:*", "due:*") for k in r.keys(P + pattern)]

    def settle(self, patience=400):
        """Everything runs and nothing goes wrong any more; until each item has its outcome."""
        self.dry()
        self.sink.mood = None
        for i in self.injectors.values():
            i.set()
        quiet = [time.monotonic(), -1]

        def settled():
            for p in (self.redis, *self.ours):
                self.restart(p)
            q = self.nw.status()
            if self.is_confirmed(q) and not self.left():
                return True
            if len(self.sink.log) != quiet[1] or self.sink.now:
                quiet[:] = [time.monotonic(), len(self.sink.log)]
            elif time.monotonic() - quiet[0] > 2.5:
                self.end_abandoned_leases()
                quiet[0] = time.monotonic()
            return False

        try:
            wait_for("every hit to be confirmed", settled, patience)
        except AssertionError as e:
            return f"{e}"
        return None

    def stream(self):
        """Hit ids of the stream with how often each one is there."""
        count, after = collections.Counter(), "-"
        while page := self.client().xrange(P + "hits", after, "+", count=1000):
            count.update(f["id"] for _, f in page)
            after = "(" + page[-1][0]
        return count

    def answered_too_late(self):
        """Hits that the sink said yes to when the worker had given up already, and sends again: the time limits that a worker
        came to, beyond those that the sink made it come to. Only a machine with too much to do has any."""
        over = collections.Counter(
            m for w in self.workers for m in re.findall(r' delivery_later id=(\S+) .*why="timeout"', w.log()))
        said_yes, hits = collections.Counter(), {}
        for e in self.sink.log:
            over[e["id"]] -= e["slow"]
            said_yes[e["id"]] += e["acked"]
            hits[e["id"]] = len(e["hits"])
        return sum(max(0, min(over[i], said_yes[i] - 1)) * n for i, n in hits.items())

    def check(self, unsettled):
        """The figures, and what is wrong with them."""
        wanted = set(self.feed.times)
        stream = self.stream()
        acked, doubled, unexpected, latencies = set(), 0, set(), []
        self.may_double += self.answered_too_late()
        for e in list(self.sink.log):
            unexpected |= set(e["hits"]) - wanted
            if not e["acked"]:
                continue
            for h in e["hits"]:
                if h in acked:
                    doubled += 1
                elif h in wanted:
                    latencies.append(e["time"] - self.feed.times[h][1])
                acked.add(h)
        r, wrong = self.client(), list(self.crashes)
        waiting = self.left()
        dead = r.xlen(P + "dead")
        figures = {
            "faults": self.faults, "attempted": len(wanted), "stored": self.nw.status()["store"]["hits"],
            "queued": len(wanted & set(stream)), "delivered": len(wanted & acked), "lost": len(wanted - acked),
            "stream_duplicates": sum(n - 1 for n in stream.values()), "sink_duplicates": doubled,
            "sink_duplicates_limit": self.may_double, "unexpected": len(unexpected | (set(stream) - wanted)),
            "dead": dead, "latency_ms": percentiles(latencies), **self.figures}
        if unsettled:
            wrong.append(unsettled)
        if figures["lost"] or figures["queued"] != len(wanted) or figures["stored"] != len(wanted):
            wrong.append(f"lost: {sorted(self.feed.times[h][0] for h in wanted - acked)[:20]}")
        for what in ("stream_duplicates", "unexpected", "dead"):
            if figures[what]:
                wrong.append(f"{what}: {figures[what]}")
        if doubled > self.may_double:
            wrong.append(f"{doubled} doubles at the sink, at most {self.may_double} were under way at kills")
        if waiting and not unsettled:
            wrong.append(f"left in Redis: {waiting[:5]}")
        return figures, wrong

    def end(self):
        self.dry()
        for p in (*self.ours, self.redis):
            with contextlib.suppress(Exception):
                p.signal(signal.SIGCONT)
            p.kill()
        for s in (self.feed.server, self.sink.server, *([self.proxy] if self.proxy else [])):
            s.end()


def percentiles(seconds):
    if len(seconds) < 2:
        return {}
    q = statistics.quantiles(seconds, n=100, method="inclusive")
    return {f"p{p}": round(q[p - 1] * 1000) for p in (50, 90, 99)}


def build_library(work, source):
    library = work / "fault.so"
    for out, define in ((library, "MEMORY"), (str(library) + ".files", "FILES")):
        subprocess.run([os.environ.get("CC", "cc").split()[-1], "-std=gnu17", "-O1", "-fPIC", "-shared", "-D" + define,
                        "-o", out, source, "-ldl"], check=True)
    return library


def copy_tree(a, b):
    shutil.rmtree(b, ignore_errors=True)
    shutil.copytree(a, b)


__all__ = ["Process", "free_port", "redis"]
