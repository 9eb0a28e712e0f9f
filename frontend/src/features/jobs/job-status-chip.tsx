import Chip from "@mui/material/Chip";
import { Ban, CircleCheck, CircleX, Clock3, Loader, type LucideIcon } from "lucide-react";
import type { JobStatus } from "@/api/types";

type ChipColor = "default" | "success" | "error" | "secondary";

const STATUS_LABELS: Record<JobStatus, string> = {
  pending: "Waiting",
  queued: "Queued",
  running: "Running",
  completed: "Done",
  failed: "Failed",
  cancelled: "Cancelled",
};

const STYLES: Record<JobStatus, { readonly icon: LucideIcon; readonly color: ChipColor }> = {
  pending: { icon: Clock3, color: "default" },
  queued: { icon: Clock3, color: "default" },
  running: { icon: Loader, color: "secondary" },
  completed: { icon: CircleCheck, color: "success" },
  failed: { icon: CircleX, color: "error" },
  cancelled: { icon: Ban, color: "default" },
};

export function JobStatusChip({ status }: { readonly status: JobStatus }) {
  const { icon: Icon, color } = STYLES[status];
  return (
    <Chip
      size="small"
      variant="outlined"
      color={color}
      icon={<Icon size={14} aria-hidden />}
      label={STATUS_LABELS[status]}
      data-status={status}
      sx={{ pl: 0.5 }}
    />
  );
}
