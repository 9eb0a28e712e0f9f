import Button from "@mui/material/Button";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { BookMarked, Plus, SearchX } from "lucide-react";
import { useCallback, useState } from "react";
import { Link } from "react-router";
import { formatCount } from "@/lib/format";
import { useSearchState } from "@/lib/use-search-state";
import { EmptyState } from "@/ui/empty-state";
import { LoadMore } from "@/ui/load-more";
import { Page } from "@/ui/page";
import { ProblemState } from "@/ui/problem-state";
import { SearchBox } from "@/ui/search-box";
import { TabLinks } from "@/ui/tab-links";
import { EditPresetDialog } from "./edit-preset-dialog";
import { ExportButton } from "./export-button";
import { ImportButton } from "./import-button";
import { PresetCard } from "./preset-card";
import { PresetGrid, PresetGridSkeleton } from "./preset-grid";
import { type Kind, presetsQuery } from "./queries";

const KEYS = ["kind", "search"] as const;
const TABS: readonly { readonly kind: Kind | null; readonly label: string }[] = [
  { kind: null, label: "All" },
  { kind: "style", label: "Styles" },
  { kind: "preset", label: "Presets" },
];

const EMPTY: Record<Kind | "all", readonly [title: string, text: string]> = {
  all: [
    "No presets yet",
    "A style adds words to every prompt. A preset keeps the settings of the form. Both are applied with one click.",
  ],
  style: ["No styles yet", "A style adds words to every prompt. Several can be applied together."],
  preset: ["No presets yet", "A preset keeps the settings of the form, such as model, size and sampler."],
};

const pathOf = (kind: Kind | null): string => (kind === null ? "/presets" : `/presets?kind=${kind}`);

/** Own presets and styles and those that other users share, as cards. */
export function PresetsPage() {
  const { values, change } = useSearchState(KEYS);
  const { search } = values;
  const kind = TABS.find((tab) => tab.kind === values.kind)?.kind ?? null;
  const query = useInfiniteQuery({ ...presetsQuery(kind, search), placeholderData: keepPreviousData });
  const find = useCallback((text: string) => change({ search: text }, { replace: true }), [change]);
  const [isNew, setIsNew] = useState(false);
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  const newStyle = (
    <Button variant="contained" startIcon={<Plus size={17} aria-hidden />} onClick={() => setIsNew(true)}>
      New style
    </Button>
  );
  return (
    <Page
      title="Presets"
      description={describeTotal(query.data?.pages[0]?.total)}
      actions={
        <>
          <SearchBox
            label="Search presets"
            value={search}
            onChange={find}
            sx={{ flex: "1 1 160px", width: { sm: 240 } }}
          />
          <ImportButton />
          <ExportButton />
          <SaveFormButton />
          {newStyle}
        </>
      }
    >
      <TabLinks
        label="Kinds of presets"
        current={pathOf(kind)}
        links={TABS.map((tab) => ({ path: pathOf(tab.kind), label: tab.label }))}
      />
      {query.isPending ? <PresetGridSkeleton /> : null}
      {query.isError ? <ProblemState error={query.error} onRetry={() => void query.refetch()} /> : null}
      {query.isSuccess && items.length === 0 ? (
        <Empty kind={kind} search={search} action={newStyle} />
      ) : (
        <PresetGrid label="Presets and styles">
          {items.map((preset) => (
            <PresetCard key={preset.id} preset={preset} />
          ))}
        </PresetGrid>
      )}
      <LoadMore query={query} />
      <EditPresetDialog open={isNew} onClose={() => setIsNew(false)} kind="style" />
    </Page>
  );
}

/** Leads to the form, whose settings become a preset. */
function SaveFormButton() {
  return (
    <Button
      variant="outlined"
      component={Link}
      to="/generate?save=preset"
      startIcon={<Plus size={17} aria-hidden />}
    >
      New preset
    </Button>
  );
}

interface EmptyProps {
  readonly kind: Kind | null;
  readonly search: string;
  readonly action: React.ReactNode;
}

function Empty({ kind, search, action }: EmptyProps) {
  if (search !== "")
    return (
      <EmptyState icon={SearchX} title="No presets match">
        Try another name.
      </EmptyState>
    );
  const [title, text] = EMPTY[kind ?? "all"];
  return (
    <EmptyState icon={BookMarked} title={title} action={kind === "preset" ? <SaveFormButton /> : action}>
      {text}
    </EmptyState>
  );
}

function describeTotal(total: number | null | undefined): string {
  if (total === undefined) return "Settings and prompt templates to apply with one click";
  if (total === null) return "More than 10,000 presets and styles";
  return `${formatCount(total)} ${total === 1 ? "preset or style" : "presets and styles"}`;
}
