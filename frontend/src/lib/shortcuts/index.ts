export { type Shortcut, ShortcutProvider, useShortcutList, useShortcuts } from "./shortcuts";
