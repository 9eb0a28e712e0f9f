import { ArrowLeftRight, FolderMinus, FolderOutput, Image as ImageIcon } from "lucide-react";
import { useState } from "react";
import { messageOf } from "@/api/problem";
import type { Collection } from "@/api/types";
import type { ContentFilter } from "@/features/content";
import { chosenOf, onlyOf, type Selection, ToolbarAction } from "@/features/gallery/toolbar";
import { lazyOnOpen } from "@/lib/code";
import { useToast } from "@/ui/toast";
import { AddToCollectionDialog } from "./dialogs";
import { useChangeCollection } from "./mutations";
import { useItemRemoval } from "./use-item-removal";

const MoveItemsDialog = lazyOnOpen(async () => (await import("./order/move-items-dialog")).MoveItemsDialog);

export interface CollectionItemActionsProps {
  readonly collection: Collection;
  readonly list: ContentFilter;
  readonly selection: Selection;
}

/** Actions for selected images of a collection. */
export function CollectionItemActions({ collection, list, selection }: CollectionItemActionsProps) {
  const { id, role, cover_content_id: before } = collection;
  const toast = useToast();
  const change = useChangeCollection();
  const { remove, moveTo } = useItemRemoval(collection, list);
  const onError = (error: unknown) => toast({ message: messageOf(error), severity: "error" });
  const only = onlyOf(selection.state);
  const [dialog, setDialog] = useState<"order" | "collection" | null>(null);
  const close = () => setDialog(null);
  const { ids, all } = selection.state;
  const setCover = () => {
    const undo = () => change.mutate({ id, patch: { cover_content_id: before } }, { onError });
    const onSuccess = () => {
      toast({ message: "Cover changed", severity: "success", action: { label: "Undo", run: undo } });
      selection.clear();
    };
    change.mutate({ id, patch: { cover_content_id: only } }, { onError, onSuccess });
  };
  return (
    <>
      {list.sort === "manual" && all === null ? (
        <>
          <ToolbarAction icon={ArrowLeftRight} label="Reorder" onClick={() => setDialog("order")} />
          <MoveItemsDialog
            open={dialog === "order"}
            collectionId={id}
            list={list}
            ids={[...ids]}
            onClose={close}
            onMoved={selection.clear}
          />
        </>
      ) : null}
      <ToolbarAction
        icon={FolderOutput}
        label="Move to another collection"
        onClick={() => setDialog("collection")}
      />
      <AddToCollectionDialog
        open={dialog === "collection"}
        chosen={chosenOf(selection.state)}
        count={selection.count}
        from={collection}
        add={moveTo}
        onClose={close}
        onAdded={selection.clear}
      />
      <ToolbarAction
        icon={FolderMinus}
        label="Remove from collection"
        onClick={() => void remove(chosenOf(selection.state)).then(selection.clear)}
      />
      {only !== null && role === "owner" ? (
        <ToolbarAction icon={ImageIcon} label="Use as cover" onClick={setCover} />
      ) : null}
    </>
  );
}
