import Button from "@mui/material/Button";
import MenuItem from "@mui/material/MenuItem";
import Stack from "@mui/material/Stack";
import { Download, SlidersHorizontal, Trash2, WandSparkles } from "lucide-react";
import { useState } from "react";
import { Link } from "react-router";
import { messageOf } from "@/api/problem";
import type { Content } from "@/api/types";
import { useDeleteContent, useRestoreContent } from "@/features/content";
import { OperationsMenu } from "@/features/operations";
import { Menu } from "@/ui/overlays";
import { useToast } from "@/ui/toast";
import type { Neighbours } from "./use-neighbours";

interface ActionsProps {
  readonly item: Content;
  readonly neighbours: Neighbours;
}

/** Buttons of an image: reuse settings, download and, for the owner, delete. */
export function Actions({ item, neighbours }: ActionsProps) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const [makeAnchor, setMakeAnchor] = useState<HTMLElement | null>(null);
  const { remove, isRemoving } = useRemove(item, neighbours);
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
        startIcon={<WandSparkles size={17} aria-hidden />}
        onClick={(event) => setMakeAnchor(event.currentTarget)}
        sx={{ borderColor: "divider" }}
      >
        Make from it
      </Button>
      <OperationsMenu contentId={item.id} anchor={makeAnchor} onClose={() => setMakeAnchor(null)} />
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
          loading={isRemoving}
          onClick={() => void remove()}
          sx={{ borderColor: "divider" }}
        >
          Delete
        </Button>
      ) : null}
    </Stack>
  );
}

/** Return a function that moves the image to the trash and opens the next one; a toast offers to undo it. */
function useRemove({ id }: Content, { findOther, goTo, goBack }: Neighbours) {
  const { mutateAsync: restore } = useRestoreContent();
  const { mutate, isPending } = useDeleteContent();
  const toast = useToast();
  const onError = (error: unknown) => toast({ message: messageOf(error), severity: "error" });
  const undo = () =>
    void restore(id)
      .then(() => goTo(id))
      .catch(onError);
  const remove = async () => {
    const other = await findOther();
    mutate(id, {
      onError,
      onSuccess: () => {
        toast({ message: "Moved to the trash", action: { label: "Undo", run: undo } });
        if (other === null) goBack();
        else goTo(other);
      },
    });
  };
  return { remove, isRemoving: isPending };
}

function downloadOf({ id }: Content, metadata: "keep" | "strip"): string {
  return `/api/v1/content/${id}/image?${new URLSearchParams({ download: "1", metadata })}`;
}
