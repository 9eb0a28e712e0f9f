"""Routes that share a collection: members and link."""

from uuid import UUID

from litestar import Controller, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, UnsetType

from genonaut.accounts.identity import Identity
from genonaut.accounts.passwords import Passwords
from genonaut.collections.controllers.link_bodies import (
    LinkPatch,
    LinkSubmit,
    LinkView,
    NewLinkView,
)
from genonaut.collections.links import LinkService
from genonaut.collections.members import MemberService
from genonaut.collections.schemas import MemberSubmit, MembersView
from genonaut.collections.service import CollectionService
from genonaut.runtime import Runtime


class SharingController(Controller):
    """With whom a collection is shared."""

    path = "/collections/{collection_id:int}"
    tags = ("collections",)

    @get("/members", summary="List the members of a collection")
    async def list_members(
        self, collection_id: FromPath[int], collections: NamedDependency[CollectionService]
    ) -> MembersView:
        """List the users with whom a collection is shared."""
        return MembersView.of(await MemberService(collections).members(collection_id))

    @post("/members", status_code=200, summary="Share a collection with a user")
    async def set_member(
        self,
        collection_id: FromPath[int],
        data: JSONBody[MemberSubmit],
        collections: NamedDependency[CollectionService],
    ) -> MembersView:
        """Add a member or change the role of one.

        Viewers see the collection and the ones inside it; editors also add, remove and order items.
        """
        members = MemberService(collections)
        return MembersView.of(await members.set(collection_id, data.username, data.role))

    @delete("/members/{user_id:uuid}", status_code=204, summary="Stop sharing with a user")
    async def remove_member(
        self,
        collection_id: FromPath[int],
        user_id: FromPath[UUID],
        collections: NamedDependency[CollectionService],
    ) -> None:
        """Remove a member with the private items that this member added; members may leave."""
        await MemberService(collections).remove(collection_id, user_id)

    @get("/link", summary="Get the link of a collection")
    async def get_link(
        self, collection_id: FromPath[int], collections: NamedDependency[CollectionService]
    ) -> LinkView:
        """Return the link of an own collection, without its token."""
        return LinkView.of(await LinkService(collections).get(collection_id))

    @post("/link", summary="Make a link to a collection")
    async def make_link(
        self,
        collection_id: FromPath[int],
        data: JSONBody[LinkSubmit],
        identity: NamedDependency[Identity],
        runtime: NamedDependency[Runtime],
        passwords: NamedDependency[Passwords],
    ) -> NewLinkView:
        """Make a link that shows visitors without an account the owner's items of a collection.

        A previous link stops to work.
        """
        # Hashing takes long, so before the transaction.
        hashed = None if data.password is None else await passwords.hash(data.password)
        change = data.change(hashed)
        async with runtime.begin() as uow:
            collections = CollectionService(uow, runtime.settings.collections, identity)
            link, token = await LinkService(collections).make(collection_id, change)
            return NewLinkView.of_new(link, token)

    @patch("/link", summary="Change the link of a collection")
    async def change_link(
        self,
        collection_id: FromPath[int],
        data: JSONBody[LinkPatch],
        identity: NamedDependency[Identity],
        runtime: NamedDependency[Runtime],
        passwords: NamedDependency[Passwords],
    ) -> LinkView:
        """Change password and expiry, or turn the link off and on again."""
        hashed: str | UnsetType | None = UNSET
        if data.password is not UNSET:
            hashed = None if data.password is None else await passwords.hash(data.password)
        change = data.change(hashed)
        async with runtime.begin() as uow:
            collections = CollectionService(uow, runtime.settings.collections, identity)
            return LinkView.of(await LinkService(collections).change(collection_id, change))

    @delete("/link", status_code=204, summary="Revoke the link of a collection")
    async def revoke_link(
        self, collection_id: FromPath[int], collections: NamedDependency[CollectionService]
    ) -> None:
        """Delete the link; it stops to work at once."""
        await LinkService(collections).revoke(collection_id)
