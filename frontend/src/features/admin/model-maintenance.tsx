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

/** Looks for models, hashes their files, takes entries by hand; shows how far it is. */
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
          Look for models
        </Button>
        <Button
          startIcon={<Fingerprint size={16} aria-hidden />}
          loading={hash.isPending}
          onClick={() =>
            hash.mutate(undefined, {
              onError,
              onSuccess: () => toast({ message: "Files without a hash are being hashed", severity: "info" }),
            })
          }
        >
          Hash files
        </Button>
        <Button startIcon={<Plus size={16} aria-hidden />} onClick={() => setIsAdding(true)}>
          Add by hand
        </Button>
        <Typography variant="body2" sx={{ color: "text.secondary" }} role="status">
          {isBusy ? "Looking at disks and servers…" : null}
          {!isBusy && finishedAt !== null ? (
            <>
              Looked <TimeAgo at={finishedAt} />
            </>
          ) : null}
        </Typography>
      </Box>
      <Box sx={{ minHeight: 6, mt: 1 }}>
        {progress === null && isBusy ? <LinearProgress aria-label="Looking for models" /> : null}
        {progress === null ? null : <Progress progress={progress} />}
      </Box>
      {isAdding ? <NewModelDialog onClose={() => setIsAdding(false)} /> : null}
    </Box>
  );
}

const LABELS = { files: "Reading files", servers: "Asking servers", hashes: "Hashing" } as const;

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
