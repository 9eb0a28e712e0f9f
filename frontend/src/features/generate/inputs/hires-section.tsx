import Box from "@mui/material/Box";
import FormControlLabel from "@mui/material/FormControlLabel";
import Switch from "@mui/material/Switch";
import ToggleButton from "@mui/material/ToggleButton";
import ToggleButtonGroup from "@mui/material/ToggleButtonGroup";
import Typography from "@mui/material/Typography";
import type { FieldErrors } from "@/api/field-errors";
import { ModelSelect } from "@/features/models";
import { SliderField } from "@/ui/slider-field";
import { FIRST_HIRES, type HiresChoice } from "./image-settings";

interface HiresSectionProps {
  readonly hires: HiresChoice | null;
  /** Size before it is enlarged, in pixels. */
  readonly width: number;
  readonly height: number;
  readonly onChange: (hires: HiresChoice | null) => void;
  readonly errors: FieldErrors;
}

/** Below it, an image that was enlarged as latents stays blurred. */
const DENOISE = { latent: 0.55, model: 0.35 } as const;

/** Hires fix: enlarge the image and sample it again, for more detail. */
export function HiresSection({ hires, width, height, onChange, errors }: HiresSectionProps) {
  return (
    <Box sx={{ display: "grid", gap: 1.25 }}>
      <FormControlLabel
        control={
          <Switch checked={hires !== null} onChange={(_event, isOn) => onChange(isOn ? FIRST_HIRES : null)} />
        }
        label="Enlarge and refine (hires fix)"
      />
      {hires === null ? null : (
        <>
          <SliderField
            label="Scale"
            value={hires.scale}
            min={1.05}
            max={4}
            sliderMax={3}
            step={0.05}
            onChange={(scale) => onChange({ ...hires, scale })}
            error={errors("hires.scale")}
          />
          <Typography variant="caption" sx={{ color: "text.secondary" }}>
            About {Math.round(width * hires.scale)} × {Math.round(height * hires.scale)} px
          </Typography>
          <ToggleButtonGroup
            exclusive
            size="small"
            value={hires.method}
            aria-label="How it is enlarged"
            onChange={(_event, method: HiresChoice["method"] | null) =>
              method === null ? undefined : onChange({ ...hires, method, denoise: DENOISE[method] })
            }
          >
            <ToggleButton value="latent" sx={{ px: 1.5 }}>
              Latent
            </ToggleButton>
            <ToggleButton value="model" sx={{ px: 1.5 }}>
              Upscale model
            </ToggleButton>
          </ToggleButtonGroup>
          {hires.method === "model" ? (
            <ModelSelect
              kind="upscaler"
              label="Upscale model"
              none="Choose a model"
              value={hires.upscaleModel}
              onChange={(upscaleModel) => onChange({ ...hires, upscaleModel })}
              error={errors("hires.upscale_model")}
            />
          ) : null}
          <SliderField
            label="Denoise of the second pass"
            value={hires.denoise}
            min={0}
            max={1}
            step={0.01}
            onChange={(denoise) => onChange({ ...hires, denoise })}
            error={errors("hires.denoise")}
          />
        </>
      )}
    </Box>
  );
}
