import Dialog from "@mui/material/Dialog";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import IconButton from "@mui/material/IconButton";
import { X } from "lucide-react";
import type { Model } from "@/api/types";
import { noteModel } from "./marked-models";
import { ModelCards } from "./model-cards";

interface ModelDialogProps {
  readonly open: boolean;
  readonly chosen: string | null;
  readonly onChoose: (model: Model) => void;
  readonly onClose: () => void;
}

/** Chooses a checkpoint among cards with images that were made with it. */
export function ModelDialog({ open, chosen, onChoose, onClose }: ModelDialogProps) {
  const choose = (model: Model) => {
    noteModel(model.name);
    onChoose(model);
    onClose();
  };
  return (
    <Dialog
      open={open}
      onClose={onClose}
      aria-labelledby="models-title"
      fullWidth
      maxWidth="lg"
      scroll="paper"
    >
      <DialogTitle id="models-title" sx={{ pr: 7 }}>
        Choose a model
        <IconButton aria-label="Close" onClick={onClose} sx={{ position: "absolute", right: 12, top: 12 }}>
          <X size={20} aria-hidden />
        </IconButton>
      </DialogTitle>
      <DialogContent sx={{ minHeight: "60dvh" }}>
        <ModelCards chosen={chosen} onChoose={choose} />
      </DialogContent>
    </Dialog>
  );
}
