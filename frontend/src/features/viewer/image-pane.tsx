import Box from "@mui/material/Box";
import IconButton from "@mui/material/IconButton";
import { useQuery } from "@tanstack/react-query";
import {
  ArrowLeft,
  ChevronLeft,
  ChevronRight,
  type LucideIcon,
  SquareSplitHorizontal,
  ZoomIn,
  ZoomOut,
} from "lucide-react";
import { useMemo, useState } from "react";
import type { Content } from "@/api/types";
import { altOf, lineageQuery, sourcesOf } from "@/features/content";
import { type Shortcut, useShortcuts } from "@/lib/shortcuts";
import { LazyImage } from "@/ui/lazy-image";
import { Tooltip } from "@/ui/tooltip";
import { VisuallyHidden } from "@/ui/visually-hidden";
import { Comparison } from "./comparison";
import type { Neighbours } from "./use-neighbours";
import { useSwipe } from "./use-swipe";
import { ZoomedImage } from "./zoomed-image";

interface ImagePaneProps {
  readonly item: Content;
  readonly neighbours: Neighbours;
}

/** The image, as large as the window allows, with the buttons above it. */
export function ImagePane({ item, neighbours }: ImagePaneProps) {
  const [isZoomed, setIsZoomed] = useState(false);
  const [isComparing, setIsComparing] = useState(false);
  const parentId = useQuery(lineageQuery(item.id)).data?.parents[0]?.id;
  const { previousId, nextId, goTo, goBack } = neighbours;
  const shortcuts = useMemo<Shortcut[]>(
    () => [
      {
        keys: "left",
        label: "Previous image",
        group: "Image",
        run: () => (previousId === null ? undefined : goTo(previousId)),
      },
      {
        keys: "right",
        label: "Next image",
        group: "Image",
        run: () => (nextId === null ? undefined : goTo(nextId)),
      },
      { keys: "z", label: "Zoom", group: "Image", run: () => setIsZoomed((before) => !before) },
      {
        keys: "escape",
        label: isZoomed ? "Fit to window" : "Back",
        group: "Image",
        run: () => (isZoomed ? setIsZoomed(false) : goBack()),
      },
    ],
    [previousId, nextId, goTo, goBack, isZoomed],
  );
  useShortcuts(shortcuts);
  const swipe = useSwipe(
    () => (nextId === null ? undefined : goTo(nextId)),
    () => (previousId === null ? undefined : goTo(previousId)),
  );
  return (
    <Box sx={{ position: { lg: "sticky" }, top: { lg: 84 }, minWidth: 0 }}>
      <Box sx={{ display: "flex", alignItems: "center", gap: 0.5, mb: 1 }}>
        <ToolbarButton label="Back" icon={ArrowLeft} onClick={goBack} />
        <Box sx={{ flex: 1 }} />
        {parentId === undefined ? null : (
          <ToolbarButton
            label="Before and after"
            icon={SquareSplitHorizontal}
            isPressed={isComparing}
            onClick={() => {
              setIsComparing(!isComparing);
              setIsZoomed(false);
            }}
          />
        )}
        <ToolbarButton
          label={isZoomed ? "Fit to window" : "Full size"}
          icon={isZoomed ? ZoomOut : ZoomIn}
          onClick={() => setIsZoomed(!isZoomed)}
        />
        <ToolbarButton
          label="Previous"
          icon={ChevronLeft}
          onClick={previousId === null ? null : () => goTo(previousId)}
        />
        <ToolbarButton
          label="Next"
          icon={ChevronRight}
          onClick={nextId === null ? null : () => goTo(nextId)}
        />
      </Box>
      {isZoomed ? <ZoomedImage item={item} onClose={() => setIsZoomed(false)} /> : null}
      {isComparing && !isZoomed && parentId !== undefined ? (
        <Comparison item={item} parentId={parentId} />
      ) : null}
      {isZoomed || isComparing ? null : (
        <Box
          component="button"
          type="button"
          onClick={() => setIsZoomed(true)}
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
      )}
    </Box>
  );
}

/** Return a CSS width at which the whole image fits below the bars, at most twice its width in pixels. */
function fittedWidth({ width, height }: Content): string {
  return `min(${width * 2}px, calc((100dvh - 150px) * ${(width / height).toFixed(4)}))`;
}

interface ToolbarButtonProps {
  readonly label: string;
  readonly icon: LucideIcon;
  readonly onClick: (() => void) | null;
  readonly isPressed?: boolean;
}

function ToolbarButton({ label, icon: Icon, onClick, isPressed }: ToolbarButtonProps) {
  return (
    <Tooltip title={label}>
      <IconButton
        aria-label={label}
        {...(isPressed === undefined ? {} : { "aria-pressed": isPressed })}
        disabled={onClick === null}
        onClick={() => onClick?.()}
      >
        <Icon size={21} aria-hidden />
      </IconButton>
    </Tooltip>
  );
}
