import Box from "@mui/material/Box";
import { useQuery } from "@tanstack/react-query";
import { Folder, Sparkles } from "lucide-react";
import type { Collection } from "@/api/types";
import { LazyImage } from "@/ui/lazy-image";
import { firstImagesQuery } from "../queries";

type Picture = Collection["images"][number];

/** Return the images of a collection, the chosen cover alone if there is one. */
function useMosaic(collection: Collection): readonly Picture[] {
  const { id, is_smart, cover, cover_content_id, images } = collection;
  const found = useQuery({ ...firstImagesQuery(id), enabled: is_smart && cover === null }).data;
  if (cover !== null && (cover_content_id !== null || images.length === 0)) return [cover];
  if (!is_smart) return images;
  return (found?.items ?? []).filter(({ thumbnails }) => thumbnails.length > 0);
}

/** The first images of a collection as one: a large one, and up to three beside it. */
export function Mosaic({ collection }: { readonly collection: Collection }) {
  const images = useMosaic(collection);
  const Icon = collection.is_smart ? Sparkles : Folder;
  if (images.length === 0) {
    return (
      <Box sx={{ ...frame, placeItems: "center", color: "primary.main", bgcolor: "action.selected" }}>
        <Icon size={40} strokeWidth={1.4} aria-hidden />
      </Box>
    );
  }
  const [first, ...others] = images;
  const isSplit = others.length > 0;
  return (
    <Box
      sx={{
        ...frame,
        gap: "3px",
        gridTemplateColumns: isSplit ? "2fr 1fr" : "1fr",
        gridTemplateRows: `repeat(${Math.max(1, others.length)}, minmax(0, 1fr))`,
        "& > .lazy-image:first-of-type": { gridRow: `span ${Math.max(1, others.length)}` },
      }}
    >
      {first === undefined ? null : <Part image={first} isLarge />}
      {others.slice(0, 3).map((image) => (
        <Part key={image.image_url} image={image} />
      ))}
    </Box>
  );
}

const frame = {
  display: "grid",
  aspectRatio: "16 / 10",
  overflow: "hidden",
  bgcolor: "background.default",
} as const;

function Part({ image, isLarge = false }: { readonly image: Picture; readonly isLarge?: boolean }) {
  const wanted = isLarge ? "medium" : "small";
  return (
    <LazyImage
      src={image.thumbnails.find(({ size }) => size === wanted)?.url ?? image.image_url}
      alt=""
      width={image.width}
      height={image.height}
      placeholder={image.placeholder}
      style={{ aspectRatio: "auto", width: "100%", height: "100%", minHeight: 0 }}
    />
  );
}
