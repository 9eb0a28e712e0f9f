/** Parses keyboard events: single keys, chords such as `mod+enter`, and sequences such as `g g`. */

/** Longest time between the two keys of a sequence. */
export const SEQUENCE_MS = 1_000;

const IGNORED = new Set(["Shift", "Control", "Alt", "Meta", "AltGraph", "CapsLock", "Dead", "Process"]);

/** Return the key's name as written in shortcuts, or null for a bare modifier. */
export function keyName(event: KeyboardEvent): string | null {
  if (event.isComposing || IGNORED.has(event.key)) return null;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key.toLowerCase().replace("arrow", "");
  if (event.altKey) return null;
  return event.ctrlKey || event.metaKey ? `mod+${key}` : key;
}

/** Return whether the focused element handles keys itself: a text field, or a widget such as a menu. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.tagName === "TEXTAREA" || target.tagName === "SELECT") return true;
  if (target instanceof HTMLInputElement) return !["checkbox", "radio", "button"].includes(target.type);
  return target.closest("[role=dialog],[role=menu],[role=listbox],[role=slider],[role=combobox]") !== null;
}
