import Box from "@mui/material/Box";
import { ChevronsLeftRight } from "lucide-react";
import type { PointerEvent } from "react";

interface SplitLineProps {
  readonly percent: number;
  /** Called while the line is dragged; without it, the line is only shown. */
  readonly onMove?: (percent: number) => void;
}

/**
 * The line between two images of which one lies over the other, as far from the left as ``percent`` says.
 *
 * Keys move it by a control of its own.
 */
export function SplitLine({ percent, onMove }: SplitLineProps) {
  const drag = (event: PointerEvent<HTMLElement>) => {
    const frame = event.currentTarget.parentElement?.getBoundingClientRect();
    if (event.buttons === 0 || frame === undefined || frame.width === 0) return;
    const place = (100 * (event.clientX - frame.left)) / frame.width;
    onMove?.(Math.round(Math.min(100, Math.max(0, place))));
  };
  const handlers = onMove && {
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      event.currentTarget.setPointerCapture?.(event.pointerId);
      drag(event);
    },
    onPointerMove: drag,
  };
  return (
    <Box
      aria-hidden
      data-split-line
      {...handlers}
      style={{ left: `${percent}%` }}
      sx={{
        position: "absolute",
        top: 0,
        bottom: 0,
        width: 44,
        ml: "-22px",
        display: "grid",
        placeItems: "center",
        pointerEvents: onMove === undefined ? "none" : "auto",
        cursor: "ew-resize",
        touchAction: "none",
        "&::before": {
          content: '""',
          position: "absolute",
          insetBlock: 0,
          left: "calc(50% - 1.5px)",
          width: 3,
          bgcolor: "#fff",
          boxShadow: "0 0 6px rgba(0, 0, 0, 0.6)",
        },
      }}
    >
      {onMove === undefined ? null : (
        <Box
          sx={{
            position: "relative",
            display: "grid",
            placeItems: "center",
            width: 36,
            height: 36,
            borderRadius: "50%",
            color: "#17130f",
            bgcolor: "#fff",
            boxShadow: "0 1px 6px rgba(0, 0, 0, 0.5)",
          }}
        >
          <ChevronsLeftRight size={20} />
        </Box>
      )}
    </Box>
  );
}
