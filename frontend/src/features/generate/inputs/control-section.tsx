import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { Plus, Trash2 } from "lucide-react";
import type { FieldErrors } from "@/api/field-errors";
import { ChosenImageView, ImagePicker } from "@/features/inputs";
import { ModelSelect } from "@/features/models";
import { SliderField } from "@/ui/slider-field";
import { TextField } from "@/ui/text-field";
import { EdgePreview } from "./edge-preview";
import { type ControlChoice, type ControlType, MAX_CONTROLS, newControl } from "./image-settings";

interface ControlSectionProps {
  readonly control: readonly ControlChoice[];
  readonly onChange: (control: readonly ControlChoice[]) => void;
  readonly errors: FieldErrors;
}

const TYPES: Readonly<Record<ControlType, string>> = {
  auto: "As the model was made for",
  canny: "Edges (Canny)",
  lineart: "Line art",
  mlsd: "Straight lines",
  scribble: "Scribble",
  hed: "Soft edges",
  depth: "Depth",
  normal: "Surface normals",
  openpose: "Pose",
  segment: "Segments",
  tile: "Tile",
  repaint: "Repaint",
};
const PART = { min: 0, max: 1, step: 0.01 } as const;

/** ControlNets: images that guide shapes, poses or edges. */
export function ControlSection({ control, onChange, errors }: ControlSectionProps) {
  const replace = (index: number, patch: Partial<ControlChoice>) =>
    onChange(control.map((one, place) => (place === index ? { ...one, ...patch } : one)));
  return (
    <Box sx={{ display: "grid", gap: 2 }}>
      {control.map((one, index) => (
        <Layer
          // biome-ignore lint/suspicious/noArrayIndexKey: layers have no other identity and are not reordered
          key={index}
          number={index + 1}
          layer={one}
          onChange={(patch) => replace(index, patch)}
          onRemove={() => onChange(control.filter((_, place) => place !== index))}
          errorAt={(name) => errors(`control.${index}${name === "" ? "" : `.${name}`}`)}
        />
      ))}
      {control.length < MAX_CONTROLS ? (
        <Button
          size="small"
          startIcon={<Plus size={16} aria-hidden />}
          onClick={() => onChange([...control, newControl()])}
          sx={{ justifySelf: "start" }}
        >
          Add a control image
        </Button>
      ) : null}
    </Box>
  );
}

interface LayerProps {
  readonly number: number;
  readonly layer: ControlChoice;
  readonly onChange: (patch: Partial<ControlChoice>) => void;
  readonly onRemove: () => void;
  readonly errorAt: (name: string) => string | undefined;
}

function Layer({ number, layer, onChange, onRemove, errorAt }: LayerProps) {
  return (
    <Box
      role="group"
      aria-label={`Control ${number}`}
      sx={{ display: "grid", gap: 1.25, p: 1.5, border: 1, borderColor: "divider", borderRadius: "10px" }}
    >
      <Box sx={{ display: "flex", alignItems: "center" }}>
        <Typography variant="body2" sx={{ flex: 1, fontWeight: 600 }}>
          Control {number}
        </Typography>
        <Button size="small" color="inherit" startIcon={<Trash2 size={15} aria-hidden />} onClick={onRemove}>
          Remove
        </Button>
      </Box>
      {layer.image === null ? (
        <ImagePicker
          label={`Image of control ${number}`}
          onImage={({ reference }) => onChange({ image: reference })}
        />
      ) : (
        <Box sx={{ display: "flex", gap: 2 }}>
          <ChosenImageView
            image={layer.image}
            removeLabel={`Remove the image of control ${number}`}
            onRemove={() => onChange({ image: null })}
          />
          {layer.preprocessor === "canny" ? <EdgePreview image={layer.image} /> : null}
        </Box>
      )}
      <ModelSelect
        kind="controlnet"
        label="ControlNet"
        none="Choose a model"
        value={layer.model}
        onChange={(model) => onChange({ model })}
        error={errorAt("model")}
      />
      <Box sx={{ display: "grid", gridTemplateColumns: "1fr 1fr", gap: 1.25 }}>
        <TextField
          size="small"
          label="The image shows"
          value={layer.type}
          onChange={(event) => onChange({ type: event.target.value as ControlType })}
          error={errorAt("type") !== undefined}
          helperText={errorAt("type")}
          options={Object.entries(TYPES).map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        />
        <TextField
          size="small"
          label="Preparation"
          value={layer.preprocessor}
          onChange={(event) => onChange({ preprocessor: event.target.value === "canny" ? "canny" : "none" })}
          error={errorAt("preprocessor") !== undefined}
          helperText={errorAt("preprocessor")}
          options={[
            <option key="none" value="none">
              None: use it as it is
            </option>,
            <option key="canny" value="canny">
              Find edges (Canny)
            </option>,
          ]}
        />
      </Box>
      <SliderField
        label={`Strength of control ${number}`}
        value={layer.strength}
        min={0}
        max={10}
        sliderMax={2}
        step={0.05}
        onChange={(strength) => onChange({ strength })}
        error={errorAt("strength")}
      />
      <Box sx={{ display: "grid", gridTemplateColumns: "1fr 1fr", gap: 1.25 }}>
        <SliderField
          label="From"
          value={layer.start}
          {...PART}
          onChange={(start) => onChange({ start })}
          error={errorAt("start")}
        />
        <SliderField
          label="To"
          value={layer.end}
          {...PART}
          onChange={(end) => onChange({ end })}
          error={errorAt("end")}
        />
      </Box>
    </Box>
  );
}
