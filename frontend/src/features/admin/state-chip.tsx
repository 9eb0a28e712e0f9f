import Chip from "@mui/material/Chip";

type ChipColor = "success" | "warning" | "error" | "default";

const COLORS: Readonly<Record<string, ChipColor>> = {
  ok: "success",
  open: "success",
  up: "success",
  running: "success",
  degraded: "warning",
  paused: "warning",
  stuck: "warning",
  silent: "error",
  down: "error",
  unavailable: "error",
};

/** A state in a word; what is not well stands out. */
export function StateChip({ state }: { readonly state: string }) {
  return <Chip size="small" variant="outlined" color={COLORS[state] ?? "default"} label={state} />;
}
