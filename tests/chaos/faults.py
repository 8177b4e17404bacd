"""The faults, one function a row of the table: each breaks its world n times
while items rain, and leaves the rest to World.settle() and World.check().
"""
import contextlib
import os
import pathlib
import random
import re
import shutil
import signal
import time

import redis
from conftest import BUILD, SRC, Redis, wait_for
from world import P, PARALLEL, World, copy_tree

SITES_ELSEWHERE = {"store.unit.prune", "file_append", "loader"}  # not on the way of these items
DAEMON_FILES = ("setup/*", "store/*", "queue/publisher*")


def pause(w, least, most):
    time.sleep(w.chance.uniform(least, most))


def children(process):
    """Analysers of the daemon, not the loader of its configuration: it says that and ends without one."""
    out = []
    with contextlib.suppress(OSError):
        for pid in pathlib.Path(f"/proc/{process.p.pid}/task/{process.p.pid}/children").read_text().split():
            if b"analyse" in pathlib.Path(f"/proc/{pid}/cmdline").read_bytes():
                out.append(int(pid))
    return out


# -- crash points ----------------------------------------------------------------

def sites():
    found = set()
    for path in sorted((SRC / "src").glob("*/*.c")):
        for site in re.findall(r'failpoint\(\s*"([^"]+)"', path.read_text()):
            found.add((site, "daemon" if any(map(path.match, DAEMON_FILES)) else "worker"))
    return sorted(s for s in found if s[0] not in SITES_ELSEWHERE)


def crash_points(w, n):
    """Every named place in turn, dying at its first to n-th pass."""
    if b"NW_FAILPOINT" not in (BUILD / "newswatchd").read_bytes():
        return
    todo = [(site, who, times) for times in range(1, max(n // len(sites()), 1) + 1) for site, who in sites()]
    w.chance.shuffle(todo)
    for site, who, times in todo[:n]:
        victim = w.daemon if who == "daemon" else w.workers[0]
        w.kill(victim)
        victim.env["NW_FAILPOINT"] = f"{site}:{times}:kill"
        victim.start()
        w.expected_ends.add(victim.p)
        end = time.monotonic() + 8
        while victim.alive() and time.monotonic() < end:
            w.feed.publish()
            time.sleep(0.1)
        if not victim.alive():
            w.faults += 1
            w.may_double += PARALLEL if who == "worker" else 0
        else:
            w.kill(victim)
        del victim.env["NW_FAILPOINT"]
        victim.start()


# -- kills -----------------------------------------------------------------------

def kill_anything(w, n):
    """kill -9 of daemon, workers, Redis and analysers, in an order that the seed decides."""
    for _ in range(n):
        what = w.chance.choice(["daemon", "worker", "worker", "redis", "analyser"])
        if what == "analyser":
            for pid in children(w.daemon)[:1]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                    w.faults += 1
        else:
            victim = {"daemon": w.daemon, "worker": w.chance.choice(w.workers), "redis": w.redis}[what]
            w.kill(victim)
            pause(w, 0, 0.3)
            victim.start()
        pause(w, 0.1, 0.7)


def redis_restarts(w, n):
    """Redis ends in order and starts again."""
    for _ in range(n):
        w.faults += 1
        w.expected_ends.add(w.redis.p)
        w.redis.p.terminate()
        w.redis.p.wait()
        pause(w, 0, 0.4)
        w.redis.start()
        pause(w, 0.3, 1)


def redis_wipes(w, n):
    """All of Redis' data is lost."""
    for _ in range(n):
        w.wait_calm()
        with w.losing():
            w.expected_ends.add(w.redis.p)
            w.redis.kill()
        shutil.rmtree(w.redis.dir)
        w.redis.dir.mkdir()
        pause(w, 0, 0.3)
        w.redis.start()
        pause(w, 0, 0.5)


def redis_rollbacks(w, n):
    """Redis comes back with an append-only file of some time ago. What was open in it is told again."""
    for _ in range(n):
        w.wait_calm()
        w.redis.wait_rewritten()  # or the copy has files of before and after
        with w.still():
            w.may_double += w.open_in_redis()
            w.daemon.signal(signal.SIGSTOP)
            copy_tree(w.redis.dir, w.work / "older")
            w.daemon.signal(signal.SIGCONT)
        pause(w, 0.5, 2)
        with w.losing():
            w.expected_ends.add(w.redis.p)
            w.redis.kill()
        copy_tree(w.work / "older", w.redis.dir)
        w.redis.start()


def stops(w, n):
    """SIGSTOP of anything for up to 3 s, some for 7 s: longer than a time limit."""
    for i in range(n):
        victim = w.chance.choice([w.daemon, *w.workers, w.redis])
        w.faults += 1
        victim.signal(signal.SIGSTOP)
        pause(w, *((6.5, 7.5) if i % 8 == 7 else (0.05, 1)))
        if i % 8 == 7 and victim in w.workers:
            w.may_double += PARALLEL  # their time limit was over when it woke
        victim.signal(signal.SIGCONT)
        pause(w, 0, 0.3)


def cuts(w, n):
    """A proxy before Redis cuts a connection somewhere in a request or reply."""
    for _ in range(n):
        before = w.proxy.cuts
        w.proxy.cut_soon()
        end = time.monotonic() + 2
        while w.proxy.cuts == before and time.monotonic() < end:
            time.sleep(0.01)
        w.faults += w.proxy.cuts - before
        pause(w, 0.2, 0.8)


# -- Redis that cannot -----------------------------------------------------------

def redis_full(w, n):
    """maxmemory is reached (OOM), for a while."""
    r = w.client()
    for _ in range(n):
        w.faults += 1
        r.config_set("maxmemory", max(1, r.info("memory")["used_memory"] - 1))
        pause(w, 0.3, 1.2)
        r.config_set("maxmemory", 0)
        pause(w, 0.3, 1)


def redis_disk(w, n):
    """Redis cannot write its append-only file (ENOSPC, EIO): with fsync always it ends itself; its supervisor starts it."""
    i = w.injectors["redis"]
    for k in range(n):
        before = i.injected()
        w.expected_ends.add(w.redis.p)
        i.set((i.WRITE_ENOSPC, i.WRITE_EIO, i.SYNC_EIO)[k % 3], 1)
        end = time.monotonic() + 3
        while w.redis.alive() and time.monotonic() < end:
            time.sleep(0.05)
        pause(w, 0, 0.2)
        i.set()
        w.faults += i.injected() > before
        if not w.redis.alive():
            w.redis.start()
        pause(w, 0.2, 0.5)


def sqlite_disk(w, n):
    """SQLite's writes and syncs fail (ENOSPC, EIO), one in some, for a while."""
    i = w.injectors["daemon"]
    before = i.injected()
    for k in range(n):
        one = i.injected()
        i.set((i.WRITE_ENOSPC, i.WRITE_EIO, i.SYNC_EIO)[k % 3], w.chance.choice([1, 2, 5]))
        end = time.monotonic() + 3
        while i.injected() == one and time.monotonic() < end:
            time.sleep(0.01)
        pause(w, 0, 0.4)
        i.set()
        pause(w, 0.05, 0.4)
        if not w.daemon.alive():
            w.expected_ends.add(w.daemon.p)  # it may give up, saying why, and its supervisor starts it
            w.daemon.start()
    w.faults += i.injected() - before


def no_memory(w, n):
    """malloc gives nothing, once in some thousand times, in the daemon or in the workers."""
    for _ in range(n):
        who = w.chance.choice(["daemon", "worker"])
        i, before = w.injectors[who], w.injectors[who].injected()
        for p in ([w.daemon] if who == "daemon" else w.workers):
            w.expected_ends.add(p.p)
        i.set(i.NO_MEMORY, w.chance.choice([50, 300, 1000, 3000]))
        end = time.monotonic() + 1
        while i.injected() == before and time.monotonic() < end:
            time.sleep(0.005)
        i.set()
        w.faults += i.injected() - before
        time.sleep(0.05)
        for p in ([w.daemon] if who == "daemon" else w.workers):
            if not p.alive():
                w.may_double += PARALLEL if who == "worker" else 0
                p.start()
        pause(w, 0.1, 0.4)


# -- outside ---------------------------------------------------------------------

def bad_webhooks(w, n):
    """The receiver is slow, limits, breaks, cuts and lies: a third of the answers, until there were n."""
    moods = [w.sink.slow] + [w.sink.limited] * 3 + [w.sink.broken] * 4 + [w.sink.cut] * 3 + [w.sink.lying] * 3 \
        + [w.sink.garbage] * 2
    chance = random.Random(w.seed)
    w.sink.mood = lambda entry: chance.choice(moods) if chance.random() < 0.34 else None
    end = time.monotonic() + 10 + n * 0.2
    while w.sink.injected < n and time.monotonic() < end:
        time.sleep(0.05)
    w.sink.mood = None
    w.faults += w.sink.injected


def clock_jumps(w, n):
    """The clocks of daemon, workers and Redis jump by up to two days, together or apart, and back."""
    for _ in range(n):
        jump = w.chance.choice([-172800, -7200, -61, -1, 1, 61, 7200, 172800]) * 1000
        whose = w.chance.choice([["daemon"], ["worker"], ["redis"], ["daemon", "worker", "redis"], ["daemon", "redis"]])
        for who in whose:
            w.injectors[who].set(clock_ms=jump)
        if "redis" in whose:  # leases go by its clock: those of sends under way end
            w.may_double += PARALLEL * len(w.workers)
        w.faults += 1
        pause(w, 0.2, 0.8)
        for i in w.injectors.values():
            i.set()
        w.faults += 1
        pause(w, 0.1, 0.4)


def mutate(text, chance):
    """A configuration as a slip of the hand, a cut copy or a bad disk leaves it."""
    lines = text.splitlines(keepends=True)
    i = chance.randrange(len(lines))
    kind = chance.randrange(8)
    if kind == 0:
        del lines[i]
    elif kind == 1:
        lines.insert(i, lines[chance.randrange(len(lines))])
    elif kind == 2:
        lines[i] = "  " * chance.randrange(1, 4) + lines[i]
    elif kind == 3:
        return text[:chance.randrange(len(text))]
    else:
        raw = bytearray(text.encode())
        for _ in range(chance.choice([1, 1, 2, 8, 64])):
            k = chance.randrange(len(raw))
            if kind == 4:
                raw[k] = chance.randrange(256)
            elif kind == 5:
                raw[k] = chance.choice(b"{}[]:,\"'#&*!|>%@`-\n\t ")
            elif kind == 6:
                del raw[k:k + chance.choice([1, 3, 20])]
            else:
                raw[k:k] = bytes(chance.choice([b"\x00", b"\xff\xfe", b"&a *a", b"- - - ", b"9" * 40, b"{" * 50, b"\t"]))
            if not raw:
                break
        return raw.decode(errors="surrogateescape")
    return "".join(lines)


def bad_configurations(w, n):
    """Mutated configurations by SIGHUP to daemon and workers. Items come only while the right one is in force, since
    a mutated one may be valid and mean something else. What says how to fetch stays: a feed that could not be read
    would be left alone for minutes, as it should."""
    chance = random.Random(w.seed)
    start = w.config.index("include:")
    w.dry()
    w.wait_confirmed()
    for k in range(n):
        broken = w.config[:start] + mutate(w.config[start:], chance)
        w.main.write_bytes(broken.encode(errors="surrogateescape"))
        for p in w.ours:
            p.signal(signal.SIGHUP)
        w.faults += 1
        time.sleep(0.02)
        if k % 50 == 49 or k == n - 1:
            w.main.write_text(w.config)
            for p in w.ours:
                w.restart(p)
                p.signal(signal.SIGHUP)
            time.sleep(1)
            w.feed.publish(5)
            w.wait_confirmed()


# -- a day -----------------------------------------------------------------------

def sizes(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    rss = int(re.search(r"VmRSS:\s+(\d+)", status)[1])
    return rss / 1024, len(os.listdir(f"/proc/{pid}/fd"))


def day(w, minutes):
    """A day of polls (1440 of a feed) in as many seconds as it has minutes: a reload every hour, a restart of Redis
    every six. Descriptors must be flat, and memory but for what is kept on purpose: SQLite's page cache (16 MiB, full
    before the last quarter) and some 1 KiB for every story of the last 10 days."""
    samples = {p.name: [] for p in w.ours}
    end, hour = time.monotonic() + minutes * 60, 0
    while time.monotonic() < end:
        time.sleep(2.5 * minutes / 24)
        hour += 1 / 24
        for p in w.ours:
            samples[p.name].append(sizes(p.p.pid))
        if round(hour * 24) % 24 == 0:
            for p in w.ours:
                p.signal(signal.SIGHUP)
            w.faults += 1
        if round(hour * 24) % 144 == 72:
            redis_restarts(w, 1)
    w.figures["memory_mib"], w.figures["descriptors"] = {}, {}
    for name, all_of in samples.items():
        n = len(all_of)
        quarters = [sorted(all_of[n * k // 4:n * (k + 1) // 4]) for k in range(4)]
        rss = [q[len(q) // 2][0] for q in quarters]
        fds = [max(x[1] for x in q) for q in quarters]
        w.figures["memory_mib"][name] = [round(x, 1) for x in rss]
        w.figures["descriptors"][name] = fds
        stories = len(w.feed.times) / 4 * 1.5 / 1024 if name == "newswatchd" else 0
        if rss[3] > rss[2] * 1.05 + 1 + stories:
            w.crashes.append(f"{name} grows: {rss} MiB by quarters")
        if fds[3] > fds[2] + 2:
            w.crashes.append(f"{name} leaks descriptors: {fds} by quarters")


# -- failover --------------------------------------------------------------------

class Watched:
    """A master, replicas and a Sentinel, as the world's Redis: the client goes to the present master."""

    def __init__(self, work):
        from test_redis_moods import Sentinel, Server
        self.nodes = [Server(work, "node0").start()]
        self.nodes.append(Server(work, "node1", "--replicaof", f"127.0.0.1 {self.nodes[0].port}").start())
        self.sentinel = Sentinel(work, "sentinel", self.nodes[0], 2000).start()
        self.port, self.name, self.p, self.env = 0, "redis", None, {}
        wait_for("the Sentinel to know the replica",
                 lambda: self.sentinel.client().execute_command("SENTINEL", "replicas", "news"))
        self.wait_linked(self.nodes[1])

    @staticmethod
    def wait_linked(node):
        wait_for("the replica", lambda: node.client().info("replication").get("master_link_status") == "up", 30)

    def master(self):
        port = self.sentinel.master_port()
        return next((n for n in self.nodes if n.port == port), None)

    def client(self):
        return (self.master() or self.nodes[0]).client()

    def alive(self):
        return True

    def start(self):
        return self

    def signal(self, sig):
        pass

    def kill(self):
        for n in (self.sentinel, *self.nodes):
            n.kill()


def failovers(w, n):
    """The master is killed while its replica lags (it was stopped); a Sentinel promotes it; the old master comes back as
    its replica."""
    for _ in range(n):
        w.wait_calm()
        old = w.redis.master()
        new = next(x for x in w.redis.nodes if x is not old)
        with w.still():
            w.may_double += w.open_in_redis()
            new.signal(signal.SIGSTOP)  # it lags
        pause(w, 0.2, 0.35)
        with w.losing():
            old.kill()
        new.signal(signal.SIGCONT)
        wait_for("the failover", lambda new=new: w.redis.master() is new, 30)
        old.start()
        old.client().slaveof("127.0.0.1", new.port)  # as the Sentinel does, after some 10 s
        w.redis.wait_linked(old)
        pause(w, 0.5, 1)


# -- the table -------------------------------------------------------------------

def world(**kw):
    return lambda work, seed, library: World(work, seed, library, **kw)


def watched_world(work, seed, library):
    place = work.parent / (work.name + ".redis")
    place.mkdir()
    server = Watched(place)
    return World(work, seed, library, server=server, url=f"sentinel://127.0.0.1:{server.sentinel.port}/news")


FILES = {"daemon": ".db", "worker": "nothing", "redis": "appendonly"}

# name: (fault, world, items a second, n of the short form, n of the full one)
ROWS = {
    "crash points": (crash_points, world(), 10, 4, 80),
    "kill -9 of anything": (kill_anything, world(), 15, 12, 250),
    "Redis restarts": (redis_restarts, world(), 15, 2, 40),
    "Redis wiped": (redis_wipes, world(), 15, 1, 20),
    "Redis rolled back": (redis_rollbacks, world(), 15, 1, 20),
    "SIGSTOP": (stops, world(), 15, 5, 80),
    "connections cut mid-reply": (cuts, world(proxy=True), 15, 12, 300),
    "Sentinel failover, lagging replica": (failovers, watched_world, 15, 1, 12),
    "Redis out of memory": (redis_full, world(), 15, 2, 30),
    "Redis' disk full or broken": (redis_disk, world(inject=FILES), 15, 2, 30),
    "SQLite's disk full or broken": (sqlite_disk, world(inject=FILES), 15, 6, 120),
    "no memory": (no_memory, world(inject=FILES), 15, 4, 80),
    "webhooks slow, lying, 429": (bad_webhooks, world(), 15, 30, 400),
    "clocks jump": (clock_jumps, world(inject=FILES), 15, 4, 60),
    "mutated configurations": (bad_configurations, world(), 10, 50, 1000),
}
# With a library of ours loaded first, which the address sanitizer's does not bear.
PRELOADED = {"Redis' disk full or broken", "SQLite's disk full or broken", "no memory", "clocks jump"}
DAY = {"24 hours in 24 minutes": (day, world(), 8, 1, 24)}

__all__ = ["Redis"]
