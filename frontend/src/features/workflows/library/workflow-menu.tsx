import Divider from "@mui/material/Divider";
import IconButton from "@mui/material/IconButton";
import ListItemIcon from "@mui/material/ListItemIcon";
import MenuItem from "@mui/material/MenuItem";
import {
  Archive,
  ArchiveRestore,
  Ellipsis,
  FileJson,
  GitCompare,
  Lock,
  type LucideIcon,
  SlidersHorizontal,
  Users,
  Workflow as WorkflowIcon,
} from "lucide-react";
import { useState } from "react";
import { useNavigate } from "react-router";
import { messageOf } from "@/api/problem";
import type { Workflow, WorkflowPatch } from "@/api/types";
import { saveJson } from "@/lib/save-json";
import { Menu } from "@/ui/overlays";
import { useToast } from "@/ui/toast";
import { exportWorkflow, useChangeWorkflow } from "../queries";

interface Action {
  readonly label: string;
  readonly icon: LucideIcon;
  readonly run: () => void;
  /** Whether a line stands above it. */
  readonly startsGroup?: boolean;
}

/** The menu of what can be done with a workflow, besides running it. */
export function WorkflowMenu({ workflow }: { readonly workflow: Workflow }) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const actions = useActions(workflow);
  return (
    <>
      <IconButton
        aria-label={`Actions for ${workflow.title}`}
        aria-haspopup="menu"
        onClick={(event) => setAnchor(event.currentTarget)}
      >
        <Ellipsis size={18} aria-hidden />
      </IconButton>
      <Menu anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)}>
        {actions.flatMap(({ label, icon: Icon, run, startsGroup }) => [
          startsGroup ? <Divider key={`${label}-line`} component="li" /> : null,
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
          </MenuItem>,
        ])}
      </Menu>
    </>
  );
}

function useActions(workflow: Workflow): readonly Action[] {
  const navigate = useNavigate();
  const save = useExport(workflow);
  const change = useChange(workflow);
  const isShared = workflow.visibility === "shared";
  const isArchived = workflow.archived_at !== null;
  const page = (name: string) => () => void navigate(`/workflows/${workflow.id}/${name}`);
  const edit: Action = { label: "Edit form", icon: SlidersHorizontal, run: page("edit") };
  const share: Action = isShared
    ? { label: "Make private", icon: Lock, run: () => change({ visibility: "private" }, "is private now") }
    : {
        label: "Share with all users",
        icon: Users,
        run: () => change({ visibility: "shared" }, "is shared with all users now"),
      };
  const archive: Action = isArchived
    ? { label: "Restore", icon: ArchiveRestore, run: () => change({ is_archived: false }, "was restored") }
    : { label: "Archive", icon: Archive, run: () => change({ is_archived: true }, "was archived") };
  return [
    ...(workflow.may_change && !isArchived ? [edit] : []),
    { label: "Versions", icon: GitCompare, run: page("versions") },
    { label: "Export for ComfyUI's editor", icon: WorkflowIcon, run: () => save("ui"), startsGroup: true },
    { label: "Export API graph", icon: FileJson, run: () => save("api") },
    ...(workflow.may_change ? [{ ...share, startsGroup: true }, archive] : []),
  ];
}

function useExport({ id, slug, latest_version: version }: Workflow) {
  const toast = useToast();
  return (format: "api" | "ui") => {
    exportWorkflow(id, format, version)
      .then((content) => saveJson(content, `${slug}${format === "api" ? ".api" : ""}.json`))
      .catch((error: unknown) => toast({ message: messageOf(error), severity: "error" }));
  };
}

/** Return the function that changes the workflow and says so, with a way back. */
function useChange(workflow: Workflow) {
  const change = useChangeWorkflow();
  const toast = useToast();
  const { id, title, visibility, archived_at } = workflow;
  const before: WorkflowPatch = { visibility, is_archived: archived_at !== null };
  const onError = (error: unknown) => toast({ message: messageOf(error), severity: "error" });
  return (patch: WorkflowPatch, what: string) =>
    change.mutate(
      { id, patch },
      {
        onError,
        onSuccess: () =>
          toast({
            message: `“${title}” ${what}`,
            severity: "success",
            action: { label: "Undo", run: () => change.mutate({ id, patch: before }, { onError }) },
          }),
      },
    );
}
