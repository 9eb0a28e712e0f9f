import Button from "@mui/material/Button";
import Menu from "@mui/material/Menu";
import MenuItem from "@mui/material/MenuItem";
import Stack from "@mui/material/Stack";
import { Download, SlidersHorizontal, Trash2 } from "lucide-react";
import { useState } from "react";
import { Link } from "react-router";
import { messageOf } from "@/api/problem";
import type { Content } from "@/api/types";
import { useDeleteContent } from "@/features/content";
import { ConfirmDialog } from "@/ui/confirm-dialog";
import { useToast } from "@/ui/toast";

interface ActionsProps {
  readonly item: Content;
  readonly onDeleted: () => void;
}

/** Buttons of an image: reuse settings, download and, for the owner, delete. */
export function Actions({ item, onDeleted }: ActionsProps) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const [isAsking, setIsAsking] = useState(false);
  const remove = useDeleteContent();
  const toast = useToast();
  const confirm = () =>
    remove.mutate(item.id, {
      onSuccess: onDeleted,
      onError: (error) => toast({ message: messageOf(error), severity: "error" }),
      onSettled: () => setIsAsking(false),
    });
  return (
    <Stack direction="row" useFlexGap sx={{ flexWrap: "wrap", gap: 1 }}>
      <Button
        variant="contained"
        component={Link}
        to={`/generate?content=${item.id}`}
        startIcon={<SlidersHorizontal size={17} aria-hidden />}
      >
        Reuse settings
      </Button>
      <Button
        variant="outlined"
        color="inherit"
        aria-haspopup="menu"
        startIcon={<Download size={17} aria-hidden />}
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
      {item.is_mine ? (
        <Button
          variant="outlined"
          color="inherit"
          startIcon={<Trash2 size={17} aria-hidden />}
          onClick={() => setIsAsking(true)}
          sx={{ borderColor: "divider" }}
        >
          Delete
        </Button>
      ) : null}
      <ConfirmDialog
        isOpen={isAsking}
        title="Delete this image?"
        verb="Delete"
        isPending={remove.isPending}
        onClose={() => setIsAsking(false)}
        onConfirm={confirm}
      >
        “{item.title}” is moved to the trash and can be restored from there.
      </ConfirmDialog>
    </Stack>
  );
}

function downloadOf({ id }: Content, metadata: "keep" | "strip"): string {
  return `/api/v1/content/${id}/image?${new URLSearchParams({ download: "1", metadata })}`;
}
