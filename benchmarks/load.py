"""A load generator for loopback servers: so many connections, one request at a time on each.

    python benchmarks/load.py PORT SECONDS < request

Reads one HTTP request from standard input, sends it again and again, and prints as JSON how many
answers came per second and with which statuses. Every answer is read to its end.
"""

import asyncio
import json
import sys
import time
from collections import Counter
from typing import cast

import uvloop

CONNECTIONS = 32


class Client(asyncio.Protocol):
    """Sends the request again whenever its answer is complete, until `end`."""

    def __init__(self, request: bytes, end: float, statuses: Counter[str]) -> None:
        self.request = request
        self.end = end
        self.statuses = statuses
        self.answer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first request."""
        self.transport = cast("asyncio.Transport", transport)
        self.transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        """Count an answer that is complete, and go on."""
        self.answer += data
        head, separator, body = self.answer.partition(b"\r\n\r\n")
        if not separator:
            return
        length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
        if len(body) < int(length):
            return
        self.statuses[head[9:12].decode()] += 1
        self.answer = b""
        if time.perf_counter() < self.end:
            self.transport.write(self.request)
        else:
            self.transport.close()


async def load(port: int, seconds: float, request: bytes) -> Counter[str]:
    """Return how often each status came."""
    statuses: Counter[str] = Counter()
    end = time.perf_counter() + seconds
    loop = asyncio.get_running_loop()
    for _ in range(CONNECTIONS):
        await loop.create_connection(lambda: Client(request, end, statuses), "127.0.0.1", port)
    await asyncio.sleep(seconds)
    return statuses


def main() -> None:
    """Load, and print what came."""
    seconds = float(sys.argv[2])
    statuses = uvloop.run(load(int(sys.argv[1]), seconds, sys.stdin.buffer.read()))
    print(json.dumps({"rate": statuses.total() / seconds, "statuses": statuses}))


if __name__ == "__main__":
    main()
