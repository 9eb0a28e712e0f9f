/** Dialogs and menus. Their code is loaded when the first one is opened. */
import type { DialogProps } from "@mui/material/Dialog";
import type { DrawerProps } from "@mui/material/Drawer";
import type { MenuProps } from "@mui/material/Menu";
import { lazyOnOpen } from "@/lib/code";

export const Dialog = lazyOnOpen<DialogProps>(async () => (await import("@mui/material/Dialog")).default);
export const Menu = lazyOnOpen<MenuProps>(async () => (await import("./menu")).PlacedMenu);
export const Drawer = lazyOnOpen<DrawerProps & { readonly open: boolean }>(
  async () => (await import("@mui/material/Drawer")).default,
);
