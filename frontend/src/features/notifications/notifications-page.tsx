import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Card from "@mui/material/Card";
import Skeleton from "@mui/material/Skeleton";
import { useInfiniteQuery } from "@tanstack/react-query";
import { BellOff } from "lucide-react";
import { useCallback, useMemo } from "react";
import { messageOf } from "@/api/problem";
import type { NotificationType } from "@/api/types";
import { useSearchState } from "@/lib/use-search-state";
import { EmptyState } from "@/ui/empty-state";
import { FilterSelect } from "@/ui/filter-select";
import { LoadMore } from "@/ui/load-more";
import { Page } from "@/ui/page";
import { ProblemState } from "@/ui/problem-state";
import { SearchBox } from "@/ui/search-box";
import { useToast } from "@/ui/toast";
import { NoNotifications } from "./no-notifications";
import { NotificationRow } from "./notification-row";
import { type NotificationFilter, notificationsQuery, useDeleteRead, useReadAll } from "./queries";

const KEYS = ["show", "type", "search"] as const;
const TYPES: readonly { readonly value: NotificationType; readonly label: string }[] = [
  { value: "job_completed", label: "Finished" },
  { value: "job_failed", label: "Failed" },
  { value: "job_cancelled", label: "Cancelled" },
  { value: "system", label: "Announcements" },
  { value: "search_alert", label: "Saved searches" },
  { value: "recommendation", label: "Recommendations" },
];
const SHOWN = [
  { value: "unread", label: "Unread" },
  { value: "read", label: "Read" },
] as const;

/** All notifications of the user, with filters. */
export function NotificationsPage() {
  const { values, change } = useSearchState(KEYS);
  const { show, type, search } = values;
  const filter = useMemo<NotificationFilter>(() => {
    const chosen = TYPES.find(({ value }) => value === type)?.value;
    return {
      ...(show === "unread" || show === "read" ? { unread: show === "unread" } : {}),
      ...(chosen && { type: [chosen] }),
      ...(search && { search }),
    };
  }, [show, type, search]);
  const query = useInfiniteQuery(notificationsQuery(filter));
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  const onSearch = useCallback((text: string) => change({ search: text }, { replace: true }), [change]);
  return (
    <Page title="Notifications" maxWidth={860} actions={<BulkActions />}>
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1.5, mb: 2 }}>
        <SearchBox
          value={search}
          label="Search notifications"
          onChange={onSearch}
          sx={{ width: { xs: "100%", sm: 260 } }}
        />
        <FilterSelect
          label="Show"
          all="All"
          value={show as (typeof SHOWN)[number]["value"]}
          options={SHOWN}
          onChange={(next) => change({ show: next })}
        />
        <FilterSelect
          label="Type"
          all="Any"
          value={type as NotificationType}
          options={TYPES}
          onChange={(next) => change({ type: next })}
        />
      </Box>
      {query.isPending ? <Skeleton variant="rounded" height={260} /> : null}
      {query.isError && items.length === 0 ? (
        <ProblemState error={query.error} onRetry={() => void query.refetch()} />
      ) : null}
      {query.isSuccess && items.length === 0 ? (
        Object.keys(filter).length > 0 ? (
          <EmptyState icon={BellOff} title="No notifications match" />
        ) : (
          <NoNotifications />
        )
      ) : null}
      {items.length > 0 ? (
        <Card component="ul" sx={{ m: 0, p: 0, listStyle: "none" }}>
          {items.map((notification) => (
            <NotificationRow key={notification.id} notification={notification} />
          ))}
        </Card>
      ) : null}
      <LoadMore query={query} />
    </Page>
  );
}

function BulkActions() {
  const readAll = useReadAll();
  const deleteRead = useDeleteRead();
  const toast = useToast();
  const onError = (error: unknown) => toast({ message: messageOf(error), severity: "error" });
  return (
    <>
      <Button loading={readAll.isPending} onClick={() => readAll.mutate(undefined, { onError })}>
        Mark all as read
      </Button>
      <Button
        color="inherit"
        loading={deleteRead.isPending}
        onClick={() => deleteRead.mutate(undefined, { onError })}
      >
        Delete read
      </Button>
    </>
  );
}
