import Button from "@mui/material/Button";
import { CloudOff, SearchX, TriangleAlert } from "lucide-react";
import { ApiError, messageOf } from "@/api/problem";
import { EmptyState } from "./empty-state";

interface ProblemStateProps {
  readonly error: unknown;
  readonly onRetry?: () => void;
}

/** Shown in place of a page or list that could not be loaded. */
export function ProblemState({ error, onRetry }: ProblemStateProps) {
  const { icon, title } = headingOf(error);
  const requestId = error instanceof ApiError && error.status >= 500 ? error.requestId : null;
  return (
    <EmptyState
      icon={icon}
      title={title}
      action={
        onRetry ? (
          <Button variant="outlined" onClick={onRetry}>
            Try again
          </Button>
        ) : null
      }
    >
      {messageOf(error)}
      {requestId === null ? null : ` Request ID: ${requestId}.`}
    </EmptyState>
  );
}

function headingOf(error: unknown) {
  if (error instanceof ApiError && error.isUnreachable) return { icon: CloudOff, title: "No connection" };
  if (error instanceof ApiError && error.status === 404) return { icon: SearchX, title: "Not found" };
  return { icon: TriangleAlert, title: "Something went wrong" };
}
