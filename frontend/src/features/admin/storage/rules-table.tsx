import Table from "@mui/material/Table";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableHead from "@mui/material/TableHead";
import TableRow from "@mui/material/TableRow";
import type { ExpiredRule } from "@/api/types";
import { formatBytes, formatCount, formatDateTime } from "@/lib/format";
import { TableFrame } from "@/ui/table-frame";

const timeOf = (at: string | null): string => (at === null ? "–" : formatDateTime(at));

/** Return the settings of a rule, one on each line. */
const settingsOf = ({ setting }: ExpiredRule) =>
  setting.split(", ").map((name) => <div key={name}>{name}</div>);

const oneLine = { whiteSpace: "nowrap" } as const;
/** Makes the rules that would remove something stand out. */
const nothing = { ...oneLine, color: "text.secondary" } as const;

/** The rules of the clean-up, and what each would remove now. */
export function RulesTable({ rules }: { readonly rules: readonly ExpiredRule[] }) {
  return (
    <TableFrame label="What has expired">
      <Table size="small" aria-label="What has expired">
        <TableHead>
          <TableRow>
            <TableCell>What</TableCell>
            <TableCell align="right">Rows</TableCell>
            <TableCell align="right">Size</TableCell>
            <TableCell>Oldest</TableCell>
            <TableCell>Newest</TableCell>
            <TableCell>Setting</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {rules.map((rule) => (
            <TableRow key={rule.name} sx={{ "& > *": rule.count === 0 ? nothing : oneLine }}>
              <TableCell
                component="th"
                scope="row"
                sx={{ "&::first-letter": { textTransform: "uppercase" } }}
              >
                {rule.name}
              </TableCell>
              <TableCell align="right">{formatCount(rule.count)}</TableCell>
              <TableCell align="right">
                {rule.size_bytes === 0 ? "–" : formatBytes(rule.size_bytes)}
              </TableCell>
              <TableCell>{timeOf(rule.oldest)}</TableCell>
              <TableCell>{timeOf(rule.newest)}</TableCell>
              <TableCell sx={{ color: "text.secondary" }}>{settingsOf(rule)}</TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </TableFrame>
  );
}
