import {
  createContext,
  type ReactNode,
  type RefObject,
  useContext,
  useEffect,
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
  /** Works while a field has the focus, too. */
  readonly whileTyping?: boolean;
}

/** What one component wants, as of its newest render. */
type Group = RefObject<readonly Shortcut[]>;

interface Registry {
  readonly add: (group: Group) => () => void;
}

const RegistryContext = createContext<Registry | null>(null);
const GroupsContext = createContext<readonly Group[]>([]);

/** Listens to the keyboard for every shortcut that a mounted component has registered. */
export function ShortcutProvider({ children }: { readonly children: ReactNode }) {
  const [groups, setGroups] = useState<readonly Group[]>([]);
  const registry = useMemo<Registry>(
    () => ({
      add: (added) => {
        setGroups((before) => [...before, added]);
        return () => setGroups((before) => before.filter((group) => group !== added));
      },
    }),
    [],
  );
  useKeyboard(groups);
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
  // Whoever types and presses a key at once means what is typed: not a moment may lie between.
  useLayoutEffect(() => {
    latest.current = shortcuts;
  });
  useEffect(() => registry?.add(latest), [registry]);
}

export function useShortcutList(): readonly Shortcut[] {
  return useContext(GroupsContext).flatMap((group) => group.current);
}

/** What keys mean: the newest registration wins, for a page may redefine a key of the shell. */
function newest(groups: readonly Group[], keys: readonly string[], typing: boolean): Shortcut | undefined {
  return groups
    .flatMap((group) => group.current)
    .findLast((shortcut) => keys.includes(shortcut.keys) && (!typing || shortcut.whileTyping));
}

/** A held arrow goes on and on; a held Ctrl+Enter was meant once. */
function obey(event: KeyboardEvent, key: string, shortcut: Shortcut): void {
  event.preventDefault();
  if (!(event.repeat && key.startsWith("mod+"))) shortcut.run();
}

function useKeyboard(groups: readonly Group[]): void {
  const earlier = useRef({ key: "", at: 0 });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const key = keyName(event);
      if (key === null || event.defaultPrevented) return;
      const { key: first, at } = earlier.current;
      const sequence = event.timeStamp - at < SEQUENCE_MS ? `${first} ${key}` : "";
      earlier.current = { key, at: event.timeStamp };
      const typing = isTyping(event.target);
      const match = newest(groups, [sequence, key], typing);
      if (match === undefined) return;
      earlier.current = { key: "", at: 0 };
      obey(event, key, match);
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [groups]);
}
