"""Limits on wrong passwords, by name and by address.

A name is never locked, since an attacker could then lock its owner out. After many wrong passwords for one
name, an address that has not tried it yet still may, but less often.
"""

from dataclasses import dataclass, field
from hashlib import blake2b
from ipaddress import IPv6Address, IPv6Network, ip_address

from citeback.serving.access.rate_limit import RateLimiter


@dataclass(frozen=True, slots=True)
class LoginThrottle:
    """Counts attempts; a correct one is given back.

    `pair` limits attempts for a name from an address, `address` those from an address for any name, and
    `name` those for a name from anywhere. Beyond `name`, `new_addresses` limits attempts for the name from
    each address.
    """

    pair: RateLimiter = field(default_factory=lambda: RateLimiter(1, 10))
    address: RateLimiter = field(default_factory=lambda: RateLimiter(5, 50))
    name: RateLimiter = field(default_factory=lambda: RateLimiter(2, 100))
    new_addresses: RateLimiter = field(default_factory=lambda: RateLimiter(0.2, 2))

    def wait(self, name: str, address: str) -> float:
        """Count an attempt and return 0; or, without counting, return the seconds to wait."""
        pair, place, named = _keys(name, address)
        if wait := self.pair.wait(pair):
            return wait
        wait = self.address.wait(place)
        if not wait and self.name.wait(named):
            wait = self.new_addresses.wait(pair)
            if wait:
                self.address.give_back(place)
        if wait:
            self.pair.give_back(pair)
        return wait

    def give_back(self, name: str, address: str) -> None:
        """Give back an attempt whose password was right or was not compared."""
        pair, place, named = _keys(name, address)
        for rate, key in (
            (self.pair, pair),
            (self.address, place),
            (self.name, named),
            (self.new_addresses, pair),
        ):
            rate.give_back(key)


def _keys(name: str, address: str) -> tuple[str, str, str]:
    """Return the keys to count by, a few bytes each, since a name may be as long as a request."""
    place = network(address)
    return _digest(f"{name}\0{place}"), place, _digest(name)


def _digest(text: str) -> str:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def network(address: str) -> str:
    """Return the network of an address: everyone with IPv6 has 2**64 addresses.

    >>> network("192.0.2.7"), network("2001:db8::1:7"), network("::ffff:192.0.2.7")
    ('192.0.2.7', '2001:db8::/64', '192.0.2.7')
    """
    try:
        result = ip_address(address)
    except ValueError:
        return _digest(address)
    if not isinstance(result, IPv6Address):
        return str(result)
    return str(result.ipv4_mapped or IPv6Network((int(result), 64), strict=False))
