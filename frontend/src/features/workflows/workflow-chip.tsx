import Chip from "@mui/material/Chip";
import { useQuery } from "@tanstack/react-query";
import { workflowQuery } from "./queries";

interface WorkflowChipProps {
  /** As in the URL. */
  readonly value: string;
  readonly onRemove: () => void;
}

/** Return the id of a workflow in a URL, or undefined. */
export const workflowIdOf = (text: string): number | undefined =>
  /^[1-9]\d{0,15}$/.test(text) ? Number(text) : undefined;

/** The workflow by which a list is filtered, with its title; nothing without one. */
export function WorkflowChip({ value, onRemove }: WorkflowChipProps) {
  const id = workflowIdOf(value);
  return id === undefined ? null : <TitledChip id={id} onRemove={onRemove} />;
}

function TitledChip({ id, onRemove }: { readonly id: number; readonly onRemove: () => void }) {
  const title = useQuery({ ...workflowQuery(id), retry: false }).data?.title ?? String(id);
  return (
    <Chip
      label={`Workflow: ${title}`}
      aria-label={`Workflow: ${title}, remove this filter`}
      onClick={onRemove}
      onDelete={onRemove}
      sx={{ maxWidth: 280, alignSelf: "center" }}
    />
  );
}
