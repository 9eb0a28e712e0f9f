import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import {
  CircleAlert,
  CircleCheck,
  Clock,
  Copy,
  FolderPlus,
  LoaderCircle,
  type LucideIcon,
} from "lucide-react";
import { useState } from "react";
import { Link } from "react-router";
import { AddToCollectionDialog } from "@/features/collections";
import { formatBytes, formatCount } from "@/lib/format";
import { ProgressBar } from "@/ui/progress-bar";
import { type Counts, countsOf, type ImportEntry, type ImportState, importer, itemsOf } from "./importer";

/** Rows that are drawn; a folder may have thousands of files. */
const SHOWN = 200;

/** The progress of imports, and the outcome of each file. */
export function ImportList({ state: { entries, isRunning, leftOut } }: { readonly state: ImportState }) {
  const [showsAll, setShowsAll] = useState(false);
  if (entries.length === 0) return null;
  const counts = countsOf(entries);
  const ended = entries.filter(({ status }) => status !== "waiting" && status !== "sending").length;
  const ordered = [...entries].sort(
    (one, other) => RANKS[one.status] - RANKS[other.status] || one.key - other.key,
  );
  const shown = showsAll ? ordered : ordered.slice(0, SHOWN);
  return (
    <Box component="section" aria-label="Imported files" sx={{ mt: 4, display: "grid", gap: 1.5 }}>
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 1 }}>
        <Typography role="status" sx={{ flex: 1, minWidth: 200, fontWeight: 600 }}>
          {describe(counts, isRunning)}
        </Typography>
        {isRunning ? null : <Collect ids={itemsOf(entries)} />}
        <Buttons counts={counts} isRunning={isRunning} />
      </Box>
      {leftOut === 0 ? null : (
        <Typography variant="body2" sx={{ color: "text.secondary" }}>
          {leftOut === 1 ? "1 other file was" : `${formatCount(leftOut)} other files were`} left out: no
          images, videos or zips
        </Typography>
      )}
      <ProgressBar value={(100 * ended) / entries.length} label="Progress of the import" />
      <Box component="ul" aria-label="Files" sx={{ listStyle: "none", m: 0, p: 0, display: "grid" }}>
        {shown.map((entry) => (
          <Row key={entry.key} entry={entry} />
        ))}
      </Box>
      {ordered.length > shown.length ? (
        <Button onClick={() => setShowsAll(true)}>Show all {formatCount(ordered.length)}</Button>
      ) : null}
    </Box>
  );
}

/** What needs attention first. */
const RANKS: Record<ImportEntry["status"], number> = {
  sending: 0,
  refused: 1,
  waiting: 2,
  imported: 3,
  duplicate: 4,
};

function describe({ imported, duplicate, refused, waiting }: Counts, isRunning: boolean): string {
  const parts = [`${formatCount(imported)} imported`];
  if (duplicate > 0) parts.push(`${formatCount(duplicate)} already in your gallery`);
  if (refused > 0) parts.push(`${formatCount(refused)} refused`);
  if (waiting > 0) parts.push(`${formatCount(waiting)} ${isRunning ? "to go" : "not sent"}`);
  return parts.join(" · ");
}

function Buttons({ counts, isRunning }: { readonly counts: Counts; readonly isRunning: boolean }) {
  if (isRunning) return <Button onClick={importer.stop}>Stop</Button>;
  return (
    <>
      {counts.waiting > 0 ? <Button onClick={importer.start}>Continue</Button> : null}
      {counts.refused > 0 ? <Button onClick={importer.retry}>Try refused files again</Button> : null}
      <Button color="inherit" onClick={importer.clear}>
        Clear list
      </Button>
    </>
  );
}

/** Adds what was imported, also earlier, to a collection. */
function Collect({ ids }: { readonly ids: readonly number[] }) {
  const [isOpen, setIsOpen] = useState(false);
  if (ids.length === 0) return null;
  return (
    <>
      <Button startIcon={<FolderPlus size={17} aria-hidden />} onClick={() => setIsOpen(true)}>
        Add to collection
      </Button>
      <AddToCollectionDialog
        open={isOpen}
        chosen={{ ids }}
        count={ids.length}
        onClose={() => setIsOpen(false)}
      />
    </>
  );
}

const LOOKS: Record<ImportEntry["status"], readonly [LucideIcon, string, string]> = {
  waiting: [Clock, "text.secondary", "Waiting"],
  sending: [LoaderCircle, "primary.main", "Sending"],
  imported: [CircleCheck, "success.main", "Imported"],
  duplicate: [Copy, "text.secondary", "Already in your gallery"],
  refused: [CircleAlert, "error.main", "Refused"],
};

function Row({ entry }: { readonly entry: ImportEntry }) {
  const [Icon, colour, label] = LOOKS[entry.status];
  const detail = entry.inside.length > 0 ? describe(countsOf([entry]), false) : detailOf(entry, label);
  return (
    <Box
      component="li"
      sx={{
        display: "flex",
        alignItems: "center",
        gap: 1.5,
        minHeight: 52,
        py: 0.5,
        borderTop: 1,
        borderColor: "divider",
      }}
    >
      <Box
        sx={{
          display: "flex",
          color: colour,
          "@keyframes turn": { to: { transform: "rotate(360deg)" } },
          "& svg": entry.status === "sending" ? { animation: "turn 1.1s linear infinite" } : {},
        }}
      >
        <Icon size={18} aria-hidden />
      </Box>
      <Box sx={{ flex: 1, minWidth: 0 }}>
        <Typography noWrap sx={{ fontWeight: 500 }}>
          {entry.path}
        </Typography>
        <Typography
          variant="body2"
          sx={{ color: entry.status === "refused" ? "error.main" : "text.secondary" }}
        >
          {detail}
        </Typography>
        <RefusedInside entry={entry} />
      </Box>
      {entry.contentId === null ? null : (
        <Button component={Link} to={`/view/${entry.contentId}`} size="small" sx={{ minHeight: 44 }}>
          Open
        </Button>
      )}
    </Box>
  );
}

/** Which files of a zip were refused, and why. */
function RefusedInside({ entry: { inside } }: { readonly entry: ImportEntry }) {
  const refused = inside.filter(({ status }) => status === "refused");
  if (refused.length === 0) return null;
  return (
    <Typography component="details" variant="body2" sx={{ color: "text.secondary", pb: 0.5 }}>
      <Box component="summary" sx={{ cursor: "pointer", py: 0.5 }}>
        Refused files
      </Box>
      <Box component="ul" aria-label="Refused files" sx={{ m: 0, pl: 2.5, overflowWrap: "anywhere" }}>
        {refused.slice(0, SHOWN).map(({ name, reason }) => (
          <li key={name}>{`${name}: ${reason}`}</li>
        ))}
        {refused.length > SHOWN ? <li>{`and ${formatCount(refused.length - SHOWN)} more`}</li> : null}
      </Box>
    </Typography>
  );
}

function detailOf({ bytes, program, reason }: ImportEntry, label: string): string {
  if (reason !== null) return `${label}: ${reason}`;
  return [label, ...(program === null ? [] : [`made with ${program}`]), formatBytes(bytes)].join(" · ");
}
