import ListItemIcon from "@mui/material/ListItemIcon";
import MenuItem from "@mui/material/MenuItem";
import {
  Archive,
  ArchiveRestore,
  Download,
  FolderInput,
  Images,
  LogOut,
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
  /** Called after the collection was deleted or left. */
  readonly onRemoved?: () => void;
}

type Entry = readonly [string, LucideIcon, () => void];
type Dialog = "edit" | "move" | "share";

/** The open menu of a collection, and the dialogs that it opens. */
export function CollectionMenuItems({
  open: isOpen,
  anchor,
  onClose,
  collection,
  onRemoved,
}: CollectionMenuItemsProps) {
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const { archive, restore, remove, leave, forgetCover } = useCollectionActions(collection, onRemoved);
  const isOwner = collection.role === "owner";
  const { archived_at: archivedAt, cover_content_id: cover, parent_id: parentId } = collection;
  const act = (run: () => void) => () => {
    onClose();
    run();
  };
  const close = () => setDialog(null);
  const open = (which: Dialog) => act(() => setDialog(which));
  const ofOwner: readonly Entry[] = [
    ["Rename", Pencil, open("edit")],
    ["Move", FolderInput, open("move")],
    ["Share", UserPlus, open("share")],
    ...(cover === null ? [] : [["Show first images", Images, act(() => forgetCover(cover))] as const]),
    archivedAt === null ? ["Archive", Archive, act(archive)] : ["Restore", ArchiveRestore, act(restore)],
    ["Delete", Trash2, act(remove)],
  ];
  // One inside another shared one cannot be left alone.
  const ofMember: readonly Entry[] = parentId === null ? [["Leave", LogOut, act(leave)]] : [];
  return (
    <>
      <Menu anchorEl={anchor} open={isOpen} onClose={onClose}>
        <MenuItem component="a" href={`/api/v1/collections/${collection.id}/download`} onClick={onClose}>
          <ListItemIcon>
            <Download size={17} aria-hidden />
          </ListItemIcon>
          Download as zip
        </MenuItem>
        {(isOwner ? ofOwner : ofMember).map(([label, Icon, run]) => (
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
