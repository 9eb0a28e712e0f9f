import { useEffect, useState } from "react";
import type { PromptState } from "./prompt-tools";

/** Pause after the last key press before the prompt is read: typing stays fast. */
const DELAY_MS = 250;

/**
 * Return what `read` takes from the prompts, once they have not changed for a while.
 *
 * `read` must stay the same function.
 */
export function usePromptText<Text>(
  get: () => PromptState,
  subscribe: (listener: () => void) => () => void,
  read: (state: PromptState) => Text,
): Text {
  const [text, setText] = useState(() => read(get()));
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = subscribe(() => {
      clearTimeout(timer);
      timer = setTimeout(() => setText(read(get())), DELAY_MS);
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [get, subscribe, read]);
  return text;
}
