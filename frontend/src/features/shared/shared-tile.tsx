import Box from "@mui/material/Box";
import type { SharedItem } from "@/api/types";
import { hasPicture, kindOf } from "@/features/content";
import { LazyImage } from "@/ui/lazy-image";

interface SharedTileProps {
  readonly item: SharedItem;
  /** Pixels. */
  readonly width: number;
  readonly onOpen: (id: number) => void;
}

export const nameOf = (item: SharedItem): string =>
  item.title || `${kindOf(item.content_type).label} ${item.id}`;

/** An image of a shared collection; a click shows it large. */
export function SharedTile({ item, width, onOpen }: SharedTileProps) {
  const srcSet = item.thumbnails.map((one) => `${one.url} ${one.width}w`).join(", ");
  const medium = item.thumbnails.find(({ size }) => size === "medium")?.url ?? item.image_url;
  const kind = kindOf(item.content_type);
  return (
    <button
      type="button"
      className="shared-tile"
      aria-label={`Open ${nameOf(item)}`}
      onClick={() => onOpen(item.id)}
    >
      {item.content_type === "image" ? null : (
        <Box
          component="span"
          sx={{
            position: "absolute",
            zIndex: 1,
            insetInlineStart: 8,
            bottom: 8,
            px: 1,
            py: 0.25,
            borderRadius: "8px",
            color: "#fff",
            bgcolor: "rgb(11 10 12 / 85%)",
            fontSize: "0.8125rem",
          }}
        >
          {kind.label}
        </Box>
      )}
      {hasPicture(item.content_type) ? (
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
      ) : null}
    </button>
  );
}
