import Box from "@mui/material/Box";
import IconButton from "@mui/material/IconButton";
import { Trash2 } from "lucide-react";
import { SliderField } from "@/ui/slider-field";
import { TextField } from "@/ui/text-field";
import { Tooltip } from "@/ui/tooltip";

export type PromptKey = "prompt" | "negativePrompt";

interface ChosenEmbeddingProps {
  readonly title: string;
  /** Whether a ComfyUI server has it. */
  readonly isKnown: boolean;
  readonly prompt: PromptKey;
  readonly weight: number;
  readonly onWeight: (weight: number) => void;
  readonly onMove: (to: PromptKey) => void;
  readonly onRemove: () => void;
}

const WEIGHT = { min: 0, max: 5, sliderMax: 2, step: 0.05 } as const;

/** An embedding that a prompt names: its weight, and which prompt it is in. */
export function ChosenEmbedding(props: ChosenEmbeddingProps) {
  const { title, isKnown, prompt, weight, onWeight, onMove, onRemove } = props;
  return (
    <Box sx={{ display: "flex", alignItems: "flex-start", gap: 1 }}>
      <Box sx={{ flex: 1, minWidth: 0, display: "grid", gap: 1 }}>
        <SliderField
          label={title}
          value={weight}
          {...WEIGHT}
          onChange={onWeight}
          error={isKnown ? undefined : "No ComfyUI server has this embedding."}
        />
        <TextField
          size="small"
          fullWidth
          value={prompt}
          onChange={(event) => onMove(event.target.value as PromptKey)}
          slotProps={{ htmlInput: { "aria-label": `Where ${title} is named` } }}
          options={[
            <option key="prompt" value="prompt">
              In the prompt
            </option>,
            <option key="negativePrompt" value="negativePrompt">
              In the negative prompt
            </option>,
          ]}
        />
      </Box>
      <Tooltip title="Remove">
        <IconButton size="small" aria-label={`Remove ${title}`} onClick={onRemove}>
          <Trash2 size={17} aria-hidden />
        </IconButton>
      </Tooltip>
    </Box>
  );
}
