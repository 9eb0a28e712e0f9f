import Box from "@mui/material/Box";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { startOf, timeSpanOf } from "@/lib/time-span";
import { useSearchState } from "@/lib/use-search-state";
import { FilterBar } from "@/ui/filter-bar";
import { FilterSelect } from "@/ui/filter-select";
import { LoadMore } from "@/ui/load-more";
import { RecordList } from "@/ui/record-list";
import { SearchBox } from "@/ui/search-box";
import { TimeSpanFilter } from "@/ui/time-span-filter";
import { AUDIT_KINDS } from "./audit-kinds";
import { AuditRecord } from "./audit-record";
import { type AuditFilter, auditQuery } from "./queries";
import { UserSelect } from "./user-select";

const KEYS = ["search", "kind", "by", "since"] as const;

/** The audit log, newest entry first. */
export function AuditLogTab() {
  const { values, change } = useSearchState(KEYS);
  const { search, kind, by, since } = values;
  const filter = useMemo<AuditFilter>(() => {
    const span = timeSpanOf(since);
    return {
      ...(search && { search }),
      ...(kind && { kind }),
      ...(by && { actor_id: by }),
      ...(span && { since: startOf(span) }),
    };
  }, [search, kind, by, since]);
  const query = useInfiniteQuery(auditQuery(filter));
  const entries = query.data?.pages.flatMap((page) => page.items) ?? [];
  const setSearch = useCallback((words: string) => change({ search: words }, { replace: true }), [change]);
  return (
    <Box sx={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 2 }}>
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 1.5 }}>
        <SearchBox
          value={search}
          label="Search the log"
          onChange={setSearch}
          sx={{ width: { xs: "100%", sm: 280 } }}
        />
        <FilterBar>
          <UserSelect label="By" placeholder="Any" value={by} onChange={(id) => change({ by: id })} />
          <FilterSelect
            label="Action"
            all="Any"
            value={AUDIT_KINDS.some(({ value }) => value === kind) ? kind : ""}
            options={AUDIT_KINDS}
            onChange={(next) => change({ kind: next })}
          />
          <TimeSpanFilter value={since} onChange={(next) => change({ since: next })} />
        </FilterBar>
      </Box>
      <RecordList query={query} empty="No entries match.">
        {entries.map((entry) => (
          <AuditRecord key={entry.id} entry={entry} />
        ))}
      </RecordList>
      <LoadMore query={query} />
    </Box>
  );
}
