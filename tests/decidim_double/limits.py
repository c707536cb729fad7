# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a query may cost, reckoned as graphql-ruby does, and what it may not ask at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    get_named_type,
    is_abstract_type,
    value_from_ast_untyped,
)


@dataclass(frozen=True, slots=True)
class Limits:
    """Decidim's defaults; `aliases` is a guess, as its value was not seen. None sets no limit.

    `requests` a minute are 100 in a Decidim that is not told otherwise.
    """

    page: int = 50
    complexity: int = 5000
    depth: int = 15
    aliases: int | None = None
    introspection: bool = False
    requests: int | None = None


@dataclass(frozen=True, slots=True)
class Weighed:
    """The depth and complexity of a document, and how many aliases it has."""

    depth: int
    complexity: int
    aliases: int
    introspects: bool


@dataclass(frozen=True, slots=True)
class _Scale:
    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: Mapping[str, Any]
    page: int

    def fields(
        self, selections: tuple[SelectionNode, ...], of: GraphQLNamedType
    ) -> Iterator[tuple[GraphQLNamedType, FieldNode]]:
        """Each field that is asked for, with the type that it is asked of."""
        for node in selections:
            if isinstance(node, FieldNode):
                yield of, node
                continue
            if isinstance(node, FragmentSpreadNode):
                inner: InlineFragmentNode | FragmentDefinitionNode = self.fragments[
                    node.name.value
                ]
            else:
                assert isinstance(node, InlineFragmentNode)
                inner = node
            on = inner.type_condition
            kind = self.schema.type_map[on.name.value] if on else of
            yield from self.fields(inner.selection_set.selections, kind)

    def below(self, node: FieldNode, owner: GraphQLNamedType) -> GraphQLNamedType:
        if node.name.value in {"__schema", "__type"}:
            return self.schema.type_map[f"__{node.name.value[2:].title()}"]
        assert isinstance(owner, GraphQLObjectType | GraphQLInterfaceType)
        below: GraphQLNamedType = get_named_type(owner.fields[node.name.value].type)
        return below

    def depth(self, selections: tuple[SelectionNode, ...], of: GraphQLNamedType) -> int:
        return max(
            (
                1 + self.depth(node.selection_set.selections, self.below(node, owner))
                if node.selection_set
                else 1
                for owner, node in self.fields(selections, of)
            ),
            default=0,
        )

    def cost(self, selections: tuple[SelectionNode, ...], of: GraphQLNamedType) -> int:
        """Of the dearest type that may be found there."""
        asked: dict[tuple[str, str], int] = {}
        for owner, node in self.fields(selections, of):
            said = node.alias.value if node.alias else node.name.value
            price = self._price(node, owner)
            asked[owner.name, said] = max(price, asked.get((owner.name, said), 0))
        shared = {owner for owner, _ in asked if is_abstract_type(self.schema.type_map[owner])}
        shared.add(of.name)
        alone = {owner for owner, _ in asked} - shared
        common = sum(price for (owner, _), price in asked.items() if owner in shared)
        own = (sum(price for (owner, _), price in asked.items() if owner == one) for one in alone)
        return common + max(own, default=0)

    def _price(self, node: FieldNode, owner: GraphQLNamedType) -> int:
        if not node.selection_set:
            return 1
        kind = self.below(node, owner)
        inside = self.cost(node.selection_set.selections, kind)
        if not kind.name.endswith("Connection"):
            return 1 + inside
        asked = {
            each.name.value: each for _, each in self.fields(node.selection_set.selections, kind)
        }
        page_info = asked.get("pageInfo")
        about = 0
        if page_info and page_info.selection_set:
            about = 1 + len(page_info.selection_set.selections)
        about += sum(name in asked for name in ("edges", "nodes"))
        return 1 + self._page(node) * (inside - about) + about

    def _page(self, node: FieldNode) -> int:
        """As many as are asked for, even if fewer would come."""
        named = {
            each.name.value: value_from_ast_untyped(each.value, dict(self.variables))
            for each in node.arguments or ()
            if each.name.value in {"first", "last"}
        }
        return max(
            (value for value in named.values() if isinstance(value, int)), default=self.page
        )


def weigh(
    schema: GraphQLSchema, document: DocumentNode, variables: Mapping[str, Any], page: int = 50
) -> Weighed:
    """Of a document that is valid in this schema."""
    parts = document.definitions
    fragments = {
        part.name.value: part for part in parts if isinstance(part, FragmentDefinitionNode)
    }
    scale = _Scale(schema, fragments, variables, page)
    depth = complexity = 0
    for part in parts:
        if isinstance(part, OperationDefinitionNode):
            root = schema.get_root_type(part.operation)
            assert root
            depth = max(depth, scale.depth(part.selection_set.selections, root))
            complexity += scale.cost(part.selection_set.selections, root)
    nodes = [node for part in parts for node in _walk(part)]
    return Weighed(
        depth,
        complexity,
        sum(node.alias is not None for node in nodes),
        any(node.name.value in {"__schema", "__type"} for node in nodes),
    )


def _walk(node: Any) -> Iterator[FieldNode]:
    for inner in node.selection_set.selections if getattr(node, "selection_set", None) else ():
        if isinstance(inner, FieldNode):
            yield inner
        yield from _walk(inner)


def beyond(limits: Limits, weighed: Weighed) -> GraphQLError | None:
    """What the query is refused for."""
    if weighed.introspects and not limits.introspection:
        code = {"code": "INTROSPECTION_DISABLED"}
        return GraphQLError("Introspection is disabled for this request", extensions=code)
    if limits.aliases is not None and weighed.aliases > limits.aliases:
        return GraphQLError("Too many aliases", extensions={"code": "TOO_MANY_ALIASES"})
    for name, cost, most in (
        ("depth", weighed.depth, limits.depth),
        ("complexity", weighed.complexity, limits.complexity),
    ):
        if cost > most:
            return GraphQLError(f"Query has {name} of {cost}, which exceeds max {name} of {most}")
    return None
