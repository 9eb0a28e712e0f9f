import Box from "@mui/material/Box";
import Divider from "@mui/material/Divider";
import IconButton from "@mui/material/IconButton";
import { memo } from "react";
import { SliderField } from "@/ui/slider-field";
import { Tooltip } from "@/ui/tooltip";
import { ACTS, type Act, TOOLS, type Tool } from "./tools";

interface MaskToolbarProps {
  readonly tool: Tool;
  readonly onTool: (tool: Tool) => void;
  readonly isReady: boolean;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
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

/** Tools, actions and brush settings of the mask editor. It is not drawn while a stroke is painted. */
export const MaskToolbar = memo(function MaskToolbar(props: MaskToolbarProps) {
  const { tool, onTool, isReady, canUndo, canRedo, onAct, size, maxSize, onSize, hardness, onHardness } =
    props;
  const isEnabled = (act: Act) => isReady && (act !== "undo" || canUndo) && (act !== "redo" || canRedo);
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
        {TOOLS.map(({ name }) => (
          <ToolButton key={name} name={name} isChosen={tool === name} onTool={onTool} />
        ))}
        <Divider orientation="vertical" flexItem sx={{ mx: 0.5 }} />
        {ACTS.map(({ name }) => (
          <ActButton key={name} name={name} isEnabled={isEnabled(name)} onAct={onAct} />
        ))}
      </Box>
      <Box sx={{ flex: "1 1 130px", maxWidth: 280 }}>
        <BrushField label="Brush size" value={size} min={1} max={maxSize} onChange={onSize} />
      </Box>
      <Box sx={{ flex: "1 1 130px", maxWidth: 280 }}>
        <BrushField label="Hardness" value={hardness} min={0} max={100} onChange={onHardness} />
      </Box>
    </Box>
  );
});

interface ToolButtonProps {
  readonly name: Tool;
  readonly isChosen: boolean;
  readonly onTool: (tool: Tool) => void;
}

const ToolButton = memo(function ToolButton({ name, isChosen, onTool }: ToolButtonProps) {
  const found = TOOLS.find((one) => one.name === name);
  if (found === undefined) return null;
  const { label, icon: Icon, key } = found;
  return (
    <Tooltip title={`${label} (${keyText(key)})`}>
      <IconButton
        aria-label={label}
        aria-pressed={isChosen}
        aria-keyshortcuts={key}
        color={isChosen ? "primary" : "default"}
        onClick={() => onTool(name)}
      >
        <Icon size={19} aria-hidden />
      </IconButton>
    </Tooltip>
  );
});

interface ActButtonProps {
  readonly name: Act;
  readonly isEnabled: boolean;
  readonly onAct: (act: Act) => void;
}

const ActButton = memo(function ActButton({ name, isEnabled, onAct }: ActButtonProps) {
  const found = ACTS.find((one) => one.name === name);
  if (found === undefined) return null;
  const { label, icon: Icon, key } = found;
  return (
    <Tooltip title={`${label} (${keyText(key)})`}>
      <IconButton
        aria-label={label}
        aria-keyshortcuts={key.replace("mod", "Control")}
        disabled={!isEnabled}
        onClick={() => onAct(name)}
      >
        <Icon size={19} aria-hidden />
      </IconButton>
    </Tooltip>
  );
});

interface BrushFieldProps {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly onChange: (value: number) => void;
}

const BrushField = memo(function BrushField(props: BrushFieldProps) {
  return <SliderField {...props} step={1} />;
});
