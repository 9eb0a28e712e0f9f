import Alert from "@mui/material/Alert";
import AlertTitle from "@mui/material/AlertTitle";
import Box from "@mui/material/Box";
import type { WorkflowAnalysis } from "@/api/types";

const SHOWN = 30;

/** Why a workflow cannot be imported, by node. */
export function Problems({ problems }: { readonly problems: WorkflowAnalysis["problems"] }) {
  if (problems.length === 0) return null;
  return (
    <Alert severity="error">
      <AlertTitle>{problems.length === 1 ? "1 problem" : `${problems.length} problems`}</AlertTitle>
      <Box component="ul" sx={{ m: 0, pl: 2.5, display: "grid", gap: 0.5 }}>
        {problems.slice(0, SHOWN).map(({ node_id, class_type, message }) => (
          <Box component="li" key={`${node_id} ${message}`} sx={{ overflowWrap: "anywhere" }}>
            {node_id === "" ? null : <b>{`Node ${node_id} (${class_type}): `}</b>}
            {message}
          </Box>
        ))}
        {problems.length > SHOWN ? <li>{`and ${problems.length - SHOWN} more`}</li> : null}
      </Box>
    </Alert>
  );
}
