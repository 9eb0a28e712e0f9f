import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Chip from "@mui/material/Chip";
import Typography from "@mui/material/Typography";
import { useState } from "react";
import { useSearchState } from "@/lib/use-search-state";
import { KEYS } from "./gallery-filter";
import { forgetSearches, recentSearches } from "./recent-searches";

/** The last searches in this browser; a click searches again. */
export function RecentSearches() {
  const { values, change } = useSearchState(KEYS);
  const [searches, setSearches] = useState(recentSearches);
  const others = searches.filter((text) => text !== values.search);
  if (others.length === 0) return null;
  const clear = () => {
    forgetSearches();
    setSearches([]);
  };
  return (
    <Box component="section" aria-label="Recent searches">
      <Box sx={{ display: "flex", alignItems: "center", minHeight: 32 }}>
        <Typography variant="overline" component="h3" sx={{ flex: 1, color: "text.secondary" }}>
          Recent searches
        </Typography>
        <Button size="small" color="inherit" onClick={clear}>
          Clear
        </Button>
      </Box>
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 0.75 }}>
        {others.map((text) => (
          <Chip
            key={text}
            size="small"
            label={text}
            onClick={() => change({ search: text })}
            sx={{ maxWidth: 220 }}
          />
        ))}
      </Box>
    </Box>
  );
}
