import {
  createContext,
  type ReactNode,
  type RefObject,
  useContext,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { isTyping, keyName, SEQUENCE_MS } from "./keys";

export interface Shortcut {
  /** `?`, `mod+enter`, or a sequence such as `g d`. */
  readonly keys: string;
  readonly label: string;
  readonly group: string;
  readonly run: () => void;
  /** Also active while a field has the focus. */
  readonly whileTyping?: boolean;
}

/** The shortcuts of one component as of its latest render. */
type Group = RefObject<readonly Shortcut[]>;

interface Registry {
  readonly add: (group: Group) => () => void;
}

const RegistryContext = createContext<Registry | null>(null);
const GroupsContext = createContext<readonly Group[]>([]);

/** Listens to the keyboard for every shortcut that a mounted component has registered. */
export function ShortcutProvider({ children }: { readonly children: ReactNode }) {
  const [groups, setGroups] = useState<readonly Group[]>([]);
  // Also changed at once: a key may be pressed before the provider is drawn again.
  const latest = useRef(groups);
  const registry = useMemo<Registry>(() => {
    const show = (next: readonly Group[]) => {
      latest.current = next;
      setGroups(next);
    };
    return {
      add: (added) => {
        show([...latest.current, added]);
        return () => show(latest.current.filter((group) => group !== added));
      },
    };
  }, []);
  useKeyboard(latest);
  return (
    <RegistryContext value={registry}>
      <GroupsContext value={groups}>{children}</GroupsContext>
    </RegistryContext>
  );
}

/** Register shortcuts while the component is mounted. */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  const registry = useContext(RegistryContext);
  const latest = useRef(shortcuts);
  // A layout effect, so that a shortcut pressed right after typing sees the typed text.
  useLayoutEffect(() => {
    latest.current = shortcuts;
  });
  // Nor is it delayed until the browser has painted: what is visible can be used.
  useLayoutEffect(() => registry?.add(latest), [registry]);
}

/** Return all registered shortcuts. */
export function useShortcutList(): readonly Shortcut[] {
  return useContext(GroupsContext).flatMap((group) => group.current);
}

/** Return the shortcut for keys. The newest registration wins, so that a page can override the shell. */
function findShortcut(
  groups: readonly Group[],
  keys: readonly string[],
  typing: boolean,
): Shortcut | undefined {
  return groups
    .flatMap((group) => group.current)
    .findLast((shortcut) => keys.includes(shortcut.keys) && (!typing || shortcut.whileTyping));
}

/** Run a shortcut. Held keys repeat, except with Ctrl: a held Ctrl+Enter submits once. */
function runShortcut(event: KeyboardEvent, key: string, shortcut: Shortcut): void {
  event.preventDefault();
  if (!(event.repeat && key.startsWith("mod+"))) shortcut.run();
}

function useKeyboard(groups: RefObject<readonly Group[]>): void {
  const previous = useRef({ key: "", at: 0 });
  useLayoutEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const key = keyName(event);
      if (key === null || event.defaultPrevented) return;
      const { key: first, at } = previous.current;
      const sequence = event.timeStamp - at < SEQUENCE_MS ? `${first} ${key}` : "";
      previous.current = { key, at: event.timeStamp };
      const typing = isTyping(event.target);
      const match = findShortcut(groups.current, [sequence, key], typing);
      if (match === undefined) return;
      previous.current = { key: "", at: 0 };
      runShortcut(event, key, match);
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [groups]);
}
