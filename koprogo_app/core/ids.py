"""Keys of rows."""

import secrets
import time
from uuid import UUID


def uuid7() -> UUID:
    """A UUID whose order is the order of creation (RFC 9562 §5.7), with sub-millisecond precision in rand_a."""
    ns = time.time_ns()
    ms, rest = divmod(ns, 1_000_000)
    fraction = rest * 4096 // 1_000_000
    return UUID(int=(ms << 80) | (7 << 76) | (fraction << 64) | (2 << 62) | secrets.randbits(62))
