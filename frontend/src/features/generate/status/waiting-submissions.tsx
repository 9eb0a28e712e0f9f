import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Chip from "@mui/material/Chip";
import Typography from "@mui/material/Typography";
import { CloudOff, X } from "lucide-react";
import { useNavigate } from "react-router";
import { asSentence } from "@/api/problem";
import { discardWaiting, useOutbox, type WaitingSubmission } from "@/features/jobs";
import { useMe } from "@/features/session";
import { type GenerateSettings, settingsOfSubmit } from "../settings";

interface WaitingSubmissionsProps {
  readonly onRestore: (settings: GenerateSettings) => void;
}

/** Submissions that are sent when the server answers again, and those that it then rejected. */
export function WaitingSubmissions({ onRestore }: WaitingSubmissionsProps) {
  const { id: userId } = useMe();
  const entries = useOutbox().filter((entry) => entry.userId === userId);
  return entries.map((entry) =>
    entry.rejection === null ? (
      <Waiting key={entry.key} entry={entry} />
    ) : (
      <Rejected key={entry.key} entry={entry} onRestore={onRestore} />
    ),
  );
}

interface EntryProps {
  readonly entry: WaitingSubmission;
}

function countOf({ body, run }: WaitingSubmission): string {
  const size = (run?.body ?? body)?.batch_size ?? 1;
  if (run !== undefined) return size === 1 ? "1 run" : `${size} runs`;
  return size === 1 ? "1 image" : `${size} images`;
}

const titleOf = ({ body, run }: WaitingSubmission): string =>
  run === undefined ? (body.prompt ?? "") || "Upscaled image" : run.title;

function Waiting({ entry }: EntryProps) {
  const title = titleOf(entry);
  return (
    <Box component="article" aria-label={title.slice(0, 80)} sx={{ maxWidth: 820 }}>
      <Box sx={{ display: "flex", alignItems: "center", gap: 1, minHeight: 36 }}>
        <Chip
          size="small"
          variant="outlined"
          color="warning"
          icon={<CloudOff size={14} aria-hidden />}
          label="Waiting for the connection"
          sx={{ pl: 0.5 }}
        />
        <Typography noWrap dir="auto" title={title} sx={{ flex: 1, minWidth: 0 }}>
          {title}
        </Typography>
        <Button
          size="small"
          color="inherit"
          startIcon={<X size={16} aria-hidden />}
          onClick={() => void discardWaiting(entry.key)}
        >
          Cancel
        </Button>
      </Box>
      <Typography variant="body2" sx={{ color: "text.secondary" }}>
        {countOf(entry)} · sent as soon as the server answers
      </Typography>
    </Box>
  );
}

function Rejected({ entry, onRestore }: EntryProps & WaitingSubmissionsProps) {
  const { key, rejection } = entry;
  const title = titleOf(entry);
  const navigate = useNavigate();
  const restore = () => {
    if (entry.run === undefined) onRestore(settingsOfSubmit(entry.body));
    else void navigate(`/workflows/${entry.run.workflowId}`, { state: { inputs: entry.run.body.inputs } });
    void discardWaiting(key);
  };
  return (
    <Box component="article" aria-label={title.slice(0, 80)} sx={{ maxWidth: 820 }}>
      <Alert severity="error" variant="outlined" sx={{ overflowWrap: "anywhere" }}>
        <Typography noWrap dir="auto" title={title} sx={{ color: "text.primary" }}>
          {title}
        </Typography>
        <Typography variant="body2">
          {[
            "Not accepted.",
            rejection?.message,
            ...(rejection?.fields ?? []).map((one) => asSentence(one.message)),
          ].join(" ")}
        </Typography>
        <Box sx={{ display: "flex", gap: 0.5, mt: 0.5, ml: -1 }}>
          <Button color="inherit" size="small" onClick={restore}>
            Edit
          </Button>
          <Button color="inherit" size="small" onClick={() => void discardWaiting(key)}>
            Dismiss
          </Button>
        </Box>
      </Alert>
    </Box>
  );
}
