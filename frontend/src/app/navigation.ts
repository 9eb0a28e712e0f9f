import {
  Bell,
  BookMarked,
  Box,
  FolderHeart,
  Images,
  LayoutDashboard,
  type LucideIcon,
  Settings,
  ShieldCheck,
  Sparkles,
  Workflow,
} from "lucide-react";

export interface Destination {
  readonly path: string;
  readonly label: string;
  readonly icon: LucideIcon;
  /** Second key of the shortcut that opens the page; the first is `g`. */
  readonly key: string;
  /** Shown in the bottom bar on phones. */
  readonly isPrimary?: boolean;
  readonly isForAdmins?: boolean;
}

const DESTINATIONS: readonly Destination[] = [
  { path: "/", label: "Dashboard", icon: LayoutDashboard, key: "d", isPrimary: true },
  { path: "/generate", label: "Generate", icon: Sparkles, key: "c", isPrimary: true },
  { path: "/workflows", label: "Workflows", icon: Workflow, key: "w" },
  { path: "/gallery", label: "Gallery", icon: Images, key: "a", isPrimary: true },
  { path: "/collections", label: "Collections", icon: FolderHeart, key: "l" },
  { path: "/models", label: "Models", icon: Box, key: "o" },
  { path: "/presets", label: "Presets", icon: BookMarked, key: "p" },
  { path: "/notifications", label: "Notifications", icon: Bell, key: "n" },
  { path: "/settings", label: "Settings", icon: Settings, key: "s", isPrimary: true },
  { path: "/admin", label: "Admin", icon: ShieldCheck, key: "m", isForAdmins: true },
];

/** Return whether the page at `pathname` belongs to a destination. */
export function isAt({ path }: Destination, pathname: string): boolean {
  return path === "/" ? pathname === "/" : pathname === path || pathname.startsWith(`${path}/`);
}

/** Return the destinations that a user may open. */
export const destinationsOf = (isAdmin: boolean): readonly Destination[] =>
  DESTINATIONS.filter((destination) => isAdmin || !destination.isForAdmins);
