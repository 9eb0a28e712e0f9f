import Box from "@mui/material/Box";
import Button, { type ButtonProps } from "@mui/material/Button";
import type { LucideIcon } from "lucide-react";
import { Tooltip } from "@/ui/tooltip";

interface ToolbarActionProps {
  readonly icon: LucideIcon;
  readonly label: string;
  readonly onClick: () => void;
  readonly color?: ButtonProps["color"];
  readonly isLoading?: boolean;
}

/** An action for the selected images; without its label on narrow screens. */
export function ToolbarAction({
  icon: Icon,
  label,
  onClick,
  color = "primary",
  isLoading,
}: ToolbarActionProps) {
  return (
    <Tooltip title={label}>
      <Button
        color={color}
        aria-label={label}
        onClick={onClick}
        loading={isLoading === true}
        sx={{ minWidth: 44, minHeight: 44, px: { xs: 1, xl: 1.25 }, gap: 0.75 }}
      >
        <Icon size={18} aria-hidden />
        <Box component="span" sx={{ display: { xs: "none", xl: "inline" } }}>
          {label}
        </Box>
      </Button>
    </Tooltip>
  );
}
