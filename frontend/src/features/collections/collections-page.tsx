import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { Images } from "lucide-react";
import { useCallback } from "react";
import { formatCount } from "@/lib/format";
import { useSearchState } from "@/lib/use-search-state";
import { EmptyState } from "@/ui/empty-state";
import { LoadMore } from "@/ui/load-more";
import { Page } from "@/ui/page";
import { ProblemState } from "@/ui/problem-state";
import { SearchBox } from "@/ui/search-box";
import { TabLinks } from "@/ui/tab-links";
import { CollectionGrid, CollectionGridSkeleton } from "./cards/collection-grid";
import { NewCollectionButton } from "./new-collection-button";
import { type CollectionFilter, collectionsQuery } from "./queries";

const KEYS = ["show", "search"] as const;
type Show = "" | "mine" | "shared" | "archived";
const TABS: readonly { readonly show: Show; readonly label: string }[] = [
  { show: "", label: "All" },
  { show: "mine", label: "Mine" },
  { show: "shared", label: "Shared with me" },
  { show: "archived", label: "Archived" },
];

const EMPTY: Record<Show, readonly [string, string]> = {
  "": [
    "No collections yet",
    "Collect images that belong together. Drag them here from the gallery, or use their menus.",
  ],
  mine: [
    "No collections yet",
    "Collect images that belong together. Drag them here from the gallery, or use their menus.",
  ],
  shared: ["Nothing is shared with you", "Collections that other users share with you appear here."],
  archived: ["Nothing is archived", "Archived collections keep their images, and are out of the way."],
};

/** Return the list for a tab. A search finds inner collections too. */
function filterOf(show: Show, search: string): CollectionFilter {
  if (show === "archived") return { archived: true, ...(search && { search }) };
  return { scope: show === "" ? "all" : show, ...(search ? { search } : { root: true }) };
}

/** The collections of the user and those that are shared with the user, as cards. */
export function CollectionsPage() {
  const { values, change } = useSearchState(KEYS);
  const { search } = values;
  const show = TABS.find((tab) => tab.show === values.show)?.show ?? "";
  const query = useInfiniteQuery({
    ...collectionsQuery(filterOf(show, search)),
    placeholderData: keepPreviousData,
  });
  const find = useCallback((text: string) => change({ search: text }, { replace: true }), [change]);
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  const total = query.data?.pages[0]?.total ?? null;
  const [title, text] =
    search === "" ? EMPTY[show] : (["No collections match", "Try another name."] as const);
  return (
    <Page
      title="Collections"
      description={describeTotal(total)}
      actions={
        <>
          <SearchBox
            label="Search collections"
            value={search}
            onChange={find}
            sx={{ flex: "1 1 160px", width: { sm: 240 } }}
          />
          <NewCollectionButton />
        </>
      }
    >
      <TabLinks
        label="Collections"
        current={addressOf(show)}
        links={TABS.map((tab) => ({ path: addressOf(tab.show), label: tab.label }))}
      />
      {query.isPending ? <CollectionGridSkeleton /> : null}
      {query.error && items.length === 0 ? (
        <ProblemState error={query.error} onRetry={() => void query.refetch()} />
      ) : null}
      {query.isSuccess && items.length === 0 ? (
        <EmptyState icon={Images} title={title}>
          {text}
        </EmptyState>
      ) : null}
      <CollectionGrid collections={items} />
      <LoadMore query={query} />
    </Page>
  );
}

const addressOf = (show: Show): string => (show === "" ? "/collections" : `/collections?show=${show}`);

function describeTotal(total: number | null): string {
  if (total === null) return " ";
  return total === 1 ? "1 collection" : `${formatCount(total)} collections`;
}
