import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { FileUp, FolderPlus, Images, Trash2 } from "lucide-react";
import { useMemo, useState } from "react";
import { Link, useNavigate } from "react-router";
import { EditDialog, SaveFilterButton, savedFilterOf } from "@/features/collections";
import type { ContentFilter } from "@/features/content";
import { useJobStream } from "@/features/jobs";
import { lazyOnOpen } from "@/lib/code";
import { reviveBoolean, useStoredState } from "@/lib/storage/stored-state";
import { useSearchState } from "@/lib/use-search-state";
import { EmptyState } from "@/ui/empty-state";
import { LayoutToggle } from "@/ui/layout-toggle";
import { Page } from "@/ui/page";
import { useGalleryFilter } from "./filters/gallery-filter";
import { GalleryFilters } from "./filters/gallery-filters";
import { ImageBrowser } from "./image-browser";
import { ImageCount } from "./image-count";
import { useGalleryLayout } from "./use-gallery-layout";
import { useImages } from "./use-images";

const FacetPanel = lazyOnOpen(async () => (await import("./filters/facet-panel")).FacetPanel);

/** The smart collection whose filter is changed here. */
const EDITED = ["smart"] as const;

/** The gallery: all images, with search and filters. */
export function GalleryPage() {
  useJobStream();
  const { filter, isFiltered } = useGalleryFilter();
  const edited = Number(useSearchState(EDITED).values.smart);
  const isEditing = Number.isInteger(edited) && edited > 0;
  const images = useImages(filter);
  const [layout, chooseLayout] = useGalleryLayout();
  const [isPanelOpen, setIsPanelOpen] = usePanel();
  return (
    <Page
      title="Gallery"
      description={<ImageCount total={images.total} filter={filter} />}
      actions={
        <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: { xs: 0.5, sm: 1.5 } }}>
          <LayoutToggle layout={layout} onChange={chooseLayout} />
          {isEditing ? <SaveFilterButton id={edited} filter={filter} /> : null}
          {isFiltered && !isEditing ? <SaveAsCollection filter={filter} /> : null}
          <Button color="inherit" component={Link} to="/import" startIcon={<FileUp size={17} aria-hidden />}>
            Import
          </Button>
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
      <GalleryFilters isPanelOpen={isPanelOpen} onTogglePanel={() => setIsPanelOpen(!isPanelOpen)} />
      <Box sx={{ display: { md: "flex" }, alignItems: "flex-start" }}>
        {isPanelOpen ? (
          <FacetPanel open filter={filter} isFiltered={isFiltered} onClose={() => setIsPanelOpen(false)} />
        ) : null}
        <Box sx={{ flex: 1, minWidth: 0 }}>
          <ImageBrowser
            images={images}
            filter={filter}
            layout={layout}
            empty={
              <EmptyState
                icon={Images}
                title={isFiltered ? "No items match" : "No images yet"}
                action={
                  isFiltered ? null : (
                    <Button variant="contained" component={Link} to="/generate">
                      Generate an image
                    </Button>
                  )
                }
              >
                {isFiltered
                  ? "Try fewer search words or other filters."
                  : "Images that you generate appear here."}
              </EmptyState>
            }
          />
        </Box>
      </Box>
    </Page>
  );
}

/** Creates a smart collection of the images that the gallery shows. */
function SaveAsCollection({ filter }: { readonly filter: ContentFilter }) {
  const [isOpen, setIsOpen] = useState(false);
  const navigate = useNavigate();
  const saved = useMemo(() => savedFilterOf(filter), [filter]);
  return (
    <>
      <Button
        color="inherit"
        startIcon={<FolderPlus size={17} aria-hidden />}
        onClick={() => setIsOpen(true)}
      >
        Save as smart collection
      </Button>
      <EditDialog
        open={isOpen}
        onClose={() => setIsOpen(false)}
        filter={saved}
        onCreated={({ id }) => void navigate(`/collections/${id}`)}
      />
    </>
  );
}

/** The panel of filters: open as it was left on wide screens, closed on narrow ones. */
function usePanel() {
  const [wasOpen, setWasOpen] = useStoredState("gallery-filters-open", false, reviveBoolean);
  const [isOpen, setIsOpen] = useState(() => wasOpen && !window.matchMedia("(max-width: 899px)").matches);
  const change = (next: boolean) => {
    setIsOpen(next);
    setWasOpen(next);
  };
  return [isOpen, change] as const;
}
