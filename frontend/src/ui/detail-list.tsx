import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import type { ReactNode } from "react";

interface DetailListProps {
  /** Empty: the list has a heading already. */
  readonly title: string;
  readonly entries: readonly (readonly [string, ReactNode])[];
}

/** Names and values in two columns. */
export function DetailList({ title, entries }: DetailListProps) {
  return (
    <Box component="section">
      {title === "" ? null : (
        <Typography variant="overline" component="h2" sx={{ color: "text.secondary" }}>
          {title}
        </Typography>
      )}
      <Box
        component="dl"
        sx={{
          m: 0,
          display: "grid",
          gridTemplateColumns: "minmax(90px, auto) 1fr",
          columnGap: 2,
          rowGap: 0.5,
        }}
      >
        {entries.map(([name, value]) => (
          <Box key={name} sx={{ display: "contents" }}>
            <Typography component="dt" variant="body2" sx={{ color: "text.secondary" }}>
              {name}
            </Typography>
            <Typography
              component="dd"
              variant="body2"
              sx={{ m: 0, overflowWrap: "anywhere", fontVariantNumeric: "tabular-nums" }}
            >
              {value}
            </Typography>
          </Box>
        ))}
      </Box>
    </Box>
  );
}
