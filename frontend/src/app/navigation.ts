import {
  Bell,
  Images,
  LayoutDashboard,
  type LucideIcon,
  Settings,
  ShieldCheck,
  Sparkles,
} from "lucide-react";

export interface Destination {
  readonly path: string;
  readonly label: string;
  readonly icon: LucideIcon;
  /** Second key of the sequence that goes there; the first is `g`. */
  readonly key: string;
  /** Has a place in the bar at the bottom of phones. */
  readonly isPrimary?: boolean;
  readonly isForAdmins?: boolean;
}

const DESTINATIONS: readonly Destination[] = [
  { path: "/", label: "Dashboard", icon: LayoutDashboard, key: "d", isPrimary: true },
  { path: "/generate", label: "Generate", icon: Sparkles, key: "c", isPrimary: true },
  { path: "/gallery", label: "Gallery", icon: Images, key: "a", isPrimary: true },
  { path: "/notifications", label: "Notifications", icon: Bell, key: "n" },
  { path: "/settings", label: "Settings", icon: Settings, key: "s", isPrimary: true },
  { path: "/admin", label: "Admin", icon: ShieldCheck, key: "m", isForAdmins: true },
];

/** Whether a destination is where the address `pathname` belongs. */
export function isAt({ path }: Destination, pathname: string): boolean {
  return path === "/" ? pathname === "/" : pathname === path || pathname.startsWith(`${path}/`);
}

/** Where somebody may go. */
export const destinationsOf = (isAdmin: boolean): readonly Destination[] =>
  DESTINATIONS.filter((destination) => isAdmin || !destination.isForAdmins);
