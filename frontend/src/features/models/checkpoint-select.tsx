import { useQuery } from "@tanstack/react-query";
import { messageOf } from "@/api/problem";
import type { Model } from "@/api/types";
import { modelTitle } from "@/lib/format";
import { Autocomplete } from "@/ui/autocomplete";
import { TextField } from "@/ui/text-field";
import { ModelOption } from "./model-option";
import { checkpointsQuery } from "./queries";

interface CheckpointSelectProps {
  /** File name that ComfyUI uses; null uses the default model. */
  readonly value: string | null;
  readonly onChange: (name: string | null, model: Model | null) => void;
  readonly error?: string | undefined;
}

/** Select a checkpoint; only those available on a ComfyUI server are listed. */
export function CheckpointSelect({ value, onChange, error }: CheckpointSelectProps) {
  const query = useQuery(checkpointsQuery);
  const models = query.data ?? [];
  const byName = new Map(models.map((model) => [model.name, model]));
  const isUnavailable = value !== null && query.isSuccess && !byName.has(value);
  const problem = error ?? (isUnavailable ? "This model is not available on any ComfyUI server." : undefined);
  return (
    <Autocomplete
      options={models.map((model) => model.name)}
      value={value}
      onChange={(_event, name) => onChange(name, name === null ? null : (byName.get(name) ?? null))}
      loading={query.isPending}
      noOptionsText={query.error === null ? "No matching models" : messageOf(query.error)}
      getOptionLabel={(name) => byName.get(name)?.display_name ?? modelTitle(name)}
      isOptionEqualToValue={(option, chosen) => option === chosen}
      autoHighlight
      renderOption={({ key, ...props }, name) => {
        const model = byName.get(name);
        return (
          <li key={key} {...props}>
            {model === undefined ? name : <ModelOption model={model} />}
          </li>
        );
      }}
      renderInput={(params) => (
        <TextField
          {...params}
          label="Model"
          slotProps={{ ...params.slotProps, inputLabel: { ...params.slotProps?.inputLabel, shrink: true } }}
          placeholder="Default model"
          error={problem !== undefined}
          helperText={problem}
        />
      )}
    />
  );
}
