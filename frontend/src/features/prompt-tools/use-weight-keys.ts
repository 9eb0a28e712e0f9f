import { type RefObject, useEffect, useRef } from "react";
import { typeInto } from "@/lib/type-into";
import { changedPart } from "./changed-part";
import { changeWeight } from "./weights";

/** Change the weight of the word or selection with Ctrl (or Cmd) and the arrows up and down. */
export function useWeightKeys(
  input: RefObject<HTMLTextAreaElement | null>,
  onChange: (text: string) => void,
): void {
  const change = useRef(onChange);
  change.current = onChange;
  useEffect(() => {
    const field = input.current;
    if (field === null) return;
    const onKeyDown = (event: KeyboardEvent) => {
      const direction = directionOf(event);
      if (direction === null) return;
      const edited = changeWeight(field.value, field.selectionStart, field.selectionEnd, direction);
      event.preventDefault();
      if (edited === null) return;
      const before = field.value;
      const { start, end, text } = changedPart(before, edited.text);
      if (!typeInto(field, start, end, text)) change.current(edited.text);
      // After the field has the new text.
      requestAnimationFrame(() => field.setSelectionRange(edited.start, edited.end));
    };
    field.addEventListener("keydown", onKeyDown);
    return () => field.removeEventListener("keydown", onKeyDown);
  }, [input]);
}

/** Return 1 for Ctrl (or Cmd) and the arrow up, -1 for that down, else null. */
function directionOf(event: KeyboardEvent): 1 | -1 | null {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return null;
  if (event.key === "ArrowUp") return 1;
  return event.key === "ArrowDown" ? -1 : null;
}
