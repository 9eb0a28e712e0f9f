import IconButton from "@mui/material/IconButton";
import { useColorScheme } from "@mui/material/styles";
import Tooltip from "@mui/material/Tooltip";
import { Moon, Sun } from "lucide-react";

/** Switches between dark and light; the settings can also follow the system. */
export function ThemeToggle() {
  const { colorScheme, setMode } = useColorScheme();
  const next = colorScheme === "dark" ? "light" : "dark";
  const Icon = next === "dark" ? Moon : Sun;
  return (
    <Tooltip title={`Use the ${next} theme`}>
      <IconButton aria-label={`Use the ${next} theme`} onClick={() => setMode(next)}>
        <Icon size={20} aria-hidden />
      </IconButton>
    </Tooltip>
  );
}
