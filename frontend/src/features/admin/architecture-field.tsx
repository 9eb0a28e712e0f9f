import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import type { Architecture } from "@/api/types";
import { ARCHITECTURES, architectureName } from "@/features/models";

interface ArchitectureFieldProps {
  /** The current architecture; empty when it is not known yet. */
  readonly defaultValue: string;
  /** Label of the empty choice. */
  readonly emptyLabel: string;
  readonly error: string | undefined;
}

export function ArchitectureField({ defaultValue, emptyLabel, error }: ArchitectureFieldProps) {
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
      <MenuItem value="">{emptyLabel}</MenuItem>
      {ARCHITECTURES.map((architecture) => (
        <MenuItem key={architecture} value={architecture}>
          {architectureName(architecture)}
        </MenuItem>
      ))}
    </TextField>
  );
}

/** Return the architecture chosen in a form with this field; null for the empty choice. */
export function chosenArchitecture(form: FormData): Architecture | null {
  return ARCHITECTURES.find((one) => one === form.get("architecture")) ?? null;
}
