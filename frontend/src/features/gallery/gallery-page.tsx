import Button from "@mui/material/Button";
import { Images, Trash2 } from "lucide-react";
import { Link } from "react-router";
import { EmptyState } from "@/ui/empty-state";
import { Page } from "@/ui/page";
import { GalleryFilters, useGalleryFilter } from "./gallery-filters";
import { PictureCount } from "./picture-count";
import { PictureGrid } from "./picture-grid";
import { usePictures } from "./use-pictures";

/** Every picture, found again. */
export function GalleryPage() {
  const { filter, isFiltered } = useGalleryFilter();
  const pictures = usePictures(filter);
  return (
    <Page
      title="Gallery"
      description={<PictureCount total={pictures.total} />}
      actions={
        <Button
          color="inherit"
          component={Link}
          to="/gallery/trash"
          startIcon={<Trash2 size={17} aria-hidden />}
        >
          Trash
        </Button>
      }
    >
      <GalleryFilters />
      <PictureGrid
        pictures={pictures}
        filter={filter}
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
