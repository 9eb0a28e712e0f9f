import { useQuery } from "@tanstack/react-query";
import { messageOf } from "@/api/problem";
import type { Model, ModelKind } from "@/api/types";
import { modelTitle } from "@/lib/format";
import { TextField } from "@/ui/text-field";
import { modelsOfKindQuery } from "./queries";

interface ModelSelectProps {
  readonly kind: ModelKind;
  readonly label: string;
  /** File name that ComfyUI uses; null if none is chosen. */
  readonly value: string | null;
  readonly onChange: (name: string | null, model: Model | null) => void;
  /** Text of the choice of none. */
  readonly none: string;
  readonly error?: string | undefined;
}

/** Select a model of a kind other than checkpoints and LoRAs, such as an upscale model. */
export function ModelSelect({ kind, label, value, onChange, none, error }: ModelSelectProps) {
  const query = useQuery(modelsOfKindQuery(kind));
  const models = query.data ?? [];
  const isListed = models.some(({ name }) => name === value);
  const problem =
    error ??
    (query.error === null ? undefined : messageOf(query.error)) ??
    (query.isSuccess && models.length === 0 ? "No ComfyUI server has such a model." : undefined);
  return (
    <TextField
      size="small"
      fullWidth
      label={label}
      value={value ?? ""}
      onChange={(event) => {
        const name = event.target.value === "" ? null : event.target.value;
        onChange(name, models.find((model) => model.name === name) ?? null);
      }}
      error={error !== undefined}
      helperText={problem}
      options={[
        <option key="" value="">
          {none}
        </option>,
        ...(value === null || isListed
          ? []
          : [
              <option key={value} value={value}>
                {modelTitle(value)}
              </option>,
            ]),
        ...models.map((model) => (
          <option key={model.name} value={model.name}>
            {model.display_name}
          </option>
        )),
      ]}
    />
  );
}
