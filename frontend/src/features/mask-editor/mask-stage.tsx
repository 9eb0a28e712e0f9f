import Box from "@mui/material/Box";
import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";
import { fitted, type Point, type View, zoomed } from "./geometry";
import type { Brush, MaskCanvas } from "./mask-canvas";
import { useMaskPointer } from "./use-mask-pointer";

interface MaskStageProps {
  readonly mask: MaskCanvas;
  /** Address of the image below the mask. */
  readonly imageUrl: string;
  readonly brush: Brush;
  readonly isPanning: boolean;
  readonly view: View;
  /** Scale at which the whole image is visible. */
  readonly smallest: number;
  readonly onView: (view: View) => void;
  /** Position of the brush of the keyboard in pixels of the image; null while it is not used. */
  readonly keyboardBrush: Point | null;
  readonly stageRef: RefObject<HTMLDivElement | null>;
  readonly describedBy: string;
}

const ZOOM_PER_PIXEL = 0.0015;

/** The image with the mask over it. Paint with a pointer, zoom with the wheel. */
export function MaskStage(props: MaskStageProps) {
  const { mask, imageUrl, brush, isPanning, view, smallest, onView, keyboardBrush, stageRef } = props;
  const [cursor, setCursor] = useState<Point | null>(null);
  const pointer = useMaskPointer({ mask, brush, isPanning, view, smallest, onView, onCursor: setCursor });
  const holder = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const { canvas } = mask;
    Object.assign(canvas.style, { position: "absolute", inset: "0", opacity: "0.6", imageRendering: "auto" });
    holder.current?.append(canvas);
    return () => canvas.remove();
  }, [mask]);
  useWheelZoom(stageRef, view, smallest, onView);
  const shown =
    keyboardBrush === null
      ? cursor
      : { x: view.x + keyboardBrush.x * view.scale, y: view.y + keyboardBrush.y * view.scale };
  const diameter = brush.size * view.scale;
  return (
    <Box
      ref={stageRef}
      role="application"
      aria-label="Mask"
      aria-describedby={props.describedBy}
      tabIndex={0}
      {...pointer}
      onContextMenu={(event) => event.preventDefault()}
      sx={{
        position: "relative",
        flex: 1,
        minHeight: 0,
        overflow: "hidden",
        bgcolor: "#15171c",
        cursor: isPanning ? "grab" : "none",
        touchAction: "none",
        "&:focus-visible": { outline: "3px solid", outlineColor: "primary.main", outlineOffset: -3 },
      }}
    >
      <Box
        ref={holder}
        style={{
          width: mask.width,
          height: mask.height,
          transform: `translate(${view.x}px, ${view.y}px) scale(${view.scale})`,
        }}
        sx={{ position: "absolute", left: 0, top: 0, transformOrigin: "0 0" }}
      >
        <Box
          component="img"
          src={imageUrl}
          alt=""
          draggable={false}
          sx={{ position: "absolute", inset: 0, width: "100%", height: "100%", userSelect: "none" }}
        />
      </Box>
      {shown === null || isPanning ? null : (
        <Box
          aria-hidden
          style={{
            width: diameter,
            height: diameter,
            transform: `translate(${shown.x - diameter / 2}px, ${shown.y - diameter / 2}px)`,
          }}
          sx={{
            position: "absolute",
            left: 0,
            top: 0,
            border: "1.5px solid #fff",
            borderRadius: "50%",
            boxShadow: "0 0 0 1px rgba(0, 0, 0, 0.7)",
            pointerEvents: "none",
          }}
        />
      )}
    </Box>
  );
}

/** Return the view of the stage, which shows the whole image at first and when its size changes. */
export function useView(mask: MaskCanvas | null, stage: RefObject<HTMLDivElement | null>) {
  const [view, setView] = useState<View>({ scale: 1, x: 0, y: 0 });
  const [smallest, setSmallest] = useState(0.01);
  useEffect(() => {
    const element = stage.current;
    if (element === null || mask === null) return;
    const observer = new ResizeObserver(() => {
      const whole = fitted(mask, { width: element.clientWidth, height: element.clientHeight });
      setSmallest(whole.scale);
      setView(whole);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [mask, stage]);
  const fit = () => {
    const element = stage.current;
    if (element !== null && mask !== null)
      setView(fitted(mask, { width: element.clientWidth, height: element.clientHeight }));
  };
  const zoomBy = (factor: number) => {
    const element = stage.current;
    if (element === null) return;
    const middle = { x: element.clientWidth / 2, y: element.clientHeight / 2 };
    setView((before) => zoomed(before, factor, middle, smallest));
  };
  return { view, smallest, setView, fit, zoomBy };
}

/** Zoom with the wheel, as the browser would the page: its listener must be able to prevent that. */
function useWheelZoom(
  stage: RefObject<HTMLDivElement | null>,
  view: View,
  smallest: number,
  onView: (view: View) => void,
): void {
  const latest = useRef({ view, smallest, onView });
  latest.current = { view, smallest, onView };
  useEffect(() => {
    const element = stage.current;
    const zoom = (event: WheelEvent) => {
      event.preventDefault();
      const { left, top } = (event.currentTarget as HTMLElement).getBoundingClientRect();
      const at = { x: event.clientX - left, y: event.clientY - top };
      const now = latest.current;
      now.onView(zoomed(now.view, Math.exp(-event.deltaY * ZOOM_PER_PIXEL), at, now.smallest));
    };
    element?.addEventListener("wheel", zoom, { passive: false });
    return () => element?.removeEventListener("wheel", zoom);
  }, [stage]);
}
