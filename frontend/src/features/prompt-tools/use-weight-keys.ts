import { type RefObject, useEffect, useRef } from "react";
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
      const isArrow = event.key === "ArrowUp" || event.key === "ArrowDown";
      if (!isArrow || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
      const direction = event.key === "ArrowUp" ? 1 : -1;
      const edited = changeWeight(field.value, field.selectionStart, field.selectionEnd, direction);
      event.preventDefault();
      if (edited === null) return;
      change.current(edited.text);
      // After the field has the new text.
      requestAnimationFrame(() => field.setSelectionRange(edited.start, edited.end));
    };
    field.addEventListener("keydown", onKeyDown);
    return () => field.removeEventListener("keydown", onKeyDown);
  }, [input]);
}
