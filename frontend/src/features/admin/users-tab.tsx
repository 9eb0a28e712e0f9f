import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useInfiniteQuery } from "@tanstack/react-query";
import { UserPlus } from "lucide-react";
import { useCallback, useState } from "react";
import { useSearchState } from "@/lib/use-search-state";
import { LoadMore } from "@/ui/load-more";
import { RecordList } from "@/ui/record-list";
import { SearchBox } from "@/ui/search-box";
import { NewUserDialog } from "./new-user-dialog";
import { usersQuery } from "./queries";
import { UserRecord } from "./user-record";

const KEYS = ["search"] as const;

/** The users, with search and administration. */
export function UsersTab() {
  const { values, change } = useSearchState(KEYS);
  const [isCreating, setIsCreating] = useState(false);
  const query = useInfiniteQuery(usersQuery(values.search));
  const users = query.data?.pages.flatMap((page) => page.items) ?? [];
  const search = useCallback((words: string) => change({ search: words }, { replace: true }), [change]);
  return (
    <Box sx={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 2, maxWidth: 920 }}>
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1.5, justifyContent: "space-between" }}>
        <SearchBox
          value={values.search}
          label="Search users"
          onChange={search}
          sx={{ width: { xs: "100%", sm: 280 } }}
        />
        <Button
          variant="outlined"
          startIcon={<UserPlus size={17} aria-hidden />}
          onClick={() => setIsCreating(true)}
        >
          New user
        </Button>
      </Box>
      <RecordList query={query} empty="No users match.">
        {users.map((user) => (
          <UserRecord key={user.id} user={user} />
        ))}
      </RecordList>
      <LoadMore query={query} />
      {isCreating ? <NewUserDialog onClose={() => setIsCreating(false)} /> : null}
    </Box>
  );
}
