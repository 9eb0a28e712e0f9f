import Autocomplete from "@mui/material/Autocomplete";
import Box from "@mui/material/Box";
import IconButton from "@mui/material/IconButton";
import TextField from "@mui/material/TextField";
import Tooltip from "@mui/material/Tooltip";
import { useQuery } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { modelTitle } from "@/lib/format";
import { SliderField } from "@/ui/slider-field";
import { lorasQuery } from "./queries";

export interface LoraChoice {
  readonly name: string;
  /** Factor on the weights of the diffusion model and of the text encoder. */
  readonly strength_model: number;
  readonly strength_clip: number;
}

interface LoraPickerProps {
  readonly value: readonly LoraChoice[];
  readonly onChange: (loras: LoraChoice[]) => void;
  /** What the server said about a choice, by its place. */
  readonly errorAt: (index: number) => string | undefined;
}

const MAX_LORAS = 10;
const FIRST_STRENGTH = 0.8;

/** Choose LoRAs and how strongly each one works. */
export function LoraPicker({ value, onChange, errorAt }: LoraPickerProps) {
  const query = useQuery(lorasQuery);
  const models = query.data?.items.filter((model) => model.available) ?? [];
  const titleOf = (name: string) =>
    models.find((model) => model.name === name)?.display_name ?? modelTitle(name);
  const strengths = new Map(value.map((lora) => [lora.name, lora]));
  if (query.isSuccess && models.length === 0 && value.length === 0) return null;

  const choose = (names: readonly string[]) =>
    onChange(
      names.map(
        (name) =>
          strengths.get(name) ?? { name, strength_model: FIRST_STRENGTH, strength_clip: FIRST_STRENGTH },
      ),
    );
  const change = (name: string, strength: number) =>
    onChange(
      value.map((lora) =>
        lora.name === name ? { ...lora, strength_model: strength, strength_clip: strength } : lora,
      ),
    );

  return (
    <Box sx={{ display: "grid", gap: 1.5 }}>
      <Autocomplete
        multiple
        disableCloseOnSelect
        options={models.map((model) => model.name)}
        value={value.map((lora) => lora.name)}
        onChange={(_event, names) => choose(names)}
        getOptionLabel={titleOf}
        getOptionDisabled={() => value.length >= MAX_LORAS}
        loading={query.isPending}
        noOptionsText="No such LoRA"
        renderValue={() => null}
        renderInput={(params) => (
          <TextField
            {...params}
            label="LoRAs"
            placeholder={value.length === 0 ? "Add a style or subject" : "Add another"}
          />
        )}
      />
      {value.map((lora, index) => (
        <Box key={lora.name} sx={{ display: "flex", alignItems: "flex-start", gap: 1 }}>
          <Box sx={{ flex: 1, minWidth: 0 }}>
            <SliderField
              label={titleOf(lora.name)}
              value={lora.strength_model}
              min={-20}
              max={20}
              sliderMin={-1}
              sliderMax={2}
              step={0.05}
              onChange={(strength) => change(lora.name, strength)}
              error={errorAt(index)}
            />
          </Box>
          <Tooltip title="Remove">
            <IconButton
              size="small"
              aria-label={`Remove ${titleOf(lora.name)}`}
              onClick={() => onChange(value.filter((other) => other.name !== lora.name))}
            >
              <Trash2 size={17} aria-hidden />
            </IconButton>
          </Tooltip>
        </Box>
      ))}
    </Box>
  );
}
