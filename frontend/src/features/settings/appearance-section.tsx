import { useColorScheme } from "@mui/material/styles";
import ToggleButton from "@mui/material/ToggleButton";
import ToggleButtonGroup from "@mui/material/ToggleButtonGroup";
import { Monitor, Moon, Sun } from "lucide-react";
import { useChangePreferences } from "@/features/session";
import { Panel } from "@/ui/panel";

const MODES = [
  { mode: "system", label: "System", icon: Monitor },
  { mode: "light", label: "Light", icon: Sun },
  { mode: "dark", label: "Dark", icon: Moon },
] as const;

type Mode = (typeof MODES)[number]["mode"];

export function AppearanceSection() {
  const { mode, setMode } = useColorScheme();
  const { mutate } = useChangePreferences();
  const choose = (next: Mode | null) => {
    if (next === null) return;
    setMode(next);
    mutate({ theme: next });
  };
  return (
    <Panel title="Appearance">
      <ToggleButtonGroup
        exclusive
        size="small"
        value={mode ?? "system"}
        aria-label="Theme"
        onChange={(_event, next: Mode | null) => choose(next)}
      >
        {MODES.map(({ mode: value, label, icon: Icon }) => (
          <ToggleButton key={value} value={value} sx={{ gap: 1, px: 2 }}>
            <Icon size={17} aria-hidden />
            {label}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
    </Panel>
  );
}
