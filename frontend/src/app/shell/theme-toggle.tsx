import IconButton from "@mui/material/IconButton";
import { useColorScheme } from "@mui/material/styles";
import { Moon, Sun } from "lucide-react";
import { Tooltip } from "@/ui/tooltip";

/** Switches between the dark and the light theme. The settings page also offers the system's theme. */
export function ThemeToggle() {
  const { colorScheme, setMode } = useColorScheme();
  const next = colorScheme === "dark" ? "light" : "dark";
  const Icon = next === "dark" ? Moon : Sun;
  return (
    <Tooltip title={`Use ${next} theme`}>
      <IconButton aria-label={`Use ${next} theme`} onClick={() => setMode(next)}>
        <Icon size={20} aria-hidden />
      </IconButton>
    </Tooltip>
  );
}
