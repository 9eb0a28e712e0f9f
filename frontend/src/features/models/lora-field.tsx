import Box from "@mui/material/Box";
import Chip from "@mui/material/Chip";
import FormControlLabel from "@mui/material/FormControlLabel";
import IconButton from "@mui/material/IconButton";
import Switch from "@mui/material/Switch";
import { Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import type { Model } from "@/api/types";
import { modelTitle } from "@/lib/format";
import { SliderField } from "@/ui/slider-field";
import { Tooltip } from "@/ui/tooltip";

export interface LoraChoice {
  readonly name: string;
  /** Factor on the weights of the diffusion model and of the text encoder. */
  readonly strength_model: number;
  readonly strength_clip: number;
}

interface LoraFieldProps {
  readonly lora: LoraChoice;
  /** Undefined while no ComfyUI server has it. */
  readonly model: Model | undefined;
  readonly error: string | undefined;
  readonly onChange: (lora: LoraChoice) => void;
  readonly onRemove: () => void;
  readonly onTriggerWord: (word: string) => void;
}

const MAX_SHOWN_WORDS = 8;
const STRENGTH = { min: -20, max: 20, sliderMin: -1, sliderMax: 2, step: 0.05 } as const;

/** A selected LoRA: its strengths, one for model and text encoder unless set apart, and trigger words. */
export function LoraField({ lora, model, error, onChange, onRemove, onTriggerWord }: LoraFieldProps) {
  // Reused settings may have strengths that differ.
  const [isSwitchedOn, setIsApart] = useState(false);
  const isApart = isSwitchedOn || lora.strength_model !== lora.strength_clip;
  const title = model?.display_name ?? modelTitle(lora.name);
  return (
    <Box sx={{ display: "flex", alignItems: "flex-start", gap: 1 }}>
      <Box sx={{ flex: 1, minWidth: 0 }}>
        <SliderField
          label={isApart ? `${title}: model` : title}
          value={lora.strength_model}
          {...STRENGTH}
          onChange={(strength) =>
            onChange({ ...lora, strength_model: strength, ...(isApart ? {} : { strength_clip: strength }) })
          }
          error={error}
        />
        {isApart ? (
          <SliderField
            label={`${title}: text encoder`}
            value={lora.strength_clip}
            {...STRENGTH}
            onChange={(strength) => onChange({ ...lora, strength_clip: strength })}
          />
        ) : null}
        <FormControlLabel
          control={
            <Switch
              size="small"
              checked={isApart}
              onChange={(_event, next) => {
                setIsApart(next);
                if (!next) onChange({ ...lora, strength_clip: lora.strength_model });
              }}
              slotProps={{ input: { "aria-label": `Separate text encoder strength for ${title}` } }}
            />
          }
          label="Separate text encoder strength"
          slotProps={{ typography: { variant: "body2", color: "text.secondary" } }}
        />
        <Box sx={{ display: "flex", flexWrap: "wrap", gap: 0.5 }}>
          {(model?.trigger_words ?? []).slice(0, MAX_SHOWN_WORDS).map((word) => (
            <Chip
              key={word}
              size="small"
              variant="outlined"
              icon={<Plus size={13} aria-hidden />}
              label={word}
              aria-label={`Add ${word} to the prompt`}
              onClick={() => onTriggerWord(word)}
            />
          ))}
        </Box>
      </Box>
      <Tooltip title="Remove">
        <IconButton size="small" aria-label={`Remove ${title}`} onClick={onRemove}>
          <Trash2 size={17} aria-hidden />
        </IconButton>
      </Tooltip>
    </Box>
  );
}
