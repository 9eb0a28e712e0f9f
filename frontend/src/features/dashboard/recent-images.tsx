import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Skeleton from "@mui/material/Skeleton";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { Link } from "react-router";
import type { Content } from "@/api/types";
import { altOf, ContentTile, newestContentQuery } from "@/features/content";
import { WithOperations } from "@/features/operations";
import { JustifiedGrid } from "@/ui/justified";
import { Section } from "@/ui/section";

interface RecentImagesProps {
  readonly title: string;
  readonly scope: "mine" | "community";
}

const SHOWN = 12;
const keyOf = (item: Content) => item.id;

/** The newest images; shared ones only when there are any. */
export function RecentImages({ title, scope }: RecentImagesProps) {
  const filter = useMemo(() => ({ scope, sort: "newest" as const }), [scope]);
  const query = useQuery(newestContentQuery(filter, SHOWN));
  const listState = useMemo(() => ({ list: filter }), [filter]);
  const items = query.data?.items ?? [];
  if (scope === "community" && items.length === 0) return null;
  return (
    <Section
      title={title}
      action={
        <Button size="small" component={Link} to={scope === "mine" ? "/gallery" : "/gallery?scope=community"}>
          See all
        </Button>
      }
    >
      {query.isPending ? (
        <Box
          sx={{ display: "flex", gap: "10px", overflow: "hidden" }}
          role="status"
          aria-busy="true"
          aria-label="Loading"
        >
          {["a", "b", "c", "d", "e"].map((key) => (
            <Skeleton key={key} variant="rounded" sx={{ flex: 1, height: 210, borderRadius: "10px" }} />
          ))}
        </Box>
      ) : null}
      {query.isSuccess && items.length === 0 ? (
        <Typography sx={{ color: "text.secondary" }}>
          No images yet. <Link to="/generate">Generate one</Link>
        </Typography>
      ) : null}
      <JustifiedGrid items={items} keyOf={keyOf} label={title} rowHeight={220}>
        {(item, { width }) => (
          <WithOperations contentId={item.id} name={altOf(item)}>
            <ContentTile item={item} width={width} listState={listState} />
          </WithOperations>
        )}
      </JustifiedGrid>
    </Section>
  );
}
