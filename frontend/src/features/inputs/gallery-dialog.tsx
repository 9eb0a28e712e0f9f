import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import Typography from "@mui/material/Typography";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { altOf, galleryPickQuery, sourcesOf } from "@/features/content";
import { LazyImage } from "@/ui/lazy-image";
import { LoadMore } from "@/ui/load-more";
import { Dialog } from "@/ui/overlays";
import { ProblemState } from "@/ui/problem-state";
import { SearchBox } from "@/ui/search-box";
import type { ChosenImage } from "./references";

export type PickedType = "image" | "video" | "audio";

const TEXTS = {
  image: {
    title: "Choose an image",
    search: "Search images",
    list: "Images to choose from",
    none: "No images found.",
  },
  video: {
    title: "Choose a video",
    search: "Search videos",
    list: "Videos to choose from",
    none: "No videos found.",
  },
  audio: {
    title: "Choose a sound",
    search: "Search sounds",
    list: "Sounds to choose from",
    none: "No sounds found.",
  },
} as const;

interface GalleryDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onImage: (image: ChosenImage) => void;
  readonly type?: PickedType;
}

/** Choose one of the own items of a type, the newest first. */
export function GalleryDialog({ open, onClose, onImage, type = "image" }: GalleryDialogProps) {
  const titleId = useId();
  return (
    <Dialog open={open} onClose={onClose} aria-labelledby={titleId} maxWidth="md" fullWidth>
      <DialogTitle id={titleId}>{TEXTS[type].title}</DialogTitle>
      <DialogContent sx={{ minHeight: "50dvh" }}>
        <Choices
          type={type}
          onImage={(image) => {
            onImage(image);
            onClose();
          }}
        />
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2.5 }}>
        <Button onClick={onClose}>Cancel</Button>
      </DialogActions>
    </Dialog>
  );
}

interface ChoicesProps {
  readonly onImage: (image: ChosenImage) => void;
  readonly type: PickedType;
}

function Choices({ onImage, type }: ChoicesProps) {
  const [search, setSearch] = useState("");
  const query = useInfiniteQuery({ ...galleryPickQuery(search, type), placeholderData: keepPreviousData });
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Box sx={{ display: "grid", gap: 2, pt: 1 }}>
      <SearchBox label={TEXTS[type].search} value={search} onChange={setSearch} />
      {query.error ? <ProblemState error={query.error} onRetry={() => void query.refetch()} /> : null}
      {query.isSuccess && items.length === 0 ? (
        <Typography sx={{ color: "text.secondary" }}>{TEXTS[type].none}</Typography>
      ) : null}
      <Box
        component="ul"
        aria-label={TEXTS[type].list}
        sx={{
          display: "grid",
          gap: 1,
          gridTemplateColumns: "repeat(auto-fill, minmax(110px, 1fr))",
          listStyle: "none",
          m: 0,
          p: 0,
        }}
      >
        {items.map((item) => (
          <li key={item.id}>
            <Box
              component="button"
              type="button"
              aria-label={`Choose ${altOf(item)}`}
              onClick={() =>
                onImage({ reference: { content_id: item.id }, width: item.width, height: item.height })
              }
              sx={{
                display: "block",
                width: "100%",
                p: 0,
                border: 0,
                borderRadius: "8px",
                overflow: "hidden",
                cursor: "pointer",
                bgcolor: "transparent",
                aspectRatio: "1",
                "&:focus-visible": { outline: "3px solid", outlineColor: "primary.main" },
              }}
            >
              <LazyImage
                {...sourcesOf(item)}
                sizes="160px"
                alt=""
                width={item.width}
                height={item.height}
                placeholder={item.placeholder}
                style={{ width: "100%", height: "100%" }}
              />
            </Box>
          </li>
        ))}
      </Box>
      <LoadMore query={query} />
    </Box>
  );
}
