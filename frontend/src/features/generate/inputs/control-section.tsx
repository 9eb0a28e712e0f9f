import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import FormHelperText from "@mui/material/FormHelperText";
import Typography from "@mui/material/Typography";
import { Plus, Trash2 } from "lucide-react";
import type { FieldErrors } from "@/api/field-errors";
import { ChosenImageView, ImagePicker } from "@/features/inputs";
import { ModelSelect } from "@/features/models";
import { SliderField } from "@/ui/slider-field";
import { TextField } from "@/ui/text-field";
import { EdgePreview } from "./edge-preview";
import {
  type ControlChoice,
  type ControlType,
  fittedControl,
  MAX_CONTROLS,
  newControl,
} from "./image-settings";

interface ControlSectionProps {
  readonly control: readonly ControlChoice[];
  /** What the checkpoint reads itself, such as "canny"; none: the layers have ControlNets. */
  readonly maps: readonly string[];
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
/** What a checkpoint expects that reads the image itself. */
const MAPS: Readonly<Record<string, string>> = {
  canny: "an edge map: white lines on black",
  depth: "a depth map: near parts are bright, far parts are dark",
};
const PART = { min: 0, max: 1, step: 0.01 } as const;

/** Images that guide shapes, poses or edges, through ControlNets or read by the checkpoint itself. */
export function ControlSection({ control, maps, onChange, errors }: ControlSectionProps) {
  const isRead = maps.length > 0;
  const replace = (index: number, patch: Partial<ControlChoice>) =>
    onChange(control.map((one, place) => (place === index ? { ...one, ...patch } : one)));
  return (
    <Box sx={{ display: "grid", gap: 2 }}>
      {isRead ? (
        <Typography variant="body2">
          The checkpoint reads one control image itself, without a ControlNet:{" "}
          {maps.map((map) => MAPS[map] ?? map).join("; or ")}.
        </Typography>
      ) : null}
      {control.map((one, index) => (
        <Layer
          // biome-ignore lint/suspicious/noArrayIndexKey: layers have no other identity and are not reordered
          key={index}
          number={index + 1}
          layer={one}
          maps={maps}
          onChange={(patch) => replace(index, patch)}
          onRemove={() => onChange(control.filter((_, place) => place !== index))}
          errorAt={(name) => errors(`control.${index}${name === "" ? "" : `.${name}`}`)}
        />
      ))}
      <SectionError control={control} errors={errors} />
      {control.length < (isRead ? 1 : MAX_CONTROLS) ? (
        <Button
          size="small"
          startIcon={<Plus size={16} aria-hidden />}
          onClick={() => onChange([...control, ...fittedControl([newControl()], maps)])}
          sx={{ justifySelf: "start" }}
        >
          Add a control image
        </Button>
      ) : null}
    </Box>
  );
}

/** The error of the section as a whole; those of layers are shown at their fields. */
function SectionError({ control, errors }: Pick<ControlSectionProps, "control" | "errors">) {
  const error = errors("control");
  if (error === undefined || control.some((_, index) => errors(`control.${index}`) === error)) return null;
  return <FormHelperText error>{error}</FormHelperText>;
}

interface LayerProps {
  readonly number: number;
  readonly layer: ControlChoice;
  readonly maps: readonly string[];
  readonly onChange: (patch: Partial<ControlChoice>) => void;
  readonly onRemove: () => void;
  readonly errorAt: (name: string) => string | undefined;
}

function Layer({ number, layer, maps, onChange, onRemove, errorAt }: LayerProps) {
  const isRead = maps.length > 0;
  const imageError = errorAt("image");
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
      {imageError === undefined ? null : <FormHelperText error>{imageError}</FormHelperText>}
      {isRead ? (
        <ReadSettings layer={layer} maps={maps} onChange={onChange} errorAt={errorAt} />
      ) : (
        <NetworkSettings number={number} layer={layer} onChange={onChange} errorAt={errorAt} />
      )}
    </Box>
  );
}

type SettingsProps = Pick<LayerProps, "layer" | "onChange" | "errorAt">;

/** How a checkpoint reads the image itself. */
function ReadSettings({ layer, maps, onChange, errorAt }: SettingsProps & Pick<LayerProps, "maps">) {
  return maps.includes("canny") ? <Preparation layer={layer} onChange={onChange} errorAt={errorAt} /> : null;
}

/** The ControlNet of a layer, and how it acts. */
function NetworkSettings({ number, layer, onChange, errorAt }: SettingsProps & Pick<LayerProps, "number">) {
  return (
    <>
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
        <Preparation layer={layer} onChange={onChange} errorAt={errorAt} />
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
    </>
  );
}

/** What is computed from the image before it is used. */
function Preparation({ layer, onChange, errorAt }: SettingsProps) {
  return (
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
  );
}
