import type { CSSProperties } from "react";

interface ProgressBarProps {
  /** Percent. */
  readonly value: number;
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

/**
 * A determinate progress bar that looks like LinearProgress of Material UI. That one computes its styles
 * each time it is drawn, which is too slow for many jobs that report their progress several times a second.
 */
export function ProgressBar({ value, label, style }: ProgressBarProps) {
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuenow={Math.round(value)}
      aria-valuemin={0}
      aria-valuemax={100}
      style={style === undefined ? track : { ...track, ...style }}
    >
      <div style={{ ...fill, transform: `translateX(${value - 100}%)` }} />
    </div>
  );
}
