import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import ToggleButton from "@mui/material/ToggleButton";
import ToggleButtonGroup from "@mui/material/ToggleButtonGroup";
import { ArrowLeftRight, Columns2, Maximize2, SquareSplitHorizontal } from "lucide-react";
import { useState } from "react";
import type { Content } from "@/api/types";
import { FITTED, isFitted, type View } from "@/features/viewer/zoom";
import { useShortcuts } from "@/lib/shortcuts";
import { BestBar } from "./best-bar";
import { ParameterTable } from "./parameter-table";
import { SideBySide } from "./side-by-side";
import { SliderView } from "./slider-view";
import type { Compared } from "./use-compared";

type Mode = "side" | "slider";

interface ComparedImagesProps {
  readonly items: readonly Content[];
  readonly compared: Compared;
}

/** Two to four images with one zoom for all, the choice of the best, and their parameters. */
export function ComparedImages({ items, compared }: ComparedImagesProps) {
  const { ids, show } = compared;
  const [chosen, setChosen] = useState<Mode>("side");
  const [view, setView] = useState<View>(FITTED);
  const [bestId, setBestId] = useState<number | null>(null);
  const isPair = items.length === 2;
  const mode = isPair ? chosen : "side";
  const swap = () => show(ids.toReversed());
  const best = items.find(({ id }) => id === bestId);
  const toggleBest = (id: number) => setBestId((before) => (before === id ? null : id));
  const group = "Compare";
  useShortcuts([
    ...items.map(({ id }, place) => ({
      keys: String(place + 1),
      label: `Choose image ${place + 1} as the best`,
      group,
      run: () => toggleBest(id),
    })),
    ...(isPair
      ? [
          { keys: "x", label: "Swap the images", group, run: swap },
          {
            keys: "v",
            label: "Side by side or slider",
            group,
            run: () => setChosen(mode === "side" ? "slider" : "side"),
          },
        ]
      : []),
    { keys: "escape", label: "Fit to window", group, run: () => setView(FITTED) },
  ]);
  return (
    <>
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 1, mb: 1.5, mt: -1 }}>
        {isPair ? <ModeButtons mode={mode} onMode={setChosen} /> : null}
        <Box sx={{ flex: 1 }} />
        {isPair ? (
          <Button color="inherit" startIcon={<ArrowLeftRight size={16} aria-hidden />} onClick={swap}>
            Swap
          </Button>
        ) : null}
        <Button
          color="inherit"
          startIcon={<Maximize2 size={16} aria-hidden />}
          disabled={isFitted(view)}
          onClick={() => setView(FITTED)}
        >
          Fit
        </Button>
      </Box>
      {mode === "slider" && items[0] !== undefined && items[1] !== undefined ? (
        <SliderView first={items[0]} second={items[1]} view={view} onView={setView} />
      ) : (
        <SideBySide
          items={items}
          view={view}
          onView={setView}
          bestId={best?.id ?? null}
          onBest={toggleBest}
          compared={compared}
        />
      )}
      {best === undefined ? null : <BestBar best={best} others={items.filter(({ id }) => id !== best.id)} />}
      <ParameterTable items={items} />
    </>
  );
}

interface ModeButtonsProps {
  readonly mode: Mode;
  readonly onMode: (mode: Mode) => void;
}

function ModeButtons({ mode, onMode }: ModeButtonsProps) {
  const sx = { gap: 0.75, px: 1.5, minHeight: 44 } as const;
  return (
    <ToggleButtonGroup
      exclusive
      size="small"
      value={mode}
      aria-label="How to compare"
      onChange={(_event, next: Mode | null) => (next === null ? undefined : onMode(next))}
    >
      <ToggleButton value="side" sx={sx}>
        <Columns2 size={16} aria-hidden /> Side by side
      </ToggleButton>
      <ToggleButton value="slider" sx={sx}>
        <SquareSplitHorizontal size={16} aria-hidden /> Slider
      </ToggleButton>
    </ToggleButtonGroup>
  );
}
