import Box from "@mui/material/Box";
import { useQuery } from "@tanstack/react-query";
import { type ComponentProps, type ReactNode, useCallback, useState } from "react";
import type { Content } from "@/api/types";
import { lineageQuery } from "@/features/content";
import { usePixelRatio } from "@/lib/use-pixel-ratio";
import { Comparison } from "./comparison";
import { AudioStage } from "./stages/audio-stage";
import { FileStage } from "./stages/file-stage";
import { ImageStage } from "./stages/image-stage";
import { TextStage } from "./stages/text-stage";
import { VideoStage } from "./stages/video-stage";
import { Filmstrip } from "./strip/filmstrip";
import type { Bars } from "./use-bars";
import type { Neighbours } from "./use-neighbours";
import { useSwipe } from "./use-swipe";
import { useViewerKeys } from "./use-viewer-keys";
import { ViewerToolbar } from "./viewer-toolbar";
import type { Direction } from "./zoom/directions";
import { FITTED, fullView, isFitted, type Size, type View, zoomed } from "./zoom/view";

interface ViewerPaneProps {
  readonly item: Content;
  readonly neighbours: Neighbours;
  readonly isImmersive: boolean;
  readonly bars: Bars;
  readonly onImmersive: (isImmersive: boolean) => void;
}

/** The item, as large as the window allows, with the buttons above it and the items around it below. */
export function ViewerPane({ item, neighbours, isImmersive, bars, onImmersive }: ViewerPaneProps) {
  const [isComparing, setIsComparing] = useState(false);
  const { view, setView, setFrame, toggleZoom, zoomBy } = useView(item);
  const parentId = useQuery(lineageQuery(item.id)).data?.parents[0]?.id;
  const { previousId, nextId, goTo, goBack, around } = neighbours;
  const isImage = item.content_type === "image";
  const isZoomed = !isFitted(view);
  const toggleImmersive = () => onImmersive(!isImmersive);
  const resetZoom = () => setView(FITTED);
  const [closeLabel, close] = closing(isZoomed, isImmersive, { resetZoom, toggleImmersive, goBack });
  const zoom = () => {
    setIsComparing(false);
    toggleZoom();
  };
  useViewerKeys(item, neighbours, {
    toggleZoom: isImage ? zoom : undefined,
    zoomBy: isImage ? zoomBy : undefined,
    toggleImmersive,
    isImmersive,
    close,
    closeLabel,
  });
  const go = (id: number | null) => (id === null ? undefined : goTo(id));
  const step = (direction: Direction) => {
    if (direction !== "down") go(direction === "left" ? nextId : previousId);
    else if (isImmersive) onImmersive(false);
  };
  const tap = () => (isImmersive ? bars.setHidden(!bars.areHidden) : onImmersive(true));
  const compare = () => {
    setIsComparing(!isComparing);
    resetZoom();
  };
  const image = { view, onView: setView, onFrame: setFrame, onTap: tap, isImmersive };
  return (
    <Layout
      isImmersive={isImmersive}
      isIdle={bars.areHidden}
      toolbar={
        <ViewerToolbar
          item={item}
          neighbours={neighbours}
          zoom={isImage ? { isZoomed, toggle: zoom } : undefined}
          comparing={isImage && parentId !== undefined ? { isOn: isComparing, toggle: compare } : undefined}
          isImmersive={isImmersive}
          onImmersive={toggleImmersive}
        />
      }
      strip={<Filmstrip items={around} currentId={item.id} onOpen={goTo} />}
    >
      {isComparing && parentId !== undefined ? (
        <Comparison item={item} parentId={parentId} />
      ) : (
        <Stage item={item} onStep={step} image={image} />
      )}
    </Layout>
  );
}

type Closing = Readonly<Record<"resetZoom" | "toggleImmersive" | "goBack", () => void>>;

/** Return what Escape does. */
function closing(isZoomed: boolean, isImmersive: boolean, by: Closing): readonly [string, () => void] {
  if (isZoomed) return ["Fit to window", by.resetZoom];
  return isImmersive ? ["Leave the immersive view", by.toggleImmersive] : ["Back", by.goBack];
}

/** Zoom and place of an image, and the functions that change them. */
function useView(item: Content) {
  const [view, setView] = useState<View>(FITTED);
  const [frame, setFrame] = useState<Size | null>(null);
  const ratio = usePixelRatio();
  const keepFrame = useCallback((size: Size) => setFrame(size), []);
  const centre = { x: 0, y: 0 };
  const toggleZoom = () => {
    const full = frame === null ? { ...FITTED, scale: 1.5 } : fullView(item, frame, ratio, centre);
    // An image that is fitted at full size is enlarged instead, so that the key always does something.
    const next = isFitted(full) ? { ...FITTED, scale: 2 } : full;
    setView((before) => (isFitted(before) ? next : FITTED));
  };
  const zoomBy = (factor: number) =>
    frame === null ? undefined : setView((before) => zoomed(before, factor, centre, item, frame));
  return { view, setView, setFrame: keepFrame, toggleZoom, zoomBy };
}

interface LayoutProps {
  readonly isImmersive: boolean;
  /** The bars of the immersive view are hidden. */
  readonly isIdle: boolean;
  readonly toolbar: ReactNode;
  readonly strip: ReactNode;
  readonly children: ReactNode;
}

function Layout({ isImmersive, isIdle, toolbar, strip, children }: LayoutProps) {
  if (!isImmersive) {
    return (
      <Box sx={{ position: { lg: "sticky" }, top: { lg: 84 }, minWidth: 0 }}>
        {toolbar}
        {children}
        <Box sx={{ mt: 1 }}>{strip}</Box>
      </Box>
    );
  }
  const bar = {
    position: "absolute",
    insetInline: 0,
    zIndex: 1,
    px: { xs: 1, sm: 2 },
    py: 1,
    color: "#fff",
    transition: "opacity 240ms",
    opacity: isIdle ? 0 : 1,
    // A finger does not touch what it cannot see.
    pointerEvents: isIdle ? "none" : "auto",
    "& .MuiIconButton-root": { color: "#fff" },
    "& .MuiIconButton-root.Mui-disabled": { color: "rgba(255, 255, 255, 0.35)" },
  } as const;
  return (
    <Box sx={{ position: "fixed", inset: 0, zIndex: "appBar", bgcolor: "#08070a" }}>
      <Box sx={{ ...bar, top: 0, background: "linear-gradient(rgba(0, 0, 0, 0.6), transparent)" }}>
        {toolbar}
      </Box>
      <Box sx={{ height: "100%", display: "grid", alignItems: "center", overflow: "auto" }}>{children}</Box>
      <Box sx={{ ...bar, bottom: 0, background: "linear-gradient(transparent, rgba(0, 0, 0, 0.6))" }}>
        {strip}
      </Box>
    </Box>
  );
}

interface StageProps {
  readonly item: Content;
  readonly onStep: (direction: Direction) => void;
  readonly image: Omit<ComponentProps<typeof ImageStage>, "item" | "onSwipe">;
}

function Stage({ item, onStep, image }: StageProps) {
  const swipe = useSwipe(
    () => onStep("left"),
    () => onStep("right"),
  );
  switch (item.content_type) {
    case "image":
      return <ImageStage item={item} onSwipe={onStep} {...image} />;
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
