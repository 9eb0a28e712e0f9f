import Box from "@mui/material/Box";
import type { CSSProperties } from "react";

interface ProgressBarProps {
  /** Percent; null while it is not known. */
  readonly value: number | null;
  readonly label: string;
  readonly style?: CSSProperties;
}

const track: CSSProperties = {
  height: 6,
  borderRadius: 99,
  overflow: "hidden",
  background: "var(--mui-palette-LinearProgress-primaryBg)",
};
const fill: CSSProperties = {
  height: "100%",
  borderRadius: "inherit",
  background: "var(--mui-palette-primary-main)",
  transition: "transform 400ms linear",
};

const moving = {
  height: "100%",
  width: "40%",
  borderRadius: "inherit",
  bgcolor: "primary.main",
  "@keyframes pass": { from: { transform: "translateX(-100%)" }, to: { transform: "translateX(250%)" } },
  animation: "pass 1.8s ease-in-out infinite",
} as const;

/**
 * A progress bar that looks like LinearProgress of Material UI. That one computes its styles
 * each time it is drawn, which is too slow for many jobs that report their progress several times a second.
 */
export function ProgressBar({ value, label, style }: ProgressBarProps) {
  return (
    <div
      role="progressbar"
      aria-label={label}
      {...(value === null
        ? {}
        : { "aria-valuenow": Math.round(value), "aria-valuemin": 0, "aria-valuemax": 100 })}
      style={style === undefined ? track : { ...track, ...style }}
    >
      {value === null ? (
        <Box sx={moving} />
      ) : (
        <div style={{ ...fill, transform: `translateX(${value - 100}%)` }} />
      )}
    </div>
  );
}
