import Box from "@mui/material/Box";
import { useColorScheme } from "@mui/material/styles";
import { Suspense, useEffect, useMemo, useRef, useState } from "react";
import { Outlet, useLocation, useNavigate, useNavigationType } from "react-router";
import { useIsAdmin } from "@/features/session";
import { type Shortcut, useShortcuts } from "@/lib/shortcuts";
import { reviveBoolean, useStoredState } from "@/lib/storage/stored-state";
import { destinationsOf } from "../navigation";
import { BottomNavigation } from "./bottom-navigation";
import { PageSkeleton } from "./page-skeleton";
import { ShortcutsDialog } from "./shortcuts-dialog";
import { DrawerNavigation, SideNavigation } from "./side-navigation";
import { TopBar } from "./top-bar";

/** What surrounds every page: navigation, app bar, shortcuts. */
export function Shell() {
  const [isCollapsed, setIsCollapsed] = useStoredState("navigation-collapsed", false, reviveBoolean);
  const [isDrawerOpen, setIsDrawerOpen] = useState(false);
  const [areShortcutsOpen, setAreShortcutsOpen] = useState(false);
  const search = useRef<HTMLInputElement>(null);
  const isAdmin = useIsAdmin();
  const destinations = destinationsOf(isAdmin);
  useShellShortcuts(isAdmin, {
    openShortcuts: () => setAreShortcutsOpen(true),
    focusSearch: () => search.current?.focus(),
    toggleNavigation: () => setIsCollapsed(!isCollapsed),
  });
  useTopOfNewPages();
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
      />
      <Box sx={{ flex: 1, minWidth: 0, display: "flex", flexDirection: "column" }}>
        <TopBar
          search={search}
          onOpenNavigation={() => setIsDrawerOpen(true)}
          onOpenShortcuts={() => setAreShortcutsOpen(true)}
        />
        <Box component="main" id="main" tabIndex={-1} sx={{ flex: 1, pb: { xs: 8, md: 0 }, outline: "none" }}>
          <Suspense fallback={<PageSkeleton />}>
            <Outlet />
          </Suspense>
        </Box>
      </Box>
      <BottomNavigation destinations={destinations.filter((destination) => destination.isPrimary)} />
      <ShortcutsDialog isOpen={areShortcutsOpen} onClose={() => setAreShortcutsOpen(false)} />
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
        py: 1,
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

/** A page reached by a link starts at its top; one returned to restores its own place. */
function useTopOfNewPages(): void {
  const { pathname } = useLocation();
  const kind = useNavigationType();
  const earlier = useRef(pathname);
  useEffect(() => {
    window.history.scrollRestoration = "manual";
  }, []);
  useEffect(() => {
    if (earlier.current === pathname) return;
    earlier.current = pathname;
    if (kind !== "POP") window.scrollTo(0, 0);
  }, [pathname, kind]);
}

interface ShellActions {
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
      { keys: "/", label: "Search", group: "Everywhere", run: () => latest.current.focusSearch() },
      { keys: "?", label: "This sheet", group: "Everywhere", run: () => latest.current.openShortcuts() },
      {
        keys: "[",
        label: "Fold the navigation",
        group: "Everywhere",
        run: () => latest.current.toggleNavigation(),
      },
      {
        keys: "t",
        label: "Dark or light",
        group: "Everywhere",
        run: () => setMode(colorScheme === "dark" ? "light" : "dark"),
      },
    ],
    [isAdmin, navigate, colorScheme, setMode],
  );
  useShortcuts(shortcuts);
}
