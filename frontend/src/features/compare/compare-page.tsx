import Button from "@mui/material/Button";
import Skeleton from "@mui/material/Skeleton";
import { useQueries } from "@tanstack/react-query";
import { Images, Plus } from "lucide-react";
import { useState } from "react";
import { Link } from "react-router";
import { contentQuery } from "@/features/content";
import { lazyOnOpen } from "@/lib/code";
import { EmptyState } from "@/ui/empty-state";
import { Page } from "@/ui/page";
import { ProblemState } from "@/ui/problem-state";
import { ComparedImages } from "./compared-images";
import { MOST } from "./parameters";
import { useCompared } from "./use-compared";

const GalleryDialog = lazyOnOpen(
  async () => (await import("@/features/inputs/gallery-dialog")).GalleryDialog,
);

/** Two to four images side by side, with one zoom for all, and their parameters. */
export function ComparePage() {
  const compared = useCompared();
  const { ids, show } = compared;
  const queries = useQueries({ queries: ids.map((id) => contentQuery(id)) });
  const [isAdding, setIsAdding] = useState(false);
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
        <ComparedImages items={items} compared={compared} />
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
