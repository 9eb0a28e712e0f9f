import Box from "@mui/material/Box";
import FormControlLabel from "@mui/material/FormControlLabel";
import FormHelperText from "@mui/material/FormHelperText";
import Switch from "@mui/material/Switch";
import { memo } from "react";
import type { WorkflowField } from "@/api/types";
import { parseReference, type Reference } from "@/features/inputs";
import { SeedField } from "@/ui/seed-field";
import { TextField } from "@/ui/text-field";
import { ChoiceField } from "./choice-field";
import { LazyFilePicker, LazyImageField } from "./lazy-file-fields";
import { NumberField } from "./number-field";

export interface FieldInputProps {
  readonly field: WorkflowField;
  readonly value: unknown;
  readonly options: readonly unknown[];
  /** The image that a mask is drawn on. */
  readonly image: Reference | null;
  readonly onChange: (key: string, value: unknown) => void;
  readonly error: string | undefined;
}

/** One field of a form. Drawn again only when its own value, options or error change. */
export const FieldInput = memo(function FieldInput(props: FieldInputProps) {
  const { field, value, options, image, onChange, error } = props;
  const { key, label, type, help } = field;
  const change = (next: unknown) => onChange(key, next);
  switch (type) {
    case "text":
      return <LongText field={field} value={value} onChange={change} error={error} />;
    case "integer":
    case "number":
      return <NumberField field={field} value={value} onChange={change} error={error} />;
    case "boolean":
      return (
        <Labelled help={help} error={error}>
          <FormControlLabel
            label={label}
            control={<Switch checked={value === true} onChange={(event) => change(event.target.checked)} />}
          />
        </Labelled>
      );
    case "choice":
    case "model":
      return <ChoiceField field={field} value={value} options={options} onChange={change} error={error} />;
    case "seed":
      return (
        <SeedField
          label={label}
          seed={typeof value === "number" ? value : 0}
          isLocked={typeof value === "number"}
          max={Math.min(field.max ?? Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)}
          onChange={({ seed, isSeedLocked }) => change(isSeedLocked ? (seed ?? value ?? 0) : undefined)}
          error={error}
          help={help}
        />
      );
    case "color":
      return (
        <TextField
          label={label}
          size="small"
          fullWidth
          type="color"
          value={typeof value === "string" ? value : "#000000"}
          onChange={(event) => change(event.target.value)}
          error={error !== undefined}
          helperText={error ?? help}
          slotProps={{ inputLabel: { shrink: true } }}
        />
      );
    case "image":
    case "mask":
      return (
        <Labelled help={help} error={error}>
          <LazyImageField
            label={label}
            value={parseReference(value)}
            maskOf={type === "mask" ? image : null}
            onChange={(next) => change(next ?? undefined)}
          />
        </Labelled>
      );
    case "video":
    case "audio":
      return (
        <Labelled help={help} error={undefined}>
          <LazyFilePicker
            label={label}
            kind={type}
            value={parseReference(value)}
            onChange={(next) => change(next ?? undefined)}
            error={error}
          />
        </Labelled>
      );
    case "file":
      return null;
  }
});

interface LongTextProps {
  readonly field: WorkflowField;
  readonly value: unknown;
  readonly onChange: (value: string) => void;
  readonly error: string | undefined;
}

function LongText({ field: { label, help, required, is_multiline }, value, onChange, error }: LongTextProps) {
  return (
    <TextField
      label={label}
      fullWidth
      required={required}
      multiline={is_multiline}
      {...(is_multiline ? { minRows: 2, maxRows: 12 } : { size: "small" as const })}
      value={typeof value === "string" ? value : ""}
      onChange={(event) => onChange(event.target.value)}
      error={error !== undefined}
      helperText={error ?? help}
      slotProps={{ htmlInput: { dir: "auto" } }}
    />
  );
}

interface LabelledProps {
  readonly help: string;
  readonly error: string | undefined;
  readonly children: React.ReactNode;
}

/** A field with its help or error below. */
function Labelled({ help, error, children }: LabelledProps) {
  return (
    <Box>
      {children}
      {error === undefined && help === "" ? null : (
        <FormHelperText error={error !== undefined}>{error ?? help}</FormHelperText>
      )}
    </Box>
  );
}
