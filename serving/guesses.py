"""How many wrong passwords are taken, by name and by address. Must never know HTTP or which are right.

A name is never closed: whoever guesses could then lock its owner out. After many wrong passwords for one
name, an address that has not tried it yet still may, only less often than otherwise.
"""

from dataclasses import dataclass, field
from hashlib import blake2b
from ipaddress import IPv6Address, IPv6Network, ip_address

from serving.limits import Rate


@dataclass(frozen=True, slots=True)
class Guesses:
    """Counts attempts; one that turned out right is given back.

    `pair` bounds those for a name from an address, `place` those from an address for any name, `name` those
    for a name from anywhere. Beyond the last, `fresh` bounds those for the name from each address.
    """

    pair: Rate = field(default_factory=lambda: Rate(1, 10))
    place: Rate = field(default_factory=lambda: Rate(5, 50))
    name: Rate = field(default_factory=lambda: Rate(2, 100))
    fresh: Rate = field(default_factory=lambda: Rate(0.2, 2))

    def wait(self, name: str, address: str) -> float:
        """Count an attempt and return 0, or the seconds until one may be made and count none."""
        pair, place, named = _keys(name, address)
        if wait := self.pair.wait(pair):
            return wait
        wait = self.place.wait(place)
        if not wait and self.name.wait(named):
            wait = self.fresh.wait(pair)
            if wait:
                self.place.give_back(place)
        if wait:
            self.pair.give_back(pair)
        return wait

    def give_back(self, name: str, address: str) -> None:
        """Take back an attempt that was none: the password was right, or was not looked at."""
        pair, place, named = _keys(name, address)
        for rate, key in ((self.pair, pair), (self.place, place), (self.name, named), (self.fresh, pair)):
            rate.give_back(key)


def _keys(name: str, address: str) -> tuple[str, str, str]:
    """Return what is counted, in a few bytes each: a name may be as long as a request."""
    place = network(address)
    return _digest(f"{name}\0{place}"), place, _digest(name)


def _digest(text: str) -> str:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def network(address: str) -> str:
    """Return what stands for an address: of IPv6, everybody has 2**64 of them.

    >>> network("192.0.2.7"), network("2001:db8::1:7"), network("::ffff:192.0.2.7")
    ('192.0.2.7', '2001:db8::/64', '192.0.2.7')
    """
    try:
        found = ip_address(address)
    except ValueError:
        return _digest(address)
    if not isinstance(found, IPv6Address):
        return str(found)
    return str(found.ipv4_mapped or IPv6Network((int(found), 64), strict=False))
