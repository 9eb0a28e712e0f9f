import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { Trash2 } from "lucide-react";
import { useState } from "react";
import { Link } from "react-router";
import { messageOf } from "@/api/problem";
import { type ContentFilter, useEmptyTrash } from "@/features/content";
import { ConfirmDialog } from "@/ui/confirm-dialog";
import { EmptyState } from "@/ui/empty-state";
import { LayoutToggle } from "@/ui/layout-toggle";
import { Page } from "@/ui/page";
import { useToast } from "@/ui/toast";
import { ImageBrowser } from "./image-browser";
import { ImageCount } from "./image-count";
import { useGalleryLayout } from "./use-gallery-layout";
import { useImages } from "./use-images";

const TRASH: ContentFilter = { trash: true };

/** Deleted items, which can be restored or deleted permanently. */
export function TrashPage() {
  const images = useImages(TRASH);
  const [layout, chooseLayout] = useGalleryLayout();
  const [isAsking, setIsAsking] = useState(false);
  const purge = useEmptyTrash();
  const toast = useToast();
  return (
    <Page
      title="Trash"
      description={<ImageCount total={images.total} filter={TRASH} />}
      actions={
        <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: { xs: 0.5, sm: 1.5 } }}>
          <LayoutToggle layout={layout} onChange={chooseLayout} />
          <Button color="inherit" component={Link} to="/gallery">
            Back to gallery
          </Button>
          <Button color="error" disabled={images.items.length === 0} onClick={() => setIsAsking(true)}>
            Empty trash
          </Button>
        </Box>
      }
    >
      <ImageBrowser
        images={images}
        filter={TRASH}
        layout={layout}
        isTrash
        empty={
          <EmptyState icon={Trash2} title="The trash is empty">
            Deleted items stay here until they are restored or deleted permanently.
          </EmptyState>
        }
      />
      <ConfirmDialog
        isOpen={isAsking}
        title="Empty the trash?"
        verb="Delete permanently"
        isPending={purge.isPending}
        onClose={() => setIsAsking(false)}
        onConfirm={() =>
          purge.mutate(undefined, {
            onSuccess: (count) => toast({ message: `${count} deleted permanently`, severity: "success" }),
            onError: (error) => toast({ message: messageOf(error), severity: "error" }),
            onSettled: () => setIsAsking(false),
          })
        }
      >
        All items in the trash and their files are deleted. This cannot be undone.
      </ConfirmDialog>
    </Page>
  );
}
