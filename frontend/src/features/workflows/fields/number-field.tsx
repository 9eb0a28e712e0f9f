import Box from "@mui/material/Box";
import FormHelperText from "@mui/material/FormHelperText";
import { useState } from "react";
import type { WorkflowField } from "@/api/types";
import { SliderField } from "@/ui/slider-field";
import { TextField } from "@/ui/text-field";

interface NumberFieldProps {
  readonly field: WorkflowField;
  readonly value: unknown;
  readonly onChange: (value: number | undefined) => void;
  readonly error: string | undefined;
}

/** More steps than this are no use on a slider. */
const MAX_STEPS = 1_000;

/** A number: with a slider if its limits are near each other. */
export function NumberField({ field, value, onChange, error }: NumberFieldProps) {
  const { label, min, max, help, type } = field;
  const step = field.step ?? (type === "integer" ? 1 : 0.01);
  if (min !== null && max !== null && (max - min) / step <= MAX_STEPS && typeof value === "number")
    return (
      <Box>
        <SliderField
          label={label}
          value={value}
          min={min}
          max={max}
          step={step}
          onChange={onChange}
          error={error}
        />
        {help === "" || error !== undefined ? null : <FormHelperText>{help}</FormHelperText>}
      </Box>
    );
  return <TypedNumber field={field} value={value} onChange={onChange} error={error} />;
}

function TypedNumber({ field: { label, help, type, min, max }, value, onChange, error }: NumberFieldProps) {
  const shown = typeof value === "number" ? String(value) : "";
  const [draft, setDraft] = useState<string | null>(null);
  const limits = limitsText(min, max);
  return (
    <TextField
      label={label}
      size="small"
      fullWidth
      value={draft ?? shown}
      onChange={(event) => {
        setDraft(event.target.value);
        const number = Number(event.target.value.replace(",", "."));
        onChange(event.target.value.trim() === "" || Number.isNaN(number) ? undefined : number);
      }}
      onBlur={() => setDraft(null)}
      error={error !== undefined}
      helperText={error ?? (help || limits)}
      slotProps={{ htmlInput: { inputMode: type === "integer" ? "numeric" : "decimal" } }}
    />
  );
}

function limitsText(min: number | null, max: number | null): string | undefined {
  if (min === null || max === null || max > 1_000_000) return undefined;
  return `From ${min} to ${max}`;
}
