import Box from "@mui/material/Box";
import ToggleButton from "@mui/material/ToggleButton";
import ToggleButtonGroup from "@mui/material/ToggleButtonGroup";
import Typography from "@mui/material/Typography";
import { useId } from "react";
import { SliderField } from "@/ui/slider-field";
import type { MaskMode, SourceChoice } from "./image-settings";

interface MaskSettingsProps {
  readonly source: SourceChoice;
  readonly onChange: (patch: Partial<SourceChoice>) => void;
}

/** How the masked part is painted, and how its edge is treated. */
export function MaskSettings({ source, onChange }: MaskSettingsProps) {
  const id = useId();
  return (
    <Box sx={{ display: "grid", gap: 1 }}>
      <Box sx={{ display: "flex", alignItems: "center", gap: 1.5 }}>
        <Typography variant="body2" id={id} sx={{ fontWeight: 500, flex: 1 }}>
          Masked part
        </Typography>
        <ToggleButtonGroup
          exclusive
          size="small"
          value={source.maskMode}
          aria-labelledby={id}
          onChange={(_event, maskMode: MaskMode | null) =>
            maskMode === null ? undefined : onChange({ maskMode })
          }
        >
          <ToggleButton value="preserve" sx={{ px: 1.5 }}>
            Change
          </ToggleButton>
          <ToggleButton value="fill" sx={{ px: 1.5 }}>
            Replace
          </ToggleButton>
        </ToggleButtonGroup>
      </Box>
      <SliderField
        label="Grow mask (px)"
        value={source.maskGrow}
        min={0}
        max={256}
        sliderMax={64}
        step={1}
        onChange={(maskGrow) => onChange({ maskGrow })}
      />
      <SliderField
        label="Feather mask (px)"
        value={source.maskFeather}
        min={0}
        max={256}
        sliderMax={64}
        step={1}
        onChange={(maskFeather) => onChange({ maskFeather })}
      />
    </Box>
  );
}
