import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Play, SlidersHorizontal } from "lucide-react";
import { Link } from "react-router";
import type { Workflow } from "@/api/types";
import { useSearchState } from "@/lib/use-search-state";
import { LoadMore } from "@/ui/load-more";
import { Page } from "@/ui/page";
import { Panel } from "@/ui/panel";
import { RecordList } from "@/ui/record-list";
import { versionsQuery } from "../queries";
import { OfWorkflow } from "../workflow-state";
import { DifferencePanel } from "./difference-panel";
import { VersionRow } from "./version-row";

const KEYS = ["version", "against"] as const;

/** The versions of a workflow and how they differ. */
export function WorkflowVersionsPage() {
  return (
    <OfWorkflow title="Versions">
      {(workflow) => (
        <Page
          title={workflow.title}
          tabTitle={`Versions of ${workflow.title}`}
          description="Versions never change. New jobs run the newest one, earlier jobs keep theirs."
          actions={<Actions workflow={workflow} />}
        >
          <Versions workflow={workflow} />
        </Page>
      )}
    </OfWorkflow>
  );
}

function Actions({ workflow }: { readonly workflow: Workflow }) {
  const isArchived = workflow.archived_at !== null;
  return (
    <>
      <Button color="inherit" component={Link} to="/workflows">
        Back to workflows
      </Button>
      {workflow.may_change && !isArchived ? (
        <Button
          variant="outlined"
          component={Link}
          to={`/workflows/${workflow.id}/edit`}
          startIcon={<SlidersHorizontal size={17} aria-hidden />}
        >
          Edit form
        </Button>
      ) : null}
      {isArchived ? null : (
        <Button
          variant="contained"
          component={Link}
          to={`/workflows/${workflow.id}`}
          startIcon={<Play size={16} aria-hidden />}
        >
          Run
        </Button>
      )}
    </>
  );
}

function Versions({ workflow }: { readonly workflow: Workflow }) {
  const query = useInfiniteQuery(versionsQuery(workflow.id));
  const { values, change } = useSearchState(KEYS);
  const versions = query.data?.pages.flatMap((page) => page.items) ?? [];
  const number = chosen(values.version, workflow) ?? workflow.latest_version;
  const against = chosen(values.against, workflow) ?? Math.max(1, number - 1);
  return (
    <Box
      sx={{
        display: "grid",
        gap: 2.5,
        alignItems: "start",
        gridTemplateColumns: { xs: "minmax(0, 1fr)", lg: "minmax(320px, 440px) minmax(0, 1fr)" },
      }}
    >
      <Panel title="Versions">
        <RecordList query={query} empty="No versions.">
          {versions.map((version) => (
            <VersionRow
              key={version.number}
              workflow={workflow}
              version={version}
              isSelected={version.number === number}
              onSelect={() => change({ version: String(version.number), against: "" })}
            />
          ))}
        </RecordList>
        <LoadMore query={query} />
      </Panel>
      <DifferencePanel
        workflow={workflow}
        number={number}
        against={against}
        onAgainst={(other) => change({ version: String(number), against: String(other) })}
      />
    </Box>
  );
}

/** Return the number in the address if there is such a version. */
function chosen(text: string, workflow: Workflow): number | null {
  const number = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  return number >= 1 && number <= workflow.latest_version ? number : null;
}
