import IconButton from "@mui/material/IconButton";
import ListItemIcon from "@mui/material/ListItemIcon";
import MenuItem from "@mui/material/MenuItem";
import {
  Copy,
  Download,
  Ellipsis,
  Image as ImageIcon,
  ImageOff,
  Lock,
  type LucideIcon,
  Pencil,
  RefreshCw,
  Trash2,
  Users,
} from "lucide-react";
import { useState } from "react";
import type { Preset } from "@/api/types";
import { lazyOnOpen } from "@/lib/code";
import { Menu } from "@/ui/overlays";
import { EditPresetDialog } from "./edit-preset-dialog";
import { usePresetActions } from "./use-preset-actions";

const GalleryDialog = lazyOnOpen(
  async () => (await import("@/features/inputs/gallery-dialog")).GalleryDialog,
);

interface PresetMenuProps {
  readonly preset: Preset;
  /** Return the settings of the form that is shown, to store them in the preset. */
  readonly settingsOf?: (() => Preset["settings"]) | undefined;
}

type Open = "edit" | "cover" | null;
type Entry = readonly [label: string, icon: LucideIcon, run: () => void];

/** The menu of what can be done with a preset besides applying it, and the dialogs that it opens. */
export function PresetMenu({ preset, settingsOf }: PresetMenuProps) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const [open, setOpen] = useState<Open>(null);
  const actions = usePresetActions(preset);
  const close = () => setOpen(null);
  const { kind, is_mine: isMine, is_shared: isShared, cover } = preset;
  const own: readonly Entry[] = [
    ["Edit", Pencil, () => setOpen("edit")],
    ...(kind === "preset" && settingsOf !== undefined
      ? ([["Update with these settings", RefreshCw, () => actions.setSettings(settingsOf())]] as const)
      : []),
    [cover === null ? "Choose a cover" : "Change the cover", ImageIcon, () => setOpen("cover")],
    ...(cover === null ? [] : ([["Remove the cover", ImageOff, () => actions.setCover(null)]] as const)),
    isShared ? ["Make private", Lock, actions.share] : ["Share with all users", Users, actions.share],
  ];
  const all: readonly Entry[] = [
    [isMine ? "Duplicate" : "Copy to my presets", Copy, actions.duplicate],
    ["Export", Download, actions.export],
  ];
  const item = ([label, Icon, run]: Entry, place = 0, list: readonly Entry[] = []) => (
    <MenuItem
      key={label}
      // A line between what changes the preset and the rest.
      divider={list === own && place === own.length - 1}
      onClick={() => {
        setAnchor(null);
        run();
      }}
    >
      <ListItemIcon>
        <Icon size={17} aria-hidden />
      </ListItemIcon>
      {label}
    </MenuItem>
  );
  return (
    <>
      <IconButton
        aria-label={`Actions for ${preset.name}`}
        aria-haspopup="menu"
        onClick={(event) => setAnchor(event.currentTarget)}
      >
        <Ellipsis size={18} aria-hidden />
      </IconButton>
      <Menu anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)}>
        {isMine ? own.map(item) : null}
        {all.map(item)}
        {isMine ? item(["Delete", Trash2, actions.delete]) : null}
      </Menu>
      <EditPresetDialog
        open={open === "edit"}
        onClose={close}
        kind={kind}
        preset={preset}
        settingsOf={settingsOf}
      />
      <GalleryDialog
        open={open === "cover"}
        onClose={close}
        onImage={({ reference }) =>
          "content_id" in reference && reference.content_id != null
            ? actions.setCover(reference.content_id)
            : undefined
        }
      />
    </>
  );
}
