import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogContentText from "@mui/material/DialogContentText";
import DialogTitle from "@mui/material/DialogTitle";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { Pause, Play } from "lucide-react";
import { type FormEvent, useState } from "react";
import { messageOf } from "@/api/problem";
import { Dialog } from "@/ui/overlays";
import { TextField } from "@/ui/text-field";
import { TimeAgo } from "@/ui/time-ago";
import { useToast } from "@/ui/toast";
import { queueQuery, useChangePause } from "./queries";

/** Pauses and resumes the queue, and shows what is paused. */
export function PauseBar() {
  const queue = useQuery(queueQuery).data;
  const change = useChangePause();
  const toast = useToast();
  const [isConfirming, setIsConfirming] = useState(false);
  const onError = (error: unknown) => toast({ message: messageOf(error), severity: "error" });
  const pause = queue?.pause ?? null;
  return (
    <Box sx={{ minHeight: 48, display: "grid", alignItems: "center" }}>
      {pause === null ? (
        <Box sx={{ display: "flex", alignItems: "center", gap: 2, flexWrap: "wrap" }}>
          <Button
            variant="outlined"
            disabled={queue === undefined}
            startIcon={<Pause size={16} aria-hidden />}
            onClick={() => setIsConfirming(true)}
          >
            Pause the queue
          </Button>
          <PausedServers names={Object.keys(queue?.backends ?? {})} />
        </Box>
      ) : (
        <Alert
          severity="warning"
          variant="outlined"
          icon={<Pause size={20} aria-hidden />}
          sx={{ alignItems: "center" }}
          action={
            <Button
              color="inherit"
              startIcon={<Play size={16} aria-hidden />}
              loading={change.isPending}
              onClick={() => change.mutate({ backend: null, isPaused: false }, { onError })}
            >
              Resume
            </Button>
          }
        >
          The queue was paused <TimeAgo at={pause.paused_at} />
          {pause.reason === null ? "" : `: ${pause.reason}`}
        </Alert>
      )}
      {isConfirming ? <PauseDialog onClose={() => setIsConfirming(false)} /> : null}
    </Box>
  );
}

function PausedServers({ names }: { readonly names: readonly string[] }) {
  if (names.length === 0) return null;
  return (
    <Typography variant="body2" sx={{ color: "text.secondary" }}>
      Paused ComfyUI servers: {names.join(", ")}
    </Typography>
  );
}

function PauseDialog({ onClose }: { readonly onClose: () => void }) {
  const change = useChangePause();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const reason = String(new FormData(event.currentTarget).get("reason")).trim();
    change.mutate({ backend: null, isPaused: true, reason }, { onSuccess: onClose });
  };
  return (
    <Dialog open onClose={onClose} aria-labelledby="pause-title" maxWidth="xs" fullWidth>
      <DialogTitle id="pause-title">Pause the queue?</DialogTitle>
      <Box component="form" onSubmit={submit}>
        <DialogContent sx={{ display: "grid", gap: 2 }}>
          <DialogContentText>
            Running jobs finish. All other jobs wait until the queue is resumed, even after a restart.
          </DialogContentText>
          <TextField
            name="reason"
            label="Reason (shown to users)"
            size="small"
            autoFocus
            slotProps={{ htmlInput: { maxLength: 200 } }}
          />
          {change.error ? <Alert severity="error">{messageOf(change.error)}</Alert> : null}
        </DialogContent>
        <DialogActions sx={{ px: 3, pb: 2.5 }}>
          <Button color="inherit" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" variant="contained" loading={change.isPending}>
            Pause
          </Button>
        </DialogActions>
      </Box>
    </Dialog>
  );
}
