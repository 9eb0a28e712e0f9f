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

/** A state, coloured by how healthy it is. */
export function StateChip({ state }: { readonly state: string }) {
  return <Chip size="small" variant="outlined" color={COLORS[state] ?? "default"} label={labelOf(state)} />;
}

const labelOf = (state: string): string =>
  state === "ok" ? "OK" : state.charAt(0).toUpperCase() + state.slice(1);
