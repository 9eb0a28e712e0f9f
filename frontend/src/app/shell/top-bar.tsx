import Box from "@mui/material/Box";
import IconButton from "@mui/material/IconButton";
import { Command, Keyboard, Menu } from "lucide-react";
import type { RefObject } from "react";
import { Bell } from "@/features/notifications";
import { UserMenu } from "@/features/session";
import { Tooltip } from "@/ui/tooltip";
import { QueueButton } from "../queue/queue-button";
import { ConnectionIndicator } from "./connection-indicator";
import { SearchField } from "./search-field";
import { ThemeToggle } from "./theme-toggle";

interface TopBarProps {
  readonly search: RefObject<HTMLInputElement | null>;
  readonly onOpenNavigation: () => void;
  readonly onOpenShortcuts: () => void;
  readonly onOpenQueue: () => void;
  readonly onOpenPalette: () => void;
}

export function TopBar({
  search,
  onOpenNavigation,
  onOpenShortcuts,
  onOpenQueue,
  onOpenPalette,
}: TopBarProps) {
  return (
    <Box
      component="header"
      sx={{
        position: "sticky",
        top: 0,
        zIndex: "appBar",
        height: 64,
        flex: "none",
        display: "flex",
        alignItems: "center",
        gap: { xs: 0.5, sm: 1 },
        px: { xs: 1, sm: 3, lg: 4 },
        backdropFilter: "blur(14px)",
        backgroundColor: (theme) =>
          `color-mix(in srgb, ${theme.vars?.palette.background.default} 82%, transparent)`,
        borderBottom: 1,
        borderColor: "divider",
      }}
    >
      <IconButton
        aria-label="Open navigation"
        onClick={onOpenNavigation}
        sx={{ display: { xs: "inline-flex", md: "none" } }}
      >
        <Menu size={22} aria-hidden />
      </IconButton>
      <SearchField input={search} />
      <PaletteButton onClick={onOpenPalette} />
      <Box sx={{ flex: 1, display: { xs: "none", sm: "block" } }} />
      <ConnectionIndicator />
      <Tooltip title="Keyboard shortcuts">
        <IconButton
          aria-label="Keyboard shortcuts"
          onClick={onOpenShortcuts}
          sx={{ display: { xs: "none", md: "inline-flex" } }}
        >
          <Keyboard size={20} aria-hidden />
        </IconButton>
      </Tooltip>
      <QueueButton onClick={onOpenQueue} />
      <ThemeToggle />
      <Bell />
      <UserMenu />
    </Box>
  );
}

/** Opens the command palette. */
function PaletteButton({ onClick }: { readonly onClick: () => void }) {
  return (
    <Tooltip title="Command palette (Ctrl+K)">
      <IconButton
        aria-label="Command palette"
        onClick={onClick}
        sx={{ display: { xs: "none", sm: "inline-flex" } }}
      >
        <Command size={19} aria-hidden />
      </IconButton>
    </Tooltip>
  );
}
