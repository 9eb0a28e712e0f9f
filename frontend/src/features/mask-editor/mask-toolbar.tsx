import Box from "@mui/material/Box";
import Divider from "@mui/material/Divider";
import IconButton from "@mui/material/IconButton";
import { SliderField } from "@/ui/slider-field";
import { Tooltip } from "@/ui/tooltip";
import { ACTS, type Act, TOOLS, type Tool } from "./tools";

interface MaskToolbarProps {
  readonly tool: Tool;
  readonly onTool: (tool: Tool) => void;
  readonly isEnabled: (act: Act) => boolean;
  readonly onAct: (act: Act) => void;
  /** Diameter in pixels of the image, and hardness in percent. */
  readonly size: number;
  readonly maxSize: number;
  readonly onSize: (size: number) => void;
  readonly hardness: number;
  readonly onHardness: (hardness: number) => void;
}

const keyText = (key: string): string =>
  key.replace("mod+", "Ctrl+").replace("shift+", "Shift+").toUpperCase();

/** Tools, actions and brush settings of the mask editor. */
export function MaskToolbar(props: MaskToolbarProps) {
  const { tool, onTool, isEnabled, onAct, size, maxSize, onSize, hardness, onHardness } = props;
  return (
    <Box
      sx={{
        display: "flex",
        flexWrap: "wrap",
        alignItems: "center",
        columnGap: 2,
        rowGap: 0.5,
        px: 2,
        py: 1,
      }}
    >
      <Box role="toolbar" aria-label="Mask tools" sx={{ display: "flex", flexWrap: "wrap", gap: 0.25 }}>
        {TOOLS.map(({ name, label, icon: Icon, key }) => (
          <Tooltip key={name} title={`${label} (${keyText(key)})`}>
            <IconButton
              aria-label={label}
              aria-pressed={tool === name}
              aria-keyshortcuts={key}
              color={tool === name ? "primary" : "default"}
              onClick={() => onTool(name)}
            >
              <Icon size={19} aria-hidden />
            </IconButton>
          </Tooltip>
        ))}
        <Divider orientation="vertical" flexItem sx={{ mx: 0.5 }} />
        {ACTS.map(({ name, label, icon: Icon, key }) => (
          <Tooltip key={name} title={`${label} (${keyText(key)})`}>
            <IconButton
              aria-label={label}
              aria-keyshortcuts={key.replace("mod", "Control")}
              disabled={!isEnabled(name)}
              onClick={() => onAct(name)}
            >
              <Icon size={19} aria-hidden />
            </IconButton>
          </Tooltip>
        ))}
      </Box>
      <Box sx={{ flex: "1 1 180px", maxWidth: 280 }}>
        <SliderField label="Brush size" value={size} min={1} max={maxSize} step={1} onChange={onSize} />
      </Box>
      <Box sx={{ flex: "1 1 180px", maxWidth: 280 }}>
        <SliderField label="Hardness" value={hardness} min={0} max={100} step={1} onChange={onHardness} />
      </Box>
    </Box>
  );
}
