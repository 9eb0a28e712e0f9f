/** What the command palette offers without asking the server. */
import {
  Bell,
  Grid3x3,
  Heart,
  History,
  ImageDown,
  Keyboard,
  ListOrdered,
  type LucideIcon,
  Settings,
  ShieldCheck,
  SlidersHorizontal,
  Trash2,
  Upload,
} from "lucide-react";
import type { Content } from "@/api/types";
import { FORM_FIELDS } from "@/features/generate/find-field/form-fields";
import type { Shortcut } from "@/lib/shortcuts";
import { destinationsOf } from "../navigation";

export interface Command {
  /** Unique among all commands; stored to remember what was used. */
  readonly id: string;
  readonly group: string;
  readonly title: string;
  readonly detail?: string;
  readonly icon: LucideIcon;
  readonly picture?: Content;
  readonly keys?: string;
  /** Other words by which it is found; their beginnings count. */
  readonly words?: string;
  /** One of many of this page: only the words count, not the letters of the title. */
  readonly place?: string;
  readonly run: () => void;
}

interface Place {
  readonly path: string;
  readonly title: string;
  readonly icon: LucideIcon;
  readonly words?: string;
  readonly isForAdmins?: boolean;
}

const PLACES: readonly Place[] = [
  { path: "/generate/history", title: "History of jobs", icon: History },
  { path: "/generate/grids", title: "Grids", icon: Grid3x3 },
  { path: "/import", title: "Import images", icon: ImageDown },
  { path: "/gallery/trash", title: "Trash", icon: Trash2 },
  { path: "/gallery?favourite=1", title: "Favourites", icon: Heart },
  { path: "/workflows/import", title: "Import a workflow", icon: Upload },
  {
    path: "/settings/account",
    title: "Settings: account",
    icon: Settings,
    words: "password email profile sessions logout",
  },
  {
    path: "/settings/appearance",
    title: "Settings: appearance",
    icon: Settings,
    words: "theme dark light colours",
  },
  { path: "/settings/defaults", title: "Settings: defaults of new images", icon: Settings },
  {
    path: "/settings/notifications",
    title: "Settings: notifications",
    icon: Bell,
    words: "push browser alerts",
  },
  { path: "/settings/api-keys", title: "Settings: API keys", icon: Settings, words: "token access" },
  { path: "/settings/webhooks", title: "Settings: webhooks", icon: Settings },
  { path: "/admin/overview", title: "Admin: overview", icon: ShieldCheck, isForAdmins: true },
  { path: "/admin/models", title: "Admin: models", icon: ShieldCheck, isForAdmins: true },
  { path: "/admin/servers", title: "Admin: system", icon: ShieldCheck, isForAdmins: true },
  { path: "/admin/storage", title: "Admin: storage", icon: ShieldCheck, isForAdmins: true },
  { path: "/admin/users", title: "Admin: users", icon: ShieldCheck, isForAdmins: true },
  { path: "/admin/announcements", title: "Admin: announcements", icon: ShieldCheck, isForAdmins: true },
  { path: "/admin/log", title: "Admin: audit log", icon: ShieldCheck, isForAdmins: true },
];

/** Return the commands that open a page. */
export function pageCommands(isAdmin: boolean, go: (path: string) => void): Command[] {
  const main = destinationsOf(isAdmin).map(({ path, label, icon, key }) => ({
    id: `page ${path}`,
    group: "Pages",
    title: label,
    icon,
    keys: `g ${key}`,
    run: () => go(path),
  }));
  const further = PLACES.filter((one) => isAdmin || !one.isForAdmins).map(({ path, title, icon, words }) => ({
    id: `page ${path}`,
    group: "Pages",
    title,
    icon,
    ...(words === undefined ? {} : { words }),
    run: () => go(path),
  }));
  return [...main, ...further];
}

/** The shortcut of the palette itself, and that of the queue, which has a command of its own. */
const LEFT_OUT = new Set(["mod+k", "q"]);

/** Return the shortcuts of the present page as commands; those that open pages are among the pages. */
export function shortcutCommands(shortcuts: readonly Shortcut[]): Command[] {
  return shortcuts
    .filter(({ group, keys }) => group !== "Go to" && !(group === "General" && LEFT_OUT.has(keys)))
    .map(({ keys, label, group, run }) => ({
      id: `shortcut ${group} ${label}`,
      group: "Actions",
      title: label,
      ...(group === "General" ? {} : { detail: group }),
      icon: Keyboard,
      keys,
      run,
    }));
}

/** Return the commands that open the form with one of its fields focused. */
export const fieldCommands = (go: (path: string) => void): Command[] =>
  FORM_FIELDS.map(({ id, title, words }) => ({
    id: `field ${id}`,
    group: "Fields",
    title: `Generate: ${title}`,
    icon: SlidersHorizontal,
    words,
    place: "generate",
    run: () => go(`/generate?field=${id}`),
  }));

export const queueCommand = (openQueue: () => void): Command => ({
  id: "queue",
  group: "Actions",
  title: "Open the queue",
  icon: ListOrdered,
  keys: "q",
  run: openQueue,
});
