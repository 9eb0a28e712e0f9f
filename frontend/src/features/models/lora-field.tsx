import Box from "@mui/material/Box";
import Chip from "@mui/material/Chip";
import IconButton from "@mui/material/IconButton";
import Tooltip from "@mui/material/Tooltip";
import { Plus, Trash2 } from "lucide-react";
import type { Model } from "@/api/types";
import { modelTitle } from "@/lib/format";
import { SliderField } from "@/ui/slider-field";

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

/** A selected LoRA: its strength and trigger words. */
export function LoraField({ lora, model, error, onChange, onRemove, onTriggerWord }: LoraFieldProps) {
  const title = model?.display_name ?? modelTitle(lora.name);
  return (
    <Box sx={{ display: "flex", alignItems: "flex-start", gap: 1 }}>
      <Box sx={{ flex: 1, minWidth: 0 }}>
        <SliderField
          label={title}
          value={lora.strength_model}
          min={-20}
          max={20}
          sliderMin={-1}
          sliderMax={2}
          step={0.05}
          onChange={(strength) => onChange({ ...lora, strength_model: strength, strength_clip: strength })}
          error={error}
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
