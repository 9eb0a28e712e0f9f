import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useQueryClient } from "@tanstack/react-query";
import { Columns2, Download, Eye, EyeOff, FolderPlus, Heart, RotateCcw, Tag, Trash2, X } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useNavigate } from "react-router";
import { AddToCollectionDialog } from "@/features/collections";
import { countOfItems } from "@/features/content";
import { BatchOperations } from "@/features/operations";
import { formatCount } from "@/lib/format";
import { ConfirmDialog } from "@/ui/confirm-dialog";
import type { Selection } from "../use-selection";
import { chosenOf, comparisonOf, onlyOf } from "./chosen";
import { selectedImages } from "./selected-images";
import { TagDialog } from "./tag-dialog";
import { ToolbarAction } from "./toolbar-action";
import { useToolbarActions } from "./use-toolbar-actions";

interface SelectionToolbarProps {
  readonly selection: Selection;
  readonly isTrash: boolean;
  /** Actions of the page. */
  readonly actions?: ((selection: Selection) => ReactNode) | undefined;
}

type DialogName = "tags" | "purge" | "collect";

const textOf = (count: number | null): string => (count === null ? "More than 10,000" : formatCount(count));

const bar = {
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
  gap: { xs: 0, sm: 0.25 },
  p: 0.75,
  border: 1,
  borderColor: "divider",
  borderRadius: "14px",
  bgcolor: "background.paper",
  boxShadow: 12,
} as const;

/** Actions for the selected items; shown at the bottom while any is selected. */
export function SelectionToolbar({ selection, isTrash, actions }: SelectionToolbarProps) {
  const [dialog, setDialog] = useState<DialogName | null>(null);
  const { apply, isPending, ...downloading } = useToolbarActions(selection);
  const { count, isEmpty, state, clear } = selection;
  if (isEmpty) return null;
  const close = () => setDialog(null);
  return (
    <Box role="toolbar" aria-label="Selected items" sx={bar}>
      <Typography sx={{ px: 1, fontWeight: 600 }} role="status">
        {textOf(count)} selected
      </Typography>
      {isTrash ? (
        <>
          <ToolbarAction icon={RotateCcw} label="Restore" onClick={() => apply({ action: "restore" })} />
          <ToolbarAction
            icon={Trash2}
            label="Delete permanently"
            color="error"
            onClick={() => setDialog("purge")}
          />
        </>
      ) : (
        <GalleryActions
          selection={selection}
          apply={apply}
          openDialog={setDialog}
          actions={actions}
          {...downloading}
        />
      )}
      <Button
        color="inherit"
        aria-label="Clear selection"
        onClick={clear}
        sx={{ minWidth: 44, minHeight: 44 }}
      >
        <X size={18} aria-hidden />
      </Button>
      <TagDialog
        isOpen={dialog === "tags"}
        count={count}
        isPending={isPending}
        onClose={close}
        onTags={(action, tags) => apply({ action, tags }, close)}
      />
      <AddToCollectionDialog
        open={dialog === "collect"}
        chosen={chosenOf(state)}
        count={count}
        onClose={close}
        onAdded={clear}
      />
      <ConfirmDialog
        isOpen={dialog === "purge"}
        title={`Delete ${countOfItems(count)} permanently?`}
        verb="Delete permanently"
        isPending={isPending}
        onClose={close}
        onConfirm={() => apply({ action: "purge" }, close)}
      >
        Their files are deleted too. This cannot be undone.
      </ConfirmDialog>
    </Box>
  );
}

interface GalleryActionsProps
  extends Pick<SelectionToolbarProps, "selection" | "actions">,
    Pick<ReturnType<typeof useToolbarActions>, "apply" | "download" | "isDownloading"> {
  readonly openDialog: (dialog: DialogName) => void;
}

function GalleryActions(props: GalleryActionsProps) {
  const { selection, apply, openDialog, actions, download, isDownloading } = props;
  const client = useQueryClient();
  const navigate = useNavigate();
  const comparison = comparisonOf(selection.state);
  return (
    <>
      <BatchOperations
        items={() => selectedImages(client, selection.state)}
        onlyId={onlyOf(selection.state)}
        onDone={selection.clear}
      />
      <ToolbarAction
        icon={Heart}
        label="Favourite"
        onClick={() => apply({ action: "favourite", is_favourite: true })}
      />
      <ToolbarAction icon={FolderPlus} label="Add to collection" onClick={() => openDialog("collect")} />
      {actions?.(selection)}
      {comparison === null ? null : (
        <ToolbarAction icon={Columns2} label="Compare" onClick={() => void navigate(comparison)} />
      )}
      <ToolbarAction icon={Download} label="Download" onClick={download} isLoading={isDownloading} />
      <ToolbarAction icon={Tag} label="Tag" onClick={() => openDialog("tags")} />
      <ToolbarAction
        icon={Eye}
        label="Share"
        onClick={() => apply({ action: "visibility", visibility: "public" })}
      />
      <ToolbarAction
        icon={EyeOff}
        label="Make private"
        onClick={() => apply({ action: "visibility", visibility: "private" })}
      />
      <ToolbarAction icon={Trash2} label="Delete" color="error" onClick={() => apply({ action: "delete" })} />
    </>
  );
}
