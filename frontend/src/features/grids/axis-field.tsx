import Box from "@mui/material/Box";
import Chip from "@mui/material/Chip";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import type { GridParameter } from "@/api/types";
import { checkpointsQuery, modelsOfKindQuery, samplingOptionsQuery } from "@/features/models";
import { TextField } from "@/ui/text-field";
import { PARAMETERS } from "./parameters";
import { countValues, hasValue, toggleValue } from "./values";

export interface AxisDraft {
  /** Null: the axis is not used. */
  readonly parameter: GridParameter | null;
  readonly values: string;
}

interface AxisFieldProps {
  readonly name: "X" | "Y" | "Z";
  readonly meaning: string;
  readonly axis: AxisDraft;
  readonly onChange: (axis: AxisDraft) => void;
  readonly error: string | undefined;
}

/** One axis: what it varies, and its values. */
export function AxisField({ name, meaning, axis, onChange, error }: AxisFieldProps) {
  const info = axis.parameter === null ? null : PARAMETERS[axis.parameter];
  const count = countValues(axis.values);
  return (
    <Box
      component="fieldset"
      sx={{
        m: 0,
        minWidth: 0,
        p: 2,
        display: "grid",
        gap: 1.5,
        border: 1,
        borderColor: error === undefined ? "divider" : "error.main",
        borderRadius: "12px",
      }}
    >
      <Box component="legend" sx={{ px: 0.75, fontWeight: 700 }}>
        {name}
        <Typography component="span" variant="body2" sx={{ ml: 1, color: "text.secondary" }}>
          {meaning}
        </Typography>
      </Box>
      <Box sx={{ display: "grid", gap: 1.5, gridTemplateColumns: { xs: "1fr", sm: "220px 1fr" } }}>
        <TextField
          label={`${name} parameter`}
          size="small"
          value={axis.parameter ?? ""}
          onChange={(event) =>
            onChange({ parameter: (event.target.value || null) as GridParameter | null, values: "" })
          }
          options={
            <>
              {name === "X" ? null : <option value="">Not used</option>}
              {Object.entries(PARAMETERS).map(([parameter, { label }]) => (
                <option key={parameter} value={parameter}>
                  {label}
                </option>
              ))}
            </>
          }
        />
        {info === null ? null : (
          <TextField
            label={`${name} values`}
            size="small"
            multiline
            maxRows={5}
            value={axis.values}
            placeholder={info.placeholder}
            onChange={(event) => onChange({ ...axis, values: event.target.value })}
            error={error !== undefined}
            helperText={error ?? [info.help, countText(count)].filter(Boolean).join(" ")}
            slotProps={{ inputLabel: { shrink: true } }}
          />
        )}
      </Box>
      {axis.parameter === null ? null : (
        <Choices
          parameter={axis.parameter}
          values={axis.values}
          onToggle={(value) => onChange({ ...axis, values: toggleValue(axis.values, value) })}
        />
      )}
    </Box>
  );
}

const countText = (count: number): string =>
  count === 0 ? "" : count === 1 ? "1 value." : `${count} values.`;

interface ChoicesProps {
  readonly parameter: GridParameter;
  readonly values: string;
  readonly onToggle: (value: string) => void;
}

/** What the servers offer for the parameter, to choose from. */
function Choices({ parameter, values, onToggle }: ChoicesProps) {
  const options = useOptions(parameter);
  if (options.length === 0) return null;
  return (
    <Box
      role="group"
      aria-label="Available values"
      sx={{ display: "flex", flexWrap: "wrap", gap: 0.75, maxHeight: 132, overflowY: "auto", py: 0.25 }}
    >
      {options.map((option) => {
        const isChosen = hasValue(values, option);
        return (
          <Chip
            key={option}
            label={option}
            size="small"
            clickable
            color={isChosen ? "primary" : "default"}
            variant={isChosen ? "filled" : "outlined"}
            aria-pressed={isChosen}
            onClick={() => onToggle(option)}
          />
        );
      })}
    </Box>
  );
}

function useOptions(parameter: GridParameter): readonly string[] {
  const sampling = useQuery(samplingOptionsQuery).data;
  const checkpoints = useQuery({ ...checkpointsQuery, enabled: parameter === "checkpoint_model" }).data;
  const loras = useQuery({ ...modelsOfKindQuery("lora"), enabled: parameter === "lora" }).data;
  const vaes = useQuery({ ...modelsOfKindQuery("vae"), enabled: parameter === "vae" }).data;
  if (parameter === "sampler_name") return sampling?.samplers ?? [];
  if (parameter === "scheduler") return sampling?.schedulers ?? [];
  if (parameter === "checkpoint_model") return checkpoints?.map(({ name }) => name) ?? [];
  if (parameter === "lora") return loras?.map(({ name }) => name) ?? [];
  if (parameter === "vae") return vaes?.map(({ name }) => name) ?? [];
  return [];
}
