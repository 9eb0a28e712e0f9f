import Box from "@mui/material/Box";
import FormHelperText from "@mui/material/FormHelperText";
import type { FieldErrors } from "@/api/field-errors";
import { ChosenImageView, ImagePicker, keyOf } from "@/features/inputs";
import { SliderField } from "@/ui/slider-field";
import { MAX_REFERENCES, type ReferenceChoice } from "./image-settings";

interface ReferenceSectionProps {
  readonly references: readonly ReferenceChoice[];
  readonly onChange: (references: readonly ReferenceChoice[]) => void;
  readonly errors: FieldErrors;
}

/** Images whose style or content the result follows; for models that read references. */
export function ReferenceSection({ references, onChange, errors }: ReferenceSectionProps) {
  const error = errors("references");
  return (
    <Box sx={{ display: "grid", gap: 1.5 }}>
      {references.map((one, index) => (
        <Box key={keyOf(one.image)} sx={{ display: "flex", gap: 2, alignItems: "center" }}>
          <ChosenImageView
            image={one.image}
            removeLabel={`Remove reference ${index + 1}`}
            onRemove={() => onChange(references.filter((_, place) => place !== index))}
          />
          <Box sx={{ flex: 1 }}>
            <SliderField
              label={`Strength of reference ${index + 1}`}
              value={one.strength}
              min={0}
              max={10}
              sliderMax={2}
              step={0.05}
              onChange={(strength) =>
                onChange(references.map((other, place) => (place === index ? { ...other, strength } : other)))
              }
            />
          </Box>
        </Box>
      ))}
      {error === undefined ? null : <FormHelperText error>{error}</FormHelperText>}
      {references.length < MAX_REFERENCES ? (
        <ImagePicker
          label={references.length === 0 ? "Reference image" : "Another reference image"}
          onImage={({ reference }) =>
            references.some(({ image }) => keyOf(image) === keyOf(reference))
              ? undefined
              : onChange([...references, { image: reference, strength: 1 }])
          }
        />
      ) : null}
    </Box>
  );
}
