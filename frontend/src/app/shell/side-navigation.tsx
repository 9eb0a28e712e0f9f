import Box from "@mui/material/Box";
import IconButton from "@mui/material/IconButton";
import List from "@mui/material/List";
import ListItem from "@mui/material/ListItem";
import ListItemButton from "@mui/material/ListItemButton";
import ListItemIcon from "@mui/material/ListItemIcon";
import ListItemText from "@mui/material/ListItemText";
import Stack from "@mui/material/Stack";
import { Command, ListOrdered, PanelLeftClose, PanelLeftOpen } from "lucide-react";
import { NavLink, useLocation } from "react-router";
import { Drawer } from "@/ui/overlays";
import { Tooltip } from "@/ui/tooltip";
import { type Destination, isAt } from "../navigation";
import { Wordmark } from "./wordmark";

const WIDE_PX = 220;
const NARROW_PX = 72;

interface SideNavigationProps {
  readonly destinations: readonly Destination[];
  readonly isCollapsed: boolean;
  readonly onToggle: () => void;
}

/** The sidebar of wide screens. Shows only icons when collapsed. */
export function SideNavigation({ destinations, isCollapsed, onToggle }: SideNavigationProps) {
  const Icon = isCollapsed ? PanelLeftOpen : PanelLeftClose;
  const label = isCollapsed ? "Expand sidebar" : "Collapse sidebar";
  return (
    <Box
      component="nav"
      aria-label="Main"
      sx={{
        display: { xs: "none", md: "flex" },
        flexDirection: "column",
        position: "sticky",
        top: 0,
        height: "100dvh",
        flex: "none",
        width: isCollapsed ? NARROW_PX : WIDE_PX,
        transition: "width 180ms ease",
        borderRight: 1,
        borderColor: "divider",
        overflow: "hidden",
      }}
    >
      <Stack direction="row" sx={{ height: 64, px: 2.25, alignItems: "center" }}>
        <Wordmark isCollapsed={isCollapsed} />
      </Stack>
      <Links destinations={destinations} isCollapsed={isCollapsed} />
      <Box sx={{ mt: "auto", p: 1.5 }}>
        <Tooltip title={label}>
          <IconButton aria-label={label} aria-expanded={!isCollapsed} onClick={onToggle}>
            <Icon size={20} aria-hidden />
          </IconButton>
        </Tooltip>
      </Box>
    </Box>
  );
}

interface DrawerNavigationProps {
  readonly destinations: readonly Destination[];
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onOpenPalette: () => void;
  readonly onOpenQueue: () => void;
}

/** The navigation drawer of narrow screens, with what wide ones have in the top bar. */
export function DrawerNavigation(props: DrawerNavigationProps) {
  const { destinations, isOpen, onClose, onOpenPalette, onOpenQueue } = props;
  return (
    <Drawer
      open={isOpen}
      onClose={onClose}
      slotProps={{ paper: { "aria-label": "Navigation", sx: { width: 264 } } }}
    >
      <Box component="nav" aria-label="Main" onClick={onClose}>
        <Stack direction="row" sx={{ height: 64, px: 2.5, alignItems: "center" }}>
          <Wordmark isCollapsed={false} />
        </Stack>
        <Links destinations={destinations} isCollapsed={false} />
        <List sx={{ px: 1.5, display: "grid", gap: 0.5 }}>
          <DialogItem icon={Command} label="Command palette" onOpen={onOpenPalette} />
          <DialogItem icon={ListOrdered} label="Queue" onOpen={onOpenQueue} />
        </List>
      </Box>
    </Drawer>
  );
}

interface DialogItemProps {
  readonly icon: typeof Command;
  readonly label: string;
  readonly onOpen: () => void;
}

function DialogItem({ icon: Icon, label, onOpen }: DialogItemProps) {
  return (
    <ListItem disablePadding>
      <ListItemButton
        component="button"
        aria-haspopup="dialog"
        onClick={onOpen}
        sx={{ px: 1.5, minHeight: 44, color: "text.secondary" }}
      >
        <ListItemIcon sx={{ minWidth: 36, color: "inherit" }}>
          <Icon size={20} strokeWidth={1.9} aria-hidden />
        </ListItemIcon>
        <ListItemText primary={label} slotProps={{ primary: { sx: { fontWeight: 600 } } }} />
      </ListItemButton>
    </ListItem>
  );
}

interface LinksProps {
  readonly destinations: readonly Destination[];
  readonly isCollapsed: boolean;
}

function Links({ destinations, isCollapsed }: LinksProps) {
  const { pathname } = useLocation();
  return (
    <List sx={{ px: 1.5, display: "grid", gap: 0.5 }}>
      {destinations.map((destination) => {
        const { path, label, icon: Icon } = destination;
        const isCurrent = isAt(destination, pathname);
        return (
          <ListItem key={path} disablePadding>
            <Tooltip title={isCollapsed ? label : ""}>
              <ListItemButton
                component={NavLink}
                to={path}
                selected={isCurrent}
                aria-label={label}
                sx={{
                  px: 1.5,
                  minHeight: 44,
                  color: isCurrent ? "primary.main" : "text.secondary",
                  "&:hover": { color: isCurrent ? "primary.main" : "text.primary" },
                }}
              >
                <ListItemIcon sx={{ minWidth: 36, color: "inherit" }}>
                  <Icon size={20} strokeWidth={1.9} aria-hidden />
                </ListItemIcon>
                {isCollapsed ? null : (
                  <ListItemText primary={label} slotProps={{ primary: { sx: { fontWeight: 600 } } }} />
                )}
              </ListItemButton>
            </Tooltip>
          </ListItem>
        );
      })}
    </List>
  );
}
