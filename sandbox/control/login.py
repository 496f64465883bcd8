"""``/_sandbox/login``: the token once, for a cookie; for the page and its event stream, which set no headers."""

from aiohttp import web

from sandbox.control import gate
from sandbox.control.errand import Errand, Route
from sandbox.control.problems import Problem


async def login(errand: Errand) -> web.Response:
    token = errand.services.settings.token
    if token is not None and not gate.same(errand.body["token"], token):
        raise Problem("unauthorized", "this is not the token")
    response = web.Response(status=204)
    if token is not None:
        secure = errand.request.secure
        response.set_cookie(
            gate.COOKIE, gate.proof(token), path="/", httponly=True, samesite="Strict", secure=secure or None
        )
    return response


async def logout(errand: Errand) -> web.Response:
    response = web.Response(status=204)
    response.del_cookie(gate.COOKIE, path="/", httponly=True, samesite="Strict")
    return response


ROUTES = (
    Route("POST", "/_sandbox/login", login, open=True),
    Route("DELETE", "/_sandbox/login", logout, open=True),
)
