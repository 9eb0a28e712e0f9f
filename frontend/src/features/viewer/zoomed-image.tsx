import Box from "@mui/material/Box";
import { type PointerEvent, useLayoutEffect, useRef } from "react";
import type { Content } from "@/api/types";
import { altOf } from "@/features/content";
import { usePixelRatio } from "@/lib/use-pixel-ratio";

interface ZoomedImageProps {
  readonly item: Content;
  readonly onClose: () => void;
}

/** A press that moves less than this many pixels is a click. */
const CLICK_PX = 5;

/**
 * The image at full size: one pixel of the image is one pixel of the screen. If it is larger than the
 * window, it scrolls and dragging pans it. A click closes it.
 */
export function ZoomedImage({ item, onClose }: ZoomedImageProps) {
  const frame = useRef<HTMLDivElement>(null);
  const drag = useRef({ x: 0, y: 0, moved: 0 });
  const ratio = usePixelRatio();
  useLayoutEffect(() => {
    const element = frame.current;
    if (element === null) return;
    element.scrollTo(
      (element.scrollWidth - element.clientWidth) / 2,
      (element.scrollHeight - element.clientHeight) / 2,
    );
  }, []);
  const move = (event: PointerEvent) => {
    // Touch scrolls natively.
    if (event.pointerType !== "mouse" || event.buttons !== 1) return;
    frame.current?.scrollBy(-event.movementX, -event.movementY);
    drag.current.moved += Math.abs(event.movementX) + Math.abs(event.movementY);
  };
  return (
    <Box
      ref={frame}
      tabIndex={0}
      role="region"
      aria-label="Image at full size"
      onPointerDown={() => {
        drag.current.moved = 0;
      }}
      onPointerMove={move}
      onClick={() => (drag.current.moved < CLICK_PX ? onClose() : undefined)}
      onKeyDown={(event) => (event.key === "Enter" ? onClose() : undefined)}
      sx={{
        height: "calc(100dvh - 150px)",
        overflow: "auto",
        display: "flex",
        borderRadius: "14px",
        cursor: "grab",
        "&:active": { cursor: "grabbing" },
      }}
    >
      <Box
        component="img"
        src={item.image_url}
        alt={altOf(item)}
        draggable={false}
        style={{ width: item.width / ratio, height: item.height / ratio }}
        // Automatic margins centre a small image and leave all of a large one reachable.
        sx={{ display: "block", flex: "none", maxWidth: "none", m: "auto" }}
      />
    </Box>
  );
}
