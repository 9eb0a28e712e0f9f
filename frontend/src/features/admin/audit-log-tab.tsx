import Box from "@mui/material/Box";
import { useInfiniteQuery } from "@tanstack/react-query";
import type { AuditEntry } from "@/api/types";
import { LoadMore } from "@/ui/load-more";
import { RecordList, RecordListItem } from "@/ui/record-list";
import { TimeAgo } from "@/ui/time-ago";
import { auditQuery } from "./queries";

/** The audit log, newest entry first. */
export function AuditLogTab() {
  const query = useInfiniteQuery(auditQuery);
  const entries = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Box sx={{ maxWidth: 920 }}>
      <RecordList query={query} empty="No entries yet.">
        {entries.map((entry) => (
          <RecordListItem key={entry.id} title={titleOf(entry)} detail={detailOf(entry)} />
        ))}
      </RecordList>
      <LoadMore query={query} />
    </Box>
  );
}

/** Titles of kinds that do not read well as they are. */
const TITLES: Readonly<Record<string, string>> = {
  "user.made": "User created",
  "user.took_over": "First administrator registered",
  "key.made": "API key created",
  "key.used_first": "API key used for the first time",
  "key.revoked": "API key revoked",
  "content.trashed": "Moved to trash",
  "content.purged": "Deleted permanently",
};

/** Return a title: "login.failed" → "Login failed". */
function titleOf({ kind, subject }: AuditEntry): string {
  if (kind === "foreign.read") return foreignReadTitle(subject);
  const title = TITLES[kind] ?? kindTitle(kind);
  return subject === null ? title : `${title}: ${subject}`;
}

function foreignReadTitle(subject: string | null): string {
  if (subject === null || subject === "jobs") return "Viewed other users' jobs";
  return `Viewed another user's data: ${subject}`;
}

function kindTitle(kind: string): string {
  const words = kind.replaceAll(/[._]/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function detailOf(entry: AuditEntry) {
  return (
    <>
      <TimeAgo at={entry.at} /> · via {entry.via}
      {entry.address === null ? "" : ` from ${entry.address}`}
    </>
  );
}
