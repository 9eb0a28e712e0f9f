import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import FormControlLabel from "@mui/material/FormControlLabel";
import Switch from "@mui/material/Switch";
import Typography from "@mui/material/Typography";
import { ArrowDown, ArrowUp, Trash2 } from "lucide-react";
import type { FieldErrors } from "@/api/field-errors";
import { TextField } from "@/ui/text-field";
import { AllowedOptions } from "./allowed-options";
import { DefaultField } from "./default-field";
import { type DraftField, isFile, isNumber } from "./draft";
import type { FieldPlace } from "./field-row";
import { NumberField } from "./number-field";

interface FieldSettingsProps {
  readonly field: DraftField;
  readonly place: FieldPlace;
  readonly errors: FieldErrors;
  readonly onMove: (to: number) => void;
  readonly onChange: (patch: Partial<DraftField>) => void;
  readonly onRemove: () => void;
}

const columns = {
  display: "grid",
  gap: 2,
  gridTemplateColumns: { xs: "minmax(0, 1fr)", sm: "repeat(2, minmax(0, 1fr))" },
} as const;

/** What an author can change about a field. */
export function FieldSettings({ field, place, errors, onMove, onChange, onRemove }: FieldSettingsProps) {
  return (
    <Box sx={{ display: "grid", gap: 2, p: 2, pt: 1, gridTemplateColumns: "minmax(0, 1fr)" }}>
      <Typography variant="body2" sx={{ color: "text.secondary", overflowWrap: "anywhere" }}>
        Sets <b>{field.input}</b> of {place.node}
        {field.also.length === 0 ? "" : ` and ${field.also.length} more`}
        {field.evidence === "" ? "." : `: ${field.evidence}.`}
      </Typography>
      <Box sx={columns}>
        <TextField
          label="Label"
          size="small"
          value={field.label}
          onChange={(event) => onChange({ label: event.target.value })}
          error={errors("label") !== undefined}
          helperText={errors("label")}
          slotProps={{ htmlInput: { maxLength: 200 } }}
        />
        <TextField
          label="Group"
          size="small"
          value={field.group}
          placeholder="Fields of a group stand together"
          onChange={(event) => onChange({ group: event.target.value })}
          slotProps={{ inputLabel: { shrink: true }, htmlInput: { maxLength: 100 } }}
        />
      </Box>
      <TextField
        label="Help text"
        size="small"
        value={field.help}
        multiline
        maxRows={5}
        onChange={(event) => onChange({ help: event.target.value })}
        slotProps={{ htmlInput: { maxLength: 5_000 } }}
      />
      {isFile(field) ? null : <DefaultField field={field} error={errors("default")} onChange={onChange} />}
      {isNumber(field) ? <Limits field={field} errors={errors} onChange={onChange} /> : null}
      {field.choices.length > 0 ? <AllowedOptions field={field} onChange={onChange} /> : null}
      <Switches field={field} onChange={onChange} />
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1 }}>
        <Button
          size="small"
          color="inherit"
          disabled={place.index === 0}
          startIcon={<ArrowUp size={16} aria-hidden />}
          onClick={() => onMove(place.index - 1)}
        >
          Move up
        </Button>
        <Button
          size="small"
          color="inherit"
          disabled={place.index === place.count - 1}
          startIcon={<ArrowDown size={16} aria-hidden />}
          onClick={() => onMove(place.index + 1)}
        >
          Move down
        </Button>
        {isFile(field) ? null : (
          <Button
            size="small"
            color="error"
            startIcon={<Trash2 size={16} aria-hidden />}
            onClick={onRemove}
            sx={{ ml: "auto" }}
          >
            Remove
          </Button>
        )}
      </Box>
    </Box>
  );
}

type PartProps = Pick<FieldSettingsProps, "field" | "onChange">;

function Limits({ field, errors, onChange }: PartProps & { readonly errors: FieldErrors }) {
  const { lowest, highest } = field;
  return (
    <Box sx={columns}>
      <NumberField
        label="At least"
        value={field.min}
        onChange={(min) => onChange({ min })}
        error={errors("min")}
        {...(lowest === null ? {} : { help: `The node accepts ${lowest} or more.` })}
      />
      <NumberField
        label="At most"
        value={field.max}
        onChange={(max) => onChange({ max })}
        error={errors("max")}
        {...(highest === null ? {} : { help: `The node accepts ${highest} or less.` })}
      />
    </Box>
  );
}

function Switches({ field, onChange }: PartProps) {
  const switches: readonly (readonly ["is_advanced" | "required" | "is_multiline", string, boolean])[] = [
    ["is_advanced", "Advanced: shown after the others, folded", true],
    ["required", "Required: cannot be left empty", !isFile(field)],
    ["is_multiline", "Several lines", field.type === "text"],
  ];
  return (
    <Box sx={{ display: "grid" }}>
      {switches
        .filter(([, , isPossible]) => isPossible)
        .map(([name, label]) => (
          <FormControlLabel
            key={name}
            label={label}
            control={
              <Switch
                size="small"
                checked={field[name]}
                onChange={(_event, isOn) => onChange({ [name]: isOn })}
              />
            }
          />
        ))}
    </Box>
  );
}
