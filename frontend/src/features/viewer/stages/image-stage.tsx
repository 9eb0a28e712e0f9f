import Box from "@mui/material/Box";
import type { Content } from "@/api/types";
import { altOf, sourcesOf } from "@/features/content";
import { LazyImage } from "@/ui/lazy-image";
import { VisuallyHidden } from "@/ui/visually-hidden";
import type { useSwipe } from "../use-swipe";
import { fittedWidth } from "./fitted-width";

interface ImageStageProps {
  readonly item: Content;
  readonly swipe: ReturnType<typeof useSwipe>;
  readonly onZoom: () => void;
}

/** The whole image; a click shows it at full size. */
export function ImageStage({ item, swipe, onZoom }: ImageStageProps) {
  return (
    <Box
      component="button"
      type="button"
      onClick={onZoom}
      {...swipe}
      sx={{
        display: "flex",
        justifyContent: "center",
        width: "100%",
        p: 0,
        border: 0,
        borderRadius: "14px",
        bgcolor: "transparent",
        cursor: "zoom-in",
        touchAction: "pan-y pinch-zoom",
        "&:focus-visible": { outline: "3px solid", outlineColor: "primary.main" },
      }}
    >
      <LazyImage
        {...sourcesOf(item)}
        src={item.image_url}
        sizes="(max-width: 1199px) 100vw, calc(100vw - 700px)"
        alt={altOf(item)}
        width={item.width}
        height={item.height}
        placeholder={item.placeholder}
        isPriority
        style={{ borderRadius: 14, width: fittedWidth(item), maxWidth: "100%" }}
      />
      <VisuallyHidden>Show at full size</VisuallyHidden>
    </Box>
  );
}
