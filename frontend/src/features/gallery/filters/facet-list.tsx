import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Skeleton from "@mui/material/Skeleton";
import Typography from "@mui/material/Typography";
import { useId, useState } from "react";
import type { Facet } from "@/api/types";
import { formatCount } from "@/lib/format";

interface FacetListProps {
  readonly title: string;
  /** Undefined while it is loaded. */
  readonly facet: Facet | undefined;
  readonly name: (value: string) => string;
  readonly chosen: readonly string[];
  readonly onToggle: (value: string) => void;
}

const SHOWN = 7;

/** The values of one field with the numbers of their images; a click filters by a value, or no longer. */
export function FacetList({ title, facet, name, chosen, onToggle }: FacetListProps) {
  const [isLong, setIsLong] = useState(false);
  const id = useId();
  if (facet === undefined) return <Skeleton variant="rounded" height={120} />;
  const values = withChosen(facet, chosen);
  if (values.length === 0) return null;
  const shown = isLong ? values : values.slice(0, SHOWN);
  return (
    <Box component="section" aria-labelledby={id}>
      <Typography id={id} variant="overline" component="h3" sx={{ color: "text.secondary" }}>
        {title}
      </Typography>
      <Box component="ul" sx={{ listStyle: "none", m: 0, p: 0 }}>
        {shown.map(({ value, count }) => {
          const isChosen = chosen.includes(value);
          return (
            <li key={value}>
              <Box
                component="button"
                type="button"
                aria-pressed={isChosen}
                onClick={() => onToggle(value)}
                sx={rowStyle(isChosen)}
              >
                <Box
                  component="span"
                  title={name(value)}
                  sx={{ flex: 1, overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" }}
                >
                  {name(value)}
                </Box>{" "}
                <Box component="span" sx={{ color: "text.secondary", fontVariantNumeric: "tabular-nums" }}>
                  {count === null ? "" : `${formatCount(count)}${facet.is_complete ? "" : "+"}`}
                </Box>
              </Box>
            </li>
          );
        })}
      </Box>
      {values.length > SHOWN ? (
        <Button size="small" onClick={() => setIsLong(!isLong)} aria-expanded={isLong}>
          {isLong ? "Show fewer" : `Show all ${values.length}`}
        </Button>
      ) : null}
    </Box>
  );
}

/** Return the values of a facet; chosen ones that it lacks come first, so that they can be removed. */
function withChosen(facet: Facet, chosen: readonly string[]) {
  const missing = chosen.filter((value) => value !== "" && !facet.values.some((one) => one.value === value));
  return [...missing.map((value) => ({ value, count: null })), ...facet.values];
}

const rowStyle = (isChosen: boolean) => ({
  display: "flex",
  alignItems: "center",
  gap: 1,
  width: "100%",
  minHeight: 34,
  "@media (pointer: coarse)": { minHeight: 44 },
  px: 1,
  mx: -1,
  border: 0,
  borderRadius: "8px",
  font: "inherit",
  fontSize: "0.9rem",
  textAlign: "left",
  cursor: "pointer",
  color: isChosen ? "primary.main" : "text.primary",
  fontWeight: isChosen ? 650 : 450,
  bgcolor: isChosen ? "action.selected" : "transparent",
  "&:hover": { bgcolor: isChosen ? "action.selected" : "action.hover" },
  "&:focus-visible": { outline: "2px solid", outlineColor: "primary.main", outlineOffset: -2 },
});
