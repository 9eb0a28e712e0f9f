import Table from "@mui/material/Table";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableHead from "@mui/material/TableHead";
import TableRow from "@mui/material/TableRow";
import type { NamedJobs } from "@/api/types";
import { formatCount, formatSeconds, modelTitle } from "@/lib/format";
import { TableFrame } from "@/ui/table-frame";

interface JobsTableProps {
  /** What the rows are, such as "Model". */
  readonly subject: string;
  readonly rows: readonly NamedJobs[];
}

const COLUMNS = ["Completed", "Failed", "Cancelled", "Waiting time", "Render time"] as const;

/** Numbers and times of jobs by name. */
export function JobsTable({ subject, rows }: JobsTableProps) {
  return (
    <TableFrame label={`Jobs by ${subject.toLowerCase()}`}>
      <Table size="small" aria-label={`Jobs by ${subject.toLowerCase()}`}>
        <TableHead>
          <TableRow>
            <TableCell sx={{ whiteSpace: "nowrap" }}>{subject}</TableCell>
            {COLUMNS.map((column) => (
              <TableCell key={column} align="right">
                {column}
              </TableCell>
            ))}
          </TableRow>
        </TableHead>
        <TableBody>
          {rows.map(({ name, jobs }) => (
            <TableRow key={name}>
              <TableCell
                component="th"
                scope="row"
                title={name}
                sx={{ overflowWrap: "anywhere", minWidth: 140 }}
              >
                {modelTitle(name)}
              </TableCell>
              <TableCell align="right">{formatCount(jobs.completed)}</TableCell>
              <TableCell align="right">{formatCount(jobs.failed)}</TableCell>
              <TableCell align="right">{formatCount(jobs.cancelled)}</TableCell>
              <TableCell align="right">{secondsOf(jobs.wait_seconds)}</TableCell>
              <TableCell align="right">{secondsOf(jobs.render_seconds)}</TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </TableFrame>
  );
}

const secondsOf = (seconds: number | null): string => (seconds === null ? "–" : formatSeconds(seconds));
