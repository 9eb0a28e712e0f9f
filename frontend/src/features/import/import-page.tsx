import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { FileUp, FolderUp } from "lucide-react";
import { type DragEvent, useRef, useState } from "react";
import { Link } from "react-router";
import { Page } from "@/ui/page";
import { useToast } from "@/ui/toast";
import { ACCEPT, chosenFiles, droppedFiles, type FoundFiles, NOTHING, UNREADABLE } from "./files";
import { ImportList } from "./import-list";
import { importer } from "./importer";
import { useImports } from "./use-imports";

/** Imports files, folders and zips into the gallery. */
export function ImportPage() {
  const state = useImports();
  return (
    <Page
      title="Import"
      description="Images and videos that you made with other programs"
      maxWidth={960}
      actions={
        <Button color="inherit" component={Link} to="/gallery">
          Back to gallery
        </Button>
      }
    >
      <DropZone />
      <ImportList state={state} />
    </Page>
  );
}

function DropZone() {
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const [isOver, setIsOver] = useState(false);
  const toast = useToast();
  const add = (found: FoundFiles) => {
    if (found.files.length === 0 && found.leftOut > 0) toast(NOTHING);
    else importer.add(found.files, found.leftOut);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setIsOver(false);
    void droppedFiles(event.dataTransfer).then(add, () => toast(UNREADABLE));
  };
  const choose = (event: { readonly currentTarget: HTMLInputElement }) => {
    add(chosenFiles(event.currentTarget.files));
    event.currentTarget.value = "";
  };
  return (
    <Box
      role="group"
      aria-label="Files to import"
      onDragOver={(event) => {
        event.preventDefault();
        setIsOver(true);
      }}
      onDragLeave={() => setIsOver(false)}
      onDrop={drop}
      sx={{
        display: "grid",
        justifyItems: "center",
        gap: 1.5,
        px: 2,
        py: { xs: 4, sm: 6 },
        textAlign: "center",
        border: "2px dashed",
        borderColor: isOver ? "primary.main" : "divider",
        borderRadius: "18px",
        bgcolor: isOver ? "action.selected" : "transparent",
        transition: "background-color 120ms, border-color 120ms",
      }}
    >
      <Box sx={{ display: "flex", color: "primary.main" }}>
        <FileUp size={40} strokeWidth={1.5} aria-hidden />
      </Box>
      <Typography variant="h2">Drop files, folders or zips here</Typography>
      <Typography sx={{ maxWidth: 560, color: "text.secondary" }}>
        Prompts and settings are read from files of ComfyUI, AUTOMATIC1111, Forge, InvokeAI, SwarmUI, Fooocus,
        NovelAI, Draw Things and others. The files are kept as they are. Files that you have already are
        skipped.
      </Typography>
      <Box sx={{ display: "flex", flexWrap: "wrap", justifyContent: "center", gap: 1.5, mt: 1 }}>
        <Button
          variant="contained"
          startIcon={<FileUp size={17} aria-hidden />}
          onClick={() => files.current?.click()}
        >
          Choose files
        </Button>
        <Button
          variant="outlined"
          startIcon={<FolderUp size={17} aria-hidden />}
          onClick={() => folder.current?.click()}
        >
          Choose a folder
        </Button>
      </Box>
      <input ref={files} type="file" multiple accept={ACCEPT} aria-label="Files" hidden onChange={choose} />
      <input
        ref={folder}
        type="file"
        multiple
        aria-label="Folder"
        hidden
        onChange={choose}
        // Preact sets the property, which an empty text would switch off.
        {...({ webkitdirectory: true } as object)}
      />
    </Box>
  );
}
