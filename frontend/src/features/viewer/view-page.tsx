import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Skeleton from "@mui/material/Skeleton";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { ImageOff } from "lucide-react";
import { useState } from "react";
import { Link, useParams } from "react-router";
import { ApiError } from "@/api/problem";
import type { Content } from "@/api/types";
import { contentQuery } from "@/features/content";
import { useJobStream } from "@/features/jobs";
import { lazyPart } from "@/lib/code";
import { EmptyState } from "@/ui/empty-state";
import { Page } from "@/ui/page";
import { ProblemState } from "@/ui/problem-state";
import { Details } from "./details";
import { useBars } from "./use-bars";
import { useImmersive } from "./use-immersive";
import { useLeaveRemoved } from "./use-leave-removed";
import { useNeighbours } from "./use-neighbours";
import { ViewerPane } from "./viewer-pane";

const SimilarItems = lazyPart(async () => (await import("./similar-items")).SimilarItems, {
  Loading: () => null,
});

/** The page of one item with all its details. */
export function ViewPage() {
  const { id: text = "" } = useParams();
  const id = /^[1-9]\d{0,15}$/.test(text) ? Number(text) : null;
  if (id === null) return <Missing error={new ApiError(`There is no image ${text}.`, { status: 404 })} />;
  return <ViewImage id={id} />;
}

function ViewImage({ id }: { readonly id: number }) {
  // New images change the neighbours, and the gallery should not connect again on return.
  useJobStream();
  // The previous image stays until the next one is loaded, so that nothing flashes and keys keep working.
  const query = useQuery({ ...contentQuery(id), placeholderData: keepPreviousData });
  if (query.isPending) return <Loading />;
  if (query.data === undefined) return <Missing error={query.error} onRetry={() => void query.refetch()} />;
  return <Loaded item={query.data} />;
}

function Loaded({ item }: { readonly item: Content }) {
  const neighbours = useNeighbours(item.id);
  useLeaveRemoved(item.id, neighbours);
  const [isImmersive, setIsImmersive] = useState(false);
  useImmersive(isImmersive);
  // The next image keeps them hidden.
  const bars = useBars(isImmersive);
  return (
    <Page title={item.title} isHeadingHidden>
      <Box
        sx={{
          display: "grid",
          gap: { xs: 2.5, lg: 4 },
          alignItems: "start",
          gridTemplateColumns: { xs: "minmax(0, 1fr)", lg: "minmax(0, 1fr) 380px" },
        }}
      >
        <ViewerPane
          key={item.id}
          item={item}
          neighbours={neighbours}
          isImmersive={isImmersive}
          bars={bars}
          onImmersive={setIsImmersive}
        />
        {isImmersive ? null : <Details item={item} />}
      </Box>
      {item.prompt === "" ? null : <SimilarItems key={item.id} id={item.id} />}
    </Page>
  );
}

function Loading() {
  return (
    <Page title="Image" isHeadingHidden>
      <Box
        role="status"
        aria-busy="true"
        aria-label="Loading"
        sx={{
          display: "grid",
          gap: 4,
          gridTemplateColumns: { xs: "minmax(0, 1fr)", lg: "minmax(0, 1fr) 380px" },
        }}
      >
        <Skeleton variant="rounded" sx={{ height: "70dvh", borderRadius: "14px" }} />
        <Box sx={{ display: "grid", gap: 1, alignContent: "start" }}>
          <Skeleton sx={{ fontSize: "1.8rem" }} />
          <Skeleton width="60%" />
          <Skeleton variant="rounded" sx={{ height: 160, mt: 2 }} />
        </Box>
      </Box>
    </Page>
  );
}

function Missing({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }) {
  return (
    <Page title="Image" isHeadingHidden>
      {error instanceof ApiError && error.status === 404 ? (
        <EmptyState
          icon={ImageOff}
          title="This image does not exist"
          action={
            <Button variant="contained" component={Link} to="/gallery">
              Back to gallery
            </Button>
          }
        >
          It may have been deleted, or it is private.
        </EmptyState>
      ) : (
        <ProblemState error={error} {...(onRetry === undefined ? {} : { onRetry })} />
      )}
    </Page>
  );
}
