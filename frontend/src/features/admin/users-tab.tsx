import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useInfiniteQuery } from "@tanstack/react-query";
import { UserPlus } from "lucide-react";
import { useCallback, useState } from "react";
import type { UsageSort } from "@/api/types";
import { useSearchState } from "@/lib/use-search-state";
import { FilterSelect } from "@/ui/filter-select";
import { LoadMore } from "@/ui/load-more";
import { RecordList } from "@/ui/record-list";
import { SearchBox } from "@/ui/search-box";
import { NewUserDialog } from "./new-user-dialog";
import { usersQuery } from "./queries";
import { UserRecord } from "./user-record";

const KEYS = ["search", "sort"] as const;
const SORTS: readonly { readonly value: UsageSort; readonly label: string }[] = [
  { value: "username", label: "Name" },
  { value: "jobs", label: "Most jobs" },
  { value: "render_seconds", label: "Most render time" },
  { value: "storage_bytes", label: "Most storage" },
  { value: "last_activity_at", label: "Last active" },
];

/** The users and what they have used, with search and administration. */
export function UsersTab() {
  const { values, change } = useSearchState(KEYS);
  const [isCreating, setIsCreating] = useState(false);
  const sort = SORTS.find(({ value }) => value === values.sort)?.value ?? "username";
  const query = useInfiniteQuery(usersQuery({ search: values.search, sort }));
  const users = query.data?.pages.flatMap((page) => page.items) ?? [];
  const search = useCallback((words: string) => change({ search: words }, { replace: true }), [change]);
  return (
    <Box sx={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 2 }}>
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 1.5 }}>
        <SearchBox
          value={values.search}
          label="Search users"
          onChange={search}
          sx={{ width: { xs: "100%", sm: 280 } }}
        />
        <FilterSelect
          label="Sort by"
          value={sort}
          options={SORTS}
          onChange={(next) => change({ sort: next === "username" ? "" : next })}
        />
        <Button
          variant="outlined"
          sx={{ ml: "auto" }}
          startIcon={<UserPlus size={17} aria-hidden />}
          onClick={() => setIsCreating(true)}
        >
          New user
        </Button>
      </Box>
      <RecordList query={query} empty="No users match.">
        {users.map(({ user, usage }) => (
          <UserRecord key={user.id} user={user} usage={usage} />
        ))}
      </RecordList>
      <LoadMore query={query} />
      {isCreating ? <NewUserDialog onClose={() => setIsCreating(false)} /> : null}
    </Box>
  );
}
