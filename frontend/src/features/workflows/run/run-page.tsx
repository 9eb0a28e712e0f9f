import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Skeleton from "@mui/material/Skeleton";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { FileQuestion, History, type LucideIcon, SlidersHorizontal } from "lucide-react";
import { useCallback, useRef } from "react";
import { Link, useParams, useSearchParams } from "react-router";
import { ApiError } from "@/api/problem";
import type { Workflow } from "@/api/types";
import { EmptyState } from "@/ui/empty-state";
import { FormAndResults, showResults } from "@/ui/form-and-results";
import { Page } from "@/ui/page";
import { ProblemState } from "@/ui/problem-state";
import { versionQuery, workflowQuery, workflowSchemaQuery } from "../queries";
import { RunForm } from "./run-form";
import { RunResults } from "./run-results";

/** The page of one workflow: its form, and its results beside it. */
export function RunPage() {
  const { id = "" } = useParams();
  const number = /^[1-9]\d{0,15}$/.test(id) ? Number(id) : null;
  if (number === null) return <Missing error={new ApiError("There is no such workflow.", { status: 404 })} />;
  return <RunWorkflow key={number} id={number} />;
}

function RunWorkflow({ id }: { readonly id: number }) {
  const query = useQuery(workflowQuery(id));
  if (query.data !== undefined) return <Loaded workflow={query.data} />;
  if (query.isPending)
    return (
      <Page title="Workflow">
        <Skeleton variant="rounded" sx={{ height: 380, borderRadius: "14px" }} />
      </Page>
    );
  return <Missing error={query.error} onRetry={() => void query.refetch()} />;
}

function Loaded({ workflow }: { readonly workflow: Workflow }) {
  const { id, title, description, latest_version: latest, archived_at } = workflow;
  const wanted = Number(useSearchParams()[0].get("version"));
  const number = Number.isInteger(wanted) && wanted > 0 ? wanted : latest;
  const version = useQuery(versionQuery(id, number));
  const schema = useQuery(workflowSchemaQuery(id, number)).data;
  const results = useRef<HTMLDivElement>(null);
  const onSubmitted = useCallback(() => showResults(results.current), []);
  const notes = [
    archived_at === null ? null : "Archived: it takes no new jobs.",
    number === latest ? null : `Version ${number} of ${latest}.`,
  ].filter((note) => note !== null);
  return (
    <Page
      title={title}
      description={
        description === "" && notes.length === 0 ? undefined : (
          <>
            {description} {notes.join(" ")}
          </>
        )
      }
      actions={<Links workflow={workflow} isOld={number !== latest} />}
    >
      <FormAndResults
        above={200}
        resultsRef={results}
        form={
          version.data === undefined ? (
            version.isPending ? (
              <Skeleton variant="rounded" sx={{ height: 380, borderRadius: "14px" }} />
            ) : (
              <ProblemState error={version.error} onRetry={() => void version.refetch()} />
            )
          ) : (
            <RunForm
              key={number}
              workflow={workflow}
              version={version.data}
              schema={schema}
              onSubmitted={onSubmitted}
            />
          )
        }
        results={
          <>
            <Typography variant="h2" sx={{ mb: 1.5 }}>
              Results
            </Typography>
            <RunResults workflowId={id} />
          </>
        }
      />
    </Page>
  );
}

function Links({ workflow, isOld }: { readonly workflow: Workflow; readonly isOld: boolean }) {
  return (
    <>
      {isOld ? (
        <Button component={Link} to={`/workflows/${workflow.id}`} color="inherit">
          Use the newest version
        </Button>
      ) : null}
      <IconLink to={`/workflows/${workflow.id}/versions`} label="Versions" icon={History} />
      {workflow.may_change ? (
        <IconLink to={`/workflows/${workflow.id}/edit`} label="Edit form" icon={SlidersHorizontal} />
      ) : null}
    </>
  );
}

interface IconLinkProps {
  readonly to: string;
  readonly label: string;
  readonly icon: LucideIcon;
}

/** A link of which a phone shows only the icon: the title needs the space. */
function IconLink({ to, label, icon: Icon }: IconLinkProps) {
  return (
    <Button
      component={Link}
      to={to}
      color="inherit"
      aria-label={label}
      startIcon={<Icon size={17} aria-hidden />}
      sx={{ minWidth: 44, "& .MuiButton-startIcon": { mr: { xs: 0, sm: 1 } } }}
    >
      <Box component="span" sx={{ display: { xs: "none", sm: "inline" } }}>
        {label}
      </Box>
    </Button>
  );
}

function Missing({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }) {
  return (
    <Page title="Workflow" isHeadingHidden>
      {error instanceof ApiError && error.status === 404 ? (
        <EmptyState
          icon={FileQuestion}
          title="This workflow does not exist"
          action={
            <Button variant="contained" component={Link} to="/workflows">
              All workflows
            </Button>
          }
        >
          It may be private.
        </EmptyState>
      ) : (
        <ProblemState error={error} {...(onRetry === undefined ? {} : { onRetry })} />
      )}
    </Page>
  );
}
