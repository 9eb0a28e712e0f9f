import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { type KeyboardEvent, type PointerEvent, useRef } from "react";
import { fileUrl, nameOf } from "@/features/inputs";
import { NumberInput, SliderField, snap } from "@/ui/slider-field";
import type { Extend, SourceChoice } from "./image-settings";

interface ExtendSectionProps {
  readonly source: SourceChoice;
  readonly extend: Extend;
  /** Size of the source in the result, in pixels. */
  readonly width: number;
  readonly height: number;
  readonly onChange: (extend: Extend) => void;
}

type Edge = "left" | "top" | "right" | "bottom";

const EDGES: readonly { readonly edge: Edge; readonly label: string; readonly sign: 1 | -1 }[] = [
  { edge: "left", label: "Left", sign: -1 },
  { edge: "top", label: "Top", sign: -1 },
  { edge: "right", label: "Right", sign: 1 },
  { edge: "bottom", label: "Bottom", sign: 1 },
];
const LIMIT = { min: 0, max: 2048, step: 8 } as const;
/** Height of the preview in CSS pixels at most. */
const PREVIEW_PX = 260;
const KEYS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 };

/** Extend the source: drag its edges outwards, or type how many pixels are added. */
export function ExtendSection({ source, extend, width, height, onChange }: ExtendSectionProps) {
  const area = useRef<HTMLDivElement>(null);
  const total = { width: width + extend.left + extend.right, height: height + extend.top + extend.bottom };
  const set = (edge: Edge, pixels: number) => onChange({ ...extend, [edge]: snap(pixels, LIMIT) });
  const percent = (part: number, of: number) => `${(100 * part) / of}%`;
  return (
    <Box sx={{ display: "grid", gap: 1.5 }}>
      <Box
        ref={area}
        sx={{
          position: "relative",
          justifySelf: "center",
          width: `min(100%, calc(${PREVIEW_PX}px * ${total.width} / ${total.height}))`,
          aspectRatio: `${total.width} / ${total.height}`,
          borderRadius: "6px",
          background:
            "repeating-conic-gradient(rgba(128, 128, 128, 0.35) 0 25%, transparent 0 50%) 0 0 / 16px 16px",
          outline: "1.5px dashed",
          outlineColor: "primary.main",
        }}
      >
        <Box
          component="img"
          src={fileUrl(source.image)}
          alt={nameOf(source.image)}
          draggable={false}
          style={{
            left: percent(extend.left, total.width),
            top: percent(extend.top, total.height),
            width: percent(width, total.width),
            height: percent(height, total.height),
          }}
          sx={{ position: "absolute", objectFit: "cover" }}
        />
        {EDGES.map((one) => (
          <Handle
            key={one.edge}
            {...one}
            value={extend[one.edge]}
            pixelsPer={() => total.width / (area.current?.clientWidth || total.width)}
            onChange={(pixels) => set(one.edge, pixels)}
          />
        ))}
      </Box>
      <Typography variant="caption" sx={{ color: "text.secondary", textAlign: "center" }}>
        {total.width} × {total.height} px
      </Typography>
      <Box sx={{ display: "grid", gridTemplateColumns: "repeat(4, 1fr)", gap: 1 }}>
        {EDGES.map(({ edge, label }) => (
          <Box key={edge} sx={{ display: "grid", gap: 0.25, justifyItems: "center" }}>
            <Typography variant="caption">{label}</Typography>
            <NumberInput
              label={`Extend ${edge} in pixels`}
              value={extend[edge]}
              {...LIMIT}
              onChange={(pixels) => set(edge, pixels)}
            />
          </Box>
        ))}
      </Box>
      <SliderField
        label="Blend at the seam (px)"
        value={extend.feather}
        min={0}
        max={256}
        sliderMax={128}
        step={1}
        onChange={(feather) => onChange({ ...extend, feather })}
      />
    </Box>
  );
}

interface HandleProps {
  readonly edge: Edge;
  readonly label: string;
  readonly sign: 1 | -1;
  readonly value: number;
  /** Return how many pixels of the image one CSS pixel is. */
  readonly pixelsPer: () => number;
  readonly onChange: (pixels: number) => void;
}

/** An edge that can be dragged, or moved with the arrow keys. */
function Handle({ edge, label, sign, value, pixelsPer, onChange }: HandleProps) {
  const start = useRef<{ readonly at: number; readonly value: number; readonly scale: number } | null>(null);
  const isVertical = edge === "left" || edge === "right";
  const placeOf = (event: PointerEvent) => (isVertical ? event.clientX : event.clientY);
  const onKeyDown = (event: KeyboardEvent) => {
    const step = KEYS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    onChange(value + step * sign * (event.shiftKey ? 64 : 8));
  };
  return (
    <Box
      role="slider"
      tabIndex={0}
      aria-label={`Extend ${label.toLowerCase()}`}
      aria-orientation={isVertical ? "horizontal" : "vertical"}
      aria-valuenow={value}
      aria-valuemin={LIMIT.min}
      aria-valuemax={LIMIT.max}
      aria-valuetext={`${value} pixels`}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        start.current = { at: placeOf(event), value, scale: pixelsPer() };
      }}
      onPointerMove={(event) => {
        const from = start.current;
        if (from !== null) onChange(from.value + (placeOf(event) - from.at) * sign * from.scale);
      }}
      onPointerUp={() => {
        start.current = null;
      }}
      sx={{
        position: "absolute",
        display: "grid",
        placeItems: "center",
        touchAction: "none",
        cursor: isVertical ? "ew-resize" : "ns-resize",
        ...(isVertical
          ? { top: 0, bottom: 0, width: 28, [edge]: -14 }
          : { left: 0, right: 0, height: 28, [edge]: -14 }),
        "&::after": {
          content: '""',
          borderRadius: 4,
          bgcolor: "primary.main",
          boxShadow: 2,
          ...(isVertical ? { width: 8, height: 44 } : { width: 44, height: 8 }),
        },
        "&:focus-visible": { outline: "3px solid", outlineColor: "primary.main", borderRadius: 2 },
      }}
    />
  );
}
