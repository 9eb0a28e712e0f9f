import Box from "@mui/material/Box";
import Skeleton from "@mui/material/Skeleton";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useParams } from "react-router";
import { ApiError } from "@/api/problem";
import type { Workflow } from "@/api/types";
import { Page } from "@/ui/page";
import { ProblemState } from "@/ui/problem-state";
import { workflowQuery } from "./queries";

interface OfWorkflowProps {
  /** Title of the page while the workflow is loading or missing. */
  readonly title: string;
  readonly children: (workflow: Workflow) => ReactNode;
}

/** Loads the workflow whose id is in the address. */
export function OfWorkflow({ title, children }: OfWorkflowProps) {
  const { id = "" } = useParams();
  const isId = /^[1-9]\d{0,15}$/.test(id);
  const query = useQuery({ ...workflowQuery(Number(id)), enabled: isId });
  if (query.data !== undefined) return children(query.data);
  const missing = isId ? query.error : new ApiError(`There is no workflow ${id}.`, { status: 404 });
  return (
    <Page title={title}>
      {missing === null ? (
        <LoadingPanels />
      ) : (
        <ProblemState error={missing} {...(isId ? { onRetry: () => void query.refetch() } : {})} />
      )}
    </Page>
  );
}

/** Stands in place of the panels of a page. */
export function LoadingPanels() {
  return (
    <Box role="status" aria-busy="true" aria-label="Loading" sx={{ display: "grid", gap: 2 }}>
      <Skeleton variant="rounded" sx={{ height: 160, borderRadius: "14px" }} />
      <Skeleton variant="rounded" sx={{ height: 320, borderRadius: "14px" }} />
    </Box>
  );
}
