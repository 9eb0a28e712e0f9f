import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { useInfiniteQuery } from "@tanstack/react-query";
import { FolderPlus } from "lucide-react";
import { type DragEvent, type ReactNode, useState } from "react";
import { messageOf } from "@/api/problem";
import type { Collection } from "@/api/types";
import { formatCount } from "@/lib/format";
import { useToast } from "@/ui/toast";
import { type Chosen, useCreateCollection } from "../mutations";
import { collectionsQuery } from "../queries";
import { useAddItems } from "../use-add-items";
import { IconSquare, Thumbnail } from "./choices";

interface DropListProps {
  /** Whether images are being dragged. */
  readonly open: boolean;
  readonly chosen: Chosen;
  /** Null if there are more than the server counts. */
  readonly count: number | null;
  /** The collection from which they are dragged. */
  readonly from?: number | undefined;
}

/** The collections beside the gallery while images are dragged: they are dropped on one of them. */
export function DropList({ open, chosen, count, from }: DropListProps) {
  const query = useInfiniteQuery(collectionsQuery({ scope: "all" }));
  const add = useAddItems();
  // Beside the images of a collection it is narrow at first: they are put in order there.
  const [isWide, setIsWide] = useState(from === undefined);
  const create = useCreateCollection();
  const toast = useToast();
  if (!open) return null;
  const targets = (query.data?.pages.flatMap((page) => page.items) ?? []).filter(
    (one) => mayAdd(one) && one.id !== from,
  );
  const createAndAdd = () =>
    void create
      .mutateAsync({ name: "New collection" })
      .then((made) => add(made, chosen))
      .catch((error: unknown) => toast({ message: messageOf(error), severity: "error" }));
  return (
    <Box
      role="region"
      aria-label="Collections to drop on"
      onDragEnter={() => setIsWide(true)}
      sx={{
        position: "fixed",
        top: 76,
        right: 12,
        bottom: 12,
        zIndex: "drawer",
        width: isWide ? 268 : 78,
        overflowX: "hidden",
        display: "flex",
        flexDirection: "column",
        gap: 0.5,
        p: 1.5,
        border: 1,
        borderColor: "divider",
        borderRadius: "16px",
        bgcolor: "background.paper",
        boxShadow: 16,
        overflowY: "auto",
        "@keyframes slide": { from: { opacity: 0, transform: "translateX(16px)" } },
        animation: "slide 160ms ease-out",
      }}
    >
      {isWide ? (
        <Typography noWrap sx={{ fontWeight: 700, px: 0.5, pb: 0.5, flex: "none" }}>
          {count === 1 ? "Add to collection" : `Add ${count === null ? "all" : formatCount(count)} items to`}
        </Typography>
      ) : null}
      <Target image={<IconSquare icon={FolderPlus} />} name="New collection" onDrop={createAndAdd} />
      {targets.map((collection) => (
        <Target
          key={collection.id}
          image={<Thumbnail collection={collection} />}
          name={collection.name}
          onDrop={() => void add(collection, chosen)}
        />
      ))}
    </Box>
  );
}

const mayAdd = ({ is_smart: isSmart, role }: Collection) => !isSmart && role !== "viewer";

interface TargetProps {
  readonly image: ReactNode;
  readonly name: string;
  readonly onDrop: () => void;
}

function Target({ image, name, onDrop }: TargetProps) {
  const [isOver, setIsOver] = useState(false);
  return (
    <Box
      data-drop-target={name}
      onDragOver={(event: DragEvent) => {
        event.preventDefault();
        setIsOver(true);
      }}
      onDragLeave={() => setIsOver(false)}
      onDrop={(event: DragEvent) => {
        event.preventDefault();
        setIsOver(false);
        onDrop();
      }}
      sx={{
        display: "flex",
        alignItems: "center",
        gap: 1.25,
        p: 0.75,
        borderRadius: "10px",
        border: "2px solid",
        borderColor: isOver ? "primary.main" : "transparent",
        bgcolor: isOver ? "action.selected" : "transparent",
        "& *": { pointerEvents: "none" },
      }}
    >
      {image}
      <Typography noWrap sx={{ fontWeight: 600 }}>
        {name}
      </Typography>
    </Box>
  );
}
