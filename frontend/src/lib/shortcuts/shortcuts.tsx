import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from "react";
import { isTyping, keyName, SEQUENCE_MS } from "./keys";

export interface Shortcut {
  /** `?`, `mod+enter`, or a sequence such as `g d`. */
  readonly keys: string;
  readonly label: string;
  readonly group: string;
  readonly run: () => void;
  /** Works while a field has the focus, too. */
  readonly whileTyping?: boolean;
}

interface Registry {
  readonly add: (shortcuts: readonly Shortcut[]) => () => void;
}

const RegistryContext = createContext<Registry | null>(null);
const ListContext = createContext<readonly Shortcut[]>([]);

/** Listens to the keyboard for every shortcut that a mounted component has registered. */
export function ShortcutProvider({ children }: { readonly children: ReactNode }) {
  const [groups, setGroups] = useState<readonly (readonly Shortcut[])[]>([]);
  const shortcuts = useMemo(() => groups.flat(), [groups]);
  const registry = useMemo<Registry>(
    () => ({
      add: (added) => {
        setGroups((before) => [...before, added]);
        return () => setGroups((before) => before.filter((group) => group !== added));
      },
    }),
    [],
  );
  useKeyboard(shortcuts);
  return (
    <RegistryContext value={registry}>
      <ListContext value={shortcuts}>{children}</ListContext>
    </RegistryContext>
  );
}

/** Register shortcuts while the component is mounted; the array must be memoised. */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  const registry = useContext(RegistryContext);
  useEffect(() => registry?.add(shortcuts), [registry, shortcuts]);
}

export function useShortcutList(): readonly Shortcut[] {
  return useContext(ListContext);
}

function useKeyboard(shortcuts: readonly Shortcut[]): void {
  const earlier = useRef({ key: "", at: 0 });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const key = keyName(event);
      if (key === null || event.defaultPrevented) return;
      const { key: first, at } = earlier.current;
      const sequence = event.timeStamp - at < SEQUENCE_MS ? `${first} ${key}` : "";
      earlier.current = { key, at: event.timeStamp };
      const typing = isTyping(event.target);
      // The newest registration wins: a page may redefine a key of the shell.
      const match = shortcuts.findLast(
        (shortcut) =>
          (shortcut.keys === sequence || shortcut.keys === key) && (!typing || shortcut.whileTyping),
      );
      if (match === undefined) return;
      event.preventDefault();
      earlier.current = { key: "", at: 0 };
      match.run();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [shortcuts]);
}
