import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import LinearProgress from "@mui/material/LinearProgress";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { Fingerprint, Plus, RefreshCw } from "lucide-react";
import { useState } from "react";
import { messageOf } from "@/api/problem";
import { formatBytes, formatCount } from "@/lib/format";
import { TimeAgo } from "@/ui/time-ago";
import { useToast } from "@/ui/toast";
import { isRefreshing, refreshQuery, useHashModels, useRefreshModels } from "./model-queries";
import { NewModelDialog } from "./new-model-dialog";
import { type ModelProgress, useModelProgress } from "./use-model-progress";

/** Scans for models, hashes files and adds entries; shows the progress. */
export function ModelMaintenance() {
  const latest = useQuery(refreshQuery).data;
  const progress = useModelProgress();
  const refresh = useRefreshModels();
  const hash = useHashModels();
  const toast = useToast();
  const [isAdding, setIsAdding] = useState(false);
  const onError = (error: unknown) => toast({ message: messageOf(error), severity: "error" });
  const isBusy = refresh.isPending || isRefreshing(latest);
  const finishedAt = latest?.finished_at ?? null;
  return (
    <Box>
      <Box sx={{ display: "flex", alignItems: "center", flexWrap: "wrap", gap: 1.5 }}>
        <Button
          variant="outlined"
          startIcon={<RefreshCw size={16} aria-hidden />}
          disabled={isBusy}
          onClick={() => refresh.mutate(undefined, { onError })}
        >
          Scan for models
        </Button>
        <Button
          startIcon={<Fingerprint size={16} aria-hidden />}
          loading={hash.isPending}
          onClick={() =>
            hash.mutate(undefined, {
              onError,
              onSuccess: () => toast({ message: "Hashing files without a hash", severity: "info" }),
            })
          }
        >
          Hash unhashed models
        </Button>
        <Button startIcon={<Plus size={16} aria-hidden />} onClick={() => setIsAdding(true)}>
          Add manually
        </Button>
        <Typography variant="body2" sx={{ color: "text.secondary" }} role="status">
          {isBusy ? "Scanning folders and ComfyUI servers…" : null}
          {!isBusy && finishedAt !== null ? (
            <>
              Last scanned <TimeAgo at={finishedAt} />
            </>
          ) : null}
        </Typography>
      </Box>
      <Box sx={{ minHeight: 6, mt: 1 }}>
        {progress === null && isBusy ? <LinearProgress aria-label="Scanning for models" /> : null}
        {progress === null ? null : <Progress progress={progress} />}
      </Box>
      {isAdding ? <NewModelDialog onClose={() => setIsAdding(false)} /> : null}
    </Box>
  );
}

const LABELS = { files: "Reading files", servers: "Checking ComfyUI servers", hashes: "Hashing" } as const;

function Progress({ progress }: { readonly progress: ModelProgress }) {
  const { phase, done, total, unit, detail } = progress;
  const format = unit === "bytes" ? formatBytes : formatCount;
  return (
    <Box>
      <LinearProgress
        aria-label={LABELS[phase]}
        {...(total > 0 ? { variant: "determinate", value: Math.min(100, (100 * done) / total) } : {})}
      />
      <Typography
        variant="caption"
        component="div"
        sx={{ color: "text.secondary", mt: 0.5, overflowWrap: "anywhere" }}
      >
        {LABELS[phase]}
        {total > 0 ? ` · ${format(done)} of ${format(total)}` : ""}
        {detail === "" ? "" : ` · ${detail}`}
      </Typography>
    </Box>
  );
}
