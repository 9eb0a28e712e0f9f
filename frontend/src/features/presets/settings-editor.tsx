import Box from "@mui/material/Box";
import IconButton from "@mui/material/IconButton";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import type { FieldErrors } from "@/api/field-errors";
import { checkpointsQuery, modelsOfKindQuery, samplingOptionsQuery } from "@/features/models";
import { TextField } from "@/ui/text-field";
import {
  additionsOf,
  FIELDS,
  LORAS,
  type Lora,
  lorasOf,
  type Options,
  type Row,
  rowsOf,
  type Settings,
  valueAt,
  withLoras,
  withValue,
} from "./settings-values";

export interface SettingsEditorProps {
  readonly settings: Settings;
  readonly onChange: (settings: Record<string, unknown>) => void;
  /** The settings of the form that is shown, from which values are added. */
  readonly form: Settings | null;
  /** Messages by paths such as `params.steps`. */
  readonly errors: FieldErrors;
}

/** What a preset sets: a line for each value, to edit or remove it, and a list of values to add. */
export function SettingsEditor({ settings, onChange, form, errors }: SettingsEditorProps) {
  const options = useOptions();
  const additions = additionsOf(settings, form);
  const rows = rowsOf(settings);
  return (
    <Box role="group" aria-label="Settings">
      <Typography variant="body2" sx={{ color: "text.secondary", mb: 1 }}>
        {rows.length === 0
          ? "It sets nothing yet. Add values below."
          : "It sets these values. All others stay as they are in the form."}
      </Typography>
      <Box sx={{ display: "grid", gap: 1, gridTemplateColumns: "minmax(0, 1fr)" }}>
        {rows.map((row) =>
          row.path === LORAS ? (
            <Loras
              key={row.path}
              loras={lorasOf(settings)}
              errors={errors}
              onChange={(next) => onChange(withLoras(settings, next))}
            />
          ) : (
            <Line key={row.path} label={row.label} onRemove={() => onChange(without(settings, row))}>
              {row.fields.map((path) => (
                <ValueField
                  key={path}
                  path={path}
                  value={valueAt(settings, path)}
                  options={options[FIELDS[path]?.options ?? "none"]}
                  error={errors(path)}
                  onChange={(value) => onChange(withValue(settings, path, value))}
                />
              ))}
            </Line>
          ),
        )}
      </Box>
      {additions.length === 0 ? null : (
        <TextField
          size="small"
          label="Add a value"
          value=""
          onChange={(event) =>
            onChange(additions[Number(event.target.value)]?.add(settings) ?? { ...settings })
          }
          sx={{ mt: 1.5, minWidth: 200 }}
          options={
            <>
              <option value="" />
              {additions.map(({ label }, place) => (
                <option key={label} value={place}>
                  {label}
                </option>
              ))}
            </>
          }
        />
      )}
    </Box>
  );
}

const without = (settings: Settings, { path, fields }: Row): Record<string, unknown> =>
  [path, ...fields].reduce<Record<string, unknown>>((rest, one) => withValue(rest, one, undefined), {
    ...settings,
  });

interface Choice {
  readonly value: string;
  readonly label: string;
}

/** Return the values that can be chosen, by where they come from. */
function useOptions(): Readonly<Record<Options | "none", readonly Choice[] | undefined>> {
  const models = useQuery(checkpointsQuery).data ?? [];
  const vaes = useQuery(modelsOfKindQuery("vae")).data ?? [];
  const sampling = useQuery(samplingOptionsQuery).data;
  const same = (names: readonly string[] = []) => names.map((name) => ({ value: name, label: name }));
  return {
    models: models.map(({ name, display_name: label }) => ({ value: name, label })),
    vaes: vaes.map(({ name, display_name: label }) => ({ value: name, label })),
    samplers: same(sampling?.samplers),
    schedulers: same(sampling?.schedulers),
    none: undefined,
  };
}

interface LineProps {
  readonly label: string;
  readonly onRemove: () => void;
  readonly children: React.ReactNode;
}

function Line({ label, onRemove, children }: LineProps) {
  return (
    <Box sx={{ display: "flex", alignItems: "flex-start", gap: 1 }}>
      <Typography noWrap title={label} sx={{ width: { xs: 80, sm: 110 }, flex: "none", lineHeight: "40px" }}>
        {label}
      </Typography>
      <Box sx={{ flex: 1, minWidth: 0, display: "flex", gap: 1 }}>{children}</Box>
      <IconButton aria-label={`Remove ${label}`} onClick={onRemove} sx={{ height: 40, width: 40, mr: -1 }}>
        <X size={16} aria-hidden />
      </IconButton>
    </Box>
  );
}

interface ValueFieldProps {
  readonly path: string;
  readonly value: unknown;
  readonly options: readonly Choice[] | undefined;
  readonly error: string | undefined;
  readonly onChange: (value: unknown) => void;
}

/** A number, or one of the options; a value that is none of them can be kept. */
function ValueField({ path, value, options, error, onChange }: ValueFieldProps) {
  const label = FIELDS[path]?.label ?? path;
  const common = {
    size: "small",
    fullWidth: true,
    error: error !== undefined,
    helperText: error,
    value: String(value ?? ""),
  } as const;
  if (options === undefined) return <NumberField {...common} label={label} onNumber={onChange} />;
  const isListed = options.some((one) => one.value === value);
  return (
    <TextField
      {...common}
      required
      slotProps={{ htmlInput: { "aria-label": label } }}
      onChange={(event) => onChange(event.target.value)}
      options={
        <>
          {isListed ? null : <option value={common.value}>{common.value}</option>}
          {options.map((one) => (
            <option key={one.value} value={one.value}>
              {one.label}
            </option>
          ))}
        </>
      }
    />
  );
}

interface NumberFieldProps {
  readonly label: string;
  readonly value: string;
  readonly error: boolean;
  readonly helperText: string | undefined;
  /** Called with an empty text while there is no number, which the browser does not submit. */
  readonly onNumber: (value: number | "") => void;
}

function NumberField({ label, onNumber, ...field }: NumberFieldProps) {
  return (
    <TextField
      {...field}
      size="small"
      fullWidth
      required
      type="number"
      onChange={(event) => onNumber(event.target.value === "" ? "" : Number(event.target.value))}
      slotProps={{ htmlInput: { "aria-label": label, step: "any" } }}
    />
  );
}

interface LorasProps {
  readonly loras: readonly Lora[];
  readonly errors: FieldErrors;
  readonly onChange: (loras: readonly Lora[]) => void;
}

/** A line for each LoRA with its strength. */
function Loras({ loras, errors, onChange }: LorasProps) {
  return loras.map((lora, place) => {
    const error = errors(`${LORAS}.${place}`);
    const { name } = lora;
    return (
      <Line key={name} label="LoRA" onRemove={() => onChange(loras.filter((one) => one !== lora))}>
        <Typography noWrap title={name} sx={{ flex: 1, minWidth: 0, lineHeight: "40px" }}>
          {name}
        </Typography>
        <Box sx={{ width: { xs: 76, sm: 96 }, flex: "none" }}>
          <NumberField
            label={`Strength of ${name}`}
            value={String(lora.strength_model)}
            error={error !== undefined}
            helperText={error}
            onNumber={(value) => {
              const changed = { ...lora, strength_model: value, strength_clip: value };
              onChange(loras.map((one) => (one === lora ? changed : one)));
            }}
          />
        </Box>
      </Line>
    );
  });
}
