import Box from "@mui/material/Box";
import IconButton from "@mui/material/IconButton";
import { useQuery } from "@tanstack/react-query";
import { LayoutGrid } from "lucide-react";
import { useState } from "react";
import { messageOf } from "@/api/problem";
import type { Model } from "@/api/types";
import { lazyOnOpen } from "@/lib/code";
import { modelTitle } from "@/lib/format";
import { Autocomplete } from "@/ui/autocomplete";
import { TextField } from "@/ui/text-field";
import { Tooltip } from "@/ui/tooltip";
import { ModelOption } from "./model-option";
import { checkpointsQuery } from "./queries";

const ModelDialog = lazyOnOpen(async () => (await import("./cards/model-dialog")).ModelDialog);

interface CheckpointSelectProps {
  /** File name that ComfyUI uses; null uses the default model. */
  readonly value: string | null;
  readonly onChange: (name: string | null, model: Model | null) => void;
  readonly error?: string | undefined;
  /** Offers the models as cards too. */
  readonly hasCards?: boolean;
}

/** Select a checkpoint; only those available on a ComfyUI server are listed. */
export function CheckpointSelect({ value, onChange, error, hasCards = false }: CheckpointSelectProps) {
  const [isOpen, setIsOpen] = useState(false);
  const query = useQuery(checkpointsQuery);
  const models = query.data ?? [];
  const byName = new Map(models.map((model) => [model.name, model]));
  const isUnavailable = value !== null && query.isSuccess && !byName.has(value);
  const problem = error ?? (isUnavailable ? "This model is not available on any ComfyUI server." : undefined);
  const field = (
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
  if (!hasCards) return field;
  return (
    <Box sx={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr) auto", gap: 0.5 }}>
      {field}
      <Tooltip title="Models as cards">
        <IconButton
          aria-label="Models as cards"
          aria-haspopup="dialog"
          onClick={() => setIsOpen(true)}
          sx={{ alignSelf: "start", mt: 1 }}
        >
          <LayoutGrid size={19} aria-hidden />
        </IconButton>
      </Tooltip>
      <ModelDialog
        open={isOpen}
        chosen={value}
        onChoose={(model) => onChange(model.name, model)}
        onClose={() => setIsOpen(false)}
      />
    </Box>
  );
}
