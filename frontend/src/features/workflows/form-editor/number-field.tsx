import { useState } from "react";
import { TextField } from "@/ui/text-field";

interface NumberFieldProps {
  readonly label: string;
  readonly value: number | null;
  readonly onChange: (value: number | null) => void;
  readonly error?: string | undefined;
  readonly help?: string;
}

/** Return the number that a text says, null for an empty one, undefined if it is none. */
function numberOf(text: string): number | null | undefined {
  if (text.trim() === "") return null;
  const value = Number(text.replace(",", "."));
  return Number.isFinite(value) ? value : undefined;
}

/** A number or nothing. While the text is no number the last value counts. */
export function NumberField({ label, value, onChange, error, help }: NumberFieldProps) {
  const [text, setText] = useState(value === null ? "" : String(value));
  const isInvalid = numberOf(text) === undefined;
  // The value changed elsewhere.
  const shown = isInvalid || numberOf(text) === value ? text : value === null ? "" : String(value);
  const message = isInvalid ? "Enter a number." : error;
  return (
    <TextField
      label={label}
      size="small"
      value={shown}
      onChange={(event) => {
        setText(event.target.value);
        const next = numberOf(event.target.value);
        if (next !== undefined) onChange(next);
      }}
      error={message !== undefined}
      helperText={message ?? help}
      slotProps={{ htmlInput: { inputMode: "decimal" } }}
    />
  );
}
