import Box from "@mui/material/Box";
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
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
  const circle = useBrushCircle(view, brush.size * view.scale, keyboardBrush);
  const pointer = useMaskPointer({ mask, brush, isPanning, view, smallest, onView, onCursor: circle.moveTo });
  const holder = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const { canvas } = mask;
    Object.assign(canvas.style, { position: "absolute", inset: "0", opacity: "0.6", imageRendering: "auto" });
    holder.current?.append(canvas);
    return () => canvas.remove();
  }, [mask]);
  useWheelZoom(stageRef, view, smallest, onView);
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
      {isPanning ? null : (
        <Box
          ref={circle.ref}
          aria-hidden
          sx={{
            position: "absolute",
            left: 0,
            top: 0,
            border: "1.5px solid #fff",
            borderRadius: "50%",
            boxShadow: "0 0 0 1px rgba(0, 0, 0, 0.7)",
            pointerEvents: "none",
            willChange: "transform",
          }}
        />
      )}
    </Box>
  );
}

/** The circle that shows the brush. It follows the pointer without drawing the component again. */
function useBrushCircle(view: View, diameter: number, keyboardBrush: Point | null) {
  const ref = useRef<HTMLDivElement>(null);
  const pointer = useRef<Point | null>(null);
  const place = () => {
    const at =
      keyboardBrush === null
        ? pointer.current
        : { x: view.x + keyboardBrush.x * view.scale, y: view.y + keyboardBrush.y * view.scale };
    if (ref.current === null) return;
    const { style } = ref.current;
    style.display = at === null ? "none" : "block";
    if (at === null) return;
    style.width = style.height = `${diameter}px`;
    style.transform = `translate(${at.x - diameter / 2}px, ${at.y - diameter / 2}px)`;
  };
  const latest = useRef(place);
  latest.current = place;
  useLayoutEffect(place);
  const moveTo = useCallback((at: Point | null) => {
    pointer.current = at;
    latest.current();
  }, []);
  return { ref, moveTo };
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
