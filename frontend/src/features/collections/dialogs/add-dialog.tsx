import Button from "@mui/material/Button";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useId, useMemo, useState } from "react";
import { messageOf } from "@/api/problem";
import type { Collection } from "@/api/types";
import { countOfItems } from "@/features/content";
import { Dialog } from "@/ui/overlays";
import { SearchBox } from "@/ui/search-box";
import { useToast } from "@/ui/toast";
import { type Chosen, useChangeItems, useCreateCollection } from "../mutations";
import { collectionsQuery } from "../queries";
import { useAddItems } from "../use-add-items";
import { ChoiceRow, Choices, IconSquare } from "./choices";

interface AddToCollectionDialogProps {
  readonly open: boolean;
  readonly chosen: Chosen;
  /** Null if there are more than the server counts. */
  readonly count: number | null;
  readonly onClose: () => void;
  /** Called after the items were added. */
  readonly onAdded?: () => void;
  /** The collection out of which they are moved. */
  readonly from?: Pick<Collection, "id" | "name">;
  /** Moves them out of that collection. */
  readonly add?: (target: Pick<Collection, "id" | "name">, chosen: Chosen) => Promise<void>;
}

/** Adds items to a collection, an existing or a new one. A collection that has the only item gives it back. */
export function AddToCollectionDialog(props: AddToCollectionDialogProps) {
  const titleId = useId();
  const { open, count, from, onClose } = props;
  return (
    <Dialog open={open} onClose={onClose} aria-labelledby={titleId} maxWidth="xs" fullWidth>
      <DialogTitle id={titleId}>{titleOf(count, from !== undefined)}</DialogTitle>
      <DialogContent sx={{ display: "grid", gap: 1.5, alignContent: "start", minHeight: "46dvh" }}>
        <Content {...props} />
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2.5 }}>
        <Button onClick={onClose}>Close</Button>
      </DialogActions>
    </Dialog>
  );
}

function titleOf(count: number | null, isMove: boolean): string {
  if (isMove) return `Move ${count === null ? "all items" : countOfItems(count)} to`;
  if (count === 1) return "Add to collection";
  return count === null ? "Add all items to collection" : `Add ${countOfItems(count)} to collection`;
}

const mayAdd = ({ is_smart: isSmart, role }: Collection) => !isSmart && role !== "viewer";

function Content({ chosen, onClose, onAdded, from, add: moveTo }: AddToCollectionDialogProps) {
  const [search, setSearch] = useState("");
  const addItems = useAddItems();
  const add = moveTo ?? addItems;
  const create = useCreateCollection();
  const items = useChangeItems();
  const toast = useToast();
  const onlyId = chosen.ids?.length === 1 ? (chosen.ids[0] ?? null) : null;
  const holding = useHolding(from === undefined ? onlyId : null);
  const addTo = async (collection: Pick<Collection, "id" | "name">) => {
    await add(collection, chosen);
    onAdded?.();
    onClose();
  };
  const fail = (error: unknown) => toast({ message: messageOf(error), severity: "error" });
  const choose = (collection: Collection) => {
    if (!holding?.has(collection.id)) return void addTo(collection);
    items.mutate(
      { id: collection.id, action: "remove", chosen },
      { onError: fail, onSuccess: () => toast({ message: `Removed from ${collection.name}` }) },
    );
  };
  const createAndAdd = () => void create.mutateAsync({ name: search || "New collection" }).then(addTo, fail);
  return (
    <>
      <SearchBox label="Search collections" value={search} onChange={setSearch} sx={{ mt: 0.5 }} />
      <Choices
        label="Collections"
        search={search}
        scope="all"
        accepts={(one) => mayAdd(one) && one.id !== from?.id}
        {...(holding && { chosen: holding })}
        onChoose={choose}
        isDisabled={items.isPending || create.isPending}
        first={
          <ChoiceRow
            image={<IconSquare icon={Plus} />}
            title={search === "" ? "New collection" : `Create “${search}”`}
            isDisabled={create.isPending}
            onClick={createAndAdd}
          />
        }
      />
    </>
  );
}

/** Return the collections that have an item. */
function useHolding(contentId: number | null): ReadonlySet<number> | undefined {
  const query = useInfiniteQuery({
    ...collectionsQuery({ content_id: contentId ?? 0 }),
    enabled: contentId !== null,
  });
  const { data } = query;
  return useMemo(() => data && new Set(data.pages.flatMap((page) => page.items.map(({ id }) => id))), [data]);
}
