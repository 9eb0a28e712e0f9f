import Alert from "@mui/material/Alert";
import Button from "@mui/material/Button";
import Skeleton from "@mui/material/Skeleton";
import { useQueries } from "@tanstack/react-query";
import { Images, Plus } from "lucide-react";
import { useState } from "react";
import { Link } from "react-router";
import { ApiError } from "@/api/problem";
import { contentQuery } from "@/features/content";
import { lazyOnOpen } from "@/lib/code";
import { EmptyState } from "@/ui/empty-state";
import { Page } from "@/ui/page";
import { ProblemState } from "@/ui/problem-state";
import { ComparedImages } from "./compared-images";
import { MOST } from "./parameters";
import { type Compared, useCompared } from "./use-compared";

const GalleryDialog = lazyOnOpen(
  async () => (await import("@/features/inputs/gallery-dialog")).GalleryDialog,
);

/** Two to four images side by side, with one zoom for all, and their parameters. */
export function ComparePage() {
  const named = useCompared();
  const queries = useQueries({ queries: named.ids.map((id) => contentQuery(id)) });
  const gone = named.ids.filter((_id, place) => isGone(queries[place]?.error));
  const compared = without(named, gone);
  const { ids, show } = compared;
  const [isAdding, setIsAdding] = useState(false);
  const items = queries.flatMap(({ data }) => (data === undefined ? [] : [data]));
  const failed = queries.find(({ error }) => error !== null && !isGone(error));
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
      {gone.length > 0 ? <Gone ids={gone} onRemove={() => show(ids)} /> : null}
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

const isGone = (error: unknown): boolean => error instanceof ApiError && error.status === 404;

function without(compared: Compared, gone: readonly number[]): Compared {
  if (gone.length === 0) return compared;
  const isThere = (id: number) => !gone.includes(id);
  return {
    ...compared,
    ids: compared.ids.filter(isThere),
    latest: () => compared.latest().filter(isThere),
  };
}

/** Says which images of the address cannot be compared. */
function Gone({ ids, onRemove }: { readonly ids: readonly number[]; readonly onRemove: () => void }) {
  const [what, are] = ids.length === 1 ? ["Image", "is"] : ["Images", "are"];
  return (
    <Alert
      severity="warning"
      sx={{ mb: 2 }}
      action={
        <Button color="inherit" size="small" onClick={onRemove}>
          Compare without
        </Button>
      }
    >
      {what} {ids.join(", ")} {are} not there: deleted, or not shared with you.
    </Alert>
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
