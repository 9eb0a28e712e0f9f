import Box from "@mui/material/Box";
import type { Model } from "@/api/types";

/** From what a model was recognised, and how sure that is. */
export function Evidence({ model }: { readonly model: Model }) {
  if (model.evidence.length === 0) return <span>Nothing is known beyond its name.</span>;
  return (
    <Box component="ul" sx={{ m: 0, pl: 2.5 }}>
      {model.evidence.map(({ rule, says, source, confidence }) => (
        <li key={`${source}-${rule}-${says}`}>
          {says} · from its {source} ({rule}), {Math.round(confidence * 100)} %
        </li>
      ))}
      {model.conflicts.map((conflict) => (
        <li key={conflict}>{conflict}</li>
      ))}
    </Box>
  );
}
