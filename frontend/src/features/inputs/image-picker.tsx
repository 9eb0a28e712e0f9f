import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import CircularProgress from "@mui/material/CircularProgress";
import Typography from "@mui/material/Typography";
import { useQueryClient } from "@tanstack/react-query";
import { Images, ImageUp } from "lucide-react";
import { type DragEvent, useEffect, useId, useRef, useState } from "react";
import { messageOf } from "@/api/problem";
import { contentQuery, DRAGGED_CONTENT } from "@/features/content";
import { useToast } from "@/ui/toast";
import { GalleryDialog } from "./gallery-dialog";
import type { ChosenImage } from "./references";
import { ACCEPTED, imageIn } from "./uploads";
import { useImageUpload } from "./use-image-upload";

interface ImagePickerProps {
  /** Names what is chosen, such as "Source image". */
  readonly label: string;
  readonly onImage: (image: ChosenImage) => void;
  /** Take images that are pasted anywhere on the page outside of text fields. */
  readonly takesPaste?: boolean;
}

/** Choose an image: drop it, paste it, open a file, or take one of the gallery. */
export function ImagePicker({ label, onImage, takesPaste = false }: ImagePickerProps) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const client = useQueryClient();
  const toast = useToast();
  const { isUploading, upload } = useImageUpload(onImage);
  const [isOver, setIsOver] = useState(false);
  const [isGalleryOpen, setIsGalleryOpen] = useState(false);
  usePaste(takesPaste, upload);

  const drop = (event: DragEvent) => {
    event.preventDefault();
    setIsOver(false);
    const content = event.dataTransfer.getData(DRAGGED_CONTENT);
    const file = imageIn(event.dataTransfer);
    if (content !== "")
      client
        .fetchQuery(contentQuery(Number(content)))
        .then(({ id: content_id, width, height }) => onImage({ reference: { content_id }, width, height }))
        .catch((error: unknown) => toast({ message: messageOf(error), severity: "error" }));
    else if (file !== null) upload(file);
    else toast({ message: "Only images can be dropped here.", severity: "error" });
  };
  return (
    <Box
      role="group"
      aria-labelledby={id}
      onDragOver={(event) => {
        event.preventDefault();
        setIsOver(true);
      }}
      onDragLeave={() => setIsOver(false)}
      onDrop={drop}
      sx={{
        display: "grid",
        justifyItems: "center",
        gap: 1,
        p: 2,
        border: "1.5px dashed",
        borderColor: isOver ? "primary.main" : "divider",
        borderRadius: "10px",
        bgcolor: isOver ? "action.hover" : "transparent",
      }}
    >
      <Typography id={id} variant="body2" sx={{ fontWeight: 500 }}>
        {label}
      </Typography>
      {isUploading ? (
        <CircularProgress size={24} aria-label="Uploading" />
      ) : (
        <Box sx={{ display: "flex", flexWrap: "wrap", justifyContent: "center", gap: 1 }}>
          <Button
            size="small"
            variant="outlined"
            startIcon={<ImageUp size={16} aria-hidden />}
            onClick={() => input.current?.click()}
          >
            Choose file
          </Button>
          <Button
            size="small"
            variant="outlined"
            startIcon={<Images size={16} aria-hidden />}
            onClick={() => setIsGalleryOpen(true)}
          >
            From gallery
          </Button>
        </Box>
      )}
      <Typography variant="caption" sx={{ color: "text.secondary" }}>
        {takesPaste ? "Or drop or paste an image" : "Or drop an image"}
      </Typography>
      <input
        ref={input}
        type="file"
        accept={ACCEPTED}
        aria-label={`${label}: file`}
        hidden
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          if (file !== undefined) upload(file);
          event.currentTarget.value = "";
        }}
      />
      <GalleryDialog open={isGalleryOpen} onClose={() => setIsGalleryOpen(false)} onImage={onImage} />
    </Box>
  );
}

/** Pass on images that are pasted; text fields keep their own pasting of text. */
function usePaste(isActive: boolean, onFile: (file: File) => void): void {
  useEffect(() => {
    if (!isActive) return;
    const paste = (event: ClipboardEvent) => {
      const file = imageIn(event.clipboardData);
      if (file === null) return;
      event.preventDefault();
      onFile(file);
    };
    window.addEventListener("paste", paste);
    return () => window.removeEventListener("paste", paste);
  }, [isActive, onFile]);
}
