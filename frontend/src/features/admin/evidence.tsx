import Box from "@mui/material/Box";
import type { Model } from "@/api/types";

/** The evidence for the identification of a model, with confidence. */
export function Evidence({ model }: { readonly model: Model }) {
  if (model.evidence.length === 0) return <span>No evidence: only the name is known.</span>;
  return (
    <Box component="ul" sx={{ m: 0, pl: 2.5 }}>
      {model.evidence.map(({ rule, says, source, confidence }) => (
        <li key={`${source}-${rule}-${says}`} title={`Source: ${source}, rule: ${rule}`}>
          {says} ({Math.round(confidence * 100)} % sure)
        </li>
      ))}
      {model.conflicts.map((conflict) => (
        <li key={conflict}>{conflict}</li>
      ))}
    </Box>
  );
}
