import Box from "@mui/material/Box";
import Card from "@mui/material/Card";
import Typography from "@mui/material/Typography";
import { Check, type LucideIcon, Palette, SlidersHorizontal, Users } from "lucide-react";
import { Link } from "react-router";
import type { Preset } from "@/api/types";
import { sourcesOf } from "@/features/content";
import { LazyImage } from "@/ui/lazy-image";
import { PresetMenu } from "./preset-menu";
import { describeSettings } from "./settings-parts";

const KINDS: Record<Preset["kind"], { readonly label: string; readonly icon: LucideIcon }> = {
  style: { label: "Style", icon: Palette },
  preset: { label: "Preset", icon: SlidersHorizontal },
};

interface PresetCardProps {
  readonly preset: Preset;
  /** Whether it is applied to the form that is shown. */
  readonly isApplied?: boolean;
  /** Without it, the card leads to the form and applies the preset there. */
  readonly onApply?: () => void;
  /** What a click does. */
  readonly verb?: string;
  readonly settingsOf?: () => Preset["settings"];
}

const title = {
  display: "block",
  width: "100%",
  p: 0,
  border: 0,
  bgcolor: "transparent",
  color: "inherit",
  font: "inherit",
  fontWeight: 600,
  textAlign: "start",
  textDecoration: "none",
  cursor: "pointer",
  overflow: "hidden",
  textOverflow: "ellipsis",
  whiteSpace: "nowrap",
  // It covers the card.
  "&::after": { content: '""', position: "absolute", inset: 0, borderRadius: "inherit" },
  "&:focus-visible": { outline: "none" },
  "&:focus-visible::after": { outline: "3px solid", outlineColor: "primary.main" },
} as const;

/** A preset or style with its cover; a click applies it. */
export function PresetCard({
  preset,
  isApplied = false,
  onApply,
  verb = "apply",
  settingsOf,
}: PresetCardProps) {
  const { id, name, kind } = preset;
  const { label } = KINDS[kind];
  return (
    <Card
      component="li"
      sx={{
        position: "relative",
        display: "flex",
        flexDirection: "column",
        minWidth: 0,
        borderColor: isApplied ? "primary.main" : "divider",
        "&:hover, &:focus-within": { borderColor: "primary.main" },
      }}
    >
      <Cover preset={preset} />
      {isApplied ? <AppliedMark /> : null}
      <Box sx={{ display: "flex", alignItems: "flex-start", gap: 0.5, p: 1.5, pl: 2, flex: 1 }}>
        <Box sx={{ flex: 1, minWidth: 0 }}>
          <Typography variant="h3" component="h2" sx={{ minWidth: 0, lineHeight: 1.4 }}>
            {onApply === undefined ? (
              <Box
                component={Link}
                to={`/generate?preset=${id}`}
                title={name}
                aria-label={`${name}: ${verb}`}
                sx={title}
              >
                {name}
              </Box>
            ) : (
              <Box
                component="button"
                type="button"
                title={name}
                aria-label={`${name}: ${verb}`}
                aria-pressed={kind === "style" ? isApplied : undefined}
                onClick={onApply}
                sx={title}
              >
                {name}
              </Box>
            )}
          </Typography>
          <Typography
            variant="body2"
            dir="auto"
            sx={{
              color: "text.secondary",
              display: "-webkit-box",
              WebkitLineClamp: 2,
              WebkitBoxOrient: "vertical",
              overflow: "hidden",
              overflowWrap: "anywhere",
            }}
          >
            {describe(preset)}
          </Typography>
          <Typography
            variant="caption"
            sx={{ display: "flex", alignItems: "center", gap: 0.5, mt: 0.75, color: "text.secondary" }}
          >
            {label}
            {preset.is_mine ? null : ` · by ${preset.owner}`}
            {preset.is_mine && preset.is_shared ? (
              <>
                {" · "}
                <Users size={13} aria-hidden /> Shared
              </>
            ) : null}
          </Typography>
        </Box>
        <Box sx={{ position: "relative", zIndex: 1, mt: -0.75, mr: -0.75 }}>
          <PresetMenu preset={preset} settingsOf={settingsOf} />
        </Box>
      </Box>
    </Card>
  );
}

/** Return a line about what it does. */
function describe({ kind, description, prompt, negative_prompt: negative, settings }: Preset): string {
  if (description !== "") return description;
  if (kind === "preset") return describeSettings(settings) || "No settings";
  return prompt || (negative === "" ? "No text" : `Not: ${negative}`);
}

const frame = {
  display: "grid",
  placeItems: "center",
  aspectRatio: { xs: "21 / 9", sm: "16 / 10" },
  overflow: "hidden",
  color: "primary.main",
  bgcolor: "action.selected",
} as const;

function Cover({ preset: { kind, cover } }: { readonly preset: Preset }) {
  const { icon: Icon } = KINDS[kind];
  if (cover === null)
    return (
      <Box sx={frame}>
        <Icon size={40} strokeWidth={1.4} aria-hidden />
      </Box>
    );
  return (
    <Box sx={frame}>
      <LazyImage
        {...sourcesOf(cover)}
        sizes="300px"
        alt=""
        width={cover.width}
        height={cover.height}
        placeholder={cover.placeholder}
        style={{ aspectRatio: "auto", width: "100%", height: "100%", minHeight: 0 }}
      />
    </Box>
  );
}

function AppliedMark() {
  return (
    <Box
      sx={{
        position: "absolute",
        top: 10,
        left: 10,
        display: "flex",
        alignItems: "center",
        gap: 0.5,
        px: 1,
        py: 0.25,
        borderRadius: "8px",
        fontSize: "0.8rem",
        fontWeight: 600,
        bgcolor: "primary.main",
        color: "primary.contrastText",
      }}
    >
      <Check size={14} aria-hidden />
      Applied
    </Box>
  );
}
