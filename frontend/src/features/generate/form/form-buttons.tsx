import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { Grid3x3, RotateCcw, Sparkles } from "lucide-react";
import { memo, useEffect, useState, useSyncExternalStore } from "react";
import { useSearchParams } from "react-router";
import { GridDialog } from "@/features/grids";
import { withoutParameters } from "@/lib/without-parameters";
import { stickyButtons } from "@/ui/form-and-results";
import { Keys } from "@/ui/kbd";
import { Tooltip } from "@/ui/tooltip";
import { submitOf } from "../settings";
import { type SettingsStore, useSettingsOf } from "../settings-store";
import { AXES_OF } from "../use-given-grid";
import { LockedSeed } from "./locked-seed";

interface FormButtonsProps {
  readonly store: SettingsStore;
  readonly onReset: () => void;
  readonly isSubmitting: boolean;
}

export const FormButtons = memo(function FormButtons({ store, onReset, isSubmitting }: FormButtonsProps) {
  const { isSeedLocked, seed, batchSize } = useSettingsOf(store, ["isSeedLocked", "seed", "batchSize"]);
  const isPromptGiven = useSyncExternalStore(store.subscribe, () => store.get().prompt.trim() !== "");
  return (
    <Box sx={stickyButtons}>
      {isSeedLocked ? (
        <LockedSeed seed={seed} onUnlock={() => store.change({ isSeedLocked: false })} />
      ) : null}
      <Button
        type="submit"
        variant="contained"
        size="large"
        sx={{ flex: 1 }}
        loading={isSubmitting}
        disabled={!isPromptGiven}
        startIcon={<Sparkles size={18} aria-hidden />}
      >
        {batchSize === 1 ? "Generate" : `Generate ${batchSize}`}
        <Box
          component="span"
          sx={{
            ml: 1.5,
            display: { xs: "none", lg: "inline-flex" },
            "& kbd": { color: "inherit", borderColor: "currentColor", opacity: 0.9 },
          }}
        >
          <Keys keys="mod+enter" />
        </Box>
      </Button>
      <GridButton store={store} isDisabled={!isPromptGiven} />
      <Tooltip title="Reset to defaults">
        <Button
          variant="outlined"
          color="inherit"
          onClick={onReset}
          aria-label="Reset to defaults"
          sx={{ minWidth: 52, borderColor: "divider" }}
        >
          <RotateCcw size={18} aria-hidden />
        </Button>
      </Tooltip>
    </Box>
  );
});

/** Opens the dialog that varies parameters of the form. */
function GridButton({ store, isDisabled }: { readonly store: SettingsStore; readonly isDisabled: boolean }) {
  const [isOpen, setIsOpen] = useState(false);
  const [from, setFrom] = useState<number | null>(null);
  const [query, setQuery] = useSearchParams();
  const given = query.get(AXES_OF);
  useEffect(() => {
    if (given === null) return;
    setFrom(Number(given));
    setIsOpen(true);
    setQuery(withoutParameters(AXES_OF), { replace: true });
  }, [given, setQuery]);
  return (
    <>
      <Tooltip title="Grid: vary parameters">
        <span>
          <Button
            variant="outlined"
            color="inherit"
            onClick={() => setIsOpen(true)}
            disabled={isDisabled}
            aria-label="Grid"
            sx={{ minWidth: 52, height: "100%", borderColor: "divider" }}
          >
            <Grid3x3 size={18} aria-hidden />
          </Button>
        </span>
      </Tooltip>
      <GridDialog
        open={isOpen}
        onClose={() => setIsOpen(false)}
        requestOf={() => submitOf(store.get())}
        from={from}
      />
    </>
  );
}
