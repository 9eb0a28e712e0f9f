import { useState } from "react";
import { useNavigate } from "react-router";
import { AddToCollectionDialog } from "@/features/collections";
import { lazyOnOpen, lazyPart } from "@/lib/code";
import { Menu } from "@/ui/overlays";
import type { ImageDialog } from "./image-items";

/** A place in the window, in pixels. */
export interface Point {
  readonly left: number;
  readonly top: number;
}

interface ImageMenuProps {
  /** Id of the item. */
  readonly contentId: number;
  /** The button that opened it, or where the pointer is; null while it is closed. */
  readonly anchor: HTMLElement | Point | null;
  readonly onClose: () => void;
}

const paper = {
  width: 236,
  maxHeight: "calc(100dvh - 24px)",
  "@media (pointer: coarse)": { "& .MuiMenuItem-root": { minHeight: 44 } },
} as const;

const ImageItems = lazyPart(async () => (await import("./image-items")).ImageItems, { Loading: () => null });
const GalleryDialog = lazyOnOpen(
  async () => (await import("@/features/inputs/gallery-dialog")).GalleryDialog,
);
const CoverDialog = lazyOnOpen(async () => (await import("@/features/presets/cover-dialog")).CoverDialog);

/** The menu of everything that can be done with an item of the gallery; open while it has an anchor. */
export function ImageMenu({ contentId, anchor, onClose }: ImageMenuProps) {
  const [dialog, setDialog] = useState<ImageDialog | null>(null);
  const navigate = useNavigate();
  const close = () => setDialog(null);
  const compare = (other: number | null | undefined) =>
    other == null ? undefined : void navigate(`/compare?ids=${contentId},${other}`);
  return (
    <>
      <Menu
        {...placeOf(anchor)}
        open={anchor !== null}
        onClose={onClose}
        slotProps={{ list: { dense: true }, paper: { sx: paper } }}
      >
        {anchor === null ? null : (
          <ImageItems
            contentId={contentId}
            onDone={onClose}
            onDialog={(which) => {
              onClose();
              setDialog(which);
            }}
          />
        )}
      </Menu>
      <AddToCollectionDialog
        open={dialog === "collect"}
        chosen={{ ids: [contentId] }}
        count={1}
        onClose={close}
      />
      <CoverDialog open={dialog === "cover"} contentId={contentId} onClose={close} />
      <GalleryDialog
        open={dialog === "compare"}
        onClose={close}
        onImage={({ reference }) => compare("content_id" in reference ? reference.content_id : undefined)}
      />
    </>
  );
}

function placeOf(anchor: HTMLElement | Point | null) {
  return anchor === null || anchor instanceof HTMLElement
    ? { anchorEl: anchor }
    : { anchorReference: "anchorPosition" as const, anchorPosition: anchor };
}
