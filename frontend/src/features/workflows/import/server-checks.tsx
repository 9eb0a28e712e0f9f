import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { CircleCheck, CircleX, TriangleAlert } from "lucide-react";
import type { WorkflowAnalysis } from "@/api/types";
import { formatCount } from "@/lib/format";

type Backend = WorkflowAnalysis["backends"][number];

interface ServerChecksProps {
  readonly backends: readonly Backend[];
  readonly requirements: WorkflowAnalysis["requirements"];
}

/** What a workflow needs, and what is missing on which server. */
export function ServerChecks({ backends, requirements }: ServerChecksProps) {
  const { nodes, models } = requirements;
  const names = [...new Set(models.map(({ name }) => name))];
  return (
    <Box sx={{ display: "grid", gap: 1.5, gridTemplateColumns: "minmax(0, 1fr)" }}>
      <Typography variant="body2" sx={{ color: "text.secondary", overflowWrap: "anywhere" }}>
        {`Needs ${formatCount(nodes.length)} ${nodes.length === 1 ? "kind" : "kinds"} of node`}
        {names.length === 0 ? " and no model." : ` and these models: ${names.join(", ")}.`}
      </Typography>
      {backends.length === 0 ? (
        <Line icon={<TriangleAlert size={18} aria-hidden />} color="warning.main">
          No ComfyUI server has reported its nodes yet. The workflow can be saved all the same.
        </Line>
      ) : (
        <Box
          component="ul"
          aria-label="Servers"
          sx={{ m: 0, p: 0, listStyle: "none", display: "grid", gap: 1 }}
        >
          {backends.map((backend) => (
            <li key={backend.name}>
              <Server backend={backend} />
            </li>
          ))}
        </Box>
      )}
    </Box>
  );
}

function Server({ backend }: { readonly backend: Backend }) {
  const { name, can_run: canRun, missing_nodes, missing_models } = backend;
  if (canRun)
    return (
      <Line icon={<CircleCheck size={18} aria-hidden />} color="success.main">
        <b>{name}</b> can run it.
      </Line>
    );
  return (
    <Line icon={<CircleX size={18} aria-hidden />} color="warning.main">
      <b>{name}</b> cannot run it.
      {missing_nodes.length === 0 ? "" : ` Missing nodes: ${missing_nodes.join(", ")}.`}
      {missing_models.length === 0 ? "" : ` Missing models: ${missing_models.join(", ")}.`}
    </Line>
  );
}

interface LineProps {
  readonly icon: React.ReactNode;
  readonly color: string;
  readonly children: React.ReactNode;
}

function Line({ icon, color, children }: LineProps) {
  return (
    <Box sx={{ display: "flex", gap: 1, alignItems: "flex-start" }}>
      <Box sx={{ color, display: "flex", pt: "2px" }}>{icon}</Box>
      <Typography variant="body2" component="div" sx={{ minWidth: 0, overflowWrap: "anywhere" }}>
        {children}
      </Typography>
    </Box>
  );
}
