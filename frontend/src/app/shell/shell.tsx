import Box from "@mui/material/Box";
import { useColorScheme } from "@mui/material/styles";
import { useEffect, useMemo, useRef, useState } from "react";
import { Outlet, useLocation, useNavigate, useNavigationType } from "react-router";
import { useIsAdmin } from "@/features/session";
import { lazyOnOpen } from "@/lib/code";
import { type Shortcut, useShortcuts } from "@/lib/shortcuts";
import { reviveBoolean, useStoredState } from "@/lib/storage/stored-state";
import { destinationsOf } from "../navigation";
import { RouteBoundary } from "../route-error";
import { BottomNavigation } from "./bottom-navigation";
import { DrawerNavigation, SideNavigation } from "./side-navigation";
import { TopBar } from "./top-bar";

const CommandPalette = lazyOnOpen(async () => (await import("../palette/command-palette")).CommandPalette);
const QueueDrawer = lazyOnOpen(async () => (await import("../queue/queue-drawer")).QueueDrawer);
const ShortcutsDialog = lazyOnOpen(async () => (await import("./shortcuts-dialog")).ShortcutsDialog);

/** Surrounds every page with navigation, top bar and keyboard shortcuts. */
export function Shell() {
  const [isCollapsed, setIsCollapsed] = useStoredState("navigation-collapsed", false, reviveBoolean);
  const [isDrawerOpen, setIsDrawerOpen] = useState(false);
  const [areShortcutsOpen, setAreShortcutsOpen] = useState(false);
  const [isPaletteOpen, setIsPaletteOpen] = useState(false);
  const [isQueueOpen, setIsQueueOpen] = useState(false);
  const search = useRef<HTMLInputElement>(null);
  const isAdmin = useIsAdmin();
  const destinations = destinationsOf(isAdmin);
  useShellShortcuts(isAdmin, {
    openPalette: () => setIsPaletteOpen(true),
    openQueue: () => setIsQueueOpen(true),
    openShortcuts: () => setAreShortcutsOpen(true),
    focusSearch: () => search.current?.focus(),
    toggleNavigation: () => setIsCollapsed(!isCollapsed),
  });
  useScrollToTop();
  return (
    <Box sx={{ display: "flex", minHeight: "100dvh" }}>
      <SkipLink />
      <SideNavigation
        destinations={destinations}
        isCollapsed={isCollapsed}
        onToggle={() => setIsCollapsed(!isCollapsed)}
      />
      <DrawerNavigation
        destinations={destinations}
        isOpen={isDrawerOpen}
        onClose={() => setIsDrawerOpen(false)}
        onOpenPalette={() => setIsPaletteOpen(true)}
        onOpenQueue={() => setIsQueueOpen(true)}
      />
      <Box sx={{ flex: 1, minWidth: 0, display: "flex", flexDirection: "column" }}>
        <TopBar
          search={search}
          onOpenNavigation={() => setIsDrawerOpen(true)}
          onOpenShortcuts={() => setAreShortcutsOpen(true)}
          onOpenQueue={() => setIsQueueOpen(true)}
          onOpenPalette={() => setIsPaletteOpen(true)}
        />
        <Box component="main" id="main" tabIndex={-1} sx={{ flex: 1, pb: { xs: 8, md: 0 }, outline: "none" }}>
          <RouteBoundary>
            <Outlet />
          </RouteBoundary>
        </Box>
      </Box>
      <BottomNavigation destinations={destinations.filter((destination) => destination.isPrimary)} />
      <CommandPalette
        open={isPaletteOpen}
        onClose={() => setIsPaletteOpen(false)}
        onOpenQueue={() => setIsQueueOpen(true)}
      />
      <QueueDrawer open={isQueueOpen} onClose={() => setIsQueueOpen(false)} />
      <ShortcutsDialog open={areShortcutsOpen} onClose={() => setAreShortcutsOpen(false)} />
    </Box>
  );
}

function SkipLink() {
  return (
    <Box
      component="a"
      href="#main"
      sx={{
        position: "fixed",
        top: 8,
        left: 8,
        zIndex: "tooltip",
        px: 2,
        lineHeight: "44px",
        borderRadius: 2,
        bgcolor: "primary.main",
        color: "primary.contrastText",
        transform: "translateY(-200%)",
        "&:focus": { transform: "none" },
      }}
    >
      Skip to content
    </Box>
  );
}

/** Scroll to the top after a link was followed. Pages reached by back or forward restore their position. */
function useScrollToTop(): void {
  const { pathname } = useLocation();
  const kind = useNavigationType();
  const previous = useRef(pathname);
  useEffect(() => {
    window.history.scrollRestoration = "manual";
  }, []);
  useEffect(() => {
    if (previous.current === pathname) return;
    previous.current = pathname;
    if (kind !== "POP") window.scrollTo(0, 0);
  }, [pathname, kind]);
}

interface ShellActions {
  readonly openPalette: () => void;
  readonly openQueue: () => void;
  readonly openShortcuts: () => void;
  readonly focusSearch: () => void;
  readonly toggleNavigation: () => void;
}

function useShellShortcuts(isAdmin: boolean, actions: ShellActions): void {
  const navigate = useNavigate();
  const { colorScheme, setMode } = useColorScheme();
  const latest = useRef(actions);
  latest.current = actions;
  const shortcuts = useMemo<Shortcut[]>(
    () => [
      ...destinationsOf(isAdmin).map(({ path, label, key }) => ({
        keys: `g ${key}`,
        label,
        group: "Go to",
        run: () => void navigate(path),
      })),
      {
        keys: "mod+k",
        label: "Command palette",
        group: "General",
        run: () => latest.current.openPalette(),
        whileTyping: true,
      },
      { keys: "q", label: "Queue", group: "General", run: () => latest.current.openQueue() },
      { keys: "/", label: "Search", group: "General", run: () => latest.current.focusSearch() },
      { keys: "?", label: "Keyboard shortcuts", group: "General", run: () => latest.current.openShortcuts() },
      {
        keys: "[",
        label: "Collapse sidebar",
        group: "General",
        run: () => latest.current.toggleNavigation(),
      },
      {
        keys: "t",
        label: "Switch theme",
        group: "General",
        run: () => setMode(colorScheme === "dark" ? "light" : "dark"),
      },
    ],
    [isAdmin, navigate, colorScheme, setMode],
  );
  useShortcuts(shortcuts);
}
