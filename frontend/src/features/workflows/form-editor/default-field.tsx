import FormControlLabel from "@mui/material/FormControlLabel";
import Switch from "@mui/material/Switch";
import { TextField } from "@/ui/text-field";
import { type DraftField, isNumber } from "./draft";
import { NumberField } from "./number-field";

interface DefaultFieldProps {
  readonly field: DraftField;
  readonly error: string | undefined;
  readonly onChange: (patch: Partial<DraftField>) => void;
}

/** The value that a field starts with. */
export function DefaultField({ field, error, onChange }: DefaultFieldProps) {
  if (field.type === "seed") return null;
  if (field.type === "boolean")
    return (
      <FormControlLabel
        label="On by default"
        control={
          <Switch
            size="small"
            checked={field.default === true}
            onChange={(_event, isOn) => onChange({ default: isOn })}
          />
        }
      />
    );
  if (isNumber(field))
    return (
      <NumberField
        label="Default"
        value={typeof field.default === "number" ? field.default : null}
        onChange={(value) => onChange({ default: value })}
        error={error}
      />
    );
  const options = field.options.length > 0 ? field.options : field.choices;
  const text = field.default === null || field.default === undefined ? "" : String(field.default);
  return (
    <TextField
      label="Default"
      size="small"
      value={text}
      multiline={field.is_multiline && options.length === 0}
      maxRows={6}
      onChange={(event) => {
        const chosen = options.find((option) => String(option) === event.target.value);
        onChange({ default: chosen ?? event.target.value });
      }}
      error={error !== undefined}
      helperText={error}
      {...(options.length === 0 ? {} : { options: <OptionsOf options={options} value={text} /> })}
    />
  );
}

function OptionsOf({ options, value }: { readonly options: readonly unknown[]; readonly value: string }) {
  const names = options.map(String);
  return (
    <>
      {names.includes(value) ? null : <option value={value}>{value}</option>}
      {names.map((name) => (
        <option key={name} value={name}>
          {name}
        </option>
      ))}
    </>
  );
}
