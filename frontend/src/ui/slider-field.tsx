import Box from "@mui/material/Box";
import FormHelperText from "@mui/material/FormHelperText";
import OutlinedInput from "@mui/material/OutlinedInput";
import type { Theme } from "@mui/material/styles";
import Typography from "@mui/material/Typography";
import { useId, useState } from "react";

interface SliderFieldProps {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly onChange: (value: number) => void;
  readonly error?: string | undefined;
  /** Range of the slider if it is narrower than the range that can be typed. */
  readonly sliderMin?: number;
  readonly sliderMax?: number;
}

/** The browser's own slider, in the colour of the theme. */
export const range = {
  display: "block",
  width: "100%",
  height: 26,
  m: 0,
  accentColor: (theme: Theme) => theme.vars?.palette.primary.main ?? theme.palette.primary.main,
  cursor: "pointer",
  "@media (pointer: coarse)": { height: 44 },
} as const;

/** A number field with a slider. Typed values are clamped to the limits. */
export function SliderField(props: SliderFieldProps) {
  const { label, value, min, max, step, onChange, error, sliderMin = min, sliderMax = max } = props;
  const id = useId();
  return (
    <Box>
      <Box sx={{ display: "flex", alignItems: "center", justifyContent: "space-between", gap: 1 }}>
        <Typography id={id} variant="body2" sx={{ fontWeight: 500 }}>
          {label}
        </Typography>
        <NumberInput
          label={label}
          value={value}
          min={min}
          max={max}
          step={step}
          onChange={onChange}
          isInvalid={!!error}
        />
      </Box>
      <Box
        component="input"
        type="range"
        value={Math.min(sliderMax, Math.max(sliderMin, value))}
        min={sliderMin}
        max={sliderMax}
        step={step}
        onChange={(event: { readonly currentTarget: HTMLInputElement }) =>
          onChange(snap(Number(event.currentTarget.value), { min: sliderMin, max: sliderMax, step }))
        }
        aria-labelledby={id}
        sx={range}
      />
      {error ? <FormHelperText error>{error}</FormHelperText> : null}
    </Box>
  );
}

interface NumberInputProps {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly onChange: (value: number) => void;
  readonly isInvalid?: boolean;
  readonly width?: number;
}

/** A number field that applies its value on blur or Enter, so that values may be invalid while typing. */
export function NumberInput({
  label,
  value,
  min,
  max,
  step,
  onChange,
  isInvalid = false,
  width = 72,
}: NumberInputProps) {
  const [draft, setDraft] = useState<string | null>(null);
  const commit = () => {
    if (draft !== null) {
      const typed = Number(draft.replace(",", "."));
      if (draft.trim() !== "" && Number.isFinite(typed)) onChange(snap(typed, { min, max, step }));
    }
    setDraft(null);
  };
  return (
    <OutlinedInput
      size="small"
      value={draft ?? String(value)}
      error={isInvalid}
      onChange={(event) => setDraft(event.target.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === "Enter") commit();
        if (event.key === "ArrowUp" || event.key === "ArrowDown") {
          event.preventDefault();
          onChange(snap(value + (event.key === "ArrowUp" ? step : -step), { min, max, step }));
        }
      }}
      inputProps={{ "aria-label": label, inputMode: "decimal" }}
      sx={{
        width,
        "& input": {
          textAlign: "right",
          py: 0.5,
          px: 1,
          fontSize: "0.9rem",
          fontVariantNumeric: "tabular-nums",
        },
      }}
    />
  );
}

/** Return the nearest allowed value: a multiple of `step` within the limits. */
export function snap(value: number, { min, max, step }: { min: number; max: number; step: number }): number {
  const stepped = Math.round(value / step) * step;
  const digits = (String(step).split(".")[1] ?? "").length;
  return Math.min(max, Math.max(min, Number(stepped.toFixed(digits))));
}
