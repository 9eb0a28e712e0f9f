import Divider from "@mui/material/Divider";
import ListItemIcon from "@mui/material/ListItemIcon";
import MenuItem from "@mui/material/MenuItem";
import { useQuery } from "@tanstack/react-query";
import {
  Columns2,
  Download,
  FolderPlus,
  Heart,
  Image as ImageIcon,
  type LucideIcon,
  RefreshCw,
  Repeat,
  SlidersHorizontal,
  Trash2,
} from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { messageOf } from "@/api/problem";
import type { Content } from "@/api/types";
import { contentQuery, useMarkFavourite } from "@/features/content";
import { useToast } from "@/ui/toast";
import { OperationItems } from "./operation-items";
import { RatingItems } from "./rating-items";
import { canVary, seedOf } from "./requests";
import { useAgain } from "./use-again";
import { useRemove } from "./use-remove";

export type ImageDialog = "collect" | "compare" | "cover";

interface ImageItemsProps {
  readonly contentId: number;
  readonly onDone: () => void;
  readonly onDialog: (dialog: ImageDialog) => void;
}

/** The menu items of everything that can be done with an item of the gallery. */
export function ImageItems({ contentId, onDone, onDialog }: ImageItemsProps) {
  const item = useQuery(contentQuery(contentId)).data;
  return (
    <>
      <FavouriteItem item={item} onDone={onDone} />
      <RatingItems item={item} contentId={contentId} onDone={onDone} />
      <Divider component="li" />
      <AgainItems item={item} onDone={onDone} />
      <Divider component="li" />
      <Entry icon={FolderPlus} onClick={() => onDialog("collect")}>
        Add to collection
      </Entry>
      {item === undefined || item.content_type === "image" ? (
        <Entry icon={Columns2} onClick={() => onDialog("compare")}>
          Compare with
        </Entry>
      ) : null}
      <Entry icon={ImageIcon} onClick={() => onDialog("cover")}>
        Use as preset cover
      </Entry>
      <MenuItem component="a" href={`/api/v1/content/${contentId}/file?download=1`} onClick={onDone}>
        <ListItemIcon>
          <Download size={17} aria-hidden />
        </ListItemIcon>
        Download
      </MenuItem>
      {item?.is_mine === false ? null : <DeleteItem contentId={contentId} onDone={onDone} />}
      {item === undefined || item.content_type === "image" ? (
        <>
          <Divider component="li" />
          <OperationItems contentId={contentId} onDone={onDone} />
        </>
      ) : null}
    </>
  );
}

interface EntryProps {
  readonly icon: LucideIcon;
  readonly isDisabled?: boolean;
  readonly onClick: () => void;
  readonly children: ReactNode;
}

function Entry({ icon: Icon, isDisabled = false, onClick, children }: EntryProps) {
  return (
    <MenuItem disabled={isDisabled} onClick={onClick}>
      <ListItemIcon>
        <Icon size={17} aria-hidden />
      </ListItemIcon>
      {children}
    </MenuItem>
  );
}

interface PartProps {
  readonly item: Content | undefined;
  readonly onDone: () => void;
}

function FavouriteItem({ item, onDone }: PartProps) {
  const { mutate } = useMarkFavourite();
  const toast = useToast();
  const isFavourite = item?.is_favourite === true;
  const mark = () => {
    if (item !== undefined)
      mutate(
        { item, isFavourite: !isFavourite },
        { onError: (error) => toast({ message: messageOf(error), severity: "error" }) },
      );
    onDone();
  };
  return (
    <MenuItem disabled={item === undefined} onClick={mark}>
      <ListItemIcon sx={{ color: "primary.main" }}>
        <Heart size={17} fill={isFavourite ? "currentColor" : "none"} aria-hidden />
      </ListItemIcon>
      {isFavourite ? "Remove from favourites" : "Add to favourites"}
    </MenuItem>
  );
}

/** Make it again, or go to the form that made it. */
function AgainItems({ item, onDone }: PartProps) {
  const again = useAgain();
  const isKnown = item !== undefined && (canVary(item) || item.workflow_id !== null);
  // Until the item is known, it is taken to be of the form, as most are.
  const isPlain = item === undefined || item.workflow_id === null;
  const run = (seed: "same" | "new") => () => {
    if (item !== undefined) again(item, seed);
    onDone();
  };
  const isRepeatable = isPlain && isKnown && (seedOf(item) !== null || item.job_id !== null);
  return (
    <>
      <Entry icon={Repeat} isDisabled={!isRepeatable} onClick={run("same")}>
        Same seed
      </Entry>
      <Entry icon={RefreshCw} isDisabled={!isKnown} onClick={run("new")}>
        New seed
      </Entry>
      <MenuItem
        component={Link}
        to={item === undefined ? "/generate" : formOf(item)}
        disabled={!isKnown}
        onClick={onDone}
      >
        <ListItemIcon>
          <SlidersHorizontal size={17} aria-hidden />
        </ListItemIcon>
        {isPlain ? "Reuse settings" : "Run again with changes"}
      </MenuItem>
    </>
  );
}

function formOf({ id, workflow_id: workflow, job_id: job, is_mine: isMine }: Content): string {
  if (workflow === null) return `/generate?content=${id}`;
  return `/workflows/${workflow}${isMine && job !== null ? `?job=${job}` : ""}`;
}

function DeleteItem({ contentId, onDone }: { readonly contentId: number; readonly onDone: () => void }) {
  const { remove } = useRemove();
  return (
    <Entry
      icon={Trash2}
      onClick={() => {
        remove(contentId);
        onDone();
      }}
    >
      Delete
    </Entry>
  );
}
