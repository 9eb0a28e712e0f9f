import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Navigate, useLocation } from "react-router";
import { ApiError } from "@/api/problem";
import { meQuery } from "@/features/session";
import { ProblemState } from "@/ui/problem-state";
import { PageSkeleton } from "./page-skeleton";

/** Renders its children for logged-in users. Sends others to the login page, which returns them here. */
export function RequireLogin({ children }: { readonly children: ReactNode }) {
  const { pathname, search } = useLocation();
  const query = useQuery(meQuery);
  if (query.error instanceof ApiError && query.error.status === 401) {
    return <Navigate to={`/login?${new URLSearchParams({ next: pathname + search })}`} replace />;
  }
  if (query.data !== undefined) return children;
  if (query.error) return <ProblemState error={query.error} onRetry={() => void query.refetch()} />;
  return <PageSkeleton />;
}
