"""An HTTP server that answers by script, on many loopback addresses at once, so
that to a poller each script is a host of its own. It keeps a log of what was
asked: the tests judge from that alone.

A script is a list of answers, one a request of a path, the last one for ever.
An answer is bytes, or an Answer that says how they are sent and what follows.
"""
import asyncio
import gzip
import socket
import ssl
import struct
import threading
import time
import zlib


class Answer:
    def __init__(self, data, delay=0.0, slice=0, pause=0.0, then="keep", endless=False):
        self.data, self.delay, self.slice, self.pause, self.then, self.endless = data, delay, slice, pause, then, endless


class Request:
    """One request as it came: nothing is normalised."""

    def __init__(self, host, conn, nth, head, phase):
        lines = head.split(b"\r\n")
        self.time, self.host, self.conn, self.nth, self.phase = time.time(), host, conn, nth, phase
        self.method, self.target, self.version = (lines[0].decode("latin-1").split(" ") + ["", ""])[:3]
        self.headers = [(k.decode("latin-1"), v.strip(b" ").decode("latin-1"))
                        for k, _, v in (line.partition(b":") for line in lines[1:] if line)]
        self.ended = None

    def get(self, name):
        values = [v for k, v in self.headers if k.lower() == name.lower()]
        return values[0] if values else None

    def names(self):
        return [k.lower() for k, _ in self.headers]

    def __repr__(self):
        return f"{self.time % 1000:.3f} {self.method} {self.target} {self.headers}"


class Host:
    """One address and port with its scripts by path."""

    def __init__(self, server, name, scripts, tls):
        self.server, self.name, self.scripts, self.tls = server, name, scripts, tls
        self.requests, self.accepted, self.active, self.most_active = [], [], 0, 0
        self.counts, self.address, self.port = {}, None, None

    def url(self, path="/feed"):
        return f"{'https' if self.tls else 'http'}://{self.address}:{self.port}{path}"

    def of(self, path):
        return [r for r in self.requests if r.target == path]

    def answer(self, r):
        n = self.counts.get(r.target, 0)
        self.counts[r.target] = n + 1
        script = self.scripts.get(r.target, self.scripts.get("*", [status(404)]))
        step = script(self, r, n) if callable(script) else script[min(n, len(script) - 1)]
        step = step(self, r) if callable(step) else step
        return step if isinstance(step, Answer) else Answer(step)


class ScriptedServer:
    def __init__(self):
        self.hosts, self.phase, self.conns = [], 1, 0
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()

    def host(self, name, scripts, tls=None):
        """A host of its own: 127.1.x.y, any free port. scripts: path -> script; "*": all others."""
        h = Host(self, name, scripts, tls)
        self.hosts.append(h)
        n = len(self.hosts)
        h.address = f"127.1.{n // 250}.{n % 250 + 1}"

        async def open_it():
            return await asyncio.start_server(lambda r, w: self.serve(h, r, w), h.address, 0, ssl=tls, limit=1 << 20,
                                              backlog=256)

        server = asyncio.run_coroutine_threadsafe(open_it(), self.loop).result()
        h.port = server.sockets[0].getsockname()[1]
        return h

    def stop(self):
        async def end():
            tasks = [t for t in asyncio.all_tasks() if t is not asyncio.current_task()]
            for t in tasks:
                t.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        asyncio.run_coroutine_threadsafe(end(), self.loop).result()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    async def serve(self, h, reader, writer):
        self.conns += 1
        conn, nth = self.conns, 0
        h.accepted.append(time.time())
        try:
            if h.scripts.get("accept") == "reset":
                self.reset(writer)
                return
            if "banner" in h.scripts:
                writer.write(h.scripts["banner"])
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                nth += 1
                r = Request(h, conn, nth, head[:-4], self.phase)
                h.requests.append(r)
                h.active += 1
                if self.phase == 1:  # later, an ended client's requests are still in here
                    h.most_active = max(h.most_active, h.active)
                try:
                    a = h.answer(r)
                    await self.send(a, writer, reader)
                finally:
                    h.active -= 1
                    r.ended = time.time()
                if a.then == "reset":
                    self.reset(writer)
                    return
                if a.then == "hold":
                    await reader.read()
                if a.then != "keep":
                    return
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError, ssl.SSLError):
            pass
        finally:
            writer.close()

    @staticmethod
    def reset(writer):
        s = writer.get_extra_info("socket")
        s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    @staticmethod
    async def send(a, writer, reader):
        if a.delay:
            await asyncio.sleep(a.delay)
        size = a.slice or len(a.data) or 1
        while True:
            for i in range(0, len(a.data), size):
                writer.write(a.data[i:i + size])
                await writer.drain()
                if a.pause:
                    await asyncio.sleep(a.pause)
                if reader.at_eof():
                    raise OSError("gone")
            if not a.endless:
                return
            await asyncio.sleep(0.002)


# -- answers ------------------------------------------------------------------------

def feed(n=1, title="Scripted", extra=""):
    """A small RSS document with n items."""
    items = "".join(f"<item><title>Item {i}</title><link>https://example.com/{title}/{i}</link></item>" for i in range(n))
    return (f'<?xml version="1.0"?><rss version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel>'
            f"<title>{title}</title><link>https://example.com/</link><description>d</description>{extra}{items}"
            f"</channel></rss>").encode()


def head(code, headers, reason="Scripted"):
    """headers: name=value (_ for -), or a list of raw lines."""
    lines = headers if isinstance(headers, list) else [f"{k.replace('_', '-')}: {v}" for k, v in headers.items()]
    return f"HTTP/1.1 {code} {reason}\r\n".encode() + b"".join(
        (x if isinstance(x, bytes) else x.encode("latin-1")) + b"\r\n" for x in lines) + b"\r\n"


def status(code, body=b"", **headers):
    if code != 304 and code != 204 and code >= 200:
        headers.setdefault("Content_Length", len(body))
    return head(code, headers) + body


def ok(body=None, **headers):
    body = feed() if body is None else body
    headers.setdefault("Content_Type", "application/rss+xml")
    return status(200, body, **headers)


def moved(code, location, **headers):
    return status(code, b"", Location=location, **headers)


def gone_soon(seconds):
    """An HTTP date so many seconds from now."""
    return time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() + seconds))


def chunked(body, end=b"0\r\n\r\n", **headers):
    headers["Transfer_Encoding"] = "chunked"
    return head(200, headers) + f"{len(body):x}\r\n".encode() + body + b"\r\n" + end


def brotli_stored(data):
    """A Brotli stream of one uncompressed block (RFC 7932 9.2)."""
    bits = (len(data) - 1) << 4 | 1 << 20
    return bits.to_bytes(3, "little") + data + b"\x03"


def zstd_stored(data):
    """A Zstandard frame of one raw block (RFC 8878 3.1.1)."""
    assert 256 <= len(data) < 65536
    return b"\x28\xb5\x2f\xfd\x60" + (len(data) - 256).to_bytes(2, "little") \
        + (len(data) << 3 | 1).to_bytes(3, "little") + data


def deflate_raw(data):
    z = zlib.compressobj(wbits=-15)
    return z.compress(data) + z.flush()


def bomb(size=64 << 20):
    return gzip.compress(b'<rss version="2.0"><channel><title>' + b" " * size)
