import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useQueryClient } from "@tanstack/react-query";
import { Eye, EyeOff, RotateCcw, Tag, Trash2, X } from "lucide-react";
import { useState } from "react";
import { messageOf } from "@/api/problem";
import type { BulkChange } from "@/api/types";
import { countOfItems, useBulkChange } from "@/features/content";
import { BatchOperations } from "@/features/operations";
import { formatCount } from "@/lib/format";
import { ConfirmDialog } from "@/ui/confirm-dialog";
import { type Toast, useToast } from "@/ui/toast";
import { selectedImages } from "./selected-images";
import type { SelectionState } from "./selection-state";
import { TagDialog } from "./tag-dialog";
import type { Selection } from "./use-selection";

interface SelectionToolbarProps {
  readonly selection: Selection;
  readonly isTrash: boolean;
}

const textOf = (count: number | null): string => (count === null ? "More than 10,000" : formatCount(count));

/** Return what a request names: single images, or the filter for all. */
function chosenItems({ ids, all }: SelectionState): Pick<BulkChange, "ids" | "filter"> {
  if (all === null) return { ids: [...ids] };
  return { filter: { ...all.filter, except_ids: [...all.except] } };
}

/** Return the selected image if it is the only one. */
function onlyOf({ ids, all }: SelectionState): number | null {
  const [id] = ids;
  return all === null && ids.size === 1 && id !== undefined ? id : null;
}

type Change = BulkChange extends infer One
  ? One extends BulkChange
    ? Omit<One, "ids" | "filter" | "cursor">
    : never
  : never;

/** Actions for the selected items; shown at the bottom while any is selected. */
export function SelectionToolbar({ selection, isTrash }: SelectionToolbarProps) {
  const bulk = useBulkChange();
  const client = useQueryClient();
  const toast = useToast();
  const [dialog, setDialog] = useState<"tags" | "purge" | null>(null);
  const { count, isEmpty } = selection;
  if (isEmpty) return null;
  const apply = (change: Change) =>
    bulk.mutate({ ...change, ...chosenItems(selection.state) } as BulkChange, {
      onSuccess: (items) => {
        const failed = items.filter(({ status }) => status === "refused" || status === "not_found");
        const done = items.length - failed.length;
        toast(
          failed.length === 0
            ? { message: `${done} updated`, severity: "success", ...undoOf(change, items) }
            : {
                message: `${done} updated, ${failed.length} failed: ${failed[0]?.reason ?? ""}`,
                severity: "warning",
              },
        );
        selection.clear();
      },
      onError: (error) => toast({ message: messageOf(error), severity: "error" }),
      onSettled: () => setDialog(null),
    });
  const undoOf = (change: Change, items: readonly { readonly id: number }[]): Pick<Toast, "action"> =>
    change.action === "delete"
      ? {
          action: {
            label: "Undo",
            run: () =>
              bulk.mutate(
                { action: "restore", ids: items.map(({ id }) => id) },
                { onError: (error) => toast({ message: messageOf(error), severity: "error" }) },
              ),
          },
        }
      : {};
  return (
    <Box
      role="toolbar"
      aria-label="Selected items"
      sx={{
        position: "fixed",
        bottom: { xs: 76, md: 24 },
        left: { xs: 12, sm: "50%" },
        right: { xs: 12, sm: "auto" },
        transform: { sm: "translateX(-50%)" },
        zIndex: "appBar",
        width: { sm: "max-content" },
        maxWidth: { sm: "calc(100vw - 24px)" },
        display: "flex",
        flexWrap: "wrap",
        justifyContent: "center",
        alignItems: "center",
        gap: 0.5,
        p: 1,
        border: 1,
        borderColor: "divider",
        borderRadius: "14px",
        bgcolor: "background.paper",
        boxShadow: 12,
      }}
    >
      <Typography sx={{ px: 1, fontWeight: 600 }} role="status">
        {textOf(count)} selected
      </Typography>
      {isTrash ? (
        <>
          <Button startIcon={<RotateCcw size={17} />} onClick={() => apply({ action: "restore" })}>
            Restore
          </Button>
          <Button color="error" startIcon={<Trash2 size={17} />} onClick={() => setDialog("purge")}>
            Delete permanently
          </Button>
        </>
      ) : (
        <>
          <BatchOperations
            items={() => selectedImages(client, selection.state)}
            onlyId={onlyOf(selection.state)}
            onDone={selection.clear}
          />
          <Button startIcon={<Tag size={17} />} onClick={() => setDialog("tags")}>
            Tag
          </Button>
          <Button
            startIcon={<Eye size={17} />}
            onClick={() => apply({ action: "visibility", visibility: "public" })}
          >
            Share
          </Button>
          <Button
            startIcon={<EyeOff size={17} />}
            onClick={() => apply({ action: "visibility", visibility: "private" })}
          >
            Make private
          </Button>
          <Button color="error" startIcon={<Trash2 size={17} />} onClick={() => apply({ action: "delete" })}>
            Delete
          </Button>
        </>
      )}
      <Button color="inherit" aria-label="Clear selection" onClick={selection.clear} sx={{ minWidth: 40 }}>
        <X size={18} aria-hidden />
      </Button>
      <TagDialog
        isOpen={dialog === "tags"}
        count={count}
        isPending={bulk.isPending}
        onClose={() => setDialog(null)}
        onTags={(action, tags) => apply({ action, tags })}
      />
      <ConfirmDialog
        isOpen={dialog === "purge"}
        title={`Delete ${countOfItems(count)} permanently?`}
        verb="Delete permanently"
        isPending={bulk.isPending}
        onClose={() => setDialog(null)}
        onConfirm={() => apply({ action: "purge" })}
      >
        Their files are deleted too. This cannot be undone.
      </ConfirmDialog>
    </Box>
  );
}
