import Box from "@mui/material/Box";
import Chip from "@mui/material/Chip";
import { Link } from "react-router";

const EXAMPLES = [
  "a lighthouse at dusk, long exposure, soft rain",
  "snowy mountains under a green aurora",
  "a fox asleep under autumn leaves, watercolour",
];

/** Example prompts; each link fills the form. */
export function ExamplePrompts() {
  return (
    <Box sx={{ display: "flex", flexWrap: "wrap", justifyContent: "center", gap: 1 }}>
      {EXAMPLES.map((prompt) => (
        <Chip
          key={prompt}
          variant="outlined"
          label={prompt}
          component={Link}
          to={`/generate?${new URLSearchParams({ prompt })}`}
          clickable
        />
      ))}
    </Box>
  );
}
