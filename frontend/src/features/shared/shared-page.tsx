import Box from "@mui/material/Box";
import Skeleton from "@mui/material/Skeleton";
import Typography from "@mui/material/Typography";
import { useInfiniteQuery } from "@tanstack/react-query";
import { ImageOff, Link2Off } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { useParams } from "react-router";
import { ApiError } from "@/api/problem";
import type { SharedItem } from "@/api/types";
import { countOfItems } from "@/features/content";
import { EmptyState } from "@/ui/empty-state";
import { JustifiedGrid } from "@/ui/justified";
import { LoadMore } from "@/ui/load-more";
import { ProblemState } from "@/ui/problem-state";
import { Lightbox } from "./lightbox";
import { LinkPassword } from "./link-password";
import { sharedQuery, storeAccess, storedAccess } from "./queries";
import { SharedTile } from "./shared-tile";

/** The page of a collection for visitors who have its link. */
export function SharedPage() {
  const { token = "" } = useParams();
  const [access, setAccess] = useState(() => storedAccess(token));
  const query = useInfiniteQuery(sharedQuery(token, access));
  const first = query.data?.pages[0];
  useEffect(() => {
    document.title = first === undefined ? "Shared images · Genonaut" : `${first.name} · Genonaut`;
  }, [first]);
  if (query.isPending) return <Loading />;
  if (first === undefined) {
    const give = (given: string) => {
      storeAccess(token, given);
      setAccess(given);
    };
    return (
      <Unavailable error={query.error} token={token} onAccess={give} onRetry={() => void query.refetch()} />
    );
  }
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Frame>
      <Box component="header" sx={{ mb: { xs: 2.5, sm: 4 } }}>
        <Typography variant="h1">{first.name}</Typography>
        <Typography sx={{ mt: 0.75, color: "text.secondary" }}>{countOfItems(first.total)}</Typography>
        {first.description === "" ? null : (
          <Typography dir="auto" sx={{ mt: 1.5, maxWidth: 720, whiteSpace: "pre-wrap" }}>
            {first.description}
          </Typography>
        )}
      </Box>
      <Images items={items} />
      <LoadMore query={query} />
    </Frame>
  );
}

const keyOf = ({ id }: SharedItem) => id;

function Images({ items }: { readonly items: readonly SharedItem[] }) {
  const [openId, setOpenId] = useState<number | null>(null);
  if (items.length === 0) {
    return (
      <EmptyState icon={ImageOff} title="No images yet">
        Images that are added to this collection appear here.
      </EmptyState>
    );
  }
  return (
    <>
      <JustifiedGrid items={items} keyOf={keyOf} label="Images">
        {(item, { width }) => <SharedTile item={item} width={width} onOpen={setOpenId} />}
      </JustifiedGrid>
      <Lightbox items={items} id={openId} onId={setOpenId} />
    </>
  );
}

function Frame({ children }: { readonly children: ReactNode }) {
  return (
    <Box sx={{ minHeight: "100dvh", display: "flex", flexDirection: "column" }}>
      <Box component="main" sx={{ flex: 1, px: { xs: 2, sm: 4, lg: 6 }, pt: { xs: 3, sm: 6 }, pb: 6 }}>
        {children}
      </Box>
      <Typography
        component="footer"
        variant="body2"
        sx={{
          px: { xs: 2, sm: 4, lg: 6 },
          py: 2.5,
          color: "text.secondary",
          borderTop: 1,
          borderColor: "divider",
        }}
      >
        Shared with Genonaut
      </Typography>
    </Box>
  );
}

function Loading() {
  return (
    <Frame>
      <Box role="status" aria-busy="true" aria-label="Loading">
        <Skeleton width={240} sx={{ fontSize: "2rem" }} />
        <Skeleton variant="rounded" sx={{ mt: 4, height: "50dvh", borderRadius: "14px" }} />
      </Box>
    </Frame>
  );
}

interface UnavailableProps {
  readonly error: unknown;
  readonly token: string;
  readonly onAccess: (access: string) => void;
  readonly onRetry: () => void;
}

/** Why nothing is shown: a password is needed, the link has ended, or it is not a link. */
function Unavailable({ error, token, onAccess, onRetry }: UnavailableProps) {
  const { status, code } = error instanceof ApiError ? error : { status: 0, code: null };
  if (code === "link_password_required") return <LinkPassword token={token} onAccess={onAccess} />;
  const ended = status === 410 || code === "link_expired";
  if (ended || status === 404) {
    return (
      <Frame>
        <EmptyState icon={Link2Off} title={ended ? "This link has ended" : "This link does not work"}>
          {ended
            ? "Ask the person who sent it for a new one."
            : "It may be incomplete, or it was turned off. Ask the person who sent it."}
        </EmptyState>
      </Frame>
    );
  }
  return (
    <Frame>
      <ProblemState error={error} onRetry={onRetry} />
    </Frame>
  );
}
