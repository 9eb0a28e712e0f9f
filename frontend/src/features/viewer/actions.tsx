import Button from "@mui/material/Button";
import MenuItem from "@mui/material/MenuItem";
import Stack from "@mui/material/Stack";
import {
  Download as DownloadIcon,
  FolderPlus,
  RefreshCw,
  SlidersHorizontal,
  Trash2,
  WandSparkles,
  Workflow as WorkflowIcon,
} from "lucide-react";
import { useState } from "react";
import { Link } from "react-router";
import type { Content } from "@/api/types";
import { AddToCollectionDialog } from "@/features/collections";
import { OperationsMenu, useRemove } from "@/features/operations";
import { useMe } from "@/features/session";
import { Menu } from "@/ui/overlays";
import { MakeAgain } from "./again/make-again";

interface ActionsProps {
  readonly item: Content;
}

/** Buttons of an item: make something like it, download and, for the owner, delete. */
export function Actions({ item }: ActionsProps) {
  const { remove, isRemoving } = useRemove();
  return (
    <Stack direction="row" useFlexGap sx={{ flexWrap: "wrap", gap: 1 }}>
      <RunAgain item={item} />
      {item.content_type === "image" ? <MakeFromIt item={item} /> : null}
      <MakeAgain item={item} />
      <OpenWorkflow item={item} />
      <Collect item={item} />
      <Download item={item} />
      {item.is_mine ? (
        <Button
          variant="outlined"
          color="inherit"
          startIcon={<Trash2 size={17} aria-hidden />}
          loading={isRemoving}
          onClick={() => remove(item.id)}
          sx={{ borderColor: "divider" }}
        >
          Delete
        </Button>
      ) : null}
    </Stack>
  );
}

/** Leads to the form that made the item, filled in as it was for own items. */
function RunAgain({ item }: { readonly item: Content }) {
  const { id, content_type, workflow_id, job_id, is_mine } = item;
  if (workflow_id !== null) {
    const filledIn = is_mine && job_id !== null ? `?job=${job_id}` : "";
    return (
      <Button
        variant="contained"
        component={Link}
        to={`/workflows/${workflow_id}${filledIn}`}
        startIcon={<RefreshCw size={17} aria-hidden />}
      >
        Run again with changes
      </Button>
    );
  }
  if (content_type !== "image") return null;
  return (
    <Button
      variant="contained"
      component={Link}
      to={`/generate?content=${id}`}
      startIcon={<SlidersHorizontal size={17} aria-hidden />}
    >
      Reuse settings
    </Button>
  );
}

/** Leads authors to the import of the graph that an image carries, unless a stored workflow made it. */
function OpenWorkflow({ item: { id, content_type, workflow_id } }: { readonly item: Content }) {
  const { may_add_workflows: isAuthor } = useMe();
  if (!isAuthor || content_type !== "image" || workflow_id !== null) return null;
  return (
    <Button
      variant="outlined"
      color="inherit"
      component={Link}
      to={`/workflows/import?content=${id}`}
      startIcon={<WorkflowIcon size={17} aria-hidden />}
      sx={{ borderColor: "divider" }}
    >
      Open its workflow
    </Button>
  );
}

function Collect({ item }: { readonly item: Content }) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <Button
        variant="outlined"
        color="inherit"
        aria-haspopup="dialog"
        startIcon={<FolderPlus size={17} aria-hidden />}
        onClick={() => setIsOpen(true)}
        sx={{ borderColor: "divider" }}
      >
        Add to collection
      </Button>
      <AddToCollectionDialog
        open={isOpen}
        chosen={{ ids: [item.id] }}
        count={1}
        onClose={() => setIsOpen(false)}
      />
    </>
  );
}

function MakeFromIt({ item }: { readonly item: Content }) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  return (
    <>
      <Button
        variant="outlined"
        color="inherit"
        aria-haspopup="menu"
        startIcon={<WandSparkles size={17} aria-hidden />}
        onClick={(event) => setAnchor(event.currentTarget)}
        sx={{ borderColor: "divider" }}
      >
        Make from it
      </Button>
      <OperationsMenu contentId={item.id} anchor={anchor} onClose={() => setAnchor(null)} />
    </>
  );
}

/** An image is downloaded with or without metadata, other files as they are. */
function Download({ item }: { readonly item: Content }) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const icon = <DownloadIcon size={17} aria-hidden />;
  if (item.content_type !== "image") {
    const href = `/api/v1/content/${item.id}/file?download=1`;
    return (
      <Button
        variant="outlined"
        color="inherit"
        component="a"
        href={href}
        startIcon={icon}
        sx={{ borderColor: "divider" }}
      >
        Download
      </Button>
    );
  }
  return (
    <>
      <Button
        variant="outlined"
        color="inherit"
        aria-haspopup="menu"
        startIcon={icon}
        onClick={(event) => setAnchor(event.currentTarget)}
        sx={{ borderColor: "divider" }}
      >
        Download
      </Button>
      <Menu anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)}>
        <MenuItem component="a" href={downloadOf(item, "keep")} onClick={() => setAnchor(null)}>
          With metadata
        </MenuItem>
        <MenuItem component="a" href={downloadOf(item, "strip")} onClick={() => setAnchor(null)}>
          Without metadata
        </MenuItem>
      </Menu>
    </>
  );
}

function downloadOf({ id }: Content, metadata: "keep" | "strip"): string {
  return `/api/v1/content/${id}/image?${new URLSearchParams({ download: "1", metadata })}`;
}
