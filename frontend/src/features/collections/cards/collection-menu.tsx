import IconButton from "@mui/material/IconButton";
import { Ellipsis } from "lucide-react";
import { useState } from "react";
import type { Collection } from "@/api/types";
import { lazyOnOpen } from "@/lib/code/part";

interface CollectionMenuProps {
  readonly collection: Collection;
  /** Called after the collection was deleted or left. */
  readonly onRemoved?: () => void;
}

const CollectionMenuItems = lazyOnOpen(
  async () => (await import("./collection-menu-items")).CollectionMenuItems,
);

/** What can be done with a collection. */
export function CollectionMenu({ collection, onRemoved }: CollectionMenuProps) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  return (
    <>
      <IconButton
        aria-label={`Actions for ${collection.name}`}
        aria-haspopup="menu"
        onClick={(event) => setAnchor(event.currentTarget)}
      >
        <Ellipsis size={18} aria-hidden />
      </IconButton>
      <CollectionMenuItems
        open={anchor !== null}
        anchor={anchor}
        onClose={() => setAnchor(null)}
        collection={collection}
        {...(onRemoved && { onRemoved })}
      />
    </>
  );
}
