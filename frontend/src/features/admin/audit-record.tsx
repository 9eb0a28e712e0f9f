import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useState } from "react";
import type { AuditEntry } from "@/api/types";
import { formatExactTime } from "@/lib/format";
import { DetailList } from "@/ui/detail-list";
import { RecordListItem } from "@/ui/record-list";
import { TimeAgo } from "@/ui/time-ago";

/** What happened, and everything that was recorded on request. */
export function AuditRecord({ entry }: { readonly entry: AuditEntry }) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <RecordListItem
      title={entry.summary}
      detail={
        <>
          <TimeAgo at={entry.at} /> · via {entry.via}
          {entry.address === null ? "" : ` from ${entry.address}`}
        </>
      }
      action={
        <Button
          size="small"
          color="inherit"
          aria-expanded={isOpen}
          aria-label={`${isOpen ? "Hide" : "Show"} details of entry ${entry.id}`}
          onClick={() => setIsOpen(!isOpen)}
        >
          Details
        </Button>
      }
      below={
        isOpen ? (
          <Box sx={{ pb: 1 }}>
            <DetailList title={`Entry ${entry.id}`} entries={entriesOf(entry)} />
          </Box>
        ) : undefined
      }
    />
  );
}

function entriesOf({ at, kind, actor, via, address, subject, detail }: AuditEntry): [string, string][] {
  return [
    ["Time", formatExactTime(at)],
    ["Action", kind],
    ["By", actor ?? "–"],
    ["Via", via],
    ["Address", address ?? "–"],
    ["Subject", subject ?? "–"],
    ...Object.entries(detail).map(([name, value]): [string, string] => [
      name.replaceAll("_", " "),
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  ];
}
