import Box from "@mui/material/Box";
import type { Content } from "@/api/types";
import { altOf, sourcesOf } from "@/features/content";
import { placeholderUrl } from "@/lib/placeholder";
import { usePixelRatio } from "@/lib/use-pixel-ratio";
import { VisuallyHidden } from "@/ui/visually-hidden";
import type { Direction } from "../zoom/directions";
import { FITTED, fullView, isFitted, type Size, type View } from "../zoom/view";
import { ZoomFrame } from "../zoom/zoom-frame";

interface ImageStageProps {
  readonly item: Content;
  readonly view: View;
  readonly onView: (view: View) => void;
  /** The size of the frame, for keys and buttons that change the view. */
  readonly onFrame?: (frame: Size) => void;
  readonly onSwipe: (direction: Direction) => void;
  readonly onTap: () => void;
  /** It fills its parent instead of taking the shape of the image. */
  readonly isImmersive?: boolean;
}

/**
 * The image, fitted at first. A click shows it at full size or fitted again; the wheel, two fingers and two
 * taps zoom.
 */
export function ImageStage(props: ImageStageProps) {
  const { item, view, onView, onFrame, onSwipe, onTap, isImmersive = false } = props;
  const ratio = usePixelRatio();
  const fitted = isFitted(view);
  const toggle = (at: { readonly x: number; readonly y: number }, frame: Size) =>
    onView(fitted ? fullView(item, frame, ratio, at) : FITTED);
  return (
    <ZoomFrame
      src={item.image_url}
      srcSet={sourcesOf(item).srcSet}
      alt={altOf(item)}
      image={item}
      contentId={item.id}
      view={view}
      onView={onView}
      onFrame={onFrame}
      onClick={toggle}
      onTap={onTap}
      onSwipe={onSwipe}
      // Around the immersive image is nothing to scroll to.
      canScroll={!isImmersive}
      label={fitted ? "Image" : "Image at full size"}
      background={item.placeholder ? (placeholderUrl(item.placeholder) ?? undefined) : undefined}
      sx={
        isImmersive
          ? { width: "100%", height: "100%" }
          : {
              width: "100%",
              aspectRatio: `${item.width} / ${item.height}`,
              minHeight: 180,
              maxHeight: "calc(100dvh - 226px)",
              borderRadius: "14px",
            }
      }
    >
      {fitted ? (
        <Box
          component="button"
          type="button"
          // By the keyboard; a press of the pointer reaches the frame.
          onClick={(event: { readonly detail: number; readonly currentTarget: HTMLElement }) => {
            const { clientWidth: width, clientHeight: height } = event.currentTarget;
            if (event.detail === 0) toggle({ x: 0, y: 0 }, { width, height });
          }}
          sx={{
            position: "absolute",
            inset: 0,
            width: "100%",
            height: "100%",
            p: 0,
            border: 0,
            borderRadius: "inherit",
            bgcolor: "transparent",
            cursor: "inherit",
            "&:focus-visible": { outline: "3px solid", outlineColor: "primary.main", outlineOffset: -3 },
          }}
        >
          <VisuallyHidden>Show at full size</VisuallyHidden>
        </Box>
      ) : null}
    </ZoomFrame>
  );
}
