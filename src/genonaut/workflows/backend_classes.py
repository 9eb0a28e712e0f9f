"""Store and read the node classes of the ComfyUI servers."""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence

import msgspec
from sqlalchemy import delete, exists, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.db import UnitOfWork
from genonaut.runtime import Runtime
from genonaut.workflows.object_info import ObjectInfo, PackedObjectInfo, bundled_classes, unpack
from genonaut.workflows.tables import BackendObjectInfo, ObjectInfoDocument

_REMEMBERED = 4
"""Unpacked documents of one process, about 3 MB each."""


class BackendClasses(msgspec.Struct, frozen=True):
    """The node classes of one server, as last reported."""

    name: str
    version: str | None
    classes: ObjectInfo


class KnownClasses(msgspec.Struct, frozen=True):
    """The node classes of all servers; none while no server has reported."""

    backends: Sequence[BackendClasses]

    @property
    def merged(self) -> ObjectInfo:
        """Return the classes of all servers, and those of ComfyUI 0.33.0 that they lack."""
        return ObjectInfo.merged([*(one.classes for one in self.backends), bundled_classes()])


class BackendClassesService:
    """Records what servers report."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._session: AsyncSession = uow.session

    async def record(self, backend: str, packed: PackedObjectInfo, version: str | None) -> None:
        """Store the classes of a server in place of its earlier ones."""
        table, document = BackendObjectInfo, ObjectInfoDocument
        await self._session.execute(
            insert(document)
            .values(sha256=packed.sha256, content=packed.content, class_count=packed.class_count)
            # Locks the row, so that no other transaction deletes it before it is named.
            .on_conflict_do_update(
                index_elements=["sha256"], set_={"class_count": packed.class_count}
            )
        )
        values = {"sha256": packed.sha256, "comfyui_version": version, "read_at": func.now()}
        await self._session.execute(
            insert(table)
            .values(backend=backend, **values)
            .on_conflict_do_update(index_elements=["backend"], set_=values)
        )
        await self._delete_unnamed()

    async def forget_other_backends(self, names: Sequence[str]) -> None:
        """Delete what servers with other names reported."""
        table = BackendObjectInfo
        await self._session.execute(delete(table).where(table.backend.not_in(names)))
        await self._delete_unnamed()

    async def _delete_unnamed(self) -> None:
        """Delete documents that no server names, except those that others are storing."""
        document = ObjectInfoDocument
        is_named = exists().where(BackendObjectInfo.sha256 == document.sha256)
        unnamed = select(document.sha256).where(~is_named).with_for_update(skip_locked=True)
        await self._session.execute(delete(document).where(document.sha256.in_(unnamed)))


class BackendClassesReader:
    """Reads the node classes of the servers; one instance per process."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._unpacked: OrderedDict[str, ObjectInfo] = OrderedDict()

    async def read(self) -> KnownClasses:
        """Return what the servers reported last, those with newer versions of ComfyUI first."""
        async with self._runtime.begin() as uow:
            table = BackendObjectInfo
            query = select(table.backend, table.sha256, table.comfyui_version)
            rows = (await uow.session.execute(query.order_by(table.backend))).all()
            missing = {sha256 for _, sha256, _ in rows if sha256 not in self._unpacked}
            document = ObjectInfoDocument
            contents = select(document.sha256, document.content).where(document.sha256.in_(missing))
            packed = (await uow.session.execute(contents)).all() if missing else []
        for sha256, content in packed:
            self._unpacked[sha256] = await asyncio.to_thread(unpack, content)
        found = [
            BackendClasses(name, version, self._unpacked[sha256])
            for name, sha256, version in rows
            if sha256 in self._unpacked
        ]
        self._forget_old({sha256 for _, sha256, _ in rows})
        return KnownClasses(sorted(found, key=_newest_first, reverse=True))

    def _forget_old(self, current: set[str]) -> None:
        for sha256 in [one for one in self._unpacked if one not in current]:
            del self._unpacked[sha256]
        while len(self._unpacked) > _REMEMBERED:
            self._unpacked.popitem(last=False)


def _newest_first(backend: BackendClasses) -> tuple[int, ...]:
    parts = (backend.version or "").split(".")
    return tuple(int(part) if part.isdecimal() else 0 for part in parts)
