import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { Download, FolderOpen } from "lucide-react";
import { type KeyboardEvent, useCallback, useEffect, useId, useRef, useState } from "react";
import { messageOf } from "@/api/problem";
import {
  ACCEPTED,
  type ChosenImage,
  fileUrl,
  loadImage,
  type Reference,
  uploadImage,
} from "@/features/inputs";
import { useToast } from "@/ui/toast";
import { LOW_WINDOW } from "./low-window";
import { MaskCanvas } from "./mask-canvas";
import { MaskStage, useView } from "./mask-stage";
import { MaskToolbar } from "./mask-toolbar";
import { ACTS, type Act, keyOf, TOOLS, type Tool } from "./tools";
import { useKeyboardBrush } from "./use-keyboard-brush";

interface MaskEditorProps {
  readonly image: Reference;
  /** The mask to continue with. */
  readonly mask: Reference | null;
  readonly titleId: string;
  readonly onClose: () => void;
  readonly onMask: (mask: ChosenImage) => void;
}

/** Brush size at first and at most, as parts of the longest edge of the image. */
const FIRST_SIZE = 0.08;
const MAX_SIZE = 0.5;
/** Radius by which the edges are softened at a time, as a part of the longest edge. */
const SOFTENING = 0.01;
const NOTHING_DONE = { canUndo: false, canRedo: false };

/** Decode an image beside the main thread. */
async function bitmapOf(file: Blob | Response): Promise<ImageBitmap> {
  try {
    return await createImageBitmap(file instanceof Blob ? file : await file.blob());
  } catch (cause) {
    throw new Error("The image cannot be loaded.", { cause });
  }
}

/** Paint which part of an image is to be made anew. */
export function MaskEditor({ image, mask: earlier, titleId, onClose, onMask }: MaskEditorProps) {
  const toast = useToast();
  const [mask, setMask] = useState<MaskCanvas | null>(null);
  const [tool, setTool] = useState<Tool>("paint");
  const [size, setSize] = useState(64);
  const [hardness, setHardness] = useState(80);
  const [undoable, setUndoable] = useState(NOTHING_DONE);
  const [isSaving, setIsSaving] = useState(false);
  const stage = useRef<HTMLDivElement>(null);
  const file = useRef<HTMLInputElement>(null);
  const helpId = useId();
  const brush = { size, hardness: hardness / 100, isErasing: tool === "erase" };
  const { view, smallest, setView, fit, zoomBy } = useView(mask, stage);
  const keyboard = useKeyboardBrush(mask, brush);
  const showError = (error: unknown) => toast({ message: messageOf(error), severity: "error" });

  // biome-ignore lint/correctness/useExhaustiveDependencies: the editor is made anew for another image
  useEffect(() => {
    let isCurrent = true;
    const open = async () => {
      const [shown, painted] = await Promise.all([
        loadImage(fileUrl(image)),
        earlier === null ? null : fetch(fileUrl(earlier)).then(bitmapOf),
      ]);
      if (!isCurrent) return;
      const canvas = new MaskCanvas(shown.naturalWidth, shown.naturalHeight, () => {
        const { canUndo, canRedo } = canvas;
        setUndoable((before) =>
          before.canUndo === canUndo && before.canRedo === canRedo ? before : { canUndo, canRedo },
        );
      });
      if (painted !== null) void canvas.load(painted);
      setSize(Math.round(Math.max(canvas.width, canvas.height) * FIRST_SIZE));
      setMask(canvas);
    };
    open().catch((error: unknown) => {
      showError(error);
      onClose();
    });
    return () => {
      isCurrent = false;
    };
  }, []);
  useEffect(() => {
    if (mask !== null) stage.current?.focus();
  }, [mask]);

  const acts: Record<Act, () => void> = {
    undo: () => mask?.undo(),
    redo: () => mask?.redo(),
    fill: () => mask?.fill(),
    clear: () => mask?.clear(),
    invert: () => mask?.invert(),
    soften: () => mask?.soften(Math.max(mask.width, mask.height) * SOFTENING),
    zoomIn: () => zoomBy(1.25),
    zoomOut: () => zoomBy(0.8),
    fit,
  };
  const isEnabled = (act: Act) =>
    mask !== null && (act !== "undo" || undoable.canUndo) && (act !== "redo" || undoable.canRedo);
  const latestActs = useRef(acts);
  latestActs.current = acts;
  const run = useCallback((act: Act) => latestActs.current[act](), []);
  const maxSize = mask === null ? 512 : Math.round(Math.max(mask.width, mask.height) * MAX_SIZE);
  const onKeyDown = (event: KeyboardEvent) => {
    if ((event.target as HTMLElement).closest("input, textarea, button") !== null) return;
    const key = keyOf(event);
    const found = ACTS.find((one) => one.key === key || (one.name === "zoomIn" && key === "="));
    const chosen = TOOLS.find((one) => one.key === key);
    if (found !== undefined && isEnabled(found.name)) acts[found.name]();
    else if (chosen !== undefined) setTool(chosen.name);
    else if (key === "[" || key === "]")
      setSize((before) => Math.min(maxSize, Math.max(1, Math.round(before * (key === "[" ? 0.8 : 1.25)))));
    else if (!keyboard.onKey(event)) return;
    event.preventDefault();
    event.stopPropagation();
  };
  const paintedFile = async () => {
    const painted = (await mask?.toFile()) ?? null;
    if (painted === null)
      toast({ message: "The mask is empty: paint what is to be made anew.", severity: "error" });
    return painted;
  };
  const save = async () => {
    setIsSaving(true);
    try {
      const painted = await paintedFile();
      if (painted !== null) {
        onMask(await uploadImage(painted, "mask.png"));
        return onClose();
      }
    } catch (error) {
      showError(error);
    }
    setIsSaving(false);
  };
  const download = async () => {
    const painted = await paintedFile();
    if (painted === null) return;
    const url = URL.createObjectURL(painted);
    const link = Object.assign(document.createElement("a"), { href: url, download: "mask.png" });
    link.click();
    URL.revokeObjectURL(url);
  };
  const open = async (chosen: File | undefined) => {
    if (chosen === undefined || mask === null) return;
    try {
      await mask.load(await bitmapOf(chosen));
    } catch (error) {
      showError(error);
    }
  };
  return (
    <Box
      onKeyDown={onKeyDown}
      onPointerDown={keyboard.hide}
      sx={{ display: "flex", flexDirection: "column", height: "100%", minHeight: 0, ...LOW_WINDOW }}
    >
      <Box className="controls">
        <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 1, px: 2, pt: 1.5 }}>
          <Typography id={titleId} variant="h2" sx={{ flex: 1, minWidth: 140 }}>
            Paint a mask
          </Typography>
          <Button
            color="inherit"
            startIcon={<FolderOpen size={16} aria-hidden />}
            onClick={() => file.current?.click()}
          >
            Import
          </Button>
          <Button
            color="inherit"
            startIcon={<Download size={16} aria-hidden />}
            onClick={() => void download()}
          >
            Export
          </Button>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="contained" loading={isSaving} disabled={mask === null} onClick={() => void save()}>
            Use mask
          </Button>
          <input
            ref={file}
            type="file"
            accept={ACCEPTED}
            aria-label="Mask file"
            hidden
            onChange={(event) => void open(event.currentTarget.files?.[0])}
          />
        </Box>
        <MaskToolbar
          tool={tool}
          onTool={setTool}
          isReady={mask !== null}
          canUndo={undoable.canUndo}
          canRedo={undoable.canRedo}
          onAct={run}
          size={size}
          maxSize={maxSize}
          onSize={setSize}
          hardness={hardness}
          onHardness={setHardness}
        />
        <Typography
          id={helpId}
          variant="caption"
          sx={{ display: "block", px: 2, pb: 1, color: "text.secondary" }}
        >
          Paint what is to be made anew.{" "}
          <Box component="span" sx={{ "@media (pointer: coarse)": { display: "none" } }}>
            Keyboard: arrow keys move the brush, Space starts and ends a stroke, [ and ] change its size.
          </Box>
        </Typography>
      </Box>
      {mask === null ? (
        <Box role="status" sx={{ flex: 1, display: "grid", placeItems: "center" }}>
          Loading the image…
        </Box>
      ) : null}
      <Box sx={{ flex: mask === null ? 0 : 1, minHeight: 0, minWidth: 0, display: "flex" }}>
        {mask === null ? null : (
          <MaskStage
            mask={mask}
            imageUrl={fileUrl(image)}
            brush={brush}
            isPanning={tool === "pan"}
            view={view}
            smallest={smallest}
            onView={setView}
            keyboardBrush={keyboard.at}
            stageRef={stage}
            describedBy={helpId}
          />
        )}
      </Box>
    </Box>
  );
}
