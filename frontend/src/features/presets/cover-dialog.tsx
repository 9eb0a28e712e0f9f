import Button from "@mui/material/Button";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { BookMarked } from "lucide-react";
import { useId, useState } from "react";
import { Link } from "react-router";
import { messageOf } from "@/api/problem";
import type { Preset } from "@/api/types";
import { EmptyState } from "@/ui/empty-state";
import { LoadMore } from "@/ui/load-more";
import { Dialog } from "@/ui/overlays";
import { ProblemState } from "@/ui/problem-state";
import { SearchBox } from "@/ui/search-box";
import { useToast } from "@/ui/toast";
import { PresetCard } from "./preset-card";
import { PresetGrid, PresetGridSkeleton } from "./preset-grid";
import { presetsQuery, useChangePreset } from "./queries";

interface CoverDialogProps {
  readonly open: boolean;
  /** The image that becomes the cover. */
  readonly contentId: number;
  readonly onClose: () => void;
}

/** Chooses the own preset or style whose cover an image becomes. */
export function CoverDialog({ open, contentId, onClose }: CoverDialogProps) {
  const titleId = useId();
  const { mutateAsync: change } = useChangePreset();
  const toast = useToast();
  const choose = ({ id, name, cover_content_id: before }: Preset) => {
    const onError = (error: unknown) => toast({ message: messageOf(error), severity: "error" });
    const set = (cover: number | null) => change({ id, patch: { cover_content_id: cover } });
    const undo = () => void set(before).catch(onError);
    set(contentId)
      .then(() =>
        toast({
          message: `Cover of “${name}” changed`,
          severity: "success",
          action: { label: "Undo", run: undo },
        }),
      )
      .catch(onError);
    onClose();
  };
  return (
    <Dialog open={open} onClose={onClose} aria-labelledby={titleId} maxWidth="md" fullWidth>
      <DialogTitle id={titleId}>Use as cover of</DialogTitle>
      <DialogContent sx={{ display: "grid", gap: 2, alignContent: "start", minHeight: 320 }}>
        <Choices onChoose={choose} />
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2.5 }}>
        <Button onClick={onClose}>Cancel</Button>
      </DialogActions>
    </Dialog>
  );
}

function Choices({ onChoose }: { readonly onChoose: (preset: Preset) => void }) {
  const [search, setSearch] = useState("");
  const query = useInfiniteQuery({ ...presetsQuery(null, search), placeholderData: keepPreviousData });
  const items = query.data?.pages.flatMap((page) => page.items).filter((one) => one.is_mine) ?? [];
  return (
    <>
      <SearchBox value={search} label="Search presets" onChange={setSearch} sx={{ mt: 0.5 }} />
      {query.isPending ? <PresetGridSkeleton /> : null}
      {query.isError ? <ProblemState error={query.error} onRetry={() => void query.refetch()} /> : null}
      {query.isSuccess && items.length === 0 && !query.hasNextPage ? (
        <EmptyState
          icon={BookMarked}
          title={search === "" ? "You have no presets or styles" : "No presets match"}
          action={
            <Button variant="contained" component={Link} to="/presets">
              Open presets
            </Button>
          }
        />
      ) : null}
      <PresetGrid label="Presets to choose from">
        {items.map((preset) => (
          <PresetCard
            key={preset.id}
            preset={preset}
            verb="use the image as cover"
            onApply={() => onChoose(preset)}
          />
        ))}
      </PresetGrid>
      <LoadMore query={query} />
    </>
  );
}
