import Box from "@mui/material/Box";
import { useQuery } from "@tanstack/react-query";
import type { FieldErrors } from "@/api/field-errors";
import { checkpointsQuery, ModelSelect } from "@/features/models";
import { SliderField } from "@/ui/slider-field";
import { TextField } from "@/ui/text-field";
import type { ImageSettings } from "./image-settings";

interface AdvancedSectionProps {
  readonly images: ImageSettings;
  readonly onChange: (patch: Partial<ImageSettings>) => void;
  readonly errors: FieldErrors;
}

/** Choices that are rarely needed: another VAE, clip skip, a refiner. */
export function AdvancedSection({ images, onChange, errors }: AdvancedSectionProps) {
  const { refiner } = images;
  const refiners = (useQuery(checkpointsQuery).data ?? []).filter(
    ({ name, variant }) => variant === "refiner" || name === refiner?.model,
  );
  return (
    <Box sx={{ display: "grid", gap: 1.5, pt: 0.5 }}>
      <ModelSelect
        kind="vae"
        label="VAE"
        none="That of the model"
        value={images.vae}
        onChange={(vae) => onChange({ vae })}
        error={errors("vae")}
      />
      <SliderField
        label="Clip skip"
        value={images.clipSkip}
        min={1}
        max={24}
        sliderMax={4}
        step={1}
        onChange={(clipSkip) => onChange({ clipSkip })}
        error={errors("clip_skip")}
      />
      {refiners.length === 0 ? null : (
        <TextField
          size="small"
          fullWidth
          label="Refiner"
          value={refiner?.model ?? ""}
          onChange={(event) =>
            onChange({
              refiner: event.target.value === "" ? null : { model: event.target.value, switchAt: 0.8 },
            })
          }
          error={errors("refiner") !== undefined}
          helperText={errors("refiner")}
          options={[
            <option key="" value="">
              None
            </option>,
            ...refiners.map(({ name, display_name }) => (
              <option key={name} value={name}>
                {display_name}
              </option>
            )),
          ]}
        />
      )}
      {refiner === null ? null : (
        <SliderField
          label="Refiner takes over at"
          value={refiner.switchAt}
          min={0.05}
          max={0.95}
          step={0.05}
          onChange={(switchAt) => onChange({ refiner: { ...refiner, switchAt } })}
        />
      )}
    </Box>
  );
}
