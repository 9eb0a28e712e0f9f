import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client";

export type Period = "day" | "week" | "month";

const ALERTS_POLL_MS = 15_000;
/** Statistics are added up about every minute. */
const STATISTICS_POLL_MS = 60_000;
const PAST_ALERTS = 10;

export const activeAlertsQuery = queryOptions({
  queryKey: ["admin", "alerts", "active"],
  queryFn: ({ signal }) =>
    unwrap(api.GET("/api/v1/alerts", { params: { query: { active: true, limit: 100 } }, signal })),
  refetchInterval: ALERTS_POLL_MS,
});

export const pastAlertsQuery = queryOptions({
  queryKey: ["admin", "alerts", "past"],
  queryFn: ({ signal }) =>
    unwrap(api.GET("/api/v1/alerts", { params: { query: { active: false, limit: PAST_ALERTS } }, signal })),
  refetchInterval: STATISTICS_POLL_MS,
});

export interface StatisticsFilter {
  readonly period: Period;
  readonly model: string;
  readonly backend: string;
}

export const jobStatisticsQuery = ({ period, model, backend }: StatisticsFilter) =>
  queryOptions({
    queryKey: ["admin", "statistics", period, model, backend],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v1/statistics/jobs", {
          params: { query: { period, ...(model && { model }), ...(backend && { backend }) } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: STATISTICS_POLL_MS,
  });
