import Box from "@mui/material/Box";
import { useInfiniteQuery } from "@tanstack/react-query";
import type { AuditEntry } from "@/api/types";
import { LoadMore } from "@/ui/load-more";
import { RecordList, RecordListItem } from "@/ui/record-list";
import { TimeAgo } from "@/ui/time-ago";
import { auditQuery } from "./queries";

/** Who did what to accounts and keys. */
export function LogTab() {
  const query = useInfiniteQuery(auditQuery);
  const entries = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Box sx={{ maxWidth: 920 }}>
      <RecordList query={query} empty="Nothing has happened yet.">
        {entries.map((entry) => (
          <RecordListItem key={entry.id} title={titleOf(entry)} detail={detailOf(entry)} />
        ))}
      </RecordList>
      <LoadMore query={query} />
    </Box>
  );
}

/** "login.failed" → "Login failed". */
function titleOf({ kind, subject }: AuditEntry): string {
  const words = kind.replaceAll(/[._]/g, " ");
  const title = words.charAt(0).toUpperCase() + words.slice(1);
  return subject === null ? title : `${title}: ${subject}`;
}

function detailOf(entry: AuditEntry) {
  return (
    <>
      <TimeAgo at={entry.at} /> · via {entry.via}
      {entry.address === null ? "" : ` from ${entry.address}`}
    </>
  );
}
