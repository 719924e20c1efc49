"""Addresses of servers: checked, shown without what is secret in them, and how they are reached."""

from __future__ import annotations

from typing import Any
from urllib.parse import SplitResult, quote, unquote, urlsplit

import urllib3

from connectors.errors import SettingsError

_SAFE = "%/:?@!$&'()*+,;=~[]"
"""Characters of an address that stay as they are; a space, or a letter of another script, is sent
as bytes in percents, which is what a browser would do."""


def split(url: str) -> SplitResult:
    """Raises SettingsError for what is no address that starts with http:// or https://."""
    try:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https") and parts.hostname:
            origin_of(parts)
            return parts
    except ValueError:  # UnicodeError is one
        pass
    raise SettingsError("is no address that starts with http:// or https://")


def origin_of(parts: SplitResult) -> str:
    """Scheme, host and port, which are no secret."""
    host, port = parts.hostname or "", parts.port
    # Names of other scripts go over the wire as letters of ours.
    host = host if host.isascii() else host.encode("idna").decode()
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}{f':{port}' if port else ''}"


def target_of(parts: SplitResult) -> str:
    """Path and query, as they are sent."""
    query = f"?{quote(parts.query, _SAFE)}" if parts.query else ""
    return quote(parts.path or "/", _SAFE) + query


def pool_for(parts: SplitResult, connections: int, proxies: bool) -> urllib3.PoolManager:
    """``proxies``: whether those that the environment names are asked."""
    kept: dict[str, Any] = {"maxsize": connections, "cert_reqs": "CERT_REQUIRED"}
    proxy = _proxy(parts) if proxies else None
    if proxy is None:
        return urllib3.PoolManager(**kept)
    who = urlsplit(proxy)
    if who.username:
        signed_in = unquote(f"{who.username}:{who.password or ''}")
        kept["proxy_headers"] = urllib3.make_headers(proxy_basic_auth=signed_in)
    return urllib3.ProxyManager(proxy, **kept)


def _proxy(parts: SplitResult) -> str | None:
    from urllib.request import getproxies, proxy_bypass

    found = getproxies()
    if proxy_bypass(parts.hostname or ""):
        return None
    return found.get(parts.scheme) or found.get("all")
