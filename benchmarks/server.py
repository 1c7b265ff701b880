"""A loopback server that answers every request with one record, as fast as asyncio can.

Prints its port and serves until its standard input ends.
"""

import asyncio
import sys

BODY = (
    b'{"code":200,"msg":"success","data":{"taskId":"task_1","model":"kling-v3-pro",'
    b'"state":"generating","param":"{}","resultJson":"","failCode":"","failMsg":""}}'
)
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (
    len(BODY),
    BODY,
)


class Server(asyncio.Protocol):
    """Answers each request whose body has come."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the connection to write to."""
        self.transport = transport
        self.seen = b""

    def data_received(self, data: bytes) -> None:
        """Answer once per request that is complete."""
        self.seen += data
        while b"\r\n\r\n" in self.seen:
            head, _, rest = self.seen.partition(b"\r\n\r\n")
            length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
            if len(rest) < int(length or 0):
                return
            self.seen = rest[int(length or 0) :]
            assert isinstance(self.transport, asyncio.Transport)  # noqa: S101 - for mypy
            self.transport.write(ANSWER)


async def serve() -> None:
    """Listen on a free port of the loopback until standard input ends."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Server, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


asyncio.run(serve())
