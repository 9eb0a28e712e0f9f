/**
 * Put a text into a field in place of what is between two characters, as if it was typed: Ctrl+Z takes it back.
 * Returns false where the browser cannot; the field is unchanged then.
 */
export function typeInto(field: HTMLTextAreaElement, start: number, end: number, text: string): boolean {
  field.focus();
  field.setSelectionRange(start, end);
  // Nothing else adds to what the browser can undo in a field; it also sends the event of an input.
  return typeof document.execCommand === "function" && document.execCommand("insertText", false, text);
}
