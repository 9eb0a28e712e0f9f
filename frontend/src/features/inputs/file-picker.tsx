import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import CircularProgress from "@mui/material/CircularProgress";
import Typography from "@mui/material/Typography";
import { FolderOpen, Images, X } from "lucide-react";
import { type DragEvent, useId, useRef, useState } from "react";
import { messageOf } from "@/api/problem";
import { useToast } from "@/ui/toast";
import { GalleryDialog } from "./gallery-dialog";
import { fileUrl, nameOf, type Reference } from "./references";
import { uploadFile } from "./uploads";

interface FilePickerProps {
  /** Names what is chosen, such as "Driving video". */
  readonly label: string;
  readonly kind: "video" | "audio";
  readonly value: Reference | null;
  readonly onChange: (value: Reference | null) => void;
  readonly error?: string | undefined;
}

const NAMES = { video: "a video", audio: "a sound" } as const;

/** Choose a video or a sound: drop it, open a file, or take one of the gallery. The chosen one can be played. */
export function FilePicker({ label, kind, value, onChange, error }: FilePickerProps) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const toast = useToast();
  const [isUploading, setIsUploading] = useState(false);
  const [isGalleryOpen, setIsGalleryOpen] = useState(false);
  const upload = (file: File | undefined) => {
    if (file === undefined) return;
    setIsUploading(true);
    uploadFile(file, file.name)
      .then((stored) => {
        if (stored.kind === kind) onChange({ upload_id: stored.id });
        else toast({ message: `${file.name} is not ${NAMES[kind]}.`, severity: "error" });
      })
      .catch((problem: unknown) => toast({ message: messageOf(problem), severity: "error" }))
      .finally(() => setIsUploading(false));
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    upload(event.dataTransfer.files[0]);
  };
  return (
    <Box
      role="group"
      aria-labelledby={id}
      onDragOver={(event) => event.preventDefault()}
      onDrop={drop}
      sx={{
        display: "grid",
        gap: 1,
        p: 2,
        border: "1.5px dashed",
        borderColor: error === undefined ? "divider" : "error.main",
        borderRadius: "10px",
      }}
    >
      <Typography id={id} variant="body2" sx={{ fontWeight: 500 }}>
        {label}
      </Typography>
      {value === null ? null : <Player kind={kind} reference={value} />}
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 1 }}>
        {isUploading ? <CircularProgress size={24} aria-label="Uploading" /> : null}
        <Button
          size="small"
          variant="outlined"
          startIcon={<FolderOpen size={16} aria-hidden />}
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
        {value === null ? null : (
          <Button
            size="small"
            color="inherit"
            startIcon={<X size={16} aria-hidden />}
            onClick={() => onChange(null)}
          >
            Remove
          </Button>
        )}
      </Box>
      {error === undefined ? null : (
        <Typography variant="caption" sx={{ color: "error.main" }}>
          {error}
        </Typography>
      )}
      <input
        ref={input}
        type="file"
        accept={`${kind}/*`}
        aria-label={`${label}: file`}
        hidden
        onChange={(event) => {
          upload(event.currentTarget.files?.[0]);
          event.currentTarget.value = "";
        }}
      />
      <GalleryDialog
        open={isGalleryOpen}
        type={kind}
        onClose={() => setIsGalleryOpen(false)}
        onImage={({ reference }) => onChange(reference)}
      />
    </Box>
  );
}

interface PlayerProps {
  readonly kind: "video" | "audio";
  readonly reference: Reference;
}

function Player({ kind, reference }: PlayerProps) {
  const src = fileUrl(reference, "file");
  const label = nameOf(reference, kind);
  return (
    <Box
      component={kind}
      controls
      preload="metadata"
      src={src}
      aria-label={label}
      sx={{ width: "100%", maxHeight: 240, borderRadius: "8px" }}
    />
  );
}
