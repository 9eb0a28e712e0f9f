import Button from "@mui/material/Button";
import { useQuery } from "@tanstack/react-query";
import { Save } from "lucide-react";
import { useNavigate } from "react-router";
import { messageOf } from "@/api/problem";
import type { Collection, SavedFilterBody } from "@/api/types";
import type { ContentFilter } from "@/features/content";
import { useToast } from "@/ui/toast";
import { useChangeCollection } from "./mutations";
import { collectionQuery } from "./queries";
import { savedFilterOf } from "./saved-filter";

interface SaveFilterButtonProps {
  /** A smart collection. */
  readonly id: number;
  /** What the gallery shows. */
  readonly filter: ContentFilter;
}

/** Makes the filter of the gallery that of a smart collection. */
export function SaveFilterButton({ id, filter }: SaveFilterButtonProps) {
  const collection = useQuery(collectionQuery(id)).data;
  const { mutate, isPending } = useChangeCollection();
  const toast = useToast();
  const navigate = useNavigate();
  if (collection === undefined || collection.filter === null || collection.role !== "owner") return null;
  const onError = (error: unknown) => toast({ message: messageOf(error), severity: "error" });
  const set = (next: SavedFilterBody, onSuccess: (saved: Collection) => void) =>
    mutate({ id, patch: { filter: next } }, { onError, onSuccess });
  const before = bodyOf(collection.filter);
  const save = () =>
    set(savedFilterOf(filter), ({ name }) => {
      const undo = () => set(before, () => undefined);
      toast({
        message: `Filter of ${name} changed`,
        severity: "success",
        action: { label: "Undo", run: undo },
      });
      void navigate(`/collections/${id}`);
    });
  return (
    <Button variant="contained" startIcon={<Save size={17} aria-hidden />} onClick={save} loading={isPending}>
      Save to {collection.name}
    </Button>
  );
}

const bodyOf = (filter: NonNullable<Collection["filter"]>): SavedFilterBody => ({ ...filter });
