import Box from "@mui/material/Box";
import type { SxProps, Theme } from "@mui/material/styles";
import { type CSSProperties, type ReactNode, useEffect, useRef } from "react";
import { usePixelRatio } from "@/lib/use-pixel-ratio";
import type { Direction } from "./directions";
import { pull } from "./pull";
import { useFrameSize } from "./use-frame-size";
import { useZoomGestures } from "./use-zoom-gestures";
import { FITTED, fittedSize, isEnlarged, isFitted, nearView, type Point, type Size, type View } from "./view";

interface ZoomFrameProps {
  readonly src: string;
  readonly srcSet?: string | undefined;
  readonly alt: string;
  /** Size of the image in pixels. */
  readonly image: Size;
  readonly view: View;
  readonly onView: (view: View) => void;
  /** A press of a mouse or pen without a movement; with the sizes for another view. */
  readonly onClick?: (at: Point, frame: Size) => void;
  /** A tap of a finger that no second one follows. */
  readonly onTap?: (() => void) | undefined;
  readonly onSwipe?: (direction: Direction) => void;
  /** Whether vertical movements of a finger scroll the page while the image is not enlarged. */
  readonly canScroll?: boolean;
  /** Shown blurred until the image is loaded. */
  readonly background?: string | undefined;
  /** Applied to the image, such as a part that is cut off. */
  readonly imageStyle?: CSSProperties;
  readonly label: string;
  /** The item that is shown: the menu of images acts on it. */
  readonly contentId?: number | undefined;
  readonly onFrame?: ((frame: Size) => void) | undefined;
  readonly children?: ReactNode;
  readonly sx?: SxProps<Theme>;
}

/**
 * An image that the wheel, two fingers and two taps zoom, and that can be dragged while it is enlarged.
 */
export function ZoomFrame(props: ZoomFrameProps) {
  const { src, srcSet, alt, image, view, onView, onFrame, onClick, onTap, onSwipe } = props;
  const { canScroll = true, background, imageStyle, label, contentId, sx, children } = props;
  const ratio = usePixelRatio();
  const frame = useRef<HTMLDivElement>(null);
  const shown = useRef<HTMLImageElement>(null);
  const size = useFrameSize(frame);
  useEffect(() => (size === null ? undefined : onFrame?.(size)), [size, onFrame]);
  const handlers = useZoomGestures({
    frame,
    size,
    image,
    view,
    onView,
    onClick: onClick && ((at) => (size === null ? undefined : onClick(at, size))),
    onTap,
    onDoubleTap: (at) => {
      if (size !== null) onView(isFitted(view) ? nearView(image, size, ratio, at) : FITTED);
    },
    onSwipe,
    onPull: (by) => pull(shown.current, by),
    canScroll,
  });
  const fitted = size === null ? { width: 0, height: 0 } : fittedSize(image, size);
  const [x, y] = size === null ? [0, 0] : [view.x * size.width, view.y * size.height];
  return (
    <Box
      ref={frame}
      role="region"
      aria-label={label}
      data-content-id={contentId}
      {...handlers}
      sx={{
        position: "relative",
        overflow: "hidden",
        touchAction: isEnlarged(view) || !canScroll ? "none" : "pan-y",
        cursor: isEnlarged(view) ? "grab" : "zoom-in",
        "&:active": { cursor: isEnlarged(view) ? "grabbing" : "zoom-in" },
        ...sx,
      }}
    >
      <Box
        component="img"
        ref={shown}
        src={src}
        srcSet={srcSet}
        sizes={`${Math.ceil(Math.max(1, fitted.width * view.scale))}px`}
        fetchPriority="high"
        decoding="async"
        alt={alt}
        draggable={false}
        style={{
          width: fitted.width,
          height: fitted.height,
          transform: `translate(-50%, -50%) translate(${x}px, ${y}px) scale(${view.scale})`,
          ...(background !== undefined && { backgroundImage: `url(${background})` }),
          // Single pixels stay visible where they are much enlarged.
          imageRendering: fitted.width * view.scale > image.width * 3 ? "pixelated" : "auto",
          ...imageStyle,
        }}
        sx={{
          position: "absolute",
          top: "50%",
          left: "50%",
          maxWidth: "none",
          backgroundSize: "100% 100%",
          willChange: "transform",
          userSelect: "none",
        }}
      />
      {children}
    </Box>
  );
}
