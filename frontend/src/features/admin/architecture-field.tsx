import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import type { Architecture } from "@/api/types";
import { ARCHITECTURES } from "./architectures";

interface ArchitectureFieldProps {
  /** What it is now; empty when nobody knows yet. */
  readonly defaultValue: string;
  /** What leaving it open means. */
  readonly open: string;
  readonly error: string | undefined;
}

export function ArchitectureField({ defaultValue, open, error }: ArchitectureFieldProps) {
  return (
    <TextField
      name="architecture"
      select
      label="Architecture"
      size="small"
      defaultValue={defaultValue}
      error={error !== undefined}
      helperText={error}
      slotProps={{ inputLabel: { shrink: true }, select: { displayEmpty: true } }}
    >
      <MenuItem value="">{open}</MenuItem>
      {ARCHITECTURES.map((one) => (
        <MenuItem key={one} value={one}>
          {one}
        </MenuItem>
      ))}
    </TextField>
  );
}

/** Return what was chosen in a form with such a field; null when it was left open. */
export function chosenArchitecture(form: FormData): Architecture | null {
  return ARCHITECTURES.find((one) => one === form.get("architecture")) ?? null;
}
