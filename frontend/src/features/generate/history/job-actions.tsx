import IconButton from "@mui/material/IconButton";
import ListItemIcon from "@mui/material/ListItemIcon";
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
  hasImage,
  isTerminal,
  TimelineDialog,
  useCancelJobs,
  useDeleteJob,
  useRequestWithNewSeed,
  useRetryJob,
  useSubmitJob,
} from "@/features/jobs";
import { runPathOf } from "@/features/workflows/run-request";
import { randomId } from "@/lib/random-id";
import { ConfirmDialog } from "@/ui/confirm-dialog";
import { Menu } from "@/ui/overlays";
import { useToast } from "@/ui/toast";

interface Action {
  readonly label: string;
  readonly icon: LucideIcon;
  readonly run: () => void;
}

/** The menu of actions that the status of a job allows. */
export function JobActions({ job }: { readonly job: Job }) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const [isConfirming, setIsConfirming] = useState(false);
  const [isTimelineOpen, setIsTimelineOpen] = useState(false);
  const remove = useDeleteJob();
  const actions = useActions(job, {
    confirmDelete: () => setIsConfirming(true),
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
        isOpen={isConfirming}
        title="Delete this job?"
        verb="Delete"
        isPending={remove.isPending}
        onClose={() => setIsConfirming(false)}
        onConfirm={() =>
          remove.mutate(job.id, {
            onError: (error) => toast({ message: messageOf(error), severity: "error" }),
            onSettled: () => setIsConfirming(false),
          })
        }
      >
        The job is removed from the history. Its image stays in the gallery.
      </ConfirmDialog>
    </>
  );
}

interface Dialogs {
  readonly confirmDelete: () => void;
  readonly showTimeline: () => void;
}

function useActions(job: Job, { confirmDelete, showTimeline }: Dialogs): Action[] {
  const navigate = useNavigate();
  const toast = useToast();
  const submit = useSubmitJob();
  const requestOf = useRequestWithNewSeed();
  const retry = useRetryJob();
  const cancel = useCancelJobs();
  const onError = (error: unknown) => toast({ message: messageOf(error), severity: "error" });
  const view = { label: "View", run: () => void navigate("/generate") };
  const onSuccess = (created: Job | null) =>
    toast(
      created === null
        ? { message: "Waiting for the connection", severity: "info", action: view }
        : { message: "Queued", severity: "success", action: view },
    );

  const actions: Action[] = [];
  if (hasImage(job)) {
    actions.push({ label: "Open", icon: ExternalLink, run: () => void navigate(`/view/${job.content_id}`) });
  }
  actions.push(
    {
      label: "Regenerate with a new seed",
      icon: RefreshCw,
      run: () =>
        void requestOf(job)
          .then((request) => submit.mutate({ ...request, key: randomId() }, { onError, onSuccess }))
          .catch(onError),
    },
    {
      label: job.workflow === null ? "Reuse settings" : "Run again with changes",
      icon: SlidersHorizontal,
      run: () =>
        void navigate(job.workflow === null ? `/generate?job=${job.id}` : runPathOf(job.workflow, job.id)),
    },
  );
  if (job.status === "failed" || job.status === "cancelled") {
    actions.push({
      label: "Retry",
      icon: RotateCcw,
      run: () => retry.mutate(job.id, { onError, onSuccess }),
    });
  }
  actions.push({ label: "Timeline", icon: ListTree, run: showTimeline });
  if (isTerminal(job.status)) actions.push({ label: "Delete", icon: Trash2, run: confirmDelete });
  else actions.push({ label: "Cancel", icon: X, run: () => cancel.mutate([job], { onError }) });
  return actions;
}
