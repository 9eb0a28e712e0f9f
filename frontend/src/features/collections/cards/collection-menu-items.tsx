import ListItemIcon from "@mui/material/ListItemIcon";
import MenuItem from "@mui/material/MenuItem";
import {
  Archive,
  ArchiveRestore,
  Download,
  FolderInput,
  type LucideIcon,
  Pencil,
  Trash2,
  UserPlus,
} from "lucide-react";
import { useState } from "react";
import type { Collection } from "@/api/types";
import { Menu } from "@/ui/overlays";
import { EditDialog, MoveDialog, ShareDialog } from "../dialogs";
import { useCollectionActions } from "../use-collection-actions";

interface CollectionMenuItemsProps {
  readonly open: boolean;
  readonly anchor: HTMLElement | null;
  readonly onClose: () => void;
  readonly collection: Collection;
  /** Called after the collection was deleted. */
  readonly onDeleted?: () => void;
}

type Dialog = "edit" | "move" | "share";

/** The open menu of a collection, and the dialogs that it opens. */
export function CollectionMenuItems({
  open: isOpen,
  anchor,
  onClose,
  collection,
  onDeleted,
}: CollectionMenuItemsProps) {
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const { archive, restore, remove } = useCollectionActions(collection, onDeleted);
  const isOwner = collection.role === "owner";
  const isArchived = collection.archived_at !== null;
  const act = (run: () => void) => () => {
    onClose();
    run();
  };
  const close = () => setDialog(null);
  const open = (which: Dialog) => act(() => setDialog(which));
  const entries: readonly (readonly [string, LucideIcon, () => void])[] = [
    ["Rename", Pencil, open("edit")],
    ["Move", FolderInput, open("move")],
    ["Share", UserPlus, open("share")],
    isArchived ? ["Restore", ArchiveRestore, act(restore)] : ["Archive", Archive, act(archive)],
    ["Delete", Trash2, act(remove)],
  ];
  return (
    <>
      <Menu anchorEl={anchor} open={isOpen} onClose={onClose}>
        <MenuItem component="a" href={`/api/v1/collections/${collection.id}/download`} onClick={onClose}>
          <ListItemIcon>
            <Download size={17} aria-hidden />
          </ListItemIcon>
          Download as zip
        </MenuItem>
        {(isOwner ? entries : []).map(([label, Icon, run]) => (
          <MenuItem key={label} onClick={run}>
            <ListItemIcon>
              <Icon size={17} aria-hidden />
            </ListItemIcon>
            {label}
          </MenuItem>
        ))}
      </Menu>
      <EditDialog open={dialog === "edit"} collection={collection} onClose={close} />
      <MoveDialog open={dialog === "move"} collection={collection} onClose={close} />
      <ShareDialog open={dialog === "share"} collection={collection} onClose={close} />
    </>
  );
}
