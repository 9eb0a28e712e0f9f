import { useQueryClient } from "@tanstack/react-query";
import { ArrowLeftRight, FolderMinus, Image as ImageIcon } from "lucide-react";
import { useState } from "react";
import { messageOf } from "@/api/problem";
import type { Collection } from "@/api/types";
import { type ContentFilter, removeFromList } from "@/features/content";
import { chosenOf, onlyOf, type Selection, ToolbarAction } from "@/features/gallery/toolbar";
import { lazyOnOpen } from "@/lib/code";
import { formatCount } from "@/lib/format";
import { useToast } from "@/ui/toast";
import { changedOf, useChangeCollection, useChangeItems } from "./mutations";

const MoveItemsDialog = lazyOnOpen(async () => (await import("./order/move-items-dialog")).MoveItemsDialog);

interface CollectionItemActionsProps {
  readonly collection: Collection;
  readonly list: ContentFilter;
  readonly selection: Selection;
}

/** Actions for selected images of a collection. */
export function CollectionItemActions({ collection, list, selection }: CollectionItemActionsProps) {
  const { id, name, role } = collection;
  const client = useQueryClient();
  const toast = useToast();
  const items = useChangeItems();
  const change = useChangeCollection();
  const onError = (error: unknown) => toast({ message: messageOf(error), severity: "error" });
  const only = onlyOf(selection.state);
  const [isMoving, setIsMoving] = useState(false);
  const { ids, all } = selection.state;
  const remove = () =>
    items.mutate(
      { id, action: "remove", chosen: chosenOf(selection.state) },
      {
        onError,
        onSuccess: (outcomes) => {
          const removed = changedOf(outcomes);
          removeFromList(client, list, removed);
          const undo = () => items.mutate({ id, action: "add", chosen: { ids: removed } }, { onError });
          const message = `${formatCount(removed.length)} removed from ${name}`;
          toast({ message, action: { label: "Undo", run: undo } });
          selection.clear();
        },
      },
    );
  const setCover = () =>
    change.mutate(
      { id, patch: { cover_content_id: only } },
      {
        onError,
        onSuccess: () => {
          toast({ message: "Cover changed", severity: "success" });
          selection.clear();
        },
      },
    );
  return (
    <>
      {list.sort === "manual" && all === null ? (
        <>
          <ToolbarAction icon={ArrowLeftRight} label="Move" onClick={() => setIsMoving(true)} />
          <MoveItemsDialog
            open={isMoving}
            collectionId={id}
            list={list}
            ids={[...ids]}
            onClose={() => setIsMoving(false)}
            onMoved={selection.clear}
          />
        </>
      ) : null}
      <ToolbarAction icon={FolderMinus} label="Remove from collection" onClick={remove} />
      {only !== null && role === "owner" ? (
        <ToolbarAction icon={ImageIcon} label="Use as cover" onClick={setCover} />
      ) : null}
    </>
  );
}
