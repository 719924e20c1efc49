"""Counters and times of this process, in Prometheus' text format."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
"""Seconds."""


class Metrics:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: Counter[tuple[str, str, int]] = Counter()
        self._buckets: Counter[tuple[str, float]] = Counter()
        self._seconds: Counter[str] = Counter()
        self._count: Counter[str] = Counter()

    def note(self, endpoint: str, method: str, status: int, seconds: float) -> None:
        with self._lock:
            self._requests[endpoint, method, status] += 1
            self._count[endpoint] += 1
            self._seconds[endpoint] += seconds  # type: ignore[assignment]
            for bound in BUCKETS:
                self._buckets[endpoint, bound] += seconds <= bound

    def render(self, gauges: Mapping[str, tuple[str, float]]) -> str:
        """``gauges``: name to help text and value, of the store."""
        lines = []
        for name, (words, value) in gauges.items():
            lines += [f"# HELP {name} {words}", f"# TYPE {name} gauge", f"{name} {value:g}"]
        with self._lock:
            name = "intent_al_http_requests_total"
            lines += [f"# HELP {name} Requests by endpoint.", f"# TYPE {name} counter"]
            for (endpoint, method, status), count in sorted(self._requests.items()):
                labels = f'endpoint="{endpoint}",method="{method}",status="{status}"'
                lines.append(f"{name}{{{labels}}} {count}")
            name = "intent_al_http_request_seconds"
            lines += [f"# HELP {name} Time to answer.", f"# TYPE {name} histogram"]
            for endpoint in sorted(self._count):
                for bound in BUCKETS:
                    labels = f'endpoint="{endpoint}",le="{bound:g}"'
                    lines.append(f"{name}_bucket{{{labels}}} {self._buckets[endpoint, bound]}")
                labels = f'endpoint="{endpoint}"'
                lines.append(f'{name}_bucket{{{labels},le="+Inf"}} {self._count[endpoint]}')
                lines.append(f"{name}_sum{{{labels}}} {self._seconds[endpoint]:.6f}")
                lines.append(f"{name}_count{{{labels}}} {self._count[endpoint]}")
        return "\n".join(lines) + "\n"
