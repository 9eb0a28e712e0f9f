import IconButton from "@mui/material/IconButton";
import ListItemIcon from "@mui/material/ListItemIcon";
import Menu from "@mui/material/Menu";
import MenuItem from "@mui/material/MenuItem";
import {
  Ellipsis,
  ExternalLink,
  ListTree,
  type LucideIcon,
  RefreshCw,
  RotateCcw,
  SlidersHorizontal,
  Trash2,
  X,
} from "lucide-react";
import { useState } from "react";
import { useNavigate } from "react-router";
import { messageOf } from "@/api/problem";
import type { Job } from "@/api/types";
import {
  isTerminal,
  TimelineDialog,
  useCancelJobs,
  useDeleteJob,
  useRetryJob,
  useSubmitJob,
  withNewSeed,
} from "@/features/jobs";
import { randomId } from "@/lib/random-id";
import { ConfirmDialog } from "@/ui/confirm-dialog";
import { useToast } from "@/ui/toast";

interface Action {
  readonly label: string;
  readonly icon: LucideIcon;
  readonly run: () => void;
}

/** What can be done with a job, by its state. */
export function JobActions({ job }: { readonly job: Job }) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const [isAsking, setIsAsking] = useState(false);
  const [isTimelineOpen, setIsTimelineOpen] = useState(false);
  const remove = useDeleteJob();
  const actions = useActions(job, {
    askToDelete: () => setIsAsking(true),
    showTimeline: () => setIsTimelineOpen(true),
  });
  const toast = useToast();
  return (
    <>
      <IconButton
        size="small"
        aria-label={`Actions for job ${job.id}`}
        aria-haspopup="menu"
        onClick={(event) => setAnchor(event.currentTarget)}
      >
        <Ellipsis size={18} aria-hidden />
      </IconButton>
      <Menu anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)}>
        {actions.map(({ label, icon: Icon, run }) => (
          <MenuItem
            key={label}
            onClick={() => {
              setAnchor(null);
              run();
            }}
          >
            <ListItemIcon>
              <Icon size={17} aria-hidden />
            </ListItemIcon>
            {label}
          </MenuItem>
        ))}
      </Menu>
      {isTimelineOpen ? <TimelineDialog job={job} onClose={() => setIsTimelineOpen(false)} /> : null}
      <ConfirmDialog
        isOpen={isAsking}
        title="Delete this job?"
        verb="Delete"
        isPending={remove.isPending}
        onClose={() => setIsAsking(false)}
        onConfirm={() =>
          remove.mutate(job.id, {
            onError: (error) => toast({ message: messageOf(error), severity: "error" }),
            onSettled: () => setIsAsking(false),
          })
        }
      >
        It disappears from the history. A picture it made stays in the gallery.
      </ConfirmDialog>
    </>
  );
}

interface Dialogs {
  readonly askToDelete: () => void;
  readonly showTimeline: () => void;
}

function useActions(job: Job, { askToDelete, showTimeline }: Dialogs): Action[] {
  const navigate = useNavigate();
  const toast = useToast();
  const submit = useSubmitJob();
  const retry = useRetryJob();
  const cancel = useCancelJobs();
  const onError = (error: unknown) => toast({ message: messageOf(error), severity: "error" });
  const watch = { label: "Watch", run: () => void navigate("/generate") };
  const onSuccess = () => toast({ message: "Queued", severity: "success", action: watch });

  const actions: Action[] = [];
  if (job.content_id !== null) {
    actions.push({ label: "Open", icon: ExternalLink, run: () => void navigate(`/view/${job.content_id}`) });
  }
  actions.push(
    {
      label: "Regenerate with a new seed",
      icon: RefreshCw,
      run: () => submit.mutate({ body: withNewSeed(job), key: randomId() }, { onError, onSuccess }),
    },
    { label: "Reuse settings", icon: SlidersHorizontal, run: () => void navigate(`/generate?job=${job.id}`) },
  );
  if (job.status === "failed" || job.status === "cancelled") {
    actions.push({
      label: "Retry",
      icon: RotateCcw,
      run: () => retry.mutate(job.id, { onError, onSuccess }),
    });
  }
  actions.push({ label: "Timeline", icon: ListTree, run: showTimeline });
  if (isTerminal(job.status)) actions.push({ label: "Delete", icon: Trash2, run: askToDelete });
  else actions.push({ label: "Cancel", icon: X, run: () => cancel.mutate([job], { onError }) });
  return actions;
}
