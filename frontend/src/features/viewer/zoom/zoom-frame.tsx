import Box from "@mui/material/Box";
import type { SxProps, Theme } from "@mui/material/styles";
import { type CSSProperties, type ReactNode, useEffect, useRef } from "react";
import { useFrameSize } from "./use-frame-size";
import { useZoomGestures } from "./use-zoom-gestures";
import { fittedSize, isEnlarged, type Point, type Size, type View } from "./view";

interface ZoomFrameProps {
  readonly src: string;
  readonly srcSet?: string | undefined;
  readonly alt: string;
  /** Size of the image in pixels. */
  readonly image: Size;
  readonly view: View;
  readonly onView: (view: View) => void;
  /** A press without a movement; with the sizes for another view. */
  readonly onClick?: (at: Point, frame: Size) => void;
  readonly onSwipe?: (direction: "left" | "right") => void;
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

/** An image that the wheel and two fingers zoom, and that can be dragged while it is enlarged. */
export function ZoomFrame(props: ZoomFrameProps) {
  const { src, srcSet, alt, image, view, onView, onFrame, onClick, onSwipe } = props;
  const { background, imageStyle, label, contentId, sx, children } = props;
  const frame = useRef<HTMLDivElement>(null);
  const size = useFrameSize(frame);
  useEffect(() => (size === null ? undefined : onFrame?.(size)), [size, onFrame]);
  const handlers = useZoomGestures({
    frame,
    size,
    image,
    view,
    onView,
    onClick: onClick && ((at) => (size === null ? undefined : onClick(at, size))),
    onSwipe,
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
        touchAction: isEnlarged(view) ? "none" : "pan-y",
        cursor: isEnlarged(view) ? "grab" : "zoom-in",
        "&:active": { cursor: isEnlarged(view) ? "grabbing" : "zoom-in" },
        ...sx,
      }}
    >
      <Box
        component="img"
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
