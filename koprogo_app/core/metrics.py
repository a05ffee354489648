"""Prometheus metrics, read at /metrics."""

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.process_collector import ProcessCollector

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)
REQUESTS = Counter("koprogo_http_requests_total", "REST requests.", ("method", "route", "status"), registry=REGISTRY)
LATENCY = Histogram(
    "koprogo_http_request_duration_seconds", "REST latency.", ("method", "route"), registry=REGISTRY,
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)  # fmt: skip
STORAGE = Counter("storage_operation_total", "File operations.", ("provider", "operation", "result"), registry=REGISTRY)
STORAGE_LATENCY = Histogram(
    "storage_operation_duration_seconds", "File operation latency.", ("provider", "operation"), registry=REGISTRY
)


def text() -> bytes:
    """All metrics in Prometheus' text format."""
    return generate_latest(REGISTRY)
