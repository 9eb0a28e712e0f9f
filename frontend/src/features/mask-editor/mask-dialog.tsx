import { useId } from "react";
import type { ChosenImage, Reference } from "@/features/inputs";
import { lazyPart } from "@/lib/code";
import { Dialog } from "@/ui/overlays";

interface MaskDialogProps {
  readonly open: boolean;
  readonly image: Reference;
  readonly mask: Reference | null;
  readonly onClose: () => void;
  readonly onMask: (mask: ChosenImage) => void;
}

const MaskEditor = lazyPart(async () => (await import("./mask-editor")).MaskEditor, {
  Loading: () => null,
});

/** The mask editor over the whole window. */
export function MaskDialog({ open, onClose, ...editor }: MaskDialogProps) {
  const titleId = useId();
  return (
    <Dialog open={open} onClose={onClose} aria-labelledby={titleId} fullScreen>
      {open ? <MaskEditor {...editor} titleId={titleId} onClose={onClose} /> : null}
    </Dialog>
  );
}
