import Box from "@mui/material/Box";
import Skeleton from "@mui/material/Skeleton";
import Typography from "@mui/material/Typography";
import type { UseQueryResult } from "@tanstack/react-query";
import { Children, type ReactNode } from "react";
import { messageOf } from "@/api/problem";

interface RecordListProps {
  readonly query: Pick<UseQueryResult, "isPending" | "error" | "data">;
  /** Shown when there are no records. */
  readonly empty: string;
  readonly children: ReactNode;
}

/** A list of records with their loading, error and empty states. */
export function RecordList({ query, empty, children }: RecordListProps) {
  if (query.isPending) return <LoadingPlaceholders />;
  if (query.data === undefined) return <Typography color="error">{messageOf(query.error)}</Typography>;
  if (Children.count(children) === 0)
    return <Typography sx={{ color: "text.secondary" }}>{empty}</Typography>;
  return (
    <Box
      component="ul"
      sx={{ m: 0, p: 0, listStyle: "none", display: "grid", gridTemplateColumns: "minmax(0, 1fr)" }}
    >
      {children}
    </Box>
  );
}

function LoadingPlaceholders() {
  return (
    <Box role="status" aria-busy="true" aria-label="Loading" sx={{ display: "grid", gap: 1.5, py: 1 }}>
      {["a", "b", "c", "d"].map((key) => (
        <Skeleton key={key} variant="rounded" height={56} />
      ))}
    </Box>
  );
}

interface RecordListItemProps {
  readonly title: ReactNode;
  readonly detail?: ReactNode;
  readonly start?: ReactNode;
  readonly action?: ReactNode;
  /** Content of full width below the other parts. */
  readonly below?: ReactNode;
  /** Moves the actions below the title on a phone; for more than one or two short ones. */
  readonly isWrapping?: boolean;
}

/** A record: title, a line of details, and actions. */
export function RecordListItem({
  title,
  detail,
  start,
  action,
  below,
  isWrapping = false,
}: RecordListItemProps) {
  return (
    <Box
      component="li"
      sx={{
        display: "flex",
        flexWrap: below ? "wrap" : isWrapping ? { xs: "wrap", md: "nowrap" } : "nowrap",
        alignItems: "center",
        gap: 1.5,
        py: 1.25,
        borderTop: 1,
        borderColor: "divider",
        "&:first-of-type": { borderTop: 0 },
      }}
    >
      {start}
      <Box sx={{ flex: isWrapping ? { xs: "1 1 60%", md: 1 } : 1, minWidth: 0 }}>
        <Typography sx={{ fontWeight: 500, overflowWrap: "anywhere" }}>{title}</Typography>
        {detail ? (
          <Typography
            variant="body2"
            component="div"
            sx={{ color: "text.secondary", overflowWrap: "anywhere" }}
          >
            {detail}
          </Typography>
        ) : null}
      </Box>
      {action}
      {below ? <Box sx={{ flexBasis: "100%", minWidth: 0 }}>{below}</Box> : null}
    </Box>
  );
}
