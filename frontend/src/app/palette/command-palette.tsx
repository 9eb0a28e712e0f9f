import Box from "@mui/material/Box";
import Dialog from "@mui/material/Dialog";
import InputBase from "@mui/material/InputBase";
import Typography from "@mui/material/Typography";
import { Search } from "lucide-react";
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import { useNavigate } from "react-router";
import { useIsAdmin } from "@/features/session";
import { groupBy } from "@/lib/group-by";
import { useShortcutList } from "@/lib/shortcuts";
import { readStored, writeStored } from "@/lib/storage/stored-state";
import { Keys } from "@/ui/kbd";
import { visuallyHidden } from "@/ui/visually-hidden";
import { CommandOption } from "./command-option";
import { type Command, fieldCommands, pageCommands, queueCommand, shortcutCommands } from "./commands";
import { isFoundByServer, useFoundCommands } from "./found-commands";
import { ranked } from "./fuzzy";

interface CommandPaletteProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onOpenQueue: () => void;
}

/** Finds pages, actions, models, presets, prompts, saved searches and images by a few letters. */
export function CommandPalette({ open, onClose, onOpenQueue }: CommandPaletteProps) {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      fullWidth
      maxWidth="sm"
      sx={{ "& .MuiDialog-container": { alignItems: "flex-start" } }}
      slotProps={{
        paper: {
          "aria-label": "Command palette",
          sx: { mt: { xs: 2, sm: "12vh" }, mx: { xs: 1.5 }, width: { xs: "calc(100% - 24px)" } },
        },
      }}
    >
      <Palette onClose={onClose} onOpenQueue={onOpenQueue} />
    </Dialog>
  );
}

const USED = "palette-used";
const KEPT_USED = 5;
/** Of one group while something is typed; images have their own limit. */
const SHOWN_OF_GROUP = 6;

const reviveIds = (value: unknown): string[] | null =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : null;

function noteUsed(id: string): void {
  const others = (readStored(USED, reviveIds) ?? []).filter((one) => one !== id);
  writeStored(USED, [id, ...others].slice(0, KEPT_USED));
}

function useCommands(query: string, { onClose, onOpenQueue }: Omit<CommandPaletteProps, "open">) {
  const navigate = useNavigate();
  const isAdmin = useIsAdmin();
  const shortcuts = useShortcutList();
  const go = (path: string) => void navigate(path);
  const found = useFoundCommands(query, go);
  const known = [
    ...pageCommands(isAdmin, go),
    queueCommand(onOpenQueue),
    ...fieldCommands(go),
    ...shortcutCommands(shortcuts),
  ];
  const all = [...known, ...found];
  const run = (command: Command) => {
    noteUsed(command.id);
    onClose();
    command.run();
  };
  return { commands: query.trim() === "" ? startOf(all) : matching(query, all), run };
}

/** Return what is offered before something is typed: what was used last, then a part of each group. */
function startOf(all: readonly Command[]): readonly Command[] {
  const used = (readStored(USED, reviveIds) ?? []).flatMap((id) => all.find((one) => one.id === id) ?? []);
  const rest = all.filter((one) => !used.includes(one) && one.place === undefined);
  return [
    ...used.map((one) => ({ ...one, group: "Used last" })),
    ...[...groupBy(rest, (one) => one.group).values()].flatMap((group) => group.slice(0, SHOWN_OF_GROUP)),
  ];
}

/** Return the best matches of each group, the group with the best one first; then what the server has found. */
function matching(query: string, all: readonly Command[]): readonly Command[] {
  const best = ranked(
    query,
    all.filter((one) => !isFoundByServer(one)),
    ({ title, detail }) => `${title} ${detail ?? ""}`,
    (command) => command,
  );
  const groups = groupBy(best, (one) => one.group);
  return [
    ...[...groups.values()].flatMap((group) => group.slice(0, SHOWN_OF_GROUP)),
    ...all.filter(isFoundByServer),
  ];
}

function Palette(props: Omit<CommandPaletteProps, "open">) {
  const [query, setQuery] = useState("");
  const [active, setActive] = useState(0);
  const { commands, run } = useCommands(query, props);
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const current = Math.min(active, commands.length - 1);
  const groups = useMemo(() => groupBy([...commands.entries()], ([, one]) => one.group), [commands]);
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  }, []);
  const move = (place: number) => {
    setActive(place);
    list.current?.querySelector(`#${CSS.escape(`${id}${place}`)}`)?.scrollIntoView({ block: "nearest" });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const count = commands.length;
    const moves: Record<string, number> = {
      ArrowDown: (current + 1) % Math.max(count, 1),
      ArrowUp: (current - 1 + count) % Math.max(count, 1),
      PageDown: Math.min(current + SHOWN_OF_GROUP, count - 1),
      PageUp: Math.max(current - SHOWN_OF_GROUP, 0),
    };
    const next = moves[event.key];
    const chosen = commands[current];
    if (next !== undefined) move(next);
    else if (event.key === "Enter" && !event.nativeEvent.isComposing && chosen !== undefined) run(chosen);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <Box
        sx={{
          display: "flex",
          alignItems: "center",
          gap: 1.5,
          px: 2,
          borderBottom: 1,
          borderColor: "divider",
        }}
      >
        <Search size={18} aria-hidden />
        <InputBase
          autoFocus
          fullWidth
          value={query}
          onChange={(event) => {
            setQuery(event.target.value);
            setActive(0);
          }}
          onKeyDown={onKeyDown}
          placeholder="Go to a page, run an action, find a model or an image"
          inputProps={{
            role: "combobox",
            "aria-label": "Find pages, actions, models and images",
            "aria-expanded": true,
            "aria-controls": id,
            "aria-activedescendant": commands.length > 0 ? `${id}${current}` : undefined,
            "aria-autocomplete": "list",
            autoComplete: "off",
            spellCheck: false,
            maxLength: 200,
          }}
          sx={{ height: 56, fontSize: "1.02rem" }}
        />
        <Box sx={{ display: { xs: "none", sm: "block" } }}>
          <Keys keys="escape" />
        </Box>
      </Box>
      <Box
        ref={list}
        id={id}
        role="listbox"
        aria-label="Results"
        tabIndex={-1}
        sx={{ overflowY: "auto", maxHeight: "min(60dvh, 520px)", p: 1, minHeight: 120, outline: "none" }}
      >
        {[...groups].map(([group, entries]) => (
          <Box key={group} role="group" aria-label={group} sx={{ pb: 1 }}>
            <Typography
              aria-hidden
              variant="overline"
              component="div"
              sx={{ px: 1.25, color: "text.secondary" }}
            >
              {group}
            </Typography>
            {entries.map(([place, command]) => (
              <CommandOption
                key={command.id}
                id={`${id}${place}`}
                command={command}
                search={query}
                isActive={place === current}
                onPoint={() => setActive(place)}
                onChoose={() => run(command)}
              />
            ))}
          </Box>
        ))}
      </Box>
      {commands.length === 0 ? (
        <Typography sx={{ px: 2, pb: 3, color: "text.secondary", textAlign: "center" }}>
          Nothing matches “{query}”.
        </Typography>
      ) : null}
      <Box role="status" sx={visuallyHidden}>
        {`${commands.length} results`}
      </Box>
    </>
  );
}
