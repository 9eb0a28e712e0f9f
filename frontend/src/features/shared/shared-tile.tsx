import type { SharedItem } from "@/api/types";
import { LazyImage } from "@/ui/lazy-image";

interface SharedTileProps {
  readonly item: SharedItem;
  /** Pixels. */
  readonly width: number;
  readonly onOpen: (id: number) => void;
}

export const nameOf = ({ title, id }: SharedItem): string => title || `Image ${id}`;

/** An image of a shared collection; a click shows it large. */
export function SharedTile({ item, width, onOpen }: SharedTileProps) {
  const srcSet = item.thumbnails.map((one) => `${one.url} ${one.width}w`).join(", ");
  const medium = item.thumbnails.find(({ size }) => size === "medium")?.url ?? item.image_url;
  return (
    <button
      type="button"
      className="shared-tile"
      aria-label={`Open ${nameOf(item)}`}
      onClick={() => onOpen(item.id)}
    >
      <LazyImage
        src={medium}
        srcSet={srcSet}
        sizes={`${Math.ceil(width)}px`}
        alt=""
        width={item.width}
        height={item.height}
        placeholder={item.placeholder}
        style={{ width: "100%", height: "100%", borderRadius: 10 }}
      />
    </button>
  );
}
