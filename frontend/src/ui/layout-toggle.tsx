import ToggleButton from "@mui/material/ToggleButton";
import ToggleButtonGroup from "@mui/material/ToggleButtonGroup";
import { Grid2x2, List } from "lucide-react";
import type { Layout } from "@/lib/use-layout-choice";

interface LayoutToggleProps {
  readonly layout: Layout;
  readonly onChange: (next: Layout) => void;
}

/** Switches a list between the grid and the list layout. */
export function LayoutToggle({ layout, onChange }: LayoutToggleProps) {
  return (
    <ToggleButtonGroup
      exclusive
      size="small"
      value={layout}
      aria-label="Layout"
      onChange={(_event, next: Layout | null) => (next === null ? undefined : onChange(next))}
    >
      <ToggleButton value="grid" aria-label="Grid">
        <Grid2x2 size={18} aria-hidden />
      </ToggleButton>
      <ToggleButton value="list" aria-label="List">
        <List size={18} aria-hidden />
      </ToggleButton>
    </ToggleButtonGroup>
  );
}
