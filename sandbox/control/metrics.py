"""``/metrics``: counts for Prometheus, taken when they are asked for."""

from collections.abc import Iterator, Mapping

from aiohttp import web
from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from sandbox.control.errand import Errand, Route
from sandbox.keys import Services

HELD = {
    "messages": "Messages held, in all spaces.",
    "requests": "Journalled requests held, in all spaces.",
    "callbacks": "Callbacks in the ledger, in all spaces.",
    "pending": "Steps that have not happened and attempts not made, in all spaces.",
    "evicted_messages": "Messages that the bounds have pushed out.",
    "evicted_requests": "Journalled requests that the bounds have pushed out.",
}
COUNTED = {
    "requests": ("Provider calls answered, by outcome.", ("provider", "outcome")),
    "callbacks": ("Posts made to consumers, by what came of them.", ("provider", "state")),
}


async def metrics(errand: Errand) -> web.Response:
    registry = CollectorRegistry(auto_describe=False)
    ProcessCollector(registry=registry)
    registry.register(Counts(errand.services, await _held(errand.services)))
    return web.Response(body=generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})


async def _held(services: Services) -> dict[str, int]:
    counts = [await services.store.counts(space.name) for space in services.spaces]
    return {name: sum(getattr(each, name) for each in counts) for name in HELD}


class Counts(Collector):
    """One scrape: what the services have counted, and what the store holds."""

    def __init__(self, services: Services, held: Mapping[str, int]) -> None:
        self._services = services
        self._held = held

    def collect(self) -> Iterator[Metric]:
        for name, help in HELD.items():  # noqa: A001 - as the library has it
            yield GaugeMetricFamily(f"sms_sandbox_held_{name}", help, self._held[name])
        yield GaugeMetricFamily("sms_sandbox_spaces", "Spaces there are.", len(self._services.spaces.names()))
        for name, (help, labels) in COUNTED.items():  # noqa: A001
            family = CounterMetricFamily(f"sms_sandbox_{name}", help, labels=labels)
            for (kind, *values), count in self._services.tally.items():
                if kind == name:
                    family.add_metric(values, count)
            yield family


ROUTES = (Route("GET", "/metrics", metrics, open=True),)
