import Box from "@mui/material/Box";
import Skeleton from "@mui/material/Skeleton";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { JobStatistics, NamedJobs } from "@/api/types";
import { formatCount, modelTitle } from "@/lib/format";
import { useSearchState } from "@/lib/use-search-state";
import { FilterSelect } from "@/ui/filter-select";
import { Panel } from "@/ui/panel";
import { ProblemState } from "@/ui/problem-state";
import { AlertsPanel } from "./alerts-panel";
import { JobCharts } from "./job-charts";
import { JobsTable } from "./jobs-table";
import { jobStatisticsQuery, type Period } from "./queries";

const KEYS = ["period", "model", "backend"] as const;
const PERIODS = [
  { value: "day", label: "Day" },
  { value: "week", label: "Week" },
  { value: "month", label: "Month" },
] as const;

const periodOf = (text: string): Period => PERIODS.find(({ value }) => value === text)?.value ?? "day";

/** Alerts, and jobs over a day, a week or a month. */
export function OverviewTab() {
  return (
    <Box sx={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 2 }}>
      <AlertsPanel />
      <StatisticsPanel />
    </Box>
  );
}

function StatisticsPanel() {
  const { values, change } = useSearchState(KEYS);
  const period = periodOf(values.period);
  const query = useQuery(jobStatisticsQuery({ period, model: values.model, backend: values.backend }));
  const choices = useChoices(query.data);
  return (
    <Panel title="Jobs">
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1.5, mb: 3 }}>
        <FilterSelect
          label="Period"
          value={period}
          options={PERIODS}
          onChange={(value) => change({ period: value === "day" ? "" : value })}
        />
        <FilterSelect
          label="Model"
          value={values.model}
          all="All"
          options={withChosen(choices.models, values.model).map((name) => ({
            value: name,
            label: modelTitle(name),
          }))}
          onChange={(model) => change({ model })}
        />
        <FilterSelect
          label="ComfyUI server"
          value={values.backend}
          all="All"
          options={withChosen(choices.backends, values.backend).map((name) => ({ value: name, label: name }))}
          onChange={(backend) => change({ backend })}
        />
      </Box>
      {query.data !== undefined ? (
        <Statistics statistics={query.data} />
      ) : query.isPending ? (
        <Skeleton variant="rounded" height={280} />
      ) : (
        <ProblemState error={query.error} onRetry={() => void query.refetch()} />
      )}
    </Panel>
  );
}

function Statistics({ statistics }: { readonly statistics: JobStatistics }) {
  const { backends, error_codes: errors, models, total } = statistics;
  if (total.completed + total.failed + total.cancelled === 0) {
    return <Typography sx={{ color: "text.secondary" }}>No job ended in this time.</Typography>;
  }
  return (
    <Box sx={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 3 }}>
      <JobCharts statistics={statistics} />
      <JobsTable subject="Model" rows={models} />
      {backends.length === 0 ? null : <JobsTable subject="ComfyUI server" rows={backends} />}
      {errors.length === 0 ? null : (
        <Typography variant="body2">
          Errors: {errors.map((one) => `${one.error_code} (${formatCount(one.count)})`).join(", ")}
        </Typography>
      )}
    </Box>
  );
}

const namesOf = (found: readonly NamedJobs[]) => found.map(({ name }) => name);
const withChosen = (names: readonly string[], chosen: string) =>
  chosen === "" || names.includes(chosen) ? names : [...names, chosen];

/** Return every model and server that was seen so far: a filter leaves only the chosen one. */
function useChoices(statistics: JobStatistics | undefined) {
  const [choices, setChoices] = useState<{
    readonly models: readonly string[];
    readonly backends: readonly string[];
  }>({
    models: [],
    backends: [],
  });
  const models = new Set([...choices.models, ...namesOf(statistics?.models ?? [])]);
  const backends = new Set([...choices.backends, ...namesOf(statistics?.backends ?? [])]);
  if (models.size !== choices.models.length || backends.size !== choices.backends.length) {
    setChoices({ models: [...models], backends: [...backends] });
  }
  return choices;
}
