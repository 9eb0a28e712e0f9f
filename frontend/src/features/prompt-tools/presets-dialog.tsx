import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import ToggleButton from "@mui/material/ToggleButton";
import ToggleButtonGroup from "@mui/material/ToggleButtonGroup";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { Palette, Plus } from "lucide-react";
import { useId, useState } from "react";
import { Link } from "react-router";
import type { JobSubmit, Preset } from "@/api/types";
import {
  EditPresetDialog,
  ExportButton,
  ImportButton,
  type Kind,
  PresetCard,
  PresetGrid,
  PresetGridSkeleton,
  presetsQuery,
} from "@/features/presets";
import { EmptyState } from "@/ui/empty-state";
import { LoadMore } from "@/ui/load-more";
import { Dialog } from "@/ui/overlays";
import { ProblemState } from "@/ui/problem-state";
import { SearchBox } from "@/ui/search-box";
import { keptSettings } from "./kept-settings";
import type { AppliedStyle } from "./styles";

interface PresetsDialogProps {
  readonly styles: readonly AppliedStyle[];
  /** Called with a preset or style that was clicked. */
  readonly onApply: (preset: Preset) => void;
  readonly requestOf: () => JobSubmit;
  /** Begin with a new preset of the settings of the form. */
  readonly isSaving: boolean;
  readonly onClose: () => void;
}

/** Presets and styles: apply with one click, save the settings of the form, change, share and import. */
export function PresetsDialog({ styles, onApply, requestOf, isSaving, onClose }: PresetsDialogProps) {
  const titleId = useId();
  const [kind, setKind] = useState<Kind>(isSaving ? "preset" : "style");
  const [isNew, setIsNew] = useState(isSaving);
  const [search, setSearch] = useState("");
  const query = useInfiniteQuery({ ...presetsQuery(kind, search), placeholderData: keepPreviousData });
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  const settingsOf = () => keptSettings(requestOf());
  return (
    <Dialog open onClose={onClose} aria-labelledby={titleId} maxWidth="md" fullWidth>
      <DialogTitle id={titleId}>Presets and styles</DialogTitle>
      <DialogContent sx={{ display: "grid", gap: 2, alignContent: "start", minHeight: 360 }}>
        <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1, pt: 0.5 }}>
          <ToggleButtonGroup
            size="small"
            exclusive
            value={kind}
            aria-label="Kind"
            onChange={(_event, next: Kind | null) => (next === null ? undefined : setKind(next))}
          >
            <ToggleButton value="style">Styles</ToggleButton>
            <ToggleButton value="preset">Presets</ToggleButton>
          </ToggleButtonGroup>
          <SearchBox
            value={search}
            label="Search presets"
            onChange={setSearch}
            sx={{ flex: 1, minWidth: 180 }}
          />
          <Button
            variant="outlined"
            startIcon={<Plus size={16} aria-hidden />}
            onClick={() => setIsNew(true)}
          >
            {kind === "style" ? "New style" : "Save as preset"}
          </Button>
        </Box>
        {query.isPending ? <PresetGridSkeleton /> : null}
        {query.isError ? <ProblemState error={query.error} onRetry={() => void query.refetch()} /> : null}
        {query.isSuccess && items.length === 0 ? <Empty kind={kind} search={search} /> : null}
        <PresetGrid label={kind === "style" ? "Styles" : "Presets"}>
          {items.map((preset) => (
            <PresetCard
              key={preset.id}
              preset={preset}
              isApplied={preset.kind === "style" && styles.some(({ id }) => id === preset.id)}
              onApply={() => onApply(preset)}
              settingsOf={settingsOf}
            />
          ))}
        </PresetGrid>
        <LoadMore query={query} />
        <EditPresetDialog
          key={kind}
          open={isNew}
          onClose={() => setIsNew(false)}
          kind={kind}
          settings={kind === "preset" ? settingsOf() : {}}
          settingsOf={settingsOf}
        />
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2.5, flexWrap: "wrap" }}>
        <ImportButton />
        <ExportButton />
        <Button color="inherit" component={Link} to="/presets" sx={{ mr: "auto" }}>
          All presets
        </Button>
        <Button onClick={onClose}>Close</Button>
      </DialogActions>
    </Dialog>
  );
}

function Empty({ kind, search }: { readonly kind: Kind; readonly search: string }) {
  const isStyle = kind === "style";
  if (search !== "")
    return <EmptyState icon={Palette} title={isStyle ? "No styles match" : "No presets match"} />;
  return (
    <EmptyState icon={Palette} title={isStyle ? "No styles" : "No presets"}>
      {isStyle
        ? "A style adds words to every prompt. {prompt} stands for what you write."
        : "A preset keeps the settings of the form."}
    </EmptyState>
  );
}
