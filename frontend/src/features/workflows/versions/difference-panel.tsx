import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import type { Workflow, WorkflowDifference } from "@/api/types";
import { Panel } from "@/ui/panel";
import { ProblemState } from "@/ui/problem-state";
import { TextField } from "@/ui/text-field";
import { versionDifferenceQuery } from "../queries";
import { LoadingPanels } from "../workflow-state";
import { DifferenceView } from "./difference-view";

interface DifferencePanelProps {
  readonly workflow: Workflow;
  readonly number: number;
  readonly against: number;
  readonly onAgainst: (number: number) => void;
}

/** How one version differs from another, which can be chosen. */
export function DifferencePanel({ workflow, number, against, onAgainst }: DifferencePanelProps) {
  const others = Array.from({ length: workflow.latest_version }, (_, index) => index + 1).filter(
    (other) => other !== number,
  );
  return (
    <Panel
      title={`Changes of version ${number}`}
      action={
        others.length === 0 ? null : (
          <TextField
            label="Compared with"
            size="small"
            value={String(against)}
            onChange={(event) => onAgainst(Number(event.target.value))}
            sx={{ minWidth: 150 }}
            options={
              <>
                {others.includes(against) ? null : <option value={against}>Choose</option>}
                {others.map((other) => (
                  <option key={other} value={other}>{`Version ${other}`}</option>
                ))}
              </>
            }
          />
        )
      }
    >
      {number === against ? (
        <Typography sx={{ color: "text.secondary" }}>
          {others.length === 0 ? "There is only one version." : "Choose a version to compare with."}
        </Typography>
      ) : (
        <Difference id={workflow.id} number={number} against={against} />
      )}
    </Panel>
  );
}

function Difference(props: { readonly id: number; readonly number: number; readonly against: number }) {
  const query = useQuery(versionDifferenceQuery(props.id, props.number, props.against));
  if (query.isPending) return <LoadingPanels />;
  if (query.data === undefined)
    return <ProblemState error={query.error} onRetry={() => void query.refetch()} />;
  const difference: WorkflowDifference = query.data;
  return <DifferenceView difference={difference} />;
}
