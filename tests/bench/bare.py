"""What we are measured against: a bare aiohttp server, and a bare aiohttp client. ``python -m tests.bench.bare``."""

import asyncio
import sys
import time

import aiohttp
import uvloop
from aiohttp import web

ANSWER = b'{"message":"0: Accepted for delivery","id":"0593e1a3-4492-4255-9100-bd435582a215"}'
WIDTH = 32


async def answer(request: web.Request) -> web.Response:
    """Reads what was sent and answers a constant."""
    await request.read()
    return web.Response(body=ANSWER, content_type="application/json")


async def serve(port: int) -> None:
    app = web.Application()
    app.router.add_route("*", "/namirial/api/Services/send", answer)
    app.router.add_get("/livez", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


async def post(url: str, count: int, body: bytes) -> None:
    """``count`` posts, ``WIDTH`` at once; prints how many a second, and the CPU time of one in µs."""
    headers = {"Content-Type": "application/json"}
    left = iter(range(count))

    async def work(session: aiohttp.ClientSession) -> None:
        for _ in left:
            async with session.post(url, data=body, headers=headers) as response:
                await response.read()

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        begun, used = time.perf_counter(), time.process_time()
        await asyncio.gather(*(work(session) for _ in range(WIDTH)))
        took, used = time.perf_counter() - begun, time.process_time() - used
    print(count / took, used / count * 1e6)


def main(what: str, target: str, *more: str) -> None:
    uvloop.run(serve(int(target)) if what == "serve" else post(target, int(more[0]), bytes.fromhex(more[1])))


if __name__ == "__main__":
    main(*sys.argv[1:])
