import Alert from "@mui/material/Alert";
import type { WorkflowVersion } from "@/api/types";

interface AvailabilityProps {
  readonly backends: WorkflowVersion["backends"];
}

/** Says why no ComfyUI server can run the workflow at present; nothing when one can. */
export function Availability({ backends }: AvailabilityProps) {
  if (backends.some(({ can_run }) => can_run)) return null;
  if (backends.length === 0)
    return (
      <Alert severity="info">
        No ComfyUI server has reported its nodes yet. The workflow waits until one can run it.
      </Alert>
    );
  return (
    <Alert severity="warning" sx={{ overflowWrap: "anywhere" }}>
      No ComfyUI server can run this workflow.
      {backends.map((backend) => (
        <div key={backend.name}>{missingText(backend)}</div>
      ))}
    </Alert>
  );
}

/** Return "gpu1 lacks the nodes A, B and the model c.safetensors." */
function missingText({ name, missing_nodes, missing_models }: WorkflowVersion["backends"][number]): string {
  const parts = [
    [missing_nodes, "node"],
    [missing_models, "model"],
  ] as const;
  const missing = parts
    .filter(([names]) => names.length > 0)
    .map(([names, word]) => `the ${word}${names.length === 1 ? "" : "s"} ${names.join(", ")}`);
  return `${name} lacks ${missing.join(" and ") || "something"}.`;
}
