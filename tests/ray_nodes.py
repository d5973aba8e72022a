"""A real Ray cluster for tests: a head and nodes of one core each, on loopback, stopped at the end."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from weed import free_ports

MEMORY = 80 * 2**20


class RayNodes:
    """A head without cores, and the nodes that do the work."""

    def __init__(self, count: int) -> None:
        os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
        os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"
        os.environ["PYTHONPATH"] = str(Path(__file__).parent)  # of the nodes
        from ray.cluster_utils import Cluster

        self._port = free_ports(1)[0]
        head = {
            "num_cpus": 0,
            "gcs_server_port": self._port,
            "include_dashboard": False,
            "include_log_monitor": False,
            "no_monitor": True,  # that scales clusters in clouds
            "node_ip_address": "127.0.0.1",
            "object_store_memory": MEMORY,
        }
        self._cluster: Any = Cluster(initialize_head=True, head_node_args=head)
        self.nodes = [self.add() for _ in range(count)]

    @property
    def address(self) -> str:
        return str(self._cluster.address)

    def add(self) -> Any:
        """Start another node."""
        return self._cluster.add_node(
            num_cpus=1, node_ip_address="127.0.0.1", object_store_memory=MEMORY, wait=True
        )

    def kill(self, node: Any) -> None:
        """End a node and all that runs on it at once, as a failing machine does."""
        self.nodes.remove(node)
        self._cluster.remove_node(node, allow_graceful=False)

    def stop(self) -> None:
        """End all nodes."""
        self._cluster.shutdown()


@contextmanager
def ray_nodes(count: int) -> Iterator[RayNodes]:
    """Yield a running cluster with so many nodes."""
    nodes = RayNodes(count)
    try:
        yield nodes
    finally:
        nodes.stop()
