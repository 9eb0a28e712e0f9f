import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { Images, Trash2 } from "lucide-react";
import { Link } from "react-router";
import { EmptyState } from "@/ui/empty-state";
import { LayoutToggle } from "@/ui/layout-toggle";
import { Page } from "@/ui/page";
import { GalleryFilters, useGalleryFilter } from "./gallery-filters";
import { PictureBrowser } from "./picture-browser";
import { PictureCount } from "./picture-count";
import { useGalleryLayout } from "./use-gallery-layout";
import { usePictures } from "./use-pictures";

/** Every picture, found again. */
export function GalleryPage() {
  const { filter, isFiltered } = useGalleryFilter();
  const pictures = usePictures(filter);
  const [layout, chooseLayout] = useGalleryLayout();
  return (
    <Page
      title="Gallery"
      description={<PictureCount total={pictures.total} />}
      actions={
        <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: { xs: 0.5, sm: 1.5 } }}>
          <LayoutToggle layout={layout} onChange={chooseLayout} />
          <Button
            color="inherit"
            component={Link}
            to="/gallery/trash"
            startIcon={<Trash2 size={17} aria-hidden />}
          >
            Trash
          </Button>
        </Box>
      }
    >
      <GalleryFilters />
      <PictureBrowser
        pictures={pictures}
        filter={filter}
        layout={layout}
        empty={
          <EmptyState
            icon={Images}
            title={isFiltered ? "Nothing matches" : "No pictures yet"}
            action={
              isFiltered ? null : (
                <Button variant="contained" component={Link} to="/generate">
                  Make one
                </Button>
              )
            }
          >
            {isFiltered ? "Try fewer words or another filter." : "What you generate is kept here."}
          </EmptyState>
        }
      />
    </Page>
  );
}
