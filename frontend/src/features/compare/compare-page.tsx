import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Skeleton from "@mui/material/Skeleton";
import ToggleButton from "@mui/material/ToggleButton";
import ToggleButtonGroup from "@mui/material/ToggleButtonGroup";
import { useQueries } from "@tanstack/react-query";
import { Columns2, Images, Maximize2, Plus, SquareSplitHorizontal } from "lucide-react";
import { useState } from "react";
import { Link, useSearchParams } from "react-router";
import type { Content } from "@/api/types";
import { contentQuery } from "@/features/content";
import { FITTED, isFitted, type View } from "@/features/viewer/zoom";
import { lazyOnOpen } from "@/lib/code";
import { EmptyState } from "@/ui/empty-state";
import { Page } from "@/ui/page";
import { ProblemState } from "@/ui/problem-state";
import { ParameterTable } from "./parameter-table";
import { idsIn, MOST } from "./parameters";
import { SideBySide } from "./side-by-side";
import { SliderView } from "./slider-view";

const GalleryDialog = lazyOnOpen(
  async () => (await import("@/features/inputs/gallery-dialog")).GalleryDialog,
);

/** Two to four images side by side, with one zoom for all, and their parameters. */
export function ComparePage() {
  const [address, setAddress] = useSearchParams();
  const ids = idsIn(address.get("ids"));
  const queries = useQueries({ queries: ids.map((id) => contentQuery(id)) });
  const [isAdding, setIsAdding] = useState(false);
  const show = (next: readonly number[]) => setAddress({ ids: next.join(",") }, { replace: true });
  const items = queries.flatMap(({ data }) => (data === undefined ? [] : [data]));
  const failed = queries.find(({ error }) => error !== null);
  return (
    <Page
      title="Compare"
      actions={
        ids.length < MOST ? (
          <Button startIcon={<Plus size={17} aria-hidden />} onClick={() => setIsAdding(true)}>
            Add image
          </Button>
        ) : null
      }
    >
      {ids.length < 2 ? <TooFew /> : null}
      {failed?.error ? <ProblemState error={failed.error} onRetry={() => void failed.refetch()} /> : null}
      {ids.length >= 2 && items.length < ids.length && failed === undefined ? (
        <Skeleton variant="rounded" sx={{ height: "60dvh", borderRadius: "14px" }} />
      ) : null}
      {items.length >= 2 && items.length === ids.length ? (
        <Compared items={items} onRemove={(id) => show(ids.filter((one) => one !== id))} />
      ) : null}
      <GalleryDialog
        open={isAdding}
        onClose={() => setIsAdding(false)}
        onImage={({ reference }) =>
          reference.content_id == null ? undefined : show([...ids, reference.content_id])
        }
      />
    </Page>
  );
}

function TooFew() {
  return (
    <EmptyState
      icon={Images}
      title="Choose two to four images"
      action={
        <Button variant="contained" component={Link} to="/gallery">
          Open the gallery
        </Button>
      }
    >
      Select images in the gallery and choose “Compare”, or add images here.
    </EmptyState>
  );
}

interface ComparedProps {
  readonly items: readonly Content[];
  readonly onRemove: (id: number) => void;
}

type Mode = "side" | "slider";

function Compared({ items, onRemove }: ComparedProps) {
  const [chosen, setChosen] = useState<Mode>("side");
  const [view, setView] = useState<View>(FITTED);
  const mode = items.length === 2 ? chosen : "side";
  return (
    <>
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 1, mb: 1.5, mt: -1 }}>
        {items.length === 2 ? (
          <ToggleButtonGroup
            exclusive
            size="small"
            value={mode}
            aria-label="How to compare"
            onChange={(_event, next: Mode | null) => (next === null ? undefined : setChosen(next))}
          >
            <ToggleButton value="side" sx={{ gap: 0.75, px: 1.5, minHeight: 44 }}>
              <Columns2 size={16} aria-hidden /> Side by side
            </ToggleButton>
            <ToggleButton value="slider" sx={{ gap: 0.75, px: 1.5, minHeight: 44 }}>
              <SquareSplitHorizontal size={16} aria-hidden /> Slider
            </ToggleButton>
          </ToggleButtonGroup>
        ) : null}
        <Box sx={{ flex: 1 }} />
        <Button
          color="inherit"
          startIcon={<Maximize2 size={16} aria-hidden />}
          disabled={isFitted(view)}
          onClick={() => setView(FITTED)}
        >
          Fit
        </Button>
      </Box>
      {mode === "slider" && items[0] !== undefined && items[1] !== undefined ? (
        <SliderView first={items[0]} second={items[1]} view={view} onView={setView} />
      ) : (
        <SideBySide items={items} view={view} onView={setView} onRemove={onRemove} />
      )}
      <ParameterTable items={items} />
    </>
  );
}
