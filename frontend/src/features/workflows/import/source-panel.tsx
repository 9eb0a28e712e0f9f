import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Card from "@mui/material/Card";
import CircularProgress from "@mui/material/CircularProgress";
import Typography from "@mui/material/Typography";
import { FileUp } from "lucide-react";
import { type DragEvent, useRef, useState } from "react";
import { unshownErrorOf } from "@/api/field-errors";
import { TextField } from "@/ui/text-field";
import { visuallyHidden } from "@/ui/visually-hidden";
import { type AnalysisState, titleOf } from "./use-analysis";

const ACCEPTED = ".json,.png,.webp,.jpg,.jpeg,.mp4,.webm,.flac,application/json";

interface SourcePanelProps {
  readonly analysis: AnalysisState;
  /** Return to the workflow that was analysed before. */
  readonly onCancel?: () => void;
}

/** Takes a workflow: a file, or pasted JSON. */
export function SourcePanel({ analysis, onCancel }: SourcePanelProps) {
  const { analyze, isPending, error } = analysis;
  const message = unshownErrorOf(error, []);
  return (
    <Box sx={{ display: "grid", gap: 2.5, gridTemplateColumns: "minmax(0, 1fr)", maxWidth: 860 }}>
      <DropArea isPending={isPending} onFile={(file) => analyze({ file }, titleOf(file.name))} />
      {message === null || isPending ? null : <Alert severity="error">{message}</Alert>}
      <PastedWorkflow isPending={isPending} onDocument={(document) => analyze({ document }, "")} />
      {onCancel === undefined ? null : (
        <Box>
          <Button color="inherit" onClick={onCancel}>
            Keep the workflow chosen before
          </Button>
        </Box>
      )}
    </Box>
  );
}

interface DropAreaProps {
  readonly isPending: boolean;
  readonly onFile: (file: File) => void;
}

function DropArea({ isPending, onFile }: DropAreaProps) {
  const input = useRef<HTMLInputElement>(null);
  const [isOver, setIsOver] = useState(false);
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setIsOver(false);
    const [file] = event.dataTransfer?.files ?? [];
    if (file !== undefined && !isPending) onFile(file);
  };
  return (
    <Card
      component="section"
      aria-label="Workflow file"
      onDragOver={(event: DragEvent) => {
        event.preventDefault();
        setIsOver(true);
      }}
      onDragLeave={() => setIsOver(false)}
      onDrop={onDrop}
      sx={{
        display: "grid",
        justifyItems: "center",
        textAlign: "center",
        gap: 1.5,
        px: 2,
        py: { xs: 4, md: 6 },
        border: "2px dashed",
        borderColor: isOver ? "primary.main" : "divider",
        bgcolor: isOver ? "action.selected" : "background.paper",
      }}
    >
      <Box
        sx={{
          display: "grid",
          placeItems: "center",
          width: 64,
          height: 64,
          borderRadius: "20px",
          color: "primary.main",
          bgcolor: "action.selected",
        }}
      >
        {isPending ? (
          <CircularProgress size={28} aria-label="Reading the workflow" />
        ) : (
          <FileUp size={28} strokeWidth={1.75} aria-hidden />
        )}
      </Box>
      <Typography variant="h2">Drop a workflow here</Typography>
      <Typography sx={{ color: "text.secondary", maxWidth: 460 }}>
        A JSON file of ComfyUI in any format, or an image, video or sound that was made with ComfyUI.
      </Typography>
      <Button variant="contained" disabled={isPending} onClick={() => input.current?.click()}>
        Choose file
      </Button>
      <input
        ref={input}
        type="file"
        accept={ACCEPTED}
        aria-label="Workflow file"
        tabIndex={-1}
        style={visuallyHidden as React.CSSProperties}
        onChange={(event) => {
          const [file] = event.currentTarget.files ?? [];
          // The same file can be chosen again after it was changed.
          event.currentTarget.value = "";
          if (file !== undefined) onFile(file);
        }}
      />
    </Card>
  );
}

interface PastedWorkflowProps {
  readonly isPending: boolean;
  readonly onDocument: (document: object) => void;
}

function PastedWorkflow({ isPending, onDocument }: PastedWorkflowProps) {
  const [text, setText] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const read = () => {
    try {
      const document: unknown = JSON.parse(text);
      if (typeof document !== "object" || document === null || Array.isArray(document))
        setProblem("This is JSON, but no workflow: a workflow is an object.");
      else onDocument(document);
    } catch (error) {
      setProblem(`This is not valid JSON: ${error instanceof Error ? error.message : "it cannot be read"}`);
    }
  };
  return (
    <Box sx={{ display: "grid", gap: 1, justifyItems: "start", gridTemplateColumns: "minmax(0, 1fr)" }}>
      <TextField
        label="Or paste JSON"
        value={text}
        multiline
        minRows={3}
        maxRows={10}
        fullWidth
        placeholder='{"1": {"class_type": "CheckpointLoaderSimple", …'
        onChange={(event) => {
          setText(event.target.value);
          setProblem(null);
        }}
        error={problem !== null}
        helperText={problem ?? undefined}
        slotProps={{
          inputLabel: { shrink: true },
          htmlInput: { spellCheck: false, style: { fontFamily: "monospace", fontSize: "0.85rem" } },
        }}
      />
      <Button variant="outlined" disabled={text.trim() === "" || isPending} onClick={read}>
        Read JSON
      </Button>
    </Box>
  );
}
