import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Skeleton from "@mui/material/Skeleton";
import { keepPreviousData, type UseInfiniteQueryResult, useInfiniteQuery } from "@tanstack/react-query";
import { Plus, Workflow as WorkflowIcon } from "lucide-react";
import { type ReactNode, useCallback, useMemo } from "react";
import { Link } from "react-router";
import type { Workflow } from "@/api/types";
import { useMe } from "@/features/session";
import { formatCount } from "@/lib/format";
import { useSearchState } from "@/lib/use-search-state";
import { EmptyState } from "@/ui/empty-state";
import { LoadMore } from "@/ui/load-more";
import { Page } from "@/ui/page";
import { ProblemState } from "@/ui/problem-state";
import { SearchBox } from "@/ui/search-box";
import { TabLinks } from "@/ui/tab-links";
import { type WorkflowFilter, workflowsQuery } from "../queries";
import { WorkflowCard } from "./workflow-card";

const KEYS = ["show", "search"] as const;
type Show = "" | "mine" | "shared" | "archived";
const TABS: readonly { readonly show: Show; readonly label: string; readonly isForAuthors?: boolean }[] = [
  { show: "", label: "All" },
  { show: "mine", label: "Mine", isForAuthors: true },
  { show: "shared", label: "Shared" },
  { show: "archived", label: "Archived", isForAuthors: true },
];

const cards = {
  m: 0,
  p: 0,
  listStyle: "none",
  display: "grid",
  gap: { xs: 2, sm: 2.5 },
  gridTemplateColumns: "repeat(auto-fill, minmax(min(100%, 270px), 1fr))",
} as const;

/** The workflows that the user may run, as cards. */
export function WorkflowsPage() {
  const { may_add_workflows: isAuthor, role } = useMe();
  const { values, change } = useSearchState(KEYS);
  const { search } = values;
  const show = TABS.find((tab) => tab.show === values.show)?.show ?? "";
  const filter = useMemo(() => filterOf(show, search, role === "admin"), [show, search, role]);
  const query = useInfiniteQuery({ ...workflowsQuery(filter), placeholderData: keepPreviousData });
  const setSearch = useCallback((words: string) => change({ search: words }, { replace: true }), [change]);
  const total = query.data?.pages[0]?.total;
  return (
    <Page
      title="Workflows"
      description={
        <span role="status">
          {total === undefined || total === null ? "ComfyUI workflows as forms" : countOf(total)}
        </span>
      }
      actions={
        <>
          <SearchBox
            value={search}
            label="Search workflows"
            onChange={setSearch}
            sx={{ width: { xs: "100%", sm: 260 } }}
          />
          {isAuthor ? <ImportButton /> : null}
        </>
      }
    >
      <Box sx={{ pt: 1.5 }}>
        <TabLinks label="Workflows" current={addressOf(show)} links={linksOf(isAuthor)} />
      </Box>
      <Cards query={query} empty={<NoWorkflows show={show} isSearch={search !== ""} isAuthor={isAuthor} />} />
    </Page>
  );
}

const countOf = (total: number): string => (total === 1 ? "1 workflow" : `${formatCount(total)} workflows`);

const addressOf = (show: Show): string => (show === "" ? "/workflows" : `/workflows?show=${show}`);

const linksOf = (isAuthor: boolean) =>
  TABS.filter((tab) => isAuthor || !tab.isForAuthors).map(({ show, label }) => ({
    path: addressOf(show),
    label,
  }));

function filterOf(show: Show, search: string, isAdmin: boolean): WorkflowFilter {
  const words = search === "" ? {} : { search };
  if (show === "archived") return { ...words, archived: true, scope: isAdmin ? "all" : "mine" };
  return { ...words, ...(show === "" ? {} : { scope: show }) };
}

function ImportButton() {
  return (
    <Button
      variant="contained"
      component={Link}
      to="/workflows/import"
      startIcon={<Plus size={17} aria-hidden />}
    >
      Import workflow
    </Button>
  );
}

interface CardsProps {
  readonly query: UseInfiniteQueryResult<{ readonly pages: readonly { readonly items: Workflow[] }[] }>;
  readonly empty: ReactNode;
}

function Cards({ query, empty }: CardsProps) {
  if (query.isPending) return <LoadingCards />;
  if (query.data === undefined)
    return <ProblemState error={query.error} onRetry={() => void query.refetch()} />;
  const workflows = query.data.pages.flatMap((page) => page.items);
  if (workflows.length === 0) return empty;
  return (
    <>
      <Box component="ul" aria-label="Workflows" sx={cards}>
        {workflows.map((workflow) => (
          <WorkflowCard key={workflow.id} workflow={workflow} />
        ))}
      </Box>
      <LoadMore query={query} />
    </>
  );
}

function LoadingCards() {
  return (
    <Box role="status" aria-busy="true" aria-label="Loading" sx={cards}>
      {["a", "b", "c", "d"].map((key) => (
        <Skeleton key={key} variant="rounded" sx={{ height: 380, borderRadius: "14px" }} />
      ))}
    </Box>
  );
}

interface NoWorkflowsProps {
  readonly show: Show;
  readonly isSearch: boolean;
  readonly isAuthor: boolean;
}

function NoWorkflows({ show, isSearch, isAuthor }: NoWorkflowsProps) {
  if (isSearch) return <EmptyState icon={WorkflowIcon} title="No workflow matches" />;
  if (show === "archived")
    return (
      <EmptyState icon={WorkflowIcon} title="No archived workflows">
        Archived workflows are hidden and take no new jobs. They can be restored here.
      </EmptyState>
    );
  return (
    <EmptyState
      icon={WorkflowIcon}
      title={show === "mine" ? "You have no workflows yet" : "No workflows yet"}
      action={isAuthor ? <ImportButton /> : null}
    >
      {isAuthor
        ? "Import a workflow of ComfyUI, or an image that was made with one. It becomes a form that everybody can use."
        : "Administrators add workflows and share them."}
    </EmptyState>
  );
}
