"""Counts in Prometheus' own words; a module by itself, for its library takes its time to load and few ask for it."""

from collections.abc import Iterator, Mapping

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from sandbox.services import Services

MEDIA = CONTENT_TYPE_LATEST
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


def text(services: Services, held: Mapping[str, int]) -> bytes:
    """``held``: the numbers that ``HELD`` names."""
    registry = CollectorRegistry(auto_describe=False)
    ProcessCollector(registry=registry)
    registry.register(Counts(services, held))
    return generate_latest(registry)


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
