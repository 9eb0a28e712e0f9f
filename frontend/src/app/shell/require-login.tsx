import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect } from "react";
import { Navigate, useLocation } from "react-router";
import { loginGate } from "@/api/login-gate";
import { ApiError } from "@/api/problem";
import { meQuery } from "@/features/session";
import { ProblemState } from "@/ui/problem-state";
import { PageSkeleton } from "./page-skeleton";

/** Interval of the checks while the server cannot be reached. */
const RETRY_MS = 5_000;

const isUnreachable = (error: unknown): boolean => error instanceof ApiError && error.isUnreachable;

/**
 * Renders its children for logged-in users. Sends others to the login page, which returns them here.
 *
 * When a session ends later, requests wait for a login in a dialog over the page.
 */
export function RequireLogin({ children }: { readonly children: ReactNode }) {
  const { pathname, search } = useLocation();
  const query = useQuery({
    ...meQuery,
    refetchInterval: ({ state }) => (isUnreachable(state.error) ? RETRY_MS : false),
  });
  const isLoggedIn = query.data !== undefined;
  useEffect(() => {
    if (!isLoggedIn) return;
    loginGate.enable();
    return loginGate.disable;
  }, [isLoggedIn]);
  if (query.error instanceof ApiError && query.error.status === 401) {
    return <Navigate to={`/login?${new URLSearchParams({ next: pathname + search })}`} replace />;
  }
  if (query.data !== undefined) return children;
  if (query.error) return <ProblemState error={query.error} onRetry={() => void query.refetch()} />;
  return <PageSkeleton />;
}
