import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import Skeleton from "@mui/material/Skeleton";
import ToggleButton from "@mui/material/ToggleButton";
import ToggleButtonGroup from "@mui/material/ToggleButtonGroup";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { Download, Palette, Trash2, Upload } from "lucide-react";
import { useId, useRef, useState } from "react";
import { messageOf } from "@/api/problem";
import type { JobSubmit, Preset } from "@/api/types";
import { sourcesOf } from "@/features/content";
import { EmptyState } from "@/ui/empty-state";
import { LazyImage } from "@/ui/lazy-image";
import { Dialog } from "@/ui/overlays";
import { ProblemState } from "@/ui/problem-state";
import { SearchBox } from "@/ui/search-box";
import { useToast } from "@/ui/toast";
import { presetsQuery, usePresetChange } from "./queries";
import { SavePreset } from "./save-preset";
import type { AppliedStyle } from "./styles";

interface PresetsDialogProps {
  readonly styles: readonly AppliedStyle[];
  readonly onStyles: (styles: readonly AppliedStyle[]) => void;
  readonly onPreset: (preset: Preset) => void;
  readonly requestOf: () => JobSubmit;
  readonly onClose: () => void;
}

type Kind = Preset["kind"];

/** Presets and styles: apply with one click, save, share, import and export. */
export function PresetsDialog({ styles, onStyles, onPreset, requestOf, onClose }: PresetsDialogProps) {
  const titleId = useId();
  const [kind, setKind] = useState<Kind>("style");
  const [search, setSearch] = useState("");
  const query = useQuery(presetsQuery(kind, search));
  const change = usePresetChange();
  const toast = useToast();
  const onError = (error: unknown) => toast({ message: messageOf(error), severity: "error" });
  const items = query.data?.items ?? [];
  const apply = (preset: Preset) => {
    if (preset.kind === "preset") return onPreset(preset);
    const isApplied = styles.some(({ id }) => id === preset.id);
    const { id, name, prompt, negative_prompt: negativePrompt } = preset;
    onStyles(
      isApplied ? styles.filter((one) => one.id !== id) : [...styles, { id, name, prompt, negativePrompt }],
    );
  };
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
        </Box>
        <SavePreset key={kind} kind={kind} requestOf={requestOf} />
        {query.isPending ? <Skeleton variant="rounded" height={200} aria-label="Loading" /> : null}
        {query.isError ? <ProblemState error={query.error} onRetry={() => void query.refetch()} /> : null}
        {query.data !== undefined && items.length === 0 ? (
          <EmptyState icon={Palette} title={kind === "style" ? "No styles" : "No presets"}>
            {kind === "style"
              ? "A style adds words to every prompt. {prompt} stands for what you write."
              : "A preset keeps the settings of the form."}
          </EmptyState>
        ) : null}
        <Box
          component="ul"
          aria-label={kind === "style" ? "Styles" : "Presets"}
          sx={{
            m: 0,
            p: 0,
            listStyle: "none",
            display: "grid",
            gap: 1.25,
            gridTemplateColumns: "repeat(auto-fill, minmax(min(100%, 240px), 1fr))",
          }}
        >
          {items.map((preset) => (
            <PresetCard
              key={preset.id}
              preset={preset}
              isApplied={styles.some(({ id }) => id === preset.id)}
              onApply={() => apply(preset)}
              onDelete={() => change.mutate({ remove: preset.id }, { onError })}
              onShare={() =>
                change.mutate({ id: preset.id, patch: { is_shared: !preset.is_shared } }, { onError })
              }
            />
          ))}
        </Box>
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2.5, flexWrap: "wrap" }}>
        <ImportButton
          onFile={async (file) => {
            try {
              const text = await file.text();
              await change.mutateAsync({
                file: /\.json$/i.test(file.name) ? (JSON.parse(text) as object) : { csv: text },
              });
            } catch (error) {
              onError(error);
            }
          }}
        />
        <Button
          color="inherit"
          component="a"
          href="/api/v1/presets/export"
          download="presets.json"
          startIcon={<Download size={16} aria-hidden />}
          sx={{ mr: "auto" }}
        >
          Export
        </Button>
        <Button onClick={onClose}>Close</Button>
      </DialogActions>
    </Dialog>
  );
}

interface PresetCardProps {
  readonly preset: Preset;
  readonly isApplied: boolean;
  readonly onApply: () => void;
  readonly onDelete: () => void;
  readonly onShare: () => void;
}

function PresetCard({ preset, isApplied, onApply, onDelete, onShare }: PresetCardProps) {
  const { name, cover } = preset;
  return (
    <Box
      component="li"
      sx={{
        display: "grid",
        border: 1,
        borderColor: isApplied ? "primary.main" : "divider",
        borderRadius: "12px",
        overflow: "hidden",
      }}
    >
      {cover === null ? null : (
        <LazyImage
          {...sourcesOf(cover)}
          sizes="260px"
          alt=""
          width={16}
          height={9}
          placeholder={cover.placeholder}
        />
      )}
      <Button
        color="inherit"
        aria-pressed={preset.kind === "style" ? isApplied : undefined}
        onClick={onApply}
        sx={{ display: "block", textAlign: "start", p: 1.5, borderRadius: 0, minWidth: 0 }}
      >
        <Typography component="span" sx={{ display: "block", fontWeight: 600, overflowWrap: "anywhere" }}>
          {name}
        </Typography>
        <Typography
          component="span"
          variant="body2"
          sx={{ display: "block", color: "text.secondary", overflow: "hidden", textOverflow: "ellipsis" }}
        >
          {preset.prompt || describe(preset)}
        </Typography>
      </Button>
      <Box sx={{ display: "flex", alignItems: "center", px: 0.5, pb: 0.5 }}>
        {preset.is_mine ? (
          <>
            <Button size="small" color="inherit" onClick={onShare} sx={{ color: "text.secondary" }}>
              {preset.is_shared ? "Shared" : "Share"}
            </Button>
            <Button
              size="small"
              color="inherit"
              aria-label={`Delete ${name}`}
              onClick={onDelete}
              sx={{ minWidth: 40, ml: "auto", color: "text.secondary" }}
            >
              <Trash2 size={15} aria-hidden />
            </Button>
          </>
        ) : (
          <Typography variant="caption" sx={{ px: 1, color: "text.secondary" }}>
            By {preset.owner}
          </Typography>
        )}
      </Box>
    </Box>
  );
}

/** Return a line about the settings of a preset. */
function describe({ settings, description }: Preset): string {
  if (description !== "") return description;
  const { width, height, checkpoint_model: model } = settings as Partial<JobSubmit>;
  const size = width && height ? `${width} × ${height}` : "";
  return [size, model ?? ""].filter((part) => part !== "").join(" · ");
}

function ImportButton({ onFile }: { readonly onFile: (file: File) => Promise<void> }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        accept=".json,.csv"
        hidden
        onChange={({ currentTarget: { files } }) => (files?.[0] ? void onFile(files[0]) : undefined)}
      />
      <Button
        color="inherit"
        startIcon={<Upload size={16} aria-hidden />}
        onClick={() => input.current?.click()}
      >
        Import
      </Button>
    </>
  );
}
