"""Unique node ids across the root graph and all subgraph definitions.

The editor renumbers inner nodes whose id is already used, in the order of the file, before it does
anything else. Ids in the resulting graph follow from that.
"""

from .document import Document, Graph, Node

MAX_DIGITS = 16


def renumber_subgraphs(document: Document) -> None:
    """Give every inner node whose id is used by the root or an earlier definition the next free id."""
    ids = _Ids(document)
    renamed: dict[str, dict[str, str]] = {}
    for graph in document.subgraphs.values():
        names = ids.renamed(graph)
        if names:
            _rename(graph, names)
            renamed[graph.id] = names
    document.last_node_id = ids.last
    for graph in document.graphs():
        for node in graph.nodes.values():
            _rename_proxies(node, renamed.get(node.type, {}))


class _Ids:
    """The numbers used as ids so far."""

    def __init__(self, document: Document) -> None:
        self._used = {identity for identity in document.root.nodes if _is_number(identity)}
        self.last = max([document.last_node_id, *map(int, self._used)])

    def renamed(self, graph: Graph) -> dict[str, str]:
        """Return the new id of each node whose own is already used."""
        names: dict[str, str] = {}
        for identity in filter(_is_number, graph.nodes):
            if identity in self._used:
                names[identity] = self._next()
            else:
                self._used.add(identity)
                self.last = max(self.last, int(identity))
        return names

    def _next(self) -> str:
        self.last += 1
        while str(self.last) in self._used:
            self.last += 1
        self._used.add(str(self.last))
        return str(self.last)


def _is_number(identity: str) -> bool:
    digits = identity.removeprefix("-")
    return digits.isascii() and digits.isdecimal() and len(digits) <= MAX_DIGITS


def _rename(graph: Graph, names: dict[str, str]) -> None:
    nodes = list(graph.nodes.values())
    for node in nodes:
        node.id = names.get(node.id, node.id)
    graph.nodes = {node.id: node for node in nodes}
    for link in graph.links.values():
        link.origin_id = names.get(link.origin_id, link.origin_id)
        link.target_id = names.get(link.target_id, link.target_id)


def _rename_proxies(node: Node, names: dict[str, str]) -> None:
    """Follow renamed inner nodes in the older list of promoted widgets."""
    entries = node.properties.get("proxyWidgets")
    if names and isinstance(entries, list):
        node.properties["proxyWidgets"] = [
            [names.get(str(entry[0]), str(entry[0])), *entry[1:]]
            if isinstance(entry, list) and entry
            else entry
            for entry in entries
        ]
