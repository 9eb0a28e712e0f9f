import Box from "@mui/material/Box";
import FormHelperText from "@mui/material/FormHelperText";
import IconButton from "@mui/material/IconButton";
import ToggleButton from "@mui/material/ToggleButton";
import ToggleButtonGroup from "@mui/material/ToggleButtonGroup";
import Typography from "@mui/material/Typography";
import { ArrowLeftRight, Link2, Unlink2 } from "lucide-react";
import { useId, useState } from "react";
import type { FieldErrors } from "@/api/field-errors";
import type { ModelFamily } from "@/features/models";
import { NumberInput, snap } from "@/ui/slider-field";
import { Tooltip } from "@/ui/tooltip";
import { LIMITS } from "../settings";
import { SIZE_PRESETS, type SizePreset } from "../size-presets";

const EDGES = [
  { field: "width", name: "Width" },
  { field: "height", name: "Height" },
] as const;

interface SizeFieldProps {
  readonly width: number;
  readonly height: number;
  readonly family: ModelFamily;
  readonly onChange: (size: { readonly width: number; readonly height: number }) => void;
  readonly errors: FieldErrors;
}

/** Width and height: presets that suit the model, free values, swap, and an aspect ratio lock. */
export function SizeField({ width, height, family, onChange, errors }: SizeFieldProps) {
  const labelId = useId();
  const [isLocked, setIsLocked] = useState(false);
  const presets = SIZE_PRESETS[family];
  const chosen = presets.findIndex((one) => one.width === width && one.height === height);
  const setWidth = (next: number) =>
    onChange({ width: next, height: isLocked ? snap((next * height) / width, LIMITS.edge) : height });
  const setHeight = (next: number) =>
    onChange({ height: next, width: isLocked ? snap((next * width) / height, LIMITS.edge) : width });
  const LockIcon = isLocked ? Link2 : Unlink2;
  return (
    <Box role="group" aria-labelledby={labelId}>
      <Box sx={{ display: "flex", alignItems: "center", gap: 0.75, mb: 1 }}>
        <Typography id={labelId} variant="body2" sx={{ flex: 1, fontWeight: 500 }}>
          Size
        </Typography>
        <NumberInput
          label="Width in pixels"
          value={width}
          {...LIMITS.edge}
          onChange={setWidth}
          isInvalid={errors("width") !== undefined}
        />
        <Tooltip title={isLocked ? "Unlock aspect ratio" : "Lock aspect ratio"}>
          <IconButton
            size="small"
            aria-label="Lock aspect ratio"
            aria-pressed={isLocked}
            color={isLocked ? "primary" : "default"}
            onClick={() => setIsLocked(!isLocked)}
          >
            <LockIcon size={16} aria-hidden />
          </IconButton>
        </Tooltip>
        <NumberInput
          label="Height in pixels"
          value={height}
          {...LIMITS.edge}
          onChange={setHeight}
          isInvalid={errors("height") !== undefined}
        />
        <Tooltip title="Swap width and height">
          <IconButton
            size="small"
            aria-label="Swap width and height"
            onClick={() => onChange({ width: height, height: width })}
          >
            <ArrowLeftRight size={16} aria-hidden />
          </IconButton>
        </Tooltip>
      </Box>
      <ToggleButtonGroup
        exclusive
        fullWidth
        size="small"
        value={chosen}
        aria-label="Size presets"
        onChange={(_event, index: number | null) => {
          const next = index === null ? undefined : presets[index];
          if (next !== undefined) onChange({ width: next.width, height: next.height });
        }}
      >
        {presets.map((one, index) => (
          <ToggleButton
            key={one.label}
            value={index}
            sx={{ flexDirection: "column", gap: 0.5, lineHeight: 1.2, px: 0.5 }}
            title={`${one.width} × ${one.height}`}
          >
            <Shape preset={one} />
            {one.label}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
      {EDGES.filter(({ field }) => errors(field) !== undefined).map(({ field, name }) => (
        <FormHelperText key={field} error>
          {continued(name, errors(field) ?? "")}
        </FormHelperText>
      ))}
    </Box>
  );
}

/** Return a sentence without a subject with this one: "Width must be at most 2,048." */
const continued = (subject: string, sentence: string): string =>
  `${subject} ${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}`;

/** An outline with the aspect ratio of the preset. */
function Shape({ preset: { width, height } }: { readonly preset: SizePreset }) {
  const scale = 18 / Math.max(width, height);
  return (
    <Box sx={{ height: 20, display: "grid", placeItems: "center" }} aria-hidden>
      <Box
        sx={{
          width: width * scale,
          height: height * scale,
          border: "2px solid currentColor",
          borderRadius: "3px",
          opacity: 0.8,
        }}
      />
    </Box>
  );
}
