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
import { type ReactNode, useMemo, useState } from "react";
import type { Content } from "@/api/types";
import { lineageQuery } from "@/features/content";
import { type Shortcut, useShortcuts } from "@/lib/shortcuts";
import { Tooltip } from "@/ui/tooltip";
import { Comparison } from "./comparison";
import { AudioStage } from "./stages/audio-stage";
import { FileStage } from "./stages/file-stage";
import { ImageStage } from "./stages/image-stage";
import { TextStage } from "./stages/text-stage";
import { VideoStage } from "./stages/video-stage";
import type { Neighbours } from "./use-neighbours";
import { useSwipe } from "./use-swipe";
import { ZoomedImage } from "./zoomed-image";

interface ViewerPaneProps {
  readonly item: Content;
  readonly neighbours: Neighbours;
}

/** The item, as large as the window allows, with the buttons above it. */
export function ViewerPane({ item, neighbours }: ViewerPaneProps) {
  const [isZoomed, setIsZoomed] = useState(false);
  const [isComparing, setIsComparing] = useState(false);
  const parentId = useQuery(lineageQuery(item.id)).data?.parents[0]?.id;
  const { previousId, nextId, goTo } = neighbours;
  const isImage = item.content_type === "image";
  useViewerShortcuts(neighbours, isZoomed, isImage ? setIsZoomed : undefined);
  const swipe = useSwipe(
    () => (nextId === null ? undefined : goTo(nextId)),
    () => (previousId === null ? undefined : goTo(previousId)),
  );
  return (
    <Box sx={{ position: { lg: "sticky" }, top: { lg: 84 }, minWidth: 0 }}>
      <Toolbar neighbours={neighbours}>
        {parentId === undefined || !isImage ? null : (
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
        {isImage ? <ZoomButton isZoomed={isZoomed} onClick={() => setIsZoomed(!isZoomed)} /> : null}
      </Toolbar>
      {isZoomed ? <ZoomedImage item={item} onClose={() => setIsZoomed(false)} /> : null}
      {isComparing && !isZoomed && parentId !== undefined ? (
        <Comparison item={item} parentId={parentId} />
      ) : null}
      {isZoomed || isComparing ? null : <Stage item={item} swipe={swipe} onZoom={() => setIsZoomed(true)} />}
    </Box>
  );
}

interface ToolbarProps {
  readonly neighbours: Neighbours;
  readonly children: ReactNode;
}

function Toolbar({ neighbours: { previousId, nextId, goTo, goBack }, children }: ToolbarProps) {
  return (
    <Box sx={{ display: "flex", alignItems: "center", gap: 0.5, mb: 1 }}>
      <ToolbarButton label="Back" icon={ArrowLeft} onClick={goBack} />
      <Box sx={{ flex: 1 }} />
      {children}
      <ToolbarButton
        label="Previous"
        icon={ChevronLeft}
        onClick={previousId === null ? null : () => goTo(previousId)}
      />
      <ToolbarButton label="Next" icon={ChevronRight} onClick={nextId === null ? null : () => goTo(nextId)} />
    </Box>
  );
}

function ZoomButton({ isZoomed, onClick }: { readonly isZoomed: boolean; readonly onClick: () => void }) {
  return (
    <ToolbarButton
      label={isZoomed ? "Fit to window" : "Full size"}
      icon={isZoomed ? ZoomOut : ZoomIn}
      onClick={onClick}
    />
  );
}

interface StageProps {
  readonly item: Content;
  readonly swipe: ReturnType<typeof useSwipe>;
  readonly onZoom: () => void;
}

function Stage({ item, swipe, onZoom }: StageProps) {
  switch (item.content_type) {
    case "image":
      return <ImageStage item={item} swipe={swipe} onZoom={onZoom} />;
    // A finger on their controls moves through the recording.
    case "video":
      return <VideoStage item={item} />;
    case "audio":
      return <AudioStage item={item} />;
    case "text":
      return (
        <div {...swipe}>
          <TextStage item={item} />
        </div>
      );
    default:
      return (
        <div {...swipe}>
          <FileStage item={item} />
        </div>
      );
  }
}

/** Keys of the page; `setIsZoomed` is absent for items without zoom. */
function useViewerShortcuts(
  { previousId, nextId, goTo, goBack }: Neighbours,
  isZoomed: boolean,
  setIsZoomed: ((change: (before: boolean) => boolean) => void) | undefined,
): void {
  const shortcuts = useMemo<Shortcut[]>(() => {
    const zoom = setIsZoomed;
    return [
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
      ...(zoom === undefined
        ? []
        : [{ keys: "z", label: "Zoom", group: "Image", run: () => zoom((before) => !before) } as const]),
      {
        keys: "escape",
        label: isZoomed ? "Fit to window" : "Back",
        group: "Image",
        run: () => (isZoomed ? zoom?.(() => false) : goBack()),
      },
    ];
  }, [previousId, nextId, goTo, goBack, isZoomed, setIsZoomed]);
  useShortcuts(shortcuts);
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
